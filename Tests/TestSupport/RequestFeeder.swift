import Bytes
import Wire

/// Feeds a `RequestParser` piece by piece, the way a connection does, and keeps what it found.
///
/// Everything the parser promises about any input is checked on the way: `faults` stays empty. The bytes
/// stand somewhere else on every call, with rubbish in front of them.
package struct RequestFeeder: ~Copyable {
    package enum Event: Equatable {
        case request([[UInt8]], end: Int)
        case inlineRequest([[UInt8]], end: Int)
        case blank(end: Int)
        case invalid(ProtocolError)
    }

    /// What was found, the ends counted from the first byte ever fed.
    package private(set) var events: [Event] = []
    /// Broken promises.
    package private(set) var faults: [String] = []
    package var parser: RequestParser

    private var unread: [UInt8] = []
    private var consumed = 0
    private var wanted = 1
    private var isClosed = false
    private var calls = 0

    package init(limits: RequestLimits = RequestLimits()) {
        parser = RequestParser(limits: limits)
    }

    /// The events of `bytes` cut at `cuts`.
    package static func events(
        _ bytes: [UInt8], cutAt cuts: [Int] = [], limits: RequestLimits = RequestLimits()
    ) -> (events: [Event], faults: [String]) {
        var feeder = RequestFeeder(limits: limits)
        var start = 0
        for cut in cuts + [bytes.count] {
            feeder.feed(bytes[start ..< cut])
            start = cut
        }
        return (feeder.events, feeder.faults)
    }

    package mutating func feed(_ piece: ArraySlice<UInt8>) {
        if isClosed { return }
        unread += piece
        let tooFew = piece.count < wanted
        wanted -= piece.count
        calls += 1
        // Moves between calls, but not while the requests of one piece are read.
        let start = calls % 5
        let input = [UInt8](repeating: UInt8(ascii: "*"), count: start) + unread
        var position = start
        while true {
            let before = position
            switch parser.parse(input.bytes, from: position) {
            case .request(let end):
                let arguments = arguments(Arguments(input.bytes.extracting(before...), parser.ranges))
                check(arguments.count > 0, "request without arguments")
                events.append(.request(arguments, end: consumed + end - start))
                position = end
            case .inlineRequest(let end):
                let arguments = arguments(Arguments(parser.inlineBytes.bytes, parser.ranges))
                check(arguments.count > 0, "inline request without arguments")
                events.append(.inlineRequest(arguments, end: consumed + end - start))
                position = end
            case .blank(let end):
                events.append(.blank(end: consumed + end - start))
                position = end
            case .incomplete(let missing):
                check(missing > 0, "nothing is missing")
                wanted = missing
                consumed += position - start
                unread.removeFirst(position - start)
                return
            case .invalid(let error):
                events.append(.invalid(error))
                isClosed = true
                return
            }
            check(position > before && position <= input.count, "impossible end")
            check(!(tooFew && before == start), "complete in spite of missing bytes")
        }
    }

    private func arguments(_ arguments: borrowing Arguments) -> [[UInt8]] {
        var result: [[UInt8]] = []
        for index in 0 ..< arguments.count { result.append(arguments[index].array) }
        return result
    }

    private mutating func check(_ holds: Bool, _ fault: StaticString) {
        if !holds { faults.append("\(fault) in request at \(consumed)") }
    }
}
