import Bytes
import Wire

/// Reading a string and changing how long it lives, or removing it, in one step.
extension StringCommands {
    static let getdel = Command(
        "getdel", arity: 2, .string, [.write, .fast],
        keys: [.range("RW access delete", 1)],
        since: "6.2.0", complexity: "O(1)",
        summary: "The string value of a key, which is removed.",
        arguments: "key:key#0"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let place = keyspace.readToWrite(arguments[1])
        guard let entry = place.entry else { return reply.null() }
        try reply.value(entry, &keyspace)
        keyspace.remove(place)
    }

    static let getex = Command(
        "getex", arity: -2, .string, [.write, .fast],
        keys: [.range("RW access update", 1, notes: "RW and UPDATE because it changes the TTL")],
        since: "6.2.0", complexity: "O(1)",
        summary: "The string value of a key, whose time to live is set or taken away.",
        arguments: """
            key:key#0 expiration(seconds:integer=EX|milliseconds:integer=PX|unix-time-seconds:unix-time=EXAT\
            |unix-time-milliseconds:unix-time=PXAT|persist=PERSIST)?
            """
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        var expiration = ExpirationOption()
        var index = 2
        while index < arguments.count {
            if try !expiration.take(arguments, &index, .persist) { throw .syntax }
        }
        var place = keyspace.readToWrite(arguments[1])
        guard let entry = place.entry else { return reply.null() }
        if !keyspace.arena.header(entry).isString { throw .wrongType }
        let deadline = try expiration.deadline(arguments, now: keyspace.now, in: "getex")
        try reply.value(entry, &keyspace)
        if let deadline {
            // Only a moment that was named can have passed; a span from now on always ends later.
            if expiration.isAbsolute, deadline <= keyspace.now {
                keyspace.remove(place)
            } else {
                keyspace.setDeadline(&place, deadline, .expire)
            }
        } else if expiration.kind == .persist, keyspace.arena.header(entry).isVolatile {
            keyspace.setDeadline(&place, nil, .persist)
        }
    }

    static let delex = Command(
        "delex", arity: -2, .string, [.write, .fast],
        keys: [.range("RW delete", 1)],
        since: "8.4.0",
        complexity: "O(1) for IFEQ and IFNE, O(N) for IFDEQ and IFDNE where N is the length of the string value.",
        summary: "Removes a key, on condition that its value or digest is, or is not, the one given.",
        arguments: """
            key:key#0 condition(ifeq-value:string=IFEQ|ifne-value:string=IFNE|ifdeq-digest:string=IFDEQ\
            |ifdne-digest:string=IFDNE)?
            """
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        if arguments.count != 2, arguments.count != 4 { throw .wrongArity("delex") }
        let place = keyspace.write(arguments[1])
        // A key that is not there leaves nothing to compare: not even the condition is looked at.
        guard let entry = place.entry else { return reply.integer(0) }
        if arguments.count == 4 {
            if !keyspace.arena.header(entry).isString {
                throw .text("ERR Key should be of string type if conditions are specified")
            }
            guard let comparison = Condition.comparison(arguments[2]) else {
                throw .text("ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE")
            }
            let condition = Condition(comparison, operand: 3)
            if try !condition.holds(entry, arguments, &keyspace) { return reply.integer(0) }
        }
        keyspace.remove(place)
        reply.integer(1)
    }

    static let delifeq = Command(
        "delifeq", arity: 3, .string, [.write],
        keys: [.range("RM access delete", 1)],
        since: "9.0.0", complexity: "O(N) where N is the length of the string value.",
        summary: "Removes a key if its string value is the one given, as Valkey spells DELEX with IFEQ.",
        arguments: "key:key#0 value:string"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let place = keyspace.write(arguments[1])
        let goesOn = try Condition(.equal, operand: 2).holds(place.entry, arguments, &keyspace)
        if goesOn { keyspace.remove(place) }
        reply.integer(goesOn ? 1 : 0)
    }
}
