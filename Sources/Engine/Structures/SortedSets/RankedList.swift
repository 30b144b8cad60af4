import Bytes

/// Members with scores on their way from sorted sets to another, or to a reply: apart from the keyspace they came from, so that
/// this may change while they are read.
///
/// They are handed out in the order in which they came, or, after `sort`, in that of a sorted set. O(1) amortised for
/// each to come; a copy of each member's bytes.
struct RankedList: ~Copyable {
    private var members = MemberList()
    private var scores: [Double] = []
    /// The places of the elements in their order; `nil` while it is the one they came in.
    private var order: [Int]?

    var count: Int { scores.count }
    /// Bytes of the longest member.
    var longest: Int { members.longest }

    /// Bytes that the pairs take as elements of a listpack. O(n).
    var packedSize: Int {
        scores.reduce(members.packedSize) { $0 &+ PackedSortedSet.ScoreEncoding($1).encoding.size }
    }

    mutating func append(_ member: RawSpan, _ score: Double) {
        members.append(member)
        scores.append(score)
    }

    /// The member that came as number `place`.
    @_lifetime(borrow self)
    func member(_ place: Int) -> RawSpan { members[place] }

    /// The score of that member.
    subscript(score place: Int) -> Double {
        get { scores[place] }
        set { scores[place] = newValue }
    }

    /// Puts all into the order of scores, and of members' bytes where scores are equal. O(n log n).
    mutating func sort() {
        var places = Array(0 ..< count)
        places.sort { a, b in
            if scores[a] != scores[b] { return scores[a] < scores[b] }
            return members[a].compare(members[b]) < 0
        }
        order = places
    }

    @inline(__always)
    func forEach(_ body: (RawSpan, Double) -> Void) {
        for index in 0 ..< count {
            let place = order?[index] ?? index
            body(members[place], scores[place])
        }
    }
}
