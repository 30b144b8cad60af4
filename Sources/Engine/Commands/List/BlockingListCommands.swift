import Bytes
import Wire

/// BLPOP, BRPOP, BLMPOP, BLMOVE, BRPOPLPUSH and BLMOVEM: what the commands without the B do, as soon as there is something to do it with.
enum BlockingListCommands {
    static let rows: [Command] = [blpop, brpop, blmpop, blmove, brpoplpush, blmovem]

    static let blpop = Command(
        "blpop", arity: -3, .list, [.write, .noScript, .blocking],
        keys: [.range("RW access delete", 1, last: -2)],
        since: "2.0.0", complexity: "O(N) where N is the number of provided keys.",
        summary: "Takes the first element of the first of the lists that is there, or waits for one.",
        arguments: "key:key#0* timeout:double"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try context.takeOrWait(
            arguments, keys: 1 ..< arguments.count - 1, .list, timeout: arguments.count - 1, &keyspace, &reply
        ) { key, place, keyspace, reply, _ throws(CommandError) in takeOne(key, place, .head, &keyspace, &reply) }
    }

    static let brpop = Command(
        "brpop", arity: -3, .list, [.write, .noScript, .blocking],
        keys: [.range("RW access delete", 1, last: -2)],
        since: "2.0.0", complexity: "O(N) where N is the number of provided keys.",
        summary: "Takes the last element of the first of the lists that is there, or waits for one.",
        arguments: "key:key#0* timeout:double"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try context.takeOrWait(
            arguments, keys: 1 ..< arguments.count - 1, .list, timeout: arguments.count - 1, &keyspace, &reply
        ) { key, place, keyspace, reply, _ throws(CommandError) in takeOne(key, place, .tail, &keyspace, &reply) }
    }

    /// Replies with the name of a key and an element of its list, and takes that away.
    private static func takeOne(
        _ key: RawSpan, _ place: KeyPlace, _ end: ListEnd, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) {
        guard let entry = place.entry else { return }
        reply.array(2)
        reply.bulk(key)
        keyspace.withElement(entry, at: end) { reply.bulk($0) }
        keyspace.take(1, from: end, place)
    }

    static let blmpop = Command(
        "blmpop", arity: -5, .list, [.write, .blocking, .movableKeys],
        keys: [.count("RW access delete", 2)],
        since: "7.0.0",
        complexity:
            "O(N+M) where N is the number of provided keys and M is the number of elements returned.",
        summary: "Takes one or several elements of the first of the lists that is there, or waits for one.",
        arguments: "timeout:double numkeys:integer key:key#0* where(left=LEFT|right=RIGHT) count:integer=COUNT?"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let request = try ListPopRequest(arguments, keyCount: 2)
        try context.takeOrWait(
            arguments, keys: request.keys, .list, timeout: 1, &keyspace, &reply
        ) { key, place, keyspace, reply, _ throws(CommandError) in request.take(key, place, &keyspace, &reply) }
    }

    // MARK: Moving

    static let blmove = Command(
        "blmove", arity: 6, .list, [.write, .denyOOM, .noScript, .blocking],
        keys: [.range("RW access delete", 1), .range("RW insert", 2)],
        since: "6.2.0", complexity: "O(1)",
        summary: "Takes an element at one end of a list and adds it at an end of another, or waits for one.",
        arguments:
            "source:key#0 destination:key#1 wherefrom(left=LEFT|right=RIGHT) whereto(left=LEFT|right=RIGHT) timeout:double"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let move = ListMove(from: try ListCommands.end(arguments, 3), to: try ListCommands.end(arguments, 4))
        try moveOrWait(move, arguments, timeout: 5, &keyspace, &reply, &context)
    }

    static let brpoplpush = Command(
        "brpoplpush", arity: 4, .list, [.write, .denyOOM, .noScript, .blocking],
        keys: [.range("RW access delete", 1), .range("RW insert", 2)],
        since: "2.2.0", complexity: "O(1)",
        summary: "Takes the last element of a list and adds it in front of another, or waits for one.",
        arguments: "source:key#0 destination:key#1 timeout:double",
        deprecatedSince: "6.2.0", replacedBy: "`BLMOVE` with the `RIGHT` and `LEFT` arguments"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try moveOrWait(.rightToLeft, arguments, timeout: 3, &keyspace, &reply, &context)
    }

    private static func moveOrWait(
        _ move: ListMove, _ arguments: Arguments, timeout: Int, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter,
        _ context: inout Context
    ) throws(CommandError) {
        let destination = arguments[2].array
        try context.takeOrWait(
            arguments, keys: 1 ..< 2, .list, timeout: timeout, instead: .null, &keyspace, &reply
        ) { key, place, keyspace, reply, _ throws(CommandError) in
            try move.run(key, place, destination.bytes, &keyspace, &reply)
        }
    }

    static let blmovem = Command(
        "blmovem", arity: -6, .list, [.write, .denyOOM, .blocking],
        keys: [.range("RW access delete", 1), .range("RW insert", 2)],
        since: "8.10.0", complexity: "O(N) where N is the number of elements moved.",
        summary: "Moves several elements from an end of a list to an end of another, or waits for them.",
        arguments:
            "source:key#0 destination:key#1 wherefrom(left=LEFT|right=RIGHT) whereto(left=LEFT|right=RIGHT) timeout:double "
            + "how-many{selector(count:integer=COUNT|exactly:integer=EXACTLY) ordering(obo=OBO|bulk=BULK)}?"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let move = try ListBlockMove(arguments, options: 6)
        let destination = arguments[2].array
        try context.takeOrWait(
            arguments, keys: 1 ..< 2, .list, least: move.least, timeout: 5, &keyspace, &reply
        ) { key, place, keyspace, reply, _ throws(CommandError) in
            try move.run(key, place, destination.bytes, &keyspace, &reply)
        }
    }
}
