import Bytes

/// The longest common subsequence of two strings, and where its stretches lie in both.
///
/// The textbook table holds, for every pair of prefixes, the length of their longest common subsequence L(i, j). Along a
/// row it grows by nothing or by one from each cell to the next, so one bit per cell says it all, and 64 cells of a row
/// follow from the row above by one addition and three logical operations (Hyyrö, "Bit-parallel LCS-length computation
/// revisited", 2004). The carry of the addition is what runs along the row.
///
///     row i │ w0: cells 0…63 │ w1: cells 64…127 │ … │        bit j set: L(i, j+1) = L(i, j)
///             one column for each byte of b                 bit j clear: it is one more
///
///     row(i) = (row(i-1) + (row(i-1) & match)) | (row(i-1) & ~match),  match: where b has the byte a[i-1]
///
/// The bits are also all that the way back needs. Where two bytes differ one of the neighbours, above or to the left, has
/// this cell's length; Redis goes up only when the one above is longer, which is when this cell's bit is clear. So the
/// ranges come out exactly as from Redis's table of 32-bit lengths, from a 32nd of its memory and in a fraction of its
/// time.
///
/// Costs: O(|a| |b| / 64) time; |a| |b| / 8 bytes if the way back is asked for, two rows if only the length is; |b| / 8
/// bytes for each distinct byte of a.
struct LongestCommonSubsequence {
    /// A stretch that both strings have: both ranges have the same length.
    struct Match: Equatable {
        var a: ClosedRange<Int>
        var b: ClosedRange<Int>
    }

    let length: Int
    private let width: Int
    /// Rows 1 … |a| one after the other; only the last one when there is no way back.
    private var rows: [UInt64]

    /// Compares two strings. Without `keepsRows` only `length` is known afterwards.
    init(_ a: RawSpan, _ b: RawSpan, keepsRows: Bool) {
        let width = (b.byteCount &+ 63) / 64
        let matches = MatchMasks(a, b, width: width)
        var rows = [UInt64](repeating: .max, count: width * (keepsRows ? max(1, a.byteCount) : 1))
        for i in 0 ..< a.byteCount {
            let above = keepsRows ? max(0, i &- 1) &* width : 0
            let row = keepsRows ? i &* width : 0
            let mask = matches.offset(of: a.byte(i))
            var carry: UInt64 = 0
            for word in 0 ..< width {
                let old = rows[above &+ word]
                let hits = old & matches.words[mask &+ word]
                let (first, overflow) = old.addingReportingOverflow(hits)
                let (sum, second) = first.addingReportingOverflow(carry)
                carry = overflow || second ? 1 : 0
                rows[row &+ word] = sum | (old & ~matches.words[mask &+ word])
            }
        }
        var ones = 0
        let last = rows.count &- width
        for word in 0 ..< width { ones &+= rows[last &+ word].nonzeroBitCount }
        self.width = width
        // Bits behind the end of b are never matched, so they stay set.
        length = width &* 64 &- ones
        self.rows = rows
    }

    /// Calls `body` with each stretch, the last one first. The strings must be those that were compared, and the rows kept.
    func forEachMatch(_ a: RawSpan, _ b: RawSpan, _ body: (Match) -> Void) {
        var (i, j) = (a.byteCount, b.byteCount)
        var current: Match?
        while i > 0, j > 0 {
            if a.byte(i &- 1) == b.byte(j &- 1) {
                i &-= 1
                j &-= 1
                current = Match(a: i ... (current?.a.upperBound ?? i), b: j ... (current?.b.upperBound ?? j))
            } else {
                if let match = current { body(match) }
                current = nil
                if grows(i, j) { i &-= 1 } else { j &-= 1 }
            }
        }
        if let match = current { body(match) }
    }

    /// Whether L(i, j) is one more than L(i, j - 1).
    private func grows(_ i: Int, _ j: Int) -> Bool {
        rows[(i &- 1) &* width &+ (j &- 1) / 64] &>> UInt64((j &- 1) % 64) & 1 == 0
    }
}

/// For each byte that a has, the columns in which b has it.
private struct MatchMasks {
    var words: [UInt64]
    private var offsets = InlineArray<256, Int32>(repeating: -1)
    private let width: Int

    init(_ a: RawSpan, _ b: RawSpan, width: Int) {
        self.width = width
        var distinct: Int32 = 0
        for i in 0 ..< a.byteCount where offsets[Int(a.byte(i))] < 0 {
            offsets[Int(a.byte(i))] = distinct
            distinct += 1
        }
        words = [UInt64](repeating: 0, count: Int(distinct) * width)
        for j in 0 ..< b.byteCount {
            let slot = offsets[Int(b.byte(j))]
            if slot >= 0 { words[Int(slot) &* width &+ j / 64] |= 1 &<< UInt64(j % 64) }
        }
    }

    /// Where the words of a byte of a begin.
    func offset(of byte: UInt8) -> Int { Int(offsets[Int(byte)]) &* width }
}
