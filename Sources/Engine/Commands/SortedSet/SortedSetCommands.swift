import Bytes
import Wire

/// The commands of the sorted-set group.
enum SortedSetCommands {
    static let rows: [Command] =
        ScoreCommands.rows + RankedMemberCommands.rows + RankCommands.rows + RangeCommands.rows + RangeRemovalCommands.rows
        + RankedPopCommands.rows + BlockingPopCommands.rows + RankedAlgebraCommands.rows + RandomRankedCommands.rows
}

extension Context {
    /// How long sorted sets stay compact, as the configuration says now.
    var sortedSetLimits: SortedSetLimits { SortedSetLimits(configuration) }
}

extension CommandError {
    static let scoreBounds = CommandError.text("ERR min or max is not a float")
    static let memberBounds = CommandError.text("ERR min or max not valid string range item")
}

/// Members, with or without their scores. RESP2 has them side by side, RESP3 each pair in an array of its own.
extension ReplyWriter {
    /// Announces `count` members.
    @inline(__always)
    mutating func rankedArray(_ count: Int, withScores: Bool) {
        array(withScores && version == .resp2 ? count &* 2 : count)
    }

    @inline(__always)
    mutating func ranked(_ member: RawSpan, _ score: Double, withScores: Bool) {
        if !withScores { return bulk(member) }
        if version != .resp2 { array(2) }
        bulk(member)
        double(score)
    }

    /// The members of `ranks`, announced and in order.
    @inline(__always)
    mutating func ranked(
        _ entry: Entry, _ ranks: Range<Int>, reversed: Bool = false, withScores: Bool, _ keyspace: borrowing Keyspace
    ) {
        rankedArray(ranks.count, withScores: withScores)
        keyspace.forEachRanked(entry, ranks, reversed: reversed, scores: withScores) {
            ranked($0, $1, withScores: withScores)
            return true
        }
    }

    mutating func ranked(_ list: borrowing RankedList, withScores: Bool) {
        rankedArray(list.count, withScores: withScores)
        list.forEach { ranked($0, $1, withScores: withScores) }
    }
}
