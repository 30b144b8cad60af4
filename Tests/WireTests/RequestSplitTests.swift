import Bytes
import TestSupport
import Testing
import Wire

/// However input is cut into pieces and glued together, the parser finds the same.
@Suite("Requests in pieces")
struct RequestSplitTests {
    /// Bytes in front of which or behind which a cut has gone wrong, or might.
    static let corpus: [String] = [
        "*1\r\n$4\r\nPING\r\n",
        "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000001\r\n$5\r\nva\r\ne\r\n",
        "*3\r\n$0\r\n\r\n$0\r\n\r\n$0\r\n\r\n",
        "*0\r\n*-1\r\n\r\n\n   \r\n*1\r\n$1\r\nx\r\n",
        "*12\r\n" + String(repeating: "$2\r\nab\r\n", count: 12) + "PING\r\n",
        "*2\r\n$4\r\nECHO\r\n$100\r\n" + String(repeating: "\r\n", count: 50) + "\r\n*1\r\n$1\r\n\n\r\n",
        "*2\r\n$4\r\nECHO\r\n$1234\r\n" + String(repeating: "x", count: 1234) + "\r\nPING\r\n",
        "SET \"a b\" 'c\\'d' \"\\x41\\n\"\r\nGET k\nPING\r\n",
        "PING\r\r\n\rPING\n \t \r\nECHO ''\r\n",
        "*1\rX$1\rYxZZ*1\r\n$1\r\nx\r\n",
        "*1\r\n$\r\n", "*1\r\n$\rX", "*1\r\n\r\n", "*1\r\n\0\r\n", "PING\0\r\n", "*9\r\n$1\r\nx\r\n+\r\n",
        "*a\r\n", "ECHO \"a\r\n",
        "*3\r\n$1\r\n1\r\n$-1\r\n", "*1\r\n$536870913\r\n", "*1\r\n$99999999999999999999999\r\n",
        "\r\n\r\n*-9\r\n'\r\n",
        "*2\r\n$1\r\nx\r\n$0\r\n\r\n*1\r\n$1\r\ny\r\n",
    ]

    static let inputs =
        corpus.map(latin1) + (protocolAnswers + inlineAnswers).map(\.request).filter { $0.count < 2000 }

    private func expectSame(
        _ bytes: [UInt8], _ whole: [RequestFeeder.Event], cutAt cuts: [Int],
        limits: RequestLimits = RequestLimits()
    ) {
        let (events, faults) = RequestFeeder.events(bytes, cutAt: cuts, limits: limits)
        // The events of a long input are no help to read.
        let same = events == whole
        #expect(same, "\(bytes.bytes.text.prefix(200).debugDescription) cut at \(cuts)")
        #expect(faults == [], "\(bytes.bytes.text.prefix(200).debugDescription) cut at \(cuts)")
    }

    @Test("every cut in two, and byte by byte")
    func everyCut() {
        for bytes in RequestSplitTests.inputs {
            let (whole, faults) = RequestFeeder.events(bytes)
            #expect(faults == [])
            for cut in 0 ... bytes.count { expectSame(bytes, whole, cutAt: [cut]) }
            expectSame(bytes, whole, cutAt: Array(0 ..< bytes.count))
        }
    }

    @Test("every cut in three of what is short")
    func everyPairOfCuts() {
        for bytes in RequestSplitTests.inputs where bytes.count <= 24 {
            let (whole, _) = RequestFeeder.events(bytes)
            for first in 0 ... bytes.count {
                for second in first ... bytes.count { expectSame(bytes, whole, cutAt: [first, second]) }
            }
        }
    }

    @Test("glued together and cut anywhere", arguments: 0 ..< 40)
    func glued(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let inputs = RequestSplitTests.inputs
        for _ in 0 ..< 20 {
            var bytes: [UInt8] = []
            for _ in 0 ..< Int.random(in: 2 ... 8, using: &random) {
                bytes += inputs.randomElement(using: &random)!
            }
            var limits = RequestLimits()
            limits.authenticated = Bool.random(using: &random)
            limits.maxInline = Bool.random(using: &random) ? 64 : 65536
            let (whole, faults) = RequestFeeder.events(bytes, limits: limits)
            #expect(faults == [])
            let cuts = (0 ..< Int.random(in: 1 ... 9, using: &random)).map { _ in
                Int.random(in: 0 ... bytes.count, using: &random)
            }
            expectSame(bytes, whole, cutAt: cuts.sorted(), limits: limits)
        }
    }

    @Test("well-formed requests of every size come back as they were", arguments: 0 ..< 20)
    func roundTrip(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var bytes: [UInt8] = []
        var expected: [RequestFeeder.Event] = []
        for _ in 0 ..< 30 {
            let count = [1, 2, 3, 9, 10, 11, 40].randomElement(using: &random)!
            let arguments = (0 ..< count).map { _ in
                let length = [0, 1, 3, 9, 10, 99, 100, 999, 1000].randomElement(using: &random)!
                return (0 ..< length).map { _ in UInt8.random(in: 0 ... 255, using: &random) }
            }
            bytes += latin1("*\(count)\r\n")
            for argument in arguments {
                bytes += latin1("$\(argument.count)\r\n") + argument + latin1("\r\n")
            }
            expected.append(.request(arguments, end: bytes.count))
        }
        let (whole, faults) = RequestFeeder.events(bytes)
        let same = whole == expected
        #expect(same)
        #expect(faults == [])
        let cuts = (0 ..< 60).map { _ in Int.random(in: 0 ... bytes.count, using: &random) }
        expectSame(bytes, expected, cutAt: cuts.sorted())
    }

    @Test(
        "lengths around every change of digits",
        arguments: [9, 10, 99, 100, 999, 1000, 9999, 10000, 99999, 100_000, 999_999, 1_000_000])
    func digits(length: Int) {
        for exact in [length - 1, length, length + 1] {
            let argument = [UInt8](repeating: 7, count: exact)
            let bytes = latin1("*2\r\n$4\r\nECHO\r\n$\(exact)\r\n") + argument + latin1("\r\n")
            let (events, faults) = RequestFeeder.events(bytes)
            let same = events == [.request([latin1("ECHO"), argument], end: bytes.count)]
            #expect(same)
            #expect(faults == [])
        }
    }
}
