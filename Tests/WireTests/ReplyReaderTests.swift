import TestSupport
import Testing

@Suite("Reply reader")
struct ReplyReaderTests {
    private static let samples: [(String, Reply)] = [
        ("+OK\r\n", .simple("OK")),
        ("-ERR no\r\n", .error("ERR no")),
        (":-12\r\n", .integer(-12)),
        ("$0\r\n\r\n", .bulk("")),
        ("$4\r\n\r\n\r\n\r\n", .bulk("\r\n\r\n")),
        ("$-1\r\n", .null), ("*-1\r\n", .null), ("_\r\n", .null),
        ("*0\r\n", .array([])),
        ("*2\r\n*1\r\n:1\r\n$1\r\nx\r\n", .array([.array([.integer(1)]), .bulk("x")])),
        ("~1\r\n#t\r\n", .set([.boolean(true)])),
        (">2\r\n+message\r\n#f\r\n", .push([.simple("message"), .boolean(false)])),
        ("%1\r\n+k\r\n,1.5\r\n", .map([.init(.simple("k"), .double(1.5))])),
        (",inf\r\n", .double(.infinity)), (",-inf\r\n", .double(-.infinity)), (",1e-05\r\n", .double(1e-5)),
        ("(123456789012345678901234567890\r\n", .bigNumber("123456789012345678901234567890")),
        ("!6\r\nERR no\r\n", .bulkError(Array("ERR no".utf8))),
        ("=6\r\ntxt:ab\r\n", .verbatim(format: "txt", Array("ab".utf8))),
        ("|1\r\n+ttl\r\n:3\r\n+v\r\n", .attributed([.init(.simple("ttl"), .integer(3))], .simple("v"))),
    ]

    @Test("reads every type, and where it ends, and no part of it")
    func types() throws {
        for (text, reply) in ReplyReaderTests.samples {
            let bytes = latin1(text)
            let read = try #require(try ReplyReader.read(latin1("rubbish") + bytes + latin1(":1"), from: 7))
            #expect(read.reply == reply)
            #expect(read.end == 7 + bytes.count)
            for length in 0 ..< bytes.count {
                let part = try ReplyReader.read(Array(bytes[..<length]))
                #expect(part == nil, "\(length) bytes of \(text.debugDescription)")
            }
        }
        let all = latin1(ReplyReaderTests.samples.map(\.0).joined())
        #expect(try ReplyReader.readAll(all) == ReplyReaderTests.samples.map(\.1))
    }

    @Test(
        "refuses what is no reply",
        arguments: [
            "?\r\n", ":\r\n", ":x\r\n", "$x\r\n", "$-2\r\n", "$1\r\nabc", "*-2\r\n", "_x\r\n", "#x\r\n",
            ",x\r\n", "+a\nb\r\n", "+a\rb\r\n",
            "=1\r\nx\r\n", "=4\r\ntxt \r\n", "*1\r\n?\r\n",
        ])
    func malformed(text: String) {
        #expect(throws: ReplyReader.Malformed.self) { try ReplyReader.read(latin1(text)) }
    }

    @Test("refuses bottomless nesting")
    func nesting() {
        #expect(throws: ReplyReader.Malformed.self) {
            try ReplyReader.read(latin1(String(repeating: "*1\r\n", count: 100_000)))
        }
    }

    @Test("gives the texts and elements of what has some")
    func access() throws {
        let reply = Reply.array([
            .bulk("a"), .map([.init(.simple("k"), .verbatim(format: "txt", [98]))]), .integer(1),
        ])
        #expect(reply[0].text == "a")
        #expect(reply[1][0].text == "k")
        #expect(reply[1][1].text == "b")
        #expect(reply[2].text == nil)
        #expect(reply[2].elements == nil)
    }
}
