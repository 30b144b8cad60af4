import Bytes
import Testing
import Wire

/// What Redis sent back for some bytes.
struct RecordedAnswer: Sendable, CustomTestStringConvertible {
    /// The request, as texts and how often each stands there.
    var pieces: [(text: String, times: Int)]
    var reply: String
    /// Whether the client had to log in first, and had not.
    var locked: Bool
    var closes: Bool

    init(_ pieces: [(String, Int)], _ reply: String, locked: Bool = false, closes: Bool = false) {
        self.pieces = pieces
        self.reply = reply
        self.locked = locked
        self.closes = closes
    }

    var request: [UInt8] { pieces.flatMap { latin1(String(repeating: $0.text, count: $0.times)) } }

    var limits: RequestLimits {
        var limits = RequestLimits()
        limits.authenticated = !locked
        return limits
    }

    var testDescription: String { pieces.map { $0.text.debugDescription + "*\($0.times)" }.joined() }
}

/// The bytes whose numbers are the characters' code points.
func latin1(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

/// Just enough of a server to give the recorded answers: PING, ECHO, and a script that returns its arguments.
func answer(_ input: [UInt8], limits: RequestLimits) -> (reply: [UInt8], closes: Bool) {
    var parser = RequestParser(limits: limits)
    var writer = ReplyWriter()
    var position = 0
    while true {
        switch parser.parse(input.bytes, from: position) {
        case .request(let end):
            run(Arguments(input.bytes.extracting(position ..< end), parser.ranges), limits, &writer)
            position = end
        case .inlineRequest(let end):
            run(Arguments(parser.inlineBytes.bytes, parser.ranges), limits, &writer)
            position = end
        case .blank(let end):
            position = end
        case .incomplete:
            return (writer.output.copyBytes(), false)
        case .invalid(let error):
            writer.error(error)
            return (writer.output.copyBytes(), true)
        }
    }
}

private func run(_ arguments: borrowing Arguments, _ limits: RequestLimits, _ writer: inout ReplyWriter) {
    let name = arguments[0]
    if !limits.authenticated {
        writer.error("NOAUTH Authentication required.")
    } else if name.equalsIgnoringCase("ping"), arguments.count == 1 {
        writer.pong()
    } else if name.equalsIgnoringCase("echo") {
        if arguments.count == 2 {
            writer.bulk(arguments[1])
        } else {
            writer.error("ERR wrong number of arguments for 'echo' command")
        }
    } else if name.equalsIgnoringCase("eval"), arguments.count >= 3 {
        writer.array(arguments.count - 3)
        for index in 3 ..< arguments.count { writer.bulk(arguments[index]) }
    } else {
        writer.error("ERR unknown command '\(name.text)', with args beginning with: ")
    }
}
