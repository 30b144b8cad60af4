import Bytes

/// Sorted sets at the door: reading. A sorted set is kept in one of two ways, which commands need not know: few and short members
/// in one block (`PackedSortedSet`, which OBJECT ENCODING calls a listpack), all others with a table and a tree
/// (`LargeSortedSet`, called a skiplist).
///
/// Every range is told as a range of ranks, in ascending order from 0.
extension Keyspace {
    @inline(__always)
    func isPacked(_ entry: Entry) -> Bool { arena.header(entry).form != .object }

    /// How many members a sorted set has. O(1).
    @inline(__always)
    func rankedCount(_ entry: Entry) -> Int {
        isPacked(entry) ? PackedSortedSet.count(arena.bytes(entry)) : sortedSets[arena.objectIndex(entry)].count
    }

    /// The score of a member. O(1) expected; O(n) in the few members of a packed one.
    @inline(__always)
    func score(of member: RawSpan, _ entry: Entry) -> Double? {
        if !isPacked(entry) { return sortedSets[arena.objectIndex(entry)].score(of: member, arena) }
        guard let position = PackedSortedSet.find(arena.bytes(entry), member) else { return nil }
        return PackedSortedSet.score(arena.bytes(entry), position)
    }

    /// The rank and the score of a member. O(log n).
    @inline(__always)
    func rank(of member: RawSpan, _ entry: Entry) -> (rank: Int, score: Double)? {
        if isPacked(entry) {
            guard let found = PackedSortedSet.rank(arena.bytes(entry), of: member) else { return nil }
            return (found.rank, PackedSortedSet.score(arena.bytes(entry), found.position))
        }
        return sortedSets[arena.objectIndex(entry)].rank(of: member, arena)
    }

    /// Hands the members of `ranks` with their scores to `body`, the last one first if `reversed`, until that returns false. O(log n
    /// + m). Without `scores` they are all zero, which spares reading them.
    @inline(__always)
    func forEachRanked(
        _ entry: Entry, _ ranks: Range<Int>, reversed: Bool = false, scores: Bool = true,
        _ body: (RawSpan, Double) -> Bool
    ) {
        if ranks.isEmpty { return }
        if !isPacked(entry) {
            return sortedSets[arena.objectIndex(entry)].tree.forEach(ranks, reversed: reversed, arena) {
                body(arena.rankedMember($0.member), $0.score)
            }
        }
        let pack = arena.bytes(entry)
        var position = PackedSortedSet.position(pack, ofRank: reversed ? ranks.upperBound &- 1 : ranks.lowerBound)
        for _ in 0 ..< ranks.count {
            let score = scores ? PackedSortedSet.score(pack, position) : 0
            if !Listpack.withText(pack, position, { body($0, score) }) { return }
            position = reversed
                ? PackedSortedSet.previous(pack, position) ?? Listpack.first : PackedSortedSet.next(pack, position)
        }
    }

    // MARK: Ranges

    /// The ranks of all elements in a range of scores. O(log n).
    func ranks(_ entry: Entry, in range: ScoreRange) -> Range<Int> {
        if range.isEmpty { return 0 ..< 0 }
        let lower: Int
        let upper: Int
        if isPacked(entry) {
            (lower, upper) = PackedSortedSet.ranks(arena.bytes(entry), in: range)
        } else {
            let index = arena.objectIndex(entry)
            lower = sortedSets[index].tree.count(arena) { score, _ in !range.isAtLeastMinimum(score) }
            upper = sortedSets[index].tree.count(arena) { score, _ in range.isAtMostMaximum(score) }
        }
        return lower ..< max(lower, upper)
    }

    /// The ranks of the elements in a range of members. All scores should be equal; where they are not, what is found is what
    /// looking through the order from one end finds. O(log n).
    ///
    /// `offset` elements are passed over and then at most `limit` taken, from the end if `reversed`. They are a matter of this function
    /// since those passed over need not be in the range where scores differ.
    func ranks(
        _ entry: Entry, in range: borrowing LexRange, reversed: Bool = false, offset: Int = 0, limit: Int = .max
    ) -> Range<Int> {
        if range.isEmpty { return 0 ..< 0 }
        if isPacked(entry) {
            return PackedSortedSet.ranks(
                arena.bytes(entry), in: range, reversed: reversed, offset: offset, limit: limit)
        }
        let index = arena.objectIndex(entry)
        let lower = sortedSets[index].tree.count(arena) { !range.isAtLeastMinimum(arena.rankedMember($1)) }
        let upper = sortedSets[index].tree.count(arena) { range.isAtMostMaximum(arena.rankedMember($1)) }
        return Keyspace.limit(lower ..< max(lower, upper), reversed: reversed, offset: offset, limit: limit)
    }

