import Bytes
import Wire

/// SET with all its options, and the older commands that are special cases of it.
extension StringCommands {
    /// SET overwrites its key blindly, unless it is to tell what was there.
    @Sendable private static func keyFlags(_ arguments: Arguments, _ offset: Int) -> String {
        for index in offset + 3 ..< max(offset + 3, arguments.count) where arguments.isWord(index, "get") {
            return "RW access update"
        }
        return "OW update"
    }

    static let set = Command(
        "set", arity: -3, .string, [.write, .denyOOM],
        keys: [
            .range(
                "RW access update variable_flags", 1, notes: "RW and ACCESS due to the optional `GET` argument",
                varying: keyFlags)
        ],
        since: "1.0.0", complexity: "O(1)",
        summary: "Gives a key a string value, whatever it held before.",
        arguments: """
            key:key#0 value:string condition(nx=NX|xx=XX|ifeq-value:string=IFEQ@8.4.0|ifne-value:string=IFNE@8.4.0\
            |ifdeq-digest:string=IFDEQ@8.4.0|ifdne-digest:string=IFDNE@8.4.0)@2.6.12? get=GET@6.2.0? \
            expiration(seconds:integer=EX@2.6.12|milliseconds:integer=PX@2.6.12|unix-time-seconds:unix-time=EXAT@6.2.0\
            |unix-time-milliseconds:unix-time=PXAT@6.2.0|keepttl=KEEPTTL@6.0.0)?
            """
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        if arguments.count > 3 { return try setWithOptions(arguments, &keyspace, &reply) }
        var place = keyspace.find(arguments[1])
        keyspace.setString(arguments[1], &place, arguments[2])
        reply.ok()
    }

    private static func setWithOptions(
        _ arguments: Arguments, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) throws(CommandError) {
        var condition = Condition()
        var expiration = ExpirationOption()
        var wantsOldValue = false
        var index = 3
        while index < arguments.count {
            if try expiration.take(arguments, &index, .keep) { continue }
            if try condition.take(arguments, &index, [.existence, .value]) { continue }
            if !arguments.isWord(index, "get") { throw .syntax }
            wantsOldValue = true
            index += 1
        }
        let change = try expiration.change(arguments, now: keyspace.now, in: "set")
        var place = wantsOldValue ? keyspace.readToWrite(arguments[1]) : keyspace.write(arguments[1])
        let goesOn = try condition.holds(place.entry, arguments, &keyspace)
        if wantsOldValue {
            if let entry = place.entry { try reply.value(entry, &keyspace) } else { reply.null() }
        } else if goesOn {
            reply.ok()
        } else {
            reply.null()
        }
        if goesOn { store(arguments[1], &place, arguments[2], change, &keyspace) }
    }

    /// Writes a value, and names the second event that comes with a new deadline.
    @inline(__always)
    static func store(
        _ key: RawSpan, _ place: inout KeyPlace, _ value: RawSpan, _ change: DeadlineChange, _ keyspace: inout Keyspace
    ) {
        keyspace.setString(key, &place, value, change)
        if case .at = change, let entry = place.entry { keyspace.mention(.expire, entry) }
    }

    static let setnx = Command(
        "setnx", arity: 3, .string, [.write, .denyOOM, .fast],
        keys: [.range("OW insert", 1)],
        since: "1.0.0", complexity: "O(1)",
        summary: "Gives a key a string value, unless it exists.",
        arguments: "key:key#0 value:string",
        deprecatedSince: "2.6.12", replacedBy: "`SET` with the `NX` argument"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        var place = keyspace.write(arguments[1])
        if place.exists { return reply.integer(0) }
        keyspace.setString(arguments[1], &place, arguments[2])
        reply.integer(1)
    }

    static let setex = Command(
        "setex", arity: 4, .string, [.write, .denyOOM],
        keys: [.range("OW update", 1)],
        since: "2.0.0", complexity: "O(1)",
        summary: "Gives a key a string value and a time to live in seconds.",
        arguments: "key:key#0 seconds:integer value:string",
        deprecatedSince: "2.6.12", replacedBy: "`SET` with the `EX` argument"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try setExpiring(arguments, inSeconds: true, in: "setex", &keyspace, &reply)
    }

    static let psetex = Command(
        "psetex", arity: 4, .string, [.write, .denyOOM],
        keys: [.range("OW update", 1)],
        since: "2.6.0", complexity: "O(1)",
        summary: "Gives a key a string value and a time to live in milliseconds.",
        arguments: "key:key#0 milliseconds:integer value:string",
        deprecatedSince: "2.6.12", replacedBy: "`SET` with the `PX` argument"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try setExpiring(arguments, inSeconds: false, in: "psetex", &keyspace, &reply)
    }

    private static func setExpiring(
        _ arguments: Arguments, inSeconds: Bool, in command: String, _ keyspace: inout Keyspace,
        _ reply: inout ReplyWriter
    ) throws(CommandError) {
        let amount = try arguments.integer(2)
        let deadline = try ExpirationOption.deadline(amount, inSeconds: inSeconds, since: keyspace.now, in: command)
        var place = keyspace.find(arguments[1])
        store(arguments[1], &place, arguments[3], .at(deadline), &keyspace)
        reply.ok()
    }

    static let getset = Command(
        "getset", arity: 3, .string, [.write, .denyOOM, .fast],
        keys: [.range("RW access update", 1)],
        since: "1.0.0", complexity: "O(1)",
        summary: "Gives a key a string value and answers with the one before.",
        arguments: "key:key#0 value:string",
        deprecatedSince: "6.2.0", replacedBy: "`SET` with the `!GET` argument"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        var place = keyspace.readToWrite(arguments[1])
        if let entry = place.entry { try reply.value(entry, &keyspace) } else { reply.null() }
        keyspace.setString(arguments[1], &place, arguments[2])
    }
}
