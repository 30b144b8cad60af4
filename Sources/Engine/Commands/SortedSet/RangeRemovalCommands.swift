import Bytes
import Wire

/// ZREMRANGEBYRANK, ZREMRANGEBYSCORE and ZREMRANGEBYLEX.
enum RangeRemovalCommands {
    static let rows: [Command] = [zremrangebyrank, zremrangebyscore, zremrangebylex]

    private static let complexity =
        "O(log(N)+M) with N being the number of members of the sorted set and M that of those removed."

    static let zremrangebyrank = Command(
        "zremrangebyrank", arity: 4, .sortedSet, [.write],
        keys: [.range("RW delete", 1)],
        since: "2.0.0", complexity: complexity,
        summary: "Takes out the members within a range of ranks, and tells how many there were.",
        arguments: "key:key#0 start:integer stop:integer"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let start = try arguments.integer(2)
        let stop = try arguments.integer(3)
        var place = try keyspace.write(arguments[1], as: .sortedSet)
        guard let entry = place.entry else { return reply.integer(0) }
        let ranks = Keyspace.ranks(from: start, to: stop, count: keyspace.rankedCount(entry))
        keyspace.removeRanked(ranks, &place, .zremrangebyrank)
        reply.integer(ranks.count)
    }

    static let zremrangebyscore = Command(
        "zremrangebyscore", arity: 4, .sortedSet, [.write],
        keys: [.range("RW delete", 1)],
        since: "1.2.0", complexity: complexity,
        summary: "Takes out the members within a range of scores, and tells how many there were.",
        arguments: "key:key#0 min:double max:double"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let range = ScoreRange(arguments[2], arguments[3]) else { throw .scoreBounds }
        var place = try keyspace.write(arguments[1], as: .sortedSet)
        guard let entry = place.entry else { return reply.integer(0) }
        let ranks = keyspace.ranks(entry, in: range)
        keyspace.removeRanked(ranks, &place, .zremrangebyscore)
        reply.integer(ranks.count)
    }

    static let zremrangebylex = Command(
        "zremrangebylex", arity: 4, .sortedSet, [.write],
        keys: [.range("RW delete", 1)],
        since: "2.8.9", complexity: complexity,
        summary: "Takes out the members, all of the same score, within a range of texts, and tells how many there were.",
        arguments: "key:key#0 min:string max:string"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let range = try LexRange(arguments[2], arguments[3], orThrow: .memberBounds)
        var place = try keyspace.write(arguments[1], as: .sortedSet)
        guard let entry = place.entry else { return reply.integer(0) }
        let ranks = keyspace.ranks(entry, in: range)
        keyspace.removeRanked(ranks, &place, .zremrangebylex)
        reply.integer(ranks.count)
    }
}
