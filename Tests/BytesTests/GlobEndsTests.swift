import Bytes
import Testing

/// What a pattern begins and ends with.
@Suite struct GlobEndsTests {
    private static let examples: [(String, String, String)] = [
        ("news.*", "news.", ""), ("user:*:created", "user:", ":created"), ("a\\*[xy]?b", "a*", "b"), ("plain", "plain", ""),
        ("", "", ""), ("*", "", ""), ("*end", "", "end"), ("a[b", "a", ""), ("a[]b", "a", "b"), ("a[^]]b", "a", "]b"),
        ("a[\\]]b", "a", "b"), ("a[x-]]b", "a", "b"), ("end\\", "end\\", ""), ("?\\", "", "\\"), ("a**b*c\\d", "a", "cd"),
    ]

    @Test(arguments: examples) func areTheseOfExamples(_ pattern: String, _ prefix: String, _ suffix: String) {
        let ends = GlobEnds(bytes(pattern).bytes)
        #expect(text(ends.prefix) == prefix && text(ends.suffix) == suffix)
    }

    /// Whatever matches a pattern has its ends, side by side at least.
    @Test(arguments: [1, 2, 3]) func everyMatchHasThem(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var matches = 0
        for _ in 0 ..< 200_000 {
            let pattern = random.bytes(of: Array("ab*?[]^-\\".utf8), below: 8)
            let subject = random.bytes(of: Array("ab]^\\".utf8), below: 7)
            if !globMatch(pattern: pattern.bytes, text: subject.bytes) { continue }
            matches += 1
            let ends = GlobEnds(pattern.bytes)
            let fits = subject.starts(with: ends.prefix) && subject.reversed().starts(with: ends.suffix.reversed())
            #expect(fits && ends.prefix.count + ends.suffix.count <= subject.count, "\(text(pattern)) \(text(subject))")
        }
        #expect(matches > 1000)
    }
}
