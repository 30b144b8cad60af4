import Bytes
import TestSupport
import Testing

@testable import Engine

@Suite struct SubsequenceTests {
    private let scene = StringScene()

    /// Redis's example, and its answers.
    @Test func findsWhatTextsHaveInCommon() {
        scene.send("MSET a ohmytext b mynewtext")
        scene.expect("LCS a b", "$6 mytext")
        scene.expect("LCS a b LEN", ":6")
        scene.expect("LCS a b IDX", "*4 $7 matches *2 *2 *2 :4 :7 *2 :5 :8 *2 *2 :2 :3 *2 :0 :1 $3 len :6")
        scene.expect("LCS a b IDX MINMATCHLEN 4", "*4 $7 matches *1 *2 *2 :4 :7 *2 :5 :8 $3 len :6")
        scene.expect(
            "LCS a b IDX WITHMATCHLEN MINMATCHLEN -4",
            "*4 $7 matches *2 *3 *2 :4 :7 *2 :5 :8 :4 *3 *2 :2 :3 *2 :0 :1 :2 $3 len :6"
        )
        scene.expect("LCS a b minmatchlen 100 idx", "*4 $7 matches *0 $3 len :6")
        scene.expect("LCS a b WITHMATCHLEN", "$6 mytext")
        scene.expect("LCS a none", "$0 ")
        scene.expect("LCS none none2 LEN", ":0")
        scene.expect("LCS none a IDX", "*4 $7 matches *0 $3 len :0")
        scene.send("SET n 12345")
        scene.send("SET m 2x4")
        scene.expect("LCS n m", "$2 24")
        scene.expect("LCS n n", "$5 12345")
        scene.send("HELLO 3")
        scene.expect("LCS n m IDX", "%2 $7 matches *2 *2 *2 :3 :3 *2 :2 :2 *2 *2 :1 :1 *2 :0 :0 $3 len :2")
    }

    @Test func refusesBadRequests() {
        scene.send("MSET a ohmytext b mynewtext")
        scene.expect("LCS a b LEN IDX", "-ERR If you want both the length and indexes, please just use IDX.")
        scene.expect("LCS a b FOO", Answer.syntax)
        scene.expect("LCS a b MINMATCHLEN", Answer.syntax)
        scene.expect("LCS a b MINMATCHLEN x", Answer.notInteger)
        scene.expect("LCS a", "-ERR wrong number of arguments for 'lcs' command")
        scene.makeForeign("f")
        scene.expect("LCS a f FOO", "-ERR The specified keys must contain string values")
        scene.expect("LCS f none", "-ERR The specified keys must contain string values")
        scene.send("SETRANGE long 19999 x")
        scene.expect("LCS long long LEN", "-ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len")
        scene.expect("LCS long a LEN", ":1")
    }

    /// The bits against the table of lengths, over small alphabets and across word boundaries.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6]) func agreesWithTheTable(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0 ..< 150 {
            let alphabet = 1 + random.next(below: 5)
            let (m, n) = (random.next(below: 150), random.next(below: 150))
            let a = (0 ..< m).map { _ in UInt8(97 + random.next(below: alphabet)) }
            let b = (0 ..< n).map { _ in UInt8(97 + random.next(below: alphabet)) }
            let expected = tableMatches(a, b)
            let found = LongestCommonSubsequence(a.bytes, b.bytes, keepsRows: true)
            var matches: [LongestCommonSubsequence.Match] = []
            found.forEachMatch(a.bytes, b.bytes) { matches.append($0) }
            #expect(found.length == expected.length)
            #expect(matches == expected.matches)
            #expect(LongestCommonSubsequence(a.bytes, b.bytes, keepsRows: false).length == expected.length)
        }
    }

    /// The textbook's way, and Redis's choice where two ways back are as good.
    private func tableMatches(_ a: [UInt8], _ b: [UInt8]) -> (length: Int, matches: [LongestCommonSubsequence.Match]) {
        var table = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
        for i in 0 ..< a.count {
            for j in 0 ..< b.count {
                table[i + 1][j + 1] = a[i] == b[j] ? table[i][j] + 1 : max(table[i][j + 1], table[i + 1][j])
            }
        }
        var pairs: [(Int, Int)] = []
        var (i, j) = (a.count, b.count)
        var matches: [LongestCommonSubsequence.Match] = []
        func flush() {
            guard let last = pairs.first, let first = pairs.last else { return }
            matches.append(.init(a: first.0 ... last.0, b: first.1 ... last.1))
            pairs = []
        }
        while i > 0, j > 0 {
            if a[i - 1] == b[j - 1] {
                i -= 1
                j -= 1
                pairs.append((i, j))
            } else {
                flush()
                if table[i - 1][j] > table[i][j - 1] { i -= 1 } else { j -= 1 }
            }
        }
        flush()
        return (table[a.count][b.count], matches)
    }
}