    /// What is left of a range of ranks when `offset` elements are passed over and at most `limit` are taken. A negative offset
    /// leaves none.
    static func limit(_ ranks: Range<Int>, reversed: Bool, offset: Int, limit: Int) -> Range<Int> {
        if offset < 0 || offset >= ranks.count { return 0 ..< 0 }
        let taken = min(limit, ranks.count - offset)
        if reversed { return ranks.upperBound - offset - taken ..< ranks.upperBound - offset }
        return ranks.lowerBound + offset ..< ranks.lowerBound + offset + taken
    }

    /// The ranks from `start` to `stop`, both included, negative ones counted from the end.
    static func ranks(from start: Int64, to stop: Int64, count: Int, reversed: Bool = false) -> Range<Int> {
        let count = Int64(count)
        let first = max(0, start < 0 ? start &+ count : start)
        let last = min(count - 1, stop < 0 ? stop &+ count : stop)
        if first > last || first >= count { return 0 ..< 0 }
        return reversed ? Int(count - 1 - last) ..< Int(count - first) : Int(first) ..< Int(last + 1)
    }
}

extension PackedSortedSet {
    /// The ranks between the first element that is not below a range and the first that is above.
    fileprivate static func ranks(_ pack: RawSpan, in range: ScoreRange) -> (Int, Int) {
        var lower = 0
        var upper = 0
        var position = Listpack.first
        while !Listpack.isEnd(pack, position) {
            let at = Listpack.next(pack, position)
            let score = score(pack, at: at)
            if !range.isAtMostMaximum(score) { break }
            upper &+= 1
            if !range.isAtLeastMinimum(score) { lower = upper }
            position = Listpack.next(pack, at)
        }
        return (lower, upper)
    }

    fileprivate static func ranks(
        _ pack: RawSpan, in range: borrowing LexRange, reversed: Bool, offset: Int, limit: Int
    ) -> Range<Int> {
        let count = count(pack)
        guard offset >= 0, let last = previous(pack, Listpack.end(pack)) else { return 0 ..< 0 }
        if !isAtLeastMinimum(pack, last, range) || !isAtMostMaximum(pack, Listpack.first, range) { return 0 ..< 0 }
        // From one end to where the range begins, then over `offset` elements, then as long as it lasts.
        var position = reversed ? last : Listpack.first
        var rank = 0
        while reversed ? !isAtMostMaximum(pack, position, range) : !isAtLeastMinimum(pack, position, range) {
            rank += 1
            if rank == count { return 0 ..< 0 }
            step(pack, &position, reversed)
        }
        if reversed ? !isAtLeastMinimum(pack, position, range) : !isAtMostMaximum(pack, position, range) { return 0 ..< 0 }
        if offset >= count - rank { return 0 ..< 0 }
        for _ in 0 ..< offset { step(pack, &position, reversed) }
        rank += offset
        var taken = 0
        while taken < limit, rank + taken < count,
            reversed ? isAtLeastMinimum(pack, position, range) : isAtMostMaximum(pack, position, range)
        {
            taken += 1
            if rank + taken < count { step(pack, &position, reversed) }
        }
        return reversed ? count - rank - taken ..< count - rank : rank ..< rank + taken
    }

    private static func step(_ pack: RawSpan, _ position: inout Int, _ reversed: Bool) {
        position = reversed ? previous(pack, position) ?? Listpack.first : next(pack, position)
    }

    private static func isAtLeastMinimum(_ pack: RawSpan, _ position: Int, _ range: borrowing LexRange) -> Bool {
        Listpack.withText(pack, position) { range.isAtLeastMinimum($0) }
    }

    private static func isAtMostMaximum(_ pack: RawSpan, _ position: Int, _ range: borrowing LexRange) -> Bool {
        Listpack.withText(pack, position) { range.isAtMostMaximum($0) }
    }
}
