import Bytes
import Wire

/// One of the sorted sets, or sets, that are put together: in a set every score is 1.
struct RankedSource {
    /// `nil` where there is no such key.
    let entry: Entry?
    let isSet: Bool
    let count: Int
    var weight = 1.0
}

/// How the scores that a member has in several sources become one.
enum ScoreAggregate {
    case sum, minimum, maximum
    /// The scores are left aside and the weights summed up: without any, that is the number of sources that have the member.
    case count

    /// What a source gives to the score of a member. The product of zero and infinity is made zero by whoever begins with it.
    @inline(__always)
    func weighted(_ score: Double, _ weight: Double) -> Double { self == .count ? weight : weight * score }

    @inline(__always)
    func combine(_ a: Double, _ b: Double) -> Double {
        switch self {
        case .sum, .count:
            let sum = a + b
            // Infinities of both signs.
            return sum.isNaN ? 0 : sum
        case .minimum: return b < a ? b : a
        case .maximum: return b > a ? b : a
        }
    }
}

/// Several sorted sets put together: union, intersection and difference. What comes out is a list, in no particular order.
///
/// Redis goes from the smallest source to the largest, and the order shows: sums of doubles depend on it.
extension Keyspace {
    /// The sources at the arguments of `range`. Throws where one is neither a sorted set nor a set.
    mutating func readSources(_ arguments: Arguments, _ range: Range<Int>) throws(CommandError) -> [RankedSource] {
        var sources: [RankedSource] = []
        sources.reserveCapacity(range.count)
        for index in range {
            guard let entry = read(arguments[index]) else {
                sources.append(RankedSource(entry: nil, isSet: false, count: 0))
                continue
            }
            switch arena.header(entry).type {
            case .sortedSet: sources.append(RankedSource(entry: entry, isSet: false, count: rankedCount(entry)))
            case .set: sources.append(RankedSource(entry: entry, isSet: true, count: memberCount(entry)))
            default: throw .wrongType
            }
        }
        return sources
    }

    /// The sources from the smallest to the largest, equal ones in the order of the arguments.
    private static func ascending(_ sources: [RankedSource]) -> [RankedSource] {
        sources.enumerated().sorted { ($0.element.count, $0.offset) < ($1.element.count, $1.offset) }.map(\.element)
    }

    /// Hands the members of a source with their scores to `body`, until that returns false.
    @inline(__always)
    private func forEach(_ source: RankedSource, _ body: (RawSpan, Double) -> Bool) {
        guard let entry = source.entry else { return }
        if source.isSet {
            forEachMember(entry) { body($0, 1) }
        } else {
            forEachRanked(entry, 0 ..< source.count, body)
        }
    }

    private func score(of member: RawSpan, _ source: RankedSource) -> Double? {
        guard let entry = source.entry else { return nil }
        if source.isSet { return isMember(member, entry) ? 1 : nil }
        return score(of: member, entry)
    }

    // MARK: Intersection

    /// Hands every member that all sources have to `body` with its score, until that returns false. O(N·M) for M sources, the
    /// smallest of which has N members.
    func forEachInAll(
        _ sources: [RankedSource], _ aggregate: ScoreAggregate, _ body: (RawSpan, Double) -> Bool
    ) {
        let ordered = Keyspace.ascending(sources)
        guard let smallest = ordered.first, smallest.count > 0 else { return }
        forEach(smallest) { member, score in
            var total = aggregate.weighted(score, smallest.weight)
            if total.isNaN { total = 0 }
            for source in ordered.dropFirst() {
                guard let score = self.score(of: member, source) else { return true }
                total = aggregate.combine(total, aggregate.weighted(score, source.weight))
            }
            return body(member, total)
        }
    }

    // MARK: Union

    /// The members that any source has. O(N) for N members of all.
    func union(_ sources: [RankedSource], _ aggregate: ScoreAggregate) -> RankedList {
        var list = RankedList()
        var index = HashIndex()
        for source in Keyspace.ascending(sources) {
            forEach(source) { member, score in
                var given = aggregate.weighted(score, source.weight)
                if given.isNaN { given = 0 }
                let hash = siphash13(member, hashKey)
                if let place = index.find(hash, { list.member(Int($0)).equals(member) }) {
                    list[score: Int(place)] = aggregate.combine(list[score: Int(place)], given)
                } else {
                    index.insert(hash, UInt32(list.count))
                    list.append(member, given)
                }
                return true
            }
        }
        return list
    }

    // MARK: Difference

    /// The members of the first source that no other has.
    ///
    /// Either each is looked for in the others, largest first; or, where that is more work, the others are united
    /// first. So it takes O(N) for N members of all sources at most.
    func difference(_ sources: [RankedSource]) -> RankedList {
        var list = RankedList()
        guard let first = sources.first, first.entry != nil else { return list }
        let others = sources.dropFirst().filter { $0.entry != nil }
        if others.contains(where: { $0.entry == first.entry }) { return list }
        let total = others.reduce(0) { $0 &+ $1.count }
        if first.count.multipliedReportingOverflow(by: others.count).partialValue / 2 <= first.count &+ total {
            let descending = others.sorted { $0.count > $1.count }
            forEach(first) { member, score in
                if !descending.contains(where: { self.score(of: member, $0) != nil }) { list.append(member, score) }
                return true
            }
            return list
        }
        let excluded = union(Array(others), .sum)
        var index = HashIndex()
        for place in 0 ..< excluded.count { index.insert(siphash13(excluded.member(place), hashKey), UInt32(place)) }
        forEach(first) { member, score in
            let isExcluded = index.find(siphash13(member, hashKey)) { excluded.member(Int($0)).equals(member) } != nil
            if !isExcluded { list.append(member, score) }
            return true
        }
        return list
    }
}
