import Bytes
import TestSupport
import Testing
import Wire

@Suite("Reply writer")
struct ReplyWriterTests {
    /// What `body` writes in each dialect.
    private func expect(
        _ resp2: String, _ resp3: String, _ body: (inout ReplyWriter) -> Void,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for (version, expected) in [(RESPVersion.resp2, resp2), (.resp3, resp3)] {
            var writer = ReplyWriter(version: version)
            body(&writer)
            let written = writer.output.copyBytes()
            let counted = writer.position
            #expect(written.bytes.text == latin1(expected).bytes.text, sourceLocation: sourceLocation)
            #expect(written == latin1(expected), sourceLocation: sourceLocation)
            #expect(counted == written.count, sourceLocation: sourceLocation)
        }
    }

    private func expect(
        _ both: String, _ body: (inout ReplyWriter) -> Void, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        expect(both, both, body, sourceLocation: sourceLocation)
    }

    // What Redis answers to DEBUG PROTOCOL.
    @Test("writes every type as Redis does, in both dialects")
    func types() {
        expect("$11\r\nHello World\r\n") { $0.bulk("Hello World") }
        expect(":12345\r\n") { $0.integer(12345) }
        expect("$5\r\n3.141\r\n", ",3.141\r\n") { $0.double(3.141) }
        expect("$6\r\n-0.125\r\n", ",-0.125\r\n") { $0.double(text: "-0.125".bytes) }
        expect("$-1\r\n", "_\r\n") { $0.null() }
        expect("*-1\r\n", "_\r\n") { $0.nullArray() }
        expect("*3\r\n:0\r\n:1\r\n:2\r\n") { writer in
            writer.array(3)
            for number in 0 ..< 3 { writer.integer(number) }
        }
        expect("*3\r\n", "~3\r\n") { $0.set(3) }
        expect("*6\r\n", "%3\r\n") { $0.map(3) }
        expect("*2\r\n", ">2\r\n") { $0.push(2) }
        expect("*0\r\n*0\r\n", "%0\r\n~0\r\n") { writer in
            writer.map(0)
            writer.set(0)
        }
        let digits = "1234567999999999999999999999999999999"
        expect("$37\r\n\(digits)\r\n", "(\(digits)\r\n") { $0.bigNumber(digits) }
        expect("$25\r\nThis is a verbatim\nstring\r\n", "=29\r\ntxt:This is a verbatim\nstring\r\n") {
            $0.verbatim("txt", "This is a verbatim\nstring")
        }
        expect("$0\r\n\r\n", "=4\r\nmkd:\r\n") { $0.verbatim("mkd", "") }
        expect(":1\r\n", "#t\r\n") { $0.bool(true) }
        expect(":0\r\n", "#f\r\n") { $0.bool(false) }
        var writer = ReplyWriter(version: .resp3)
        writer.attribute(1)
        let attribute = writer.output.copyBytes()
        #expect(attribute == latin1("|1\r\n"))
    }

