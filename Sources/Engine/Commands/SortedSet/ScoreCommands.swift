import Bytes
import Wire

/// ZADD and ZINCRBY.
enum ScoreCommands {
    static let rows: [Command] = [zadd, zincrby]

    static let zadd = Command(
        "zadd", arity: -4, .sortedSet, [.write, .denyOOM, .fast],
        keys: [.range("RW update", 1)],
        since: "1.2.0", complexity: "O(log(N)) for each member, where N is the number of members of the sorted set.",
        summary: "Adds members with their scores to a sorted set, or gives members other scores.",
        arguments: """
            key:key#0 condition(nx=NX|xx=XX)@3.0.2? comparison(gt=GT|lt=LT)@6.2.0? change=CH@3.0.2? increment=INCR@3.0.2? \
            data{score:double member:string}*
            """
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try setScores(arguments, [], &keyspace, &reply, context.sortedSetLimits)
    }

    static let zincrby = Command(
        "zincrby", arity: 4, .sortedSet, [.write, .denyOOM, .fast],
        keys: [.range("RW access update", 1)],
        since: "1.2.0", complexity: "O(log(N)) where N is the number of members of the sorted set.",
        summary: "Adds to the score of a member, which counts as zero where it is not there yet.",
        arguments: "key:key#0 increment:integer member:string"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try setScores(arguments, .increment, &keyspace, &reply, context.sortedSetLimits)
    }

    private static func setScores(
        _ arguments: Arguments, _ given: ScoreRule, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter,
        _ limits: SortedSetLimits
    ) throws(CommandError) {
        var rule = given
        var first = 2
        rule.take(arguments, &first)
        let count = arguments.count - first
        if count == 0 || count & 1 == 1 { throw .syntax }
        if !rule.isEmpty { try rule.check(pairs: count / 2) }
        // All scores are looked at before the first one is set.
        var score = try score(arguments[first])
        for index in stride(from: first + 2, to: arguments.count, by: 2) { _ = try ScoreCommands.score(arguments[index]) }
        var place = try keyspace.write(arguments[1], as: .sortedSet)
        var changes = ScoreChanges(rule)
        if place.exists || !rule.contains(.present) {
            var index = first
            while true {
                try changes.set(arguments[index + 1], score, in: arguments[1], &place, &keyspace, limits)
                index += 2
                if index == arguments.count { break }
                score = try ScoreCommands.score(arguments[index])
            }
        }
        changes.finish(place, &keyspace, &reply)
    }

    @inline(__always)
    private static func score(_ text: RawSpan) throws(CommandError) -> Double {
        guard let score = Double(text: text) else { throw .notFloat }
        return score
    }
}
