import Bytes
import Testing

/// Redis's rules told the plain, recursive way, one clause for each; exponential, so for small patterns only.
private func plainMatch(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>, _ ignoringCase: Bool) -> Bool {
    guard let byte = text.first else { return pattern.isEmpty }
    return plainRest(pattern, byte, text, ignoringCase)
}

/// Behind something that matched, an exhausted text is content with stars.
private func plainNext(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>, _ ignoringCase: Bool) -> Bool {
    text.isEmpty ? pattern.allSatisfy { $0 == 42 } : plainMatch(pattern, text, ignoringCase)
}

private func plainRest(
    _ pattern: ArraySlice<UInt8>, _ byte: UInt8, _ text: ArraySlice<UInt8>, _ ignoringCase: Bool
) -> Bool {
    guard let first = pattern.first else { return false }
    let lower = { (byte: UInt8) in ignoringCase && (65 ... 90).contains(byte) ? byte + 32 : byte }
    let behind = pattern.dropFirst()
    switch Character(UnicodeScalar(first)) {
    case "*":
        let rest = pattern.drop { $0 == 42 }
        return rest.isEmpty || text.indices.contains { plainMatch(rest, text[$0...], ignoringCase) }
    case "?":
        return plainNext(behind, text.dropFirst(), ignoringCase)
    case "\\" where !behind.isEmpty:
        return lower(behind.first!) == lower(byte) && plainNext(behind.dropFirst(), text.dropFirst(), ignoringCase)
    case "[":
        var members = behind
        let negated = members.first == 94
        if negated { members = members.dropFirst() }
        var found = false
        while let member = members.popFirst() {
            if member == 92, let escaped = members.popFirst() {
                if escaped == byte { found = true }
            } else if member == 93 {
                break
            } else if members.count >= 2, members.first == 45 {
                members = members.dropFirst()
                let other = members.popFirst()!
                // Signed bytes, in order; then without case, where glibc gives back the byte for all but -1.
                let signed = { (byte: UInt8) in Int(Int8(bitPattern: byte)) }
                let without = { (value: Int) in
                    !ignoringCase ? value : value < -1 ? value + 256 : (65 ... 90).contains(value) ? value + 32 : value
                }
                let low = without(min(signed(member), signed(other)))
                let high = without(max(signed(member), signed(other)))
                if without(signed(byte)) >= low && without(signed(byte)) <= high { found = true }
            } else if lower(member) == lower(byte) {
                found = true
            }
        }
        return found != negated && plainNext(members, text.dropFirst(), ignoringCase)
    default:
        return lower(first) == lower(byte) && plainNext(behind, text.dropFirst(), ignoringCase)
    }
}

@Suite struct GlobTests {
    private func matches(_ pattern: String, _ candidate: String, ignoringCase: Bool = false) -> Bool {
        let (pattern, candidate) = (bytes(pattern), bytes(candidate))
        let result = globMatch(pattern: pattern.bytes, text: candidate.bytes, ignoringCase: ignoringCase)
        let compiled = GlobPattern(pattern.bytes, ignoringCase: ignoringCase)
        #expect(compiled.matches(candidate.bytes) == result)
        return result
    }

    @Test func matchesTheUsualThings() {
        for (pattern, text) in [
            ("*", "a"), ("h?llo", "hello"), ("h*llo", "hllo"), ("h*llo", "heeeello"), ("h[ae]llo", "hallo"),
            ("h[^e]llo", "hallo"), ("h[a-b]llo", "hbllo"), ("h[b-a]llo", "hallo"), ("a\\*b", "a*b"),
            ("news.*", "news."), ("*abc", "xabcabc"), ("a*b*c", "a--b--c"), ("", ""), ("a**", "a"), ("***a", "ba"),
            ("[\\]]", "]"),
            ("[a-", "a"), ("[a", "a"), ("[^", "x"), ("[^]", "x"), ("\\", "\\"), ("a\\", "a\\"), ("[\\", "\\"),
            ("[a-]", "]"), ("[a-]", "_"), ("user:*:name", "user:17:name"), ("[z-a]", "m"),
        ] { #expect(matches(pattern, text), "\(pattern) \(text)") }
        for (pattern, text) in [
            ("*", ""), ("?", ""), ("", "a"), ("h?llo", "hllo"), ("h[^e]llo", "hello"), ("a\\*b", "axb"), ("[]", "]"),
            ("[]a]", "a"), ("[]]", "]]"), ("[", "["), ("a*b", "ac"), ("abc", "ab"), ("ab", "abc"),
            ("*abc", "abcd"), ("news.*", "news"), ("A", "a"), ("[A]", "a"), ("**", ""),
        ] { #expect(!matches(pattern, text), "\(pattern) \(text)") }
    }

    @Test func ignoresCaseAsRedisDoes() {
        #expect(matches("MaxMemory*", "maxmemory-policy", ignoringCase: true))
        #expect(matches("[A-C]x", "bX", ignoringCase: true))
        #expect(matches("\\A", "a", ignoringCase: true))
        // An escaped member keeps its case.
        #expect(!matches("[\\A]", "a", ignoringCase: true))
        #expect(matches("[\\A]", "A", ignoringCase: true))
    }

    /// As redis-server 7.0.15 answers KEYS: its recursion stops at a depth of a thousand.
    @Test func stopsAtAThousandStars() {
        let key = String(repeating: "a", count: 5000)
        #expect(matches(String(repeating: "*?", count: 1000), key))
        #expect(matches(String(repeating: "*?", count: 1000) + "*", key))
        #expect(!matches(String(repeating: "*?", count: 1001), key))
    }

    @Test func isNeverExponential() {
        let text = String(repeating: "a", count: 20_000)
        #expect(!matches(String(repeating: "a*", count: 300) + "b", text))
        #expect(!matches(String(repeating: "*a", count: 300) + "*b", text))
        #expect(matches(String(repeating: "*[^b]", count: 900), text))
    }

    @Test(arguments: [false, true])
    func agreesWithThePlainRules(ignoringCase: Bool) {
        var random = SeededRandom(seed: ignoringCase ? 13 : 14)
        let patterns = bytes("abAB**?[]^-\\") + [0x80, 0xfe, 0xff]
        let texts = bytes("abABc[]^-\\*") + [0x80, 0xfe, 0xff]
        var matched = 0
        for _ in 0 ..< 200_000 {
            let pattern = random.bytes(of: patterns, below: 9)
            let text = random.bytes(of: texts, below: 6)
            let expected = plainMatch(pattern[...], text[...], ignoringCase)
            let result = globMatch(pattern: pattern.bytes, text: text.bytes, ignoringCase: ignoringCase)
            if result != expected { Issue.record("\(pattern) \(text)") }
            if GlobPattern(pattern.bytes, ignoringCase: ignoringCase).matches(text.bytes) != expected {
                Issue.record("compiled \(pattern) \(text)")
            }
            matched += expected ? 1 : 0
        }
        #expect(matched > 5_000)
    }

    @Test func knowsItsShape() {
        func shape(_ pattern: String) -> (Bool, Bool) {
            let pattern = bytes(pattern)
            let compiled = GlobPattern(pattern.bytes)
            return (compiled.isUniversal, compiled.isLiteral)
        }
        #expect(shape("*") == (true, false))
        #expect(shape("**") == (false, false))
        #expect(shape("") == (false, true))
        #expect(shape("plain:name") == (false, true))
        #expect(shape("plain*") == (false, false))
        #expect(shape("a\\b") == (false, false))
    }
}
