import Bytes
import Testing

@testable import Engine

/// The words of a line; each case was put to redis-server 7.0.15.
@Suite struct ConfigurationLineTests {
    private func words(_ line: String) -> [String]? {
        ConfigurationLine.words(Array(line.utf8))?.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        ("", []), ("   ", []), ("a", ["a"]), (" a \t b ", ["a", "b"]), ("a \"b c\"", ["a", "b c"]),
        ("'b c' d", ["b c", "d"]),
        ("\"\" ''", ["", ""]), ("a\"b c\"", ["ab c"]), ("\"a\\nb\\r\\t\\b\\a\"", ["a\nb\r\t\u{8}\u{7}"]),
        ("\"\\x41\\x4g\\xZZ\"", ["Ax4gxZZ"]), ("\"\\q\\\"\\\\\"", ["q\"\\"]), ("'a\\'b\\n'", ["a'b\\n"]),
        ("a\\ b", ["a\\", "b"]),
        ("a#b #c", ["a#b", "#c"]), ("it's fine'", ["its fine"]), ("é \"é\"", ["é", "é"]),
    ])
    func splitting(_ line: String, _ expected: [String]) { #expect(words(line) == expected) }

    @Test(arguments: ["\"a", "'a", "\"a\"b", "'a'b", "'it''s'", "\"a\\", "\"a\\\"", "a \"", "b'"])
    func unbalanced(_ line: String) { #expect(words(line) == nil) }

    @Test func quotingIsTheInverse() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<500 {
            let scalars = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                Unicode.Scalar(UInt32.random(in: 0...0x17F, using: &random))!
            }
            var text = ""
            text.unicodeScalars.append(contentsOf: scalars)
            let quoted = ConfigurationLine.quoted(text)
            #expect(words(quoted) == [text])
            #expect(quoted.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        }
    }

    @Test func quotingEscapesLikeRedis() {
        #expect(
            ConfigurationLine.quoted("a \"\\\n\r\t\u{7}\u{8}\u{1}é\u{7F}")
                == #""a \"\\\n\r\t\a\b\x01\xc3\xa9\x7f""#)
    }

    @Test func linesAreTrimmed() {
        let lines = ConfigurationLine.trimmedLines(Array(" a b \r\n\n\t# c\n\n".utf8))
        #expect(lines.map { String(decoding: $0, as: UTF8.self) } == ["a b", "", "# c", "", ""])
        #expect(lines.map(ConfigurationLine.isComment) == [false, false, true, false, false])
        #expect(ConfigurationLine.trimmedLines([]).map(\.count) == [0])
        #expect(ConfigurationLine.trimmedLines(Array("  ".utf8)).map(\.count) == [0])
    }
}
