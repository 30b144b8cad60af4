import Bytes

/// A small sorted set in one block: a listpack of members, each followed by its score, in the order of scores and then of
/// members' bytes. It is the form Redis 7 has, so that dumps can hold the block as it is.
///
///     ┌────────┬────────┬───────┬────────┬───────┬ … ┬──────┐
///     │ header │ member │ score │ member │ score │   │ 0xFF │
///     └────────┴────────┴───────┴────────┴───────┴ … ┴──────┘
///
/// A whole score up to 2^62 is an integer, any other the text of seventeen digits that reads back as the same number. Zero loses
/// its sign here, as it does in Redis.
///
/// A pair is named by the position of its member. All searches are O(n) in the block's bytes.
enum PackedSortedSet {
    @inline(__always)
    static func count(_ pack: RawSpan) -> Int { Listpack.count(pack) / 2 }

    // MARK: Pairs

    /// Where the pair behind the one at `position` is, or the end mark.
    @inline(__always)
    static func next(_ pack: RawSpan, _ position: Int) -> Int { Listpack.next(pack, Listpack.next(pack, position)) }

    /// Where the pair in front of `position` is; `nil` at the first.
    static func previous(_ pack: RawSpan, _ position: Int) -> Int? {
        guard let score = Listpack.previous(pack, position) else { return nil }
        return Listpack.previous(pack, score)
    }

    /// Where the pair of rank `rank` is, which must exist unless it is the one behind the last. From the nearer end.
    static func position(_ pack: RawSpan, ofRank rank: Int) -> Int {
        let count = count(pack)
        precondition(rank >= 0 && rank <= count)
        if rank <= count / 2 {
            var position = Listpack.first
            for _ in 0 ..< rank { position = next(pack, position) }
            return position
        }
        var position = Listpack.end(pack)
        for _ in rank ..< count { position = previous(pack, position) ?? Listpack.first }
        return position
    }

    /// The score of the pair at `position`.
    @inline(__always)
    static func score(_ pack: RawSpan, _ position: Int) -> Double {
        score(pack, at: Listpack.next(pack, position))
    }

    /// The score that the element at `position` is.
    @inline(__always)
    static func score(_ pack: RawSpan, at position: Int) -> Double {
        switch Listpack.value(pack, position) {
        case .integer(let value): return Double(value)
        case .text(let range):
            guard let score = Double(text: pack.extracting(range)) else { preconditionFailure("a score is no number") }
            return score
        }
    }

    // MARK: Searching

    /// The pair of a member.
    static func find(_ pack: RawSpan, _ member: RawSpan) -> Int? {
        Listpack.find(pack, member, from: Listpack.first, every: 2)
    }

    /// The pair of a member, and how many are in front of it.
    static func rank(_ pack: RawSpan, of member: RawSpan) -> (rank: Int, position: Int)? {
        let integer = Listpack.integer(member)
        var position = Listpack.first
        var rank = 0
        while !Listpack.isEnd(pack, position) {
            if Listpack.matches(pack, position, member, integer) { return (rank, position) }
            position = next(pack, position)
            rank &+= 1
        }
        return nil
    }

    /// Where a pair of this score and a member that is not there belongs.
    static func place(_ pack: RawSpan, for member: RawSpan, _ score: Double) -> Int {
        // What comes in order belongs at the end.
        let end = Listpack.end(pack)
        if let last = previous(pack, end), ascends(pack, last, score, member) { return end }
        var position = Listpack.first
        while !Listpack.isEnd(pack, position) {
            if !ascends(pack, position, score, member) { return position }
            position = next(pack, position)
        }
        return position
    }

    /// Whether the pair at `position` stands in front of one of this score and another member.
    @inline(__always)
    private static func ascends(_ pack: RawSpan, _ position: Int, _ score: Double, _ member: RawSpan) -> Bool {
        let own = PackedSortedSet.score(pack, position)
        if own != score { return own < score }
        return Listpack.withText(pack, position) { $0.compare(member) } < 0
    }

    // MARK: Writing

    /// How a score is written.
    struct ScoreEncoding {
        let encoding: Listpack.Encoding
        private let text: NumberText

        @inline(__always)
        init(_ score: Double) {
            if score.magnitude <= 0x1p62, Double(Int64(score)) == score {
                encoding = Listpack.Encoding(Int64(score))
                text = NumberText(Int64(0))
            } else {
                text = NumberText(score: score)
                encoding = Listpack.Encoding(text.bytes)
            }
        }

        @inline(__always)
        @discardableResult
        func write(at position: Int, into pack: inout MutableRawSpan) -> Int {
            Listpack.write(encoding, text.bytes, at: position, into: &pack)
        }
    }
}
