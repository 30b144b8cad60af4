import Testing

@testable import Engine

@Suite struct InterimTextTests {
    @Test(arguments: [
        ("*", "", true), ("*", "abc", true), ("", "", true), ("", "a", false), ("a*c", "abbc", true),
        ("a*c", "abcd", false),
        ("a?c", "abc", true), ("a?c", "ac", false), ("[a-c]x", "BX", true), ("[c-a]x", "bx", true),
        ("[^a-c]x", "bx", false),
        ("[^a-c]x", "dx", true), ("[\\]]", "]", true), ("[abc", "b", true), ("[abc", "d", false),
        ("[", "a", false),
        ("[^", "a", true), ("\\*", "*", true), ("\\*", "a", false), ("a\\", "a\\", true),
        ("**a**", "xax", true),
        ("*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
        ("A*B", "aXb", true),
        ("[a-]", "-", false), ("[a-]", "^", true), ("x[a-c]*[0-9]", "xb--7", true), ("*.", ".a.", true),
    ])
    func globs(_ pattern: String, _ text: String, _ matches: Bool) {
        #expect(InterimText.matches(pattern, text) == matches)
    }

    @Test(arguments: [
        ("0", 0), ("-1", -1), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
    ])
    func integers(_ text: String, _ value: Int) { #expect(InterimText.integer(text) == value) }

    @Test(arguments: ["", "-", "-0", "00", "+1", "1.0", "１", "9223372036854775808"])
    func notIntegers(_ text: String) { #expect(InterimText.integer(text) == nil) }

    @Test func sizesAtTheEdge() {
        #expect(InterimText.size("9223372036854775807b") == .bytes(.max))
        #expect(InterimText.size("9223372036854775808") == .tooLarge)
        #expect(InterimText.size("8589934591gb") == .bytes(8_589_934_591 << 30))
        #expect(InterimText.size("8589934592gb") == .tooLarge)
        #expect(InterimText.size("99999999999999999999x") == .malformed)
        #expect(InterimText.size("１mb") == .malformed)
    }

    @Test func sizeTextsReadBack() {
        for bytes in [0, 1, 1023, 1024, 1025, 1 << 20, 3 << 20, (1 << 20) + 1024, 5 << 30, Int.max] {
            #expect(InterimText.size(InterimText.sizeText(bytes)) == .bytes(bytes))
        }
        #expect(InterimText.sizeText(3 << 20) == "3mb" && InterimText.sizeText(1 << 30) == "1gb")
        #expect(InterimText.sizeText(1536) == "1536")
    }
}
