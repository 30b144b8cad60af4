import Bytes
import Wire

/// Values as bytes that another server takes: DUMP and RESTORE.
///
///     │ type │ value │ version, 2 bytes │ CRC-64 of all before, 8 bytes │        both little-endian
enum DumpCommands {
    static let rows: [Command] = [dump, restore]

    private static let dump = Command(
        "dump", arity: 2, .generic, [.readonly],
        keys: [.range("RO access", 1)],
        since: "2.6.0", complexity: "O(N) in the bytes of the value.",
        summary: "The value of a key as bytes from which RESTORE makes it again.",
        arguments: "key:key#0", tips: ["nondeterministic_output"]
    ) { arguments, keyspace, reply, context throws(CommandError) in
        // Fields past their deadlines are not the other server's business.
        var place = keyspace.find(arguments[1])
        keyspace.settleFields(&place)
        guard let entry = keyspace.read(arguments[1]) else { return reply.null() }
        reply.bulk(keyspace.dumpPayload(entry, compressing: context.configuration.rdbCompression).bytes)
    }

    private static let restore = Command(
        "restore", arity: -4, .generic, [.write, .denyOOM],
        keys: [.range("OW update", 1)], categories: ["dangerous"],
        since: "2.6.0", complexity: "O(N) in the bytes of the value; O(N log N) for a sorted set of N members.",
        summary: "Makes a key of what DUMP gave.",
        arguments: """
            key:key#0 ttl:integer serialized-value:string replace=REPLACE@3.0.0? absttl=ABSTTL@5.0.0? \
            seconds:integer=IDLETIME@5.0.0? frequency:integer=FREQ@5.0.0?
            """
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let options = try RestoreOptions(arguments)
        var place = keyspace.write(arguments[1])
        if place.exists, !options.replaces { throw .text("BUSYKEY Target key name already exists.") }
        var deadline = try arguments.integer(2)
        if deadline < 0 { throw .text("ERR Invalid TTL value, must be >= 0") }
        if !DumpPayload.isIntact(arguments[3], checkingSum: !context.skipsChecksums) {
            throw .text("ERR DUMP payload version or checksum are wrong")
        }
        let rules = context.decodingRules(keyspace, forClient: true)
        if deadline != 0, !options.isAbsolute { deadline &+= context.now }
        let restored: Entry?
        do throws(DecodingStop) {
            var batch = try DumpPayload.decode(arguments[3], key: arguments[1], rules)
            if deadline != 0 { batch.records[0].deadline = deadline }
            restored = try keyspace.build(batch)
        } catch {
            context.host.log(.warning, "Bad data in RESTORE: \(error.reason)")
            throw .text("ERR Bad data format")
        }
        guard let entry = restored else { throw .text("ERR Bad data format") }
        if deadline != 0, deadline <= context.now {
            keyspace.free(entry)
            keyspace.remove(place)
        } else {
            let access = keyspace.access(
                options.access, countsUses: context.configuration.maxmemoryPolicy.countsUses)
            keyspace.restore(entry, at: &place, access)
        }
        reply.ok()
    }
}

/// What follows the payload of RESTORE.
private struct RestoreOptions {
    var replaces = false
    /// The deadline is a time, and not a distance from now.
    var isAbsolute = false
    var access = RecordBatch.LoadedAccess.unknown

    init(_ arguments: Arguments) throws(CommandError) {
        var index = 4
        while index < arguments.count {
            let hasMore = index + 1 < arguments.count
            if arguments.isWord(index, "replace") {
                replaces = true
            } else if arguments.isWord(index, "absttl") {
                isAbsolute = true
            } else if arguments.isWord(index, "idletime"), hasMore, !isFrequency {
                index += 1
                let seconds = try arguments.integer(index)
                if seconds < 0 { throw .text("ERR Invalid IDLETIME value, must be >= 0") }
                access = .idle(seconds: seconds)
            } else if arguments.isWord(index, "freq"), hasMore, !isIdle {
                index += 1
                guard let frequency = UInt8(exactly: try arguments.integer(index)) else {
                    throw .text("ERR Invalid FREQ value, must be >= 0 and <= 255")
                }
                access = .frequency(frequency)
            } else {
                throw .syntax
            }
            index += 1
        }
    }

    private var isIdle: Bool { if case .idle = access { true } else { false } }
    private var isFrequency: Bool { if case .frequency = access { true } else { false } }
}
