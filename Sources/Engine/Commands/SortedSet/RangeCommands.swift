import Bytes
import Wire

/// ZRANGE in all its forms, the older commands that each are one of them, and ZRANGESTORE.
enum RangeCommands {
    static let rows: [Command] = [
        zrange, zrevrange, zrangebyscore, zrevrangebyscore, zrangebylex, zrevrangebylex, zrangestore,
    ]

    private static let complexity =
        "O(log(N)+M) with N being the number of members of the sorted set and M that of those returned."

    static let zrange = Command(
        "zrange", arity: -4, .sortedSet, [.readonly],
        keys: [.range("RO access", 1)],
        since: "1.2.0", complexity: complexity,
        summary: "The members within a range of ranks, scores or texts.",
        arguments: """
            key:key#0 start:string stop:string sortby(byscore=BYSCORE|bylex=BYLEX)@6.2.0? rev=REV@6.2.0? \
            limit{offset:integer count:integer}=LIMIT@6.2.0? withscores=WITHSCORES?
            """
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try RangeRequest(arguments, key: 1).answer(arguments, &keyspace, &reply)
    }

    static let zrevrange = Command(
        "zrevrange", arity: -4, .sortedSet, [.readonly],
        keys: [.range("RO access", 1)],
        since: "1.2.0", complexity: complexity,
        summary: "The members within a range of ranks, counted and returned from the highest score down.",
        arguments: "key:key#0 start:integer stop:integer withscores=WITHSCORES?",
        deprecatedSince: "6.2.0", replacedBy: "`ZRANGE` with the `REV` argument"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try RangeRequest(arguments, key: 1, kind: .ranks, isReversed: true).answer(arguments, &keyspace, &reply)
    }

    static let zrangebyscore = Command(
        "zrangebyscore", arity: -4, .sortedSet, [.readonly],
        keys: [.range("RO access", 1)],
        since: "1.0.5", complexity: complexity,
        summary: "The members within a range of scores.",
        arguments: """
            key:key#0 min:double max:double withscores=WITHSCORES@2.0.0? \
            limit{offset:integer count:integer}=LIMIT?
            """,
        deprecatedSince: "6.2.0", replacedBy: "`ZRANGE` with the `BYSCORE` argument"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try RangeRequest(arguments, key: 1, kind: .scores, isReversed: false).answer(arguments, &keyspace, &reply)
    }

    static let zrevrangebyscore = Command(
        "zrevrangebyscore", arity: -4, .sortedSet, [.readonly],
        keys: [.range("RO access", 1)],
        since: "2.2.0", complexity: complexity,
        summary: "The members within a range of scores, from the highest down.",
        arguments: "key:key#0 max:double min:double withscores=WITHSCORES? limit{offset:integer count:integer}=LIMIT?",
        deprecatedSince: "6.2.0", replacedBy: "`ZRANGE` with the `REV` and `BYSCORE` arguments"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try RangeRequest(arguments, key: 1, kind: .scores, isReversed: true).answer(arguments, &keyspace, &reply)
    }

    static let zrangebylex = Command(
        "zrangebylex", arity: -4, .sortedSet, [.readonly],
        keys: [.range("RO access", 1)],
        since: "2.8.9", complexity: complexity,
        summary: "The members, all of the same score, within a range of texts.",
        arguments: "key:key#0 min:string max:string limit{offset:integer count:integer}=LIMIT?",
        deprecatedSince: "6.2.0", replacedBy: "`ZRANGE` with the `BYLEX` argument"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try RangeRequest(arguments, key: 1, kind: .members, isReversed: false).answer(arguments, &keyspace, &reply)
    }

    static let zrevrangebylex = Command(
        "zrevrangebylex", arity: -4, .sortedSet, [.readonly],
        keys: [.range("RO access", 1)],
        since: "2.8.9", complexity: complexity,
        summary: "The members, all of the same score, within a range of texts, from the last to the first.",
        arguments: "key:key#0 max:string min:string limit{offset:integer count:integer}=LIMIT?",
        deprecatedSince: "6.2.0", replacedBy: "`ZRANGE` with the `REV` and `BYLEX` arguments"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try RangeRequest(arguments, key: 1, kind: .members, isReversed: true).answer(arguments, &keyspace, &reply)
    }

    static let zrangestore = Command(
        "zrangestore", arity: -5, .sortedSet, [.write, .denyOOM],
        keys: [.range("OW update", 1), .range("RO access", 2)],
        since: "6.2.0",
        complexity: "O(log(N)+M) with N being the number of members of the source and M that of those stored.",
        summary: "Stores the members within a range of ranks, scores or texts, with their scores.",
        arguments: """
            dst:key#0 src:key#1 min:string max:string sortby(byscore=BYSCORE|bylex=BYLEX)? rev=REV? \
            limit{offset:integer count:integer}=LIMIT?
            """
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let request = try RangeRequest(arguments, key: 2, stores: true)
        var list = RankedList()
        let limits = context.sortedSetLimits
        if let (entry, ranks) = try request.find(arguments, &keyspace) {
            // Redis gathers them in a listpack, unless it knows before that they are too many; and a listpack has no -0.
            var isPacked = request.kind != .ranks || ranks.count <= limits.listpackEntries
            keyspace.forEachRanked(entry, ranks, reversed: request.isReversed) { member, score in
                if list.count >= limits.listpackEntries || member.byteCount > limits.listpackValue { isPacked = false }
                list.append(member, isPacked && score == 0 ? 0 : score)
                return true
            }
            if request.isReversed { list.sort() }
        }
        reply.integer(keyspace.storeSortedSet(arguments[1], list, limits, .zrangestore))
    }
}
