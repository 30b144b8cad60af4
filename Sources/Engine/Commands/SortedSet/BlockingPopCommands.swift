import Bytes
import Wire

/// BZPOPMIN, BZPOPMAX and BZMPOP: what the commands without the B do, as soon as there is something to do it with.
enum BlockingPopCommands {
    static let rows: [Command] = [bzpopmin, bzpopmax, bzmpop]

    static let bzpopmin = Command(
        "bzpopmin", arity: -3, .sortedSet, [.write, .noScript, .blocking, .fast],
        keys: [.range("RW access delete", 1, last: -2)],
        since: "5.0.0", complexity: "O(log(N)) with N being the number of members of the sorted set.",
        summary: "Takes the member with the lowest score of the first of the sorted sets that is there, or waits for one.",
        arguments: "key:key#0* timeout:double"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try context.takeOrWait(
            arguments, keys: 1 ..< arguments.count - 1, .sortedSet, timeout: arguments.count - 1, &keyspace, &reply
        ) { key, place, keyspace, reply, _ throws(CommandError) in takeOne(key, place, .lowest, &keyspace, &reply) }
    }

    static let bzpopmax = Command(
        "bzpopmax", arity: -3, .sortedSet, [.write, .noScript, .blocking, .fast],
        keys: [.range("RW access delete", 1, last: -2)],
        since: "5.0.0", complexity: "O(log(N)) with N being the number of members of the sorted set.",
        summary: "Takes the member with the highest score of the first of the sorted sets that is there, or waits for one.",
        arguments: "key:key#0* timeout:double"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try context.takeOrWait(
            arguments, keys: 1 ..< arguments.count - 1, .sortedSet, timeout: arguments.count - 1, &keyspace, &reply
        ) { key, place, keyspace, reply, _ throws(CommandError) in takeOne(key, place, .highest, &keyspace, &reply) }
    }

    /// Replies with the name of a key, a member of its sorted set and the score, side by side in any protocol.
    private static func takeOne(
        _ key: RawSpan, _ place: KeyPlace, _ end: RankedEnd, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) {
        reply.array(3)
        reply.bulk(key)
        var place = place
        keyspace.take(1, end, &place, &reply, isNested: false)
    }

    static let bzmpop = Command(
        "bzmpop", arity: -5, .sortedSet, [.write, .blocking, .movableKeys],
        keys: [.count("RW access delete", 2)],
        since: "7.0.0",
        complexity: "O(K) + O(M*log(N)) with K keys, N being the number of members of the sorted set and M that of those taken.",
        summary: "Takes one or several members at either end of the first of the sorted sets that is there, or waits for one.",
        arguments: "timeout:double numkeys:integer key:key#0* where(min=MIN|max=MAX) count:integer=COUNT?"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let request = try RankedPopRequest(arguments, keyCount: 2)
        try context.takeOrWait(
            arguments, keys: request.keys, .sortedSet, timeout: 1, &keyspace, &reply
        ) { key, place, keyspace, reply, _ throws(CommandError) in request.take(key, place, &keyspace, &reply) }
    }
}
