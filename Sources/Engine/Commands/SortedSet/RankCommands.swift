import Bytes
import Wire

/// Ranks and counts: ZRANK, ZREVRANK, ZCOUNT and ZLEXCOUNT.
enum RankCommands {
    static let rows: [Command] = [zrank, zrevrank, zcount, zlexcount]

    static let zrank = Command(
        "zrank", arity: -3, .sortedSet, [.readonly, .fast],
        keys: [.range("RO access", 1)],
        since: "2.0.0", complexity: "O(log(N))",
        summary: "How many members have a lower score than a member.",
        arguments: "key:key#0 member:string withscore=WITHSCORE@7.2.0?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try answerRank(arguments, &keyspace, &reply, reversed: false)
    }

    static let zrevrank = Command(
        "zrevrank", arity: -3, .sortedSet, [.readonly, .fast],
        keys: [.range("RO access", 1)],
        since: "2.0.0", complexity: "O(log(N))",
        summary: "How many members have a higher score than a member.",
        arguments: "key:key#0 member:string withscore=WITHSCORE@7.2.0?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try answerRank(arguments, &keyspace, &reply, reversed: true)
    }

    private static func answerRank(
        _ arguments: Arguments, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter, reversed: Bool
    ) throws(CommandError) {
        let withScore = arguments.count > 3
        if withScore, arguments.count > 4 || !arguments.isWord(3, "withscore") { throw .syntax }
        guard let entry = try keyspace.read(arguments[1], as: .sortedSet),
            let (rank, score) = keyspace.rank(of: arguments[2], entry)
        else { return withScore ? reply.nullArray() : reply.null() }
        if withScore { reply.array(2) }
        reply.integer(reversed ? keyspace.rankedCount(entry) - 1 - rank : rank)
        if withScore { reply.double(score) }
    }

    static let zcount = Command(
        "zcount", arity: 4, .sortedSet, [.readonly, .fast],
        keys: [.range("RO access", 1)],
        since: "2.0.0", complexity: "O(log(N)) with N being the number of members of the sorted set.",
        summary: "How many members have a score within a range.",
        arguments: "key:key#0 min:double max:double"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let range = ScoreRange(arguments[2], arguments[3]) else { throw .scoreBounds }
        guard let entry = try keyspace.read(arguments[1], as: .sortedSet) else { return reply.integer(0) }
        reply.integer(keyspace.ranks(entry, in: range).count)
    }

    static let zlexcount = Command(
        "zlexcount", arity: 4, .sortedSet, [.readonly, .fast],
        keys: [.range("RO access", 1)],
        since: "2.8.9", complexity: "O(log(N)) with N being the number of members of the sorted set.",
        summary: "How many members, all of the same score, are within a range of texts.",
        arguments: "key:key#0 min:string max:string"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let range = try LexRange(arguments[2], arguments[3], orThrow: .memberBounds)
        guard let entry = try keyspace.read(arguments[1], as: .sortedSet) else { return reply.integer(0) }
        reply.integer(keyspace.ranks(entry, in: range).count)
    }
}
