import Bytes
import TestSupport
import Testing
import Wire

/// Lines of memcached's protocol, whole and in pieces.
@Suite("memcached lines")
struct MemcachedParserTests {
    /// The tokens of every line in `bytes`, cut at `cuts`; `nil` at the end where the parser gave up.
    private func lines(_ bytes: [UInt8], cutAt cuts: [Int] = []) -> [[String]?] {
        var parser = MemcachedParser()
        var unread: [UInt8] = []
        var start = 0
        var result: [[String]?] = []
        for cut in cuts + [bytes.count] {
            unread += bytes[start ..< cut]
            start = cut
            var position = 0
            reading: while position < unread.count {
                switch parser.parse(unread.bytes, from: position) {
                case .line(let end):
                    var tokens: [String] = []
                    for index in 0 ..< parser.tokens.count {
                        let range = parser.tokens[index]
                        let from = position + range.offset
                        tokens.append(String(decoding: unread[from ..< from + range.count], as: UTF8.self))
                    }
                    result.append(tokens)
                    position = end
                case .skipped(let end): position = end
                case .incomplete: break reading
                case .tooLong: return result + [nil]
                }
            }
            unread.removeFirst(position)
        }
        return result
    }

    @Test(arguments: [
        ("get a\r\n", ["get", "a"]), ("get  a   b \n", ["get", "a", "b"]), ("\r\n", ["\r"]), ("\n", []), ("   \r\n", []),
        ("get\ta\r\n", ["get\ta"]), ("get a\0 b\r\n", ["get", "a"]), ("get a\r\r\n", ["get", "a\r"]),
        (" longer than eight bytes, twice\r\n", ["longer", "than", "eight", "bytes,", "twice"]),
    ])
    func tokensStandBetweenSpaces(_ line: String, _ tokens: [String]) {
        #expect(lines(Array(line.utf8)) == [tokens])
    }

    @Test func everyCutFindsTheSame() {
        let text = "set k 0 0 5\r\nhello\r\nget a\0b\r\n\r\n\n  get   12345678 123456789 k\r\nmg k v f t O1\nquit\r\n"
        let bytes = Array(text.utf8)
        let whole = lines(bytes)
        #expect(whole.count == 8)
        for first in 0 ... bytes.count {
            let same = lines(bytes, cutAt: [first]) == whole
            #expect(same, "cut at \(first)")
        }
        let dripped = lines(bytes, cutAt: Array(0 ..< bytes.count)) == whole
        #expect(dripped)
    }

    @Test func onlyRequestsForKeysMayBeLong() {
        let keys = String(repeating: " key", count: 1000)
        #expect(lines(Array("get\(keys)\r\n".utf8), cutAt: [3000]).first??.count == 1001)
        #expect(lines(Array("set\(keys)\r\n".utf8), cutAt: [3000]) == [nil])
    }

    @Test func whatIsNotWantedIsDropped() {
        var parser = MemcachedParser()
        parser.skip(5)
        let (first, rest) = (Array("xxx".utf8), Array("xxget a\r\n".utf8))
        var outcomes = [parser.parse(first.bytes, from: 0)]
        outcomes.append(parser.parse(rest.bytes, from: 0))
        outcomes.append(parser.parse(rest.bytes, from: 2))
        #expect(outcomes == [.skipped(end: 3), .skipped(end: 2), .line(end: 9)])
    }

    @Test(arguments: [
        ("5", 5), ("+5", 5), ("  5 x", 5), ("-0", 0), ("-18446744073709551611", 5), ("18446744073709551615", UInt64.max),
        ("7\r\n", 7),
    ])
    func numbersAreReadAsCDoes(_ text: String, _ value: UInt64) {
        let read = MemcachedNumber.unsigned64(text.bytes)
        #expect(read == value)
    }

    @Test(arguments: ["", " ", "x", "5x", "-5", "18446744073709551616", "+", "- 5"])
    func whatIsNoNumberIsNot(_ text: String) {
        let read = MemcachedNumber.unsigned64(text.bytes)
        #expect(read == nil)
    }

    @Test func smallNumbersAreCutDown() {
        for (text, value) in [("4294967301", 5), ("2147483648", Int32.min), ("-1", -1)] {
            let read = MemcachedNumber.signed32(text.bytes)
            #expect(read == value)
        }
        let flags = MemcachedNumber.unsigned32("4294967297".bytes)
        #expect(flags == 1)
    }

    @Test(arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar"])
    func base64ComesBack(_ text: String) {
        let encoded = Base64.encode(text.bytes)
        let decoded = Base64.decode(encoded.bytes)
        #expect(decoded == (text.isEmpty ? nil : Array(text.utf8)))
        #expect(encoded.count % 4 == 0)
    }
}
