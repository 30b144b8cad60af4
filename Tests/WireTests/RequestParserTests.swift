import Bytes
import TestSupport
import Testing

@testable import Wire

@Suite("Request parser")
struct RequestParserTests {
    @Test("answers like Redis to requests well and badly formed", arguments: protocolAnswers)
    func protocolAnswer(_ recorded: RecordedAnswer) { expect(recorded) }

    @Test("splits inline requests like Redis", arguments: inlineAnswers)
    func inlineAnswer(_ recorded: RecordedAnswer) { expect(recorded) }

    private func expect(_ recorded: RecordedAnswer) {
        let (reply, closes) = answer(recorded.request, limits: recorded.limits)
        #expect(reply == latin1(recorded.reply))
        #expect(closes == recorded.closes)
    }

    @Test("locates arguments from the request's start, wherever that is")
    func ranges() {
        let input = latin1("*1\r\n$4\r\nPING\r\n*3\r\n$3\r\nSET\r\n$0\r\n\r\n$13\r\n\r\n$3\r\nabcde\r\n\r\n")
        var parser = RequestParser()
        #expect(parser.parse(input.bytes, from: 0) == .request(end: 14))
        #expect(parser.parse(input.bytes, from: 14) == .request(end: input.count))
        let ranges = copy(parser.ranges)
        #expect(
            ranges == [.init(offset: 8, count: 3), .init(offset: 17, count: 0), .init(offset: 24, count: 13)])
        #expect(parser.parse(input.bytes, from: input.count) == .incomplete(missing: 1))
    }

    @Test("says how much is missing once it knows")
    func missing() {
        var parser = RequestParser()
        #expect(parser.parse(latin1("").bytes, from: 0) == .incomplete(missing: 1))
        #expect(parser.parse(latin1("*1\r\n$1000\r").bytes, from: 0) == .incomplete(missing: 1))
        #expect(parser.parse(latin1("*1\r\n$1000\r\n").bytes, from: 0) == .incomplete(missing: 1002))
        #expect(parser.parse(latin1("*1\r\n$1000\r\nabc").bytes, from: 0) == .incomplete(missing: 999))

        var limits = RequestLimits()
        limits.maxBulkLength = .max
        parser = RequestParser(limits: limits)
        let longest = latin1("*1\r\n$9223372036854775807\r")
        #expect(parser.parse(longest.bytes, from: 0) == .incomplete(missing: 1))
        #expect(parser.parse((longest + latin1("\n")).bytes, from: 0) == .incomplete(missing: .max))
        #expect(parser.parse((longest + latin1("\nabcd")).bytes, from: 0) == .incomplete(missing: .max - 4))
    }

    @Test("obeys limits set between requests")
    func limits() {
        let login = latin1("*1\r\n$20000\r\n")
        var parser = RequestParser()
        parser.limits.authenticated = false
        #expect(parser.parse(login.bytes, from: 0) == .invalid(.unauthenticatedBulkLength))
        parser.limits.authenticated = true
        #expect(parser.parse(login.bytes, from: 0) == .incomplete(missing: 20002))

        parser = RequestParser()
        parser.limits.maxBulkLength = 3
        #expect(parser.parse(latin1("*1\r\n$3\r\nGET\r\n").bytes, from: 0) == .request(end: 13))
        #expect(parser.parse(latin1("*1\r\n$4\r\nPING\r\n").bytes, from: 0) == .invalid(.invalidBulkLength))
        parser.limits.authenticated = false
        parser.limits.maxMultibulkUnauthenticated = 2
        #expect(parser.parse(latin1("*2\r\n").bytes, from: 0) == .incomplete(missing: 1))
        parser = RequestParser(limits: parser.limits)
        #expect(parser.parse(latin1("*3\r\n").bytes, from: 0) == .invalid(.unauthenticatedMultibulkLength))
        parser.limits.maxInline = 4
        #expect(parser.parse(latin1("PING\n").bytes, from: 0) == .inlineRequest(end: 5))
        #expect(parser.parse(latin1("PING \n").bytes, from: 0) == .invalid(.tooBigInlineRequest))
    }

    @Test("believes no count before the arguments are there")
    func hugeCount() {
        var parser = RequestParser()
        #expect(parser.parse(latin1("*2147483647\r\n$1\r\nx\r\n").bytes, from: 0) == .incomplete(missing: 1))
        let capacity = parser.table.capacity
        #expect(capacity <= 16)
    }

    @Test("keeps little memory between requests", .timeLimit(.minutes(1)))
    func memory() {
        var parser = RequestParser()
        let count = 100_000
        let giant =
            latin1("*\(count)\r\n") + Array(repeatElement(latin1("$1\r\nx\r\n"), count: count).joined())
        #expect(parser.parse(giant.bytes, from: 0) == .request(end: giant.count))
        let found = parser.ranges.count
        #expect(found == count)
        #expect(parser.parse(giant.bytes, from: giant.count) == .incomplete(missing: 1))
        let ranges = parser.table.capacity
        #expect(ranges == 0)

        let line = latin1("ECHO " + String(repeating: "x", count: 60000) + "\n")
        #expect(parser.parse(line.bytes, from: 0) == .inlineRequest(end: line.count))
        #expect(parser.parse(line.bytes, from: line.count) == .incomplete(missing: 1))
        let words = parser.inlineBytes.capacity
        #expect(words == 0)

        let small = latin1("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n")
        #expect(parser.parse(small.bytes, from: 0) == .request(end: small.count))
        let first = parser.table.capacity
        for _ in 0 ..< 1000 { #expect(parser.parse(small.bytes, from: 0) == .request(end: small.count)) }
        let last = parser.table.capacity
        #expect(first == 8)
        #expect(last == 8)
    }

    @Test("takes time linear in a request that comes in crumbs", .timeLimit(.minutes(1)))
    func crumbs() {
        let count = 1_000_000
        let many =
            latin1("*\(count)\r\n") + Array(repeatElement(latin1("$1\r\nx\r\n"), count: count).joined())
        #expect(parseCalls(many, crumb: 50) == many.count / 50 + 1)
        let long =
            latin1("*2\r\n$4\r\nECHO\r\n$50000000\r\n") + [UInt8](repeating: 0, count: 50_000_000)
            + latin1("\r\n")
        #expect(parseCalls(long, crumb: 1000) == long.count / 1000 + 1)
    }

    /// Shows the parser more and more of `request`; how often until it was complete.
    private func parseCalls(_ request: [UInt8], crumb: Int) -> Int {
        var parser = RequestParser()
        var calls = 0
        var shown = 0
        repeat {
            shown = min(shown + crumb, request.count)
            calls += 1
            let outcome = parser.parse(request.bytes.extracting(0 ..< shown), from: 0)
            if outcome == .request(end: request.count) { return calls }
            guard case .incomplete = outcome else { return -1 }
        } while shown < request.count
        return -1
    }

    @Test("can serve another connection after an error")
    func reuse() {
        var parser = RequestParser()
        #expect(parser.parse(latin1("*2\r\n$4\r\nECHO\r\n!").bytes, from: 0) == .incomplete(missing: 1))
        #expect(
            parser.parse(latin1("*2\r\n$4\r\nECHO\r\n!\r\n").bytes, from: 0)
                == .invalid(.expectedDollar(got: 33)))
        #expect(parser.parse(latin1("*1\r\n$4\r\nPING\r\n").bytes, from: 0) == .request(end: 14))
    }

    private func copy(_ ranges: Span<ArgumentRange>) -> [ArgumentRange] {
        var result: [ArgumentRange] = []
        for index in ranges.indices { result.append(ranges[index]) }
        return result
    }
}