    @Test("attributes need RESP3")
    func attributes() async {
        await #expect(processExitsWith: .failure) {
            var writer = ReplyWriter(version: .resp2)
            writer.attribute(1)
        }
    }

    @Test("writes statuses")
    func statuses() {
        expect("+OK\r\n+PONG\r\n+QUEUED\r\n+string\r\n") { writer in
            writer.ok()
            writer.pong()
            writer.queued()
            writer.simple("string")
        }
        let text = "two\r\nlines\n"
        expect("+two  lines \r\n+two  lines \r\n+\r\n") { writer in
            writer.simple("\(text)")
            writer.simple(latin1(text).bytes)
            writer.simple("")
        }
        expect("+OK\r\n$0\r\n\r\n") { writer in
            writer.raw(CommonReply.ok)
            writer.raw(latin1("$0\r\n\r\n").bytes)
        }
    }

    @Test("writes integers of every length")
    func integers() {
        var values: [Int64] = [.min, .min + 1, -1, 0, .max, .max - 1]
        var power: Int64 = 1
        for _ in 0 ..< 18 {
            power *= 10
            values += [power - 1, power, power + 1, 1 - power, -power]
        }
        for value in values + Array(0 ..< 1100) {
            let text = String(value)
            expect(":\(text)\r\n$\(text.utf8.count)\r\n\(text)\r\n") { writer in
                writer.integer(value)
                writer.bulk(decimal: value)
            }
        }
        for count in 0 ..< 1100 {
            expect("*\(count)\r\n*\(2 * count)\r\n", "*\(count)\r\n%\(count)\r\n") { writer in
                writer.array(count)
                writer.map(count)
            }
        }
    }

    // What Redis answers to ZSCORE.
    @Test(
        "writes doubles as Redis does",
        arguments: [
            (0.1, "0.10000000000000001"), (3, "3"), (-3, "-3"), (.infinity, "inf"), (-.infinity, "-inf"),
            (.nan, "nan"),
            (1e300, "1.0000000000000001e+300"), (12_345_678_901_234_568, "12345678901234568"),
            (123_456_789_012_345_680, "1.2345678901234568e+17"), (1e21, "1e+21"),
            (0.000001, "9.9999999999999995e-07"),
            (1e-5, "1.0000000000000001e-05"), (3.0000000000000004, "3.0000000000000004"), (-0.0, "-0"),
            (0, "0"),
            (0x1p-1074, "4.9406564584124654e-324"), (-1.7976931348623157e308, "-1.7976931348623157e+308"),
        ])
    func doubles(value: Double, text: String) {
        expect("$\(text.utf8.count)\r\n\(text)\r\n", ",\(text)\r\n") { $0.double(value) }
    }

    // What Redis answers to GEOPOS and INCRBYFLOAT.
    @Test(
        "writes doubles for people as Redis does",
        arguments: [
            (13.36138933897018433, "13.36138933897018433"), (0.00000268220901489, "0.00000268220901489"),
            (-10.00000092823272979, "-10.00000092823272979"), (15.5, "15.5"), (100, "100"), (-100, "-100"),
            (0, "0"),
            (-0.0, "0"), (-1e-20, "0"), (1e-20, "0"), (-0.5, "-0.5"), (1e20, "100000000000000000000"),
            (.infinity, "inf"), (-.infinity, "-inf"),
        ])
    func humanDoubles(value: Double, text: String) {
        expect("$\(text.utf8.count)\r\n\(text)\r\n", ",\(text)\r\n") { $0.humanDouble(value) }
    }

    @Test("writes errors on one line and counts them by code")
    func errors() {
        var writer = ReplyWriter()
        func last() -> (Int, String) { (writer.errorCount, writer.lastErrorCode) }
        #expect(last() == (0, ""))
        writer.error("ERR syntax error")
        #expect(last() == (1, "ERR"))
        writer.error("WRONGTYPE Operation against a key holding the wrong kind of value")
        #expect(last() == (2, "WRONGTYPE"))
        let name = "a\r\nb"
        writer.error("MYCODE bad '\(name)'\r\n\r\n")
        #expect(last() == (3, "MYCODE"))
        writer.error(latin1("ERR unknown '\u{ff}\n'").bytes)
        #expect(last() == (4, "ERR"))
        writer.error("NOSPACE")
        #expect(last() == (5, "ERR"))
        writer.error("\(String(repeating: "X", count: 30)) thirty")
        #expect(last() == (6, String(repeating: "X", count: 30)))
        writer.error("\(String(repeating: "X", count: 31)) more")
        #expect(last() == (7, "ERR"))
        writer.error(ProtocolError.expectedDollar(got: 0xff))
        #expect(last() == (8, "ERR"))
        let written = writer.output.copyBytes()
        let lines = [
            "-ERR syntax error", "-WRONGTYPE Operation against a key holding the wrong kind of value",
            "-MYCODE bad 'a  b'",
            "-ERR unknown '\u{ff} '", "-NOSPACE", "-" + String(repeating: "X", count: 30) + " thirty",
            "-" + String(repeating: "X", count: 31) + " more",
            "-ERR Protocol error: expected '$', got '\u{ff}'",
        ]
        #expect(written == latin1(lines.joined(separator: "\r\n") + "\r\n"))
    }

    @Test("takes replies back, errors staying counted")
    func truncation() {
        var writer = ReplyWriter()
        writer.ok()
        let position = writer.position
        writer.error("ERR no")
        writer.bulk([UInt8](repeating: 1, count: 100_000).bytes)
        writer.truncate(to: position)
        writer.pong()
        let written = writer.output.copyBytes()
        #expect(written == latin1("+OK\r\n+PONG\r\n"))
        let errors = writer.errorCount
        #expect(errors == 1)
    }

    @Test("is lent a client's output and gives it back")
    func lending() {
        var output = OutputBuffer()
        output.append("+before\r\n")
        var writer = ReplyWriter(version: .resp3)
        swap(&writer.output, &output)
        writer.null()
        swap(&writer.output, &output)
        let written = output.copyBytes()
        let kept = writer.position
        #expect(written == latin1("+before\r\n_\r\n"))
        #expect(kept == 0)
    }

    @Test("writes strings of every length across chunks", arguments: 0 ..< 8)
    func blocks(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var writer = ReplyWriter()
        var expected: [UInt8] = []
        var replies: [Reply] = []
        for round in 0 ..< 400 {
            let limit = [12, 120, 1200, 40_000].randomElement(using: &random)!
            let bytes = [UInt8](
                repeating: UInt8(truncatingIfNeeded: round), count: .random(in: 0 ... limit, using: &random))
            writer.bulk(bytes.bytes)
            expected += latin1("$\(bytes.count)\r\n") + bytes + latin1("\r\n")
            replies.append(.bulk(bytes))
        }
        let written = writer.output.copyBytes()
        #expect(written == expected)
        #expect(try ReplyReader.readAll(written) == replies)
    }
}
