import Bytes
import Wire

/// Several keys at once.
extension StringCommands {
    static let mget = Command(
        "mget", arity: -2, .string, [.readonly, .fast],
        keys: [.range("RO access", 1, last: -1)],
        since: "1.0.0", complexity: "O(N) where N is the number of keys to retrieve.",
        summary: "The string values of several keys.",
        arguments: "key:key#0*",
        tips: ["request_policy:multi_shard"]
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        reply.array(arguments.count - 1)
        var batch = KeyBatch(first: 1, step: 1)
        while batch.advance(arguments, end: arguments.count, keyspace) {
            for i in 0 ..< batch.count {
                let entry = keyspace.read(arguments[batch.position(i)], batch.hash(i))
                if let entry, keyspace.arena.header(entry).isString {
                    try reply.value(entry, &keyspace)
                } else {
                    reply.null()
                }
            }
        }
    }

    static let mset = Command(
        "mset", arity: -3, .string, [.write, .denyOOM],
        keys: [.range("OW update", 1, last: -1, step: 2)],
        since: "1.0.1", complexity: "O(N) where N is the number of keys to set.",
        summary: "Gives several keys a string value each.",
        arguments: "data{key:key#0 value:string}*",
        tips: ["request_policy:multi_shard", "response_policy:all_succeeded"]
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        if arguments.count % 2 == 0 { throw .wrongArity("mset") }
        storeAll(arguments, from: 1, end: arguments.count, .clear, &keyspace)
        reply.ok()
    }

    static let msetnx = Command(
        "msetnx", arity: -3, .string, [.write, .denyOOM],
        keys: [.range("OW insert", 1, last: -1, step: 2)],
        since: "1.0.1", complexity: "O(N) where N is the number of keys to set.",
        summary: "Gives several keys a string value each, unless any of them exists.",
        arguments: "data{key:key#0 value:string}*",
        tips: ["request_policy:multi_shard", "response_policy:agg_min"]
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        if arguments.count % 2 == 0 { throw .wrongArity("msetnx") }
        let goesOn = allKeys(arguments, from: 1, end: arguments.count, exist: false, &keyspace)
        if goesOn { storeAll(arguments, from: 1, end: arguments.count, .clear, &keyspace) }
        reply.integer(goesOn ? 1 : 0)
    }

    static let msetex = Command(
        "msetex", arity: -4, .string, [.write, .denyOOM, .movableKeys],
        keys: [.count("OW update", 1, at: 0, first: 1, step: 2)],
        since: "8.4.0", complexity: "O(N) where N is the number of keys to set.",
        summary: "Gives several keys a string value each and one time to live, on condition that all or none exist.",
        arguments: """
            numkeys:integer data{key:key#0 value:string}* condition(nx=NX|xx=XX)? expiration(seconds:integer=EX\
            |milliseconds:integer=PX|unix-time-seconds:unix-time=EXAT|unix-time-milliseconds:unix-time=PXAT\
            |keepttl=KEEPTTL)?
            """,
        tips: ["request_policy:multi_shard", "response_policy:all_succeeded"]
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let wanted = Int32(exactly: Int64(decimal: arguments[1]) ?? 0), wanted > 0 else {
            throw .text("ERR invalid numkeys value")
        }
        let end = 2 + 2 * Int(wanted)
        if end > arguments.count { throw .text("ERR wrong number of key-value pairs") }
        var condition = Condition()
        var expiration = ExpirationOption()
        var index = end
        while index < arguments.count {
            if try expiration.take(arguments, &index, .keep) { continue }
            if try !condition.take(arguments, &index, .existence) { throw .syntax }
        }
        let change = try expiration.change(arguments, now: keyspace.now, in: "msetex")
        let goesOn =
            condition.kind == .none
            || allKeys(arguments, from: 2, end: end, exist: condition.kind == .present, &keyspace)
        if goesOn { storeAll(arguments, from: 2, end: end, change, &keyspace) }
        reply.integer(goesOn ? 1 : 0)
    }

    /// Whether every key, or none, of the pairs from `first` to `end` exists.
    private static func allKeys(
        _ arguments: Arguments, from first: Int, end: Int, exist: Bool, _ keyspace: inout Keyspace
    ) -> Bool {
        var index = first
        while index < end {
            if keyspace.write(arguments[index]).exists != exist { return false }
            index += 2
        }
        return true
    }

    /// Writes the pairs from `first` to `end`.
    private static func storeAll(
        _ arguments: Arguments, from first: Int, end: Int, _ change: DeadlineChange, _ keyspace: inout Keyspace
    ) {
        var batch = KeyBatch(first: first, step: 2)
        while batch.advance(arguments, end: end, keyspace) {
            for i in 0 ..< batch.count {
                let index = batch.position(i)
                var place = keyspace.find(arguments[index], batch.hash(i))
                store(arguments[index], &place, arguments[index + 1], change, &keyspace)
            }
        }
    }
}
