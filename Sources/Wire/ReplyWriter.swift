import Bytes

/// Writes replies, in the dialect the client speaks, straight into the bytes that will be sent.
///
/// Each method writes one reply, or with `array`, `map`, `set`, `attribute` and `push` the head of one whose
/// elements are the replies written next; nobody checks that as many follow. Lengths first: an aggregate's
/// count must be known.
///
/// The writer is lent a client's `OutputBuffer` for a batch and gives it back afterwards, so that there is
/// one writer and not one for each client.
package struct ReplyWriter: ~Copyable {
    package var output: OutputBuffer
    package var version: RESPVersion
    /// Error replies written so far.
    package internal(set) var errorCount = 0
    /// The first word of the last error: `ERR`, `WRONGTYPE` …
    package internal(set) var lastErrorCode = ""

    package init(output: consuming OutputBuffer = OutputBuffer(), version: RESPVersion = .resp2) {
        self.output = output
        self.version = version
    }

    /// How much is waiting to be sent: where the next reply begins.
    package var position: Int { output.count }

    /// Takes back every reply from `position` on, because the client asked for silence. Errors stay counted.
    package mutating func truncate(to position: Int) { output.truncate(to: position) }

    /// Bytes that are whole replies already.
    package mutating func raw(_ reply: StaticString) { output.append(reply) }

    /// Bytes that are whole replies already.
    package mutating func raw(_ reply: RawSpan) { output.append(reply) }

    // MARK: Status

    package mutating func ok() { output.append(CommonReply.ok) }

    package mutating func pong() { output.append(CommonReply.pong) }

    package mutating func queued() { output.append(CommonReply.queued) }

    /// A status; the text must not contain a line end.
    package mutating func simple(_ text: StaticString) { output.append(line: Lead.simple, text.bytes) }

    /// A status made of text from anywhere; line ends in it become spaces.
    package mutating func simple(_ text: RawSpan) { line(Lead.simple, text) }

    /// A status made of text from anywhere; line ends in it become spaces.
    @_disfavoredOverload
    package mutating func simple(_ text: String) { line(Lead.simple, text.bytes) }

    // MARK: Strings

    package mutating func bulk(_ bytes: RawSpan) { output.append(block: Lead.bulk, bytes) }

    @_disfavoredOverload
    package mutating func bulk(_ text: String) { output.append(block: Lead.bulk, text.bytes) }

    package mutating func bulk(_ text: StaticString) { output.append(block: Lead.bulk, text.bytes) }

    /// A number that is a string to the client, as values are.
    package mutating func bulk(decimal number: Int64) { output.append(.block(Lead.bulk), decimal: number) }

    /// Text for people, of a format with a name of three letters, like `txt` or `mkd`.
    package mutating func verbatim(_ format: StaticString, _ text: RawSpan) {
        precondition(format.utf8CodeUnitCount == 3)
        if version == .resp2 { return bulk(text) }
        // The length counts the format and the colon; the text may have lines of its own.
        output.append(line: Lead.verbatim, decimal: Int64(text.byteCount &+ 4))
        output.append(format)
        output.append(line: UInt8(ascii: ":"), text)
    }

    /// The same, of a format that is not known before. It is made three letters long.
    package mutating func verbatim(format: RawSpan, _ text: RawSpan) {
        if version == .resp2 { return bulk(text) }
        output.append(line: Lead.verbatim, decimal: Int64(text.byteCount &+ 4))
        for index in 0 ..< 3 { output.append(index < format.byteCount ? format.byte(index) : ASCII.space) }
        output.append(line: UInt8(ascii: ":"), text)
    }

    package mutating func verbatim(_ format: StaticString, _ text: String) { verbatim(format, text.bytes) }

    // MARK: Nothing

    /// No value.
    package mutating func null() { output.append(version == .resp2 ? "$-1\r\n" : "_\r\n") }

    /// No value, where the client expects an array.
    package mutating func nullArray() { output.append(version == .resp2 ? "*-1\r\n" : "_\r\n") }

    // MARK: Aggregates

    package mutating func array(_ count: Int) { output.append(line: Lead.array, decimal: Int64(count)) }

    /// `pairs` keys, each followed by its value. RESP2 sends both as elements of one array.
    package mutating func map(_ pairs: Int) {
        if version == .resp2 {
            array(pairs &* 2)
        } else {
            output.append(line: Lead.map, decimal: Int64(pairs))
        }
    }

    package mutating func set(_ count: Int) {
        output.append(line: version == .resp2 ? Lead.array : Lead.set, decimal: Int64(count))
    }

    /// `pairs` of remarks about the reply behind them, which RESP2 has no way to send.
    package mutating func attribute(_ pairs: Int) {
        precondition(version == .resp3, "attributes need RESP3")
        output.append(line: Lead.attribute, decimal: Int64(pairs))
    }

    /// A message that answers no request.
    package mutating func push(_ count: Int) {
        output.append(line: version == .resp2 ? Lead.array : Lead.push, decimal: Int64(count))
    }

    /// What the first byte of a reply says it is.
    enum Lead {
        static let simple = UInt8(ascii: "+")
        static let error = UInt8(ascii: "-")
        static let integer = UInt8(ascii: ":")
        static let bulk = UInt8(ascii: "$")
        static let array = UInt8(ascii: "*")
        static let map = UInt8(ascii: "%")
        static let set = UInt8(ascii: "~")
        static let attribute = UInt8(ascii: "|")
        static let push = UInt8(ascii: ">")
        static let double = UInt8(ascii: ",")
        static let bigNumber = UInt8(ascii: "(")
        static let verbatim = UInt8(ascii: "=")
    }
}
