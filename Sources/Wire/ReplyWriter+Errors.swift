import Bytes

/// Errors: a code word in capitals, a space, and text for people. Line ends would end the reply, so they
/// become spaces, and those at the end are dropped.
extension ReplyWriter {
    /// An error; the text must not contain a line end.
    package mutating func error(_ text: StaticString) {
        output.append(line: Lead.error, text.bytes)
        countError(text.bytes)
    }

    /// An error that quotes text from anywhere.
    @_disfavoredOverload
    package mutating func error(_ text: String) { error(text.bytes) }

    /// An error that quotes bytes from anywhere.
    package mutating func error(_ text: RawSpan) {
        var end = text.byteCount
        while end > 0, ReplyWriter.endsLine(text.byte(end &- 1)) { end &-= 1 }
        line(Lead.error, text.extracting(0 ..< end))
        countError(text)
    }

    package mutating func error(_ error: ProtocolError) {
        guard case .expectedDollar(let byte) = error else { return self.error(error.text) }
        var text = error.text.bytes.array
        text.append(byte)
        text.append(ASCII.apostrophe)
        self.error(text.bytes)
    }

    private mutating func countError(_ text: RawSpan) {
        errorCount &+= 1
        lastErrorCode = ReplyWriter.code(of: text)
    }

    /// The word in front of the first space, if that is near the beginning; otherwise the general code.
    private static func code(of text: RawSpan) -> String {
        for index in 0 ..< min(text.byteCount, longestCode &+ 1) where text.byte(index) == ASCII.space {
            return text.extracting(0 ..< index).text
        }
        return "ERR"
    }

    /// Redis looks for the space in the first 32 bytes, the minus in front included.
    private static var longestCode: Int { 30 }

    /// A line of text from anywhere.
    mutating func line(_ lead: UInt8, _ text: RawSpan) {
        for index in 0 ..< text.byteCount where ReplyWriter.endsLine(text.byte(index)) {
            var clean = text.array
            for dirty in index ..< clean.count where ReplyWriter.endsLine(clean[dirty]) {
                clean[dirty] = ASCII.space
            }
            return output.append(line: lead, clean.bytes)
        }
        output.append(line: lead, text)
    }

    @inline(__always)
    private static func endsLine(_ byte: UInt8) -> Bool {
        byte == ASCII.carriageReturn || byte == ASCII.lineFeed
    }
}
