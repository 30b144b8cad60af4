import Bytes
import Wire

/// The places that a search has found, in the order in which they are told.
struct GeoMatches: ~Copyable {
    private struct Match {
        /// The number of the member in `members`.
        var member: Int
        var point: GeoPoint
        var score: Double
        /// Metres from the center.
        var distance: Double
    }

    private let search: GeoSearch
    private var members = MemberList()
    private var matches: [Match] = []

    /// Searches, sorts and counts. O(n) in the places of the cells that cover the shape, and what sorting takes.
    init(_ search: GeoSearch, _ keyspace: borrowing Keyspace) {
        self.search = search
        guard let entry = search.entry else { return }
        find(entry, keyspace)
        sort()
    }

    private mutating func find(_ entry: Entry, _ keyspace: borrowing Keyspace) {
        let enough = search.any ? search.count ?? .max : .max
        for cell in search.shape.cells {
            if matches.count >= enough { return }
            let ranks = keyspace.ranks(entry, in: ScoreRange(from: cell.lowestScore, below: cell.endScore))
            keyspace.forEachRanked(entry, ranks) { member, score in
                let point = GeoCell(score: score).center
                if let distance = search.shape.distance(point) {
                    matches.append(Match(member: members.count, point: point, score: score, distance: distance))
                    members.append(member)
                }
                return matches.count < enough
            }
        }
    }

    /// The nearest come first where a number of places is wanted and nothing else is said.
    private mutating func sort() {
        var order = search.order
        if order == .none, search.count != nil, !search.any { order = .ascending }
        let wanted = min(search.count ?? .max, matches.count)
        if order != .none {
            let sign = order == .ascending ? 1 : -1
            if wanted == matches.count {
                // Places at one distance stay in the order in which they were found.
                matches.sort {
                    let result = sign * GeoMatches.compare($0.distance, $1.distance)
                    return result != 0 ? result < 0 : $0.member < $1.member
                }
            } else {
                PartialSort.sort(&matches, 0 ... wanted - 1) { sign * GeoMatches.compare($0.distance, $1.distance) }
            }
        }
        matches.removeSubrange(wanted...)
    }

    private static func compare(_ a: Double, _ b: Double) -> Int { a > b ? 1 : a == b ? 0 : -1 }

    // MARK: Answers

    func answer(_ reply: inout ReplyWriter) {
        let details = [search.withDistance, search.withScore, search.withPoint].count { $0 }
        reply.array(matches.count)
        for match in matches {
            if details > 0 { reply.array(details + 1) }
            reply.bulk(members[match.member])
            if search.withDistance { reply.distance(match.distance / search.shape.unit) }
            if search.withScore { reply.integer(Int64(asInC: match.score)) }
            if search.withPoint { reply.point(match.point) }
        }
    }

    /// What is stored: distances or cells as scores.
    func ranked() -> RankedList {
        var list = RankedList()
        for match in matches {
            list.append(members[match.member], search.storesDistance ? match.distance / search.shape.unit : match.score)
        }
        list.sort()
        return list
    }
}
