import Bytes
import Wire

/// ZRANDMEMBER: members chosen at random, each with the same chance.
enum RandomRankedCommands {
    static let rows: [Command] = [zrandmember]

    static let zrandmember = Command(
        "zrandmember", arity: -2, .sortedSet, [.readonly],
        keys: [.range("RO access", 1)],
        since: "6.2.0", complexity: "O(N) where N is the number of members returned",
        summary: "One or several members of a sorted set, chosen at random.",
        arguments: "key:key#0 options{count:integer withscores=WITHSCORES?}?", tips: ["nondeterministic_output"]
    ) { arguments, keyspace, reply, context throws(CommandError) in
        if arguments.count == 2 {
            guard let entry = try keyspace.read(arguments[1], as: .sortedSet) else { return reply.null() }
            return keyspace.withRandomRanked(entry) { member, _ in reply.bulk(member) }
        }
        let count = try arguments.integer(2)
        if count == .min { throw .outsideRange(-.max ... .max) }
        let withScores = arguments.count > 3
        if withScores {
            if arguments.count > 4 || !arguments.isWord(3, "withscores") { throw .syntax }
            if count < -(Int64.max / 2) || count > Int64.max / 2 { throw .text("ERR value is out of range") }
        }
        guard let entry = try keyspace.read(arguments[1], as: .sortedSet), count != 0 else { return reply.array(0) }
        if count > 1 { return chooseDifferent(Int(count), entry, withScores, &keyspace, &reply) }
        draw(Int(count.magnitude), entry, withScores, &keyspace, &reply, &context)
    }

    /// Each one chosen among all, so that some may come more than once.
    private static func draw(
        _ count: Int, _ entry: Entry, _ withScores: Bool, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter,
        _ context: inout Context
    ) {
        reply.rankedArray(count, withScores: withScores)
        for number in 0 ..< count {
            keyspace.withRandomRanked(entry) { reply.ranked($0, $1, withScores: withScores) }
            if number & 1023 == 1023 {
                // There is no bound on what may be asked for, but there may be one on what may wait to be sent.
                context.enforceLimits(context.session, input: 0, output: reply.output.allocated)
                if context.session.ending != nil { return }
            }
        }
    }

    /// So many different ones, or all.
    private static func chooseDifferent(
        _ count: Int, _ entry: Entry, _ withScores: Bool, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) {
        let size = keyspace.rankedCount(entry)
        if count >= size {
            return reply.ranked(entry, 0 ..< size, reversed: true, withScores: withScores, keyspace)
        }
        reply.rankedArray(count, withScores: withScores)
        // A third of the members: from there on, drawing some twice costs more than passing by the others.
        if keyspace.isPacked(entry) || count >= size / 3 {
            var sampling = SelectionSampling(count, of: size, random: keyspace.random)
            keyspace.forEachRanked(entry, 0 ..< size, scores: withScores) {
                if sampling.takesNext() { reply.ranked($0, $1, withScores: withScores) }
                return true
            }
            keyspace.random = sampling.random
            return
        }
        var drawn: Set<Int> = []
        drawn.reserveCapacity(count)
        while drawn.count < count {
            let rank = keyspace.random.next(below: size)
            if !drawn.insert(rank).inserted { continue }
            keyspace.forEachRanked(entry, rank ..< rank + 1, scores: withScores) {
                reply.ranked($0, $1, withScores: withScores)
                return true
            }
        }
    }
}

extension Keyspace {
    /// Hands a member chosen uniformly, and its score, to `body`. O(log n).
    fileprivate mutating func withRandomRanked(_ entry: Entry, _ body: (RawSpan, Double) -> Void) {
        let rank = random.next(below: rankedCount(entry))
        forEachRanked(entry, rank ..< rank + 1) {
            body($0, $1)
            return true
        }
    }
}
