import Bytes

/// Counts RESP2 and RESP3 replies without looking at what they hold.
///
/// A reply is a header line (its type and a number) that may be followed by a payload or by elements. Nesting needs no
/// stack: a header that announces elements only raises `outstanding`, and the reply is over when that falls to zero.
///
///     *2\r\n $3\r\n abc\r\n $-1\r\n        outstanding: 1 → 2 → 1 → 0
struct RESPReplyScanner {
    /// The type byte of the header being read; 0 between headers.
    private var kind: UInt8 = 0
    private var negative = false
    private var number = 0
    /// Payload bytes still to come, their line end included.
    private var payload = 0
    /// Elements still to come before the reply is complete.
    private var outstanding = 1

    mutating func scan(_ bytes: RawSpan, into tally: inout ReplyTally) throws(MalformedReply) {
        var index = 0
        while index < bytes.byteCount {
            if payload > 0 {
                let step = min(payload, bytes.byteCount - index)
                payload &-= step
                index &+= step
                if payload == 0 { endElement(&tally) }
                continue
            }
            let byte = bytes.byte(index)
            index &+= 1
            if kind == 0 {
                kind = byte
                negative = false
                number = 0
            } else if byte == UInt8(ascii: "\n") {
                try endHeader(&tally)
            } else if byte == UInt8(ascii: "-") {
                negative = true
            } else if byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") {
                // Wraps in the digits of a text line, whose number nobody asks for.
                number = number &* 10 &+ Int(byte &- UInt8(ascii: "0"))
            }
            if kind == UInt8(ascii: "-"), byte != UInt8(ascii: "\r") { tally.recordError(byte: byte) }
        }
    }

    private mutating func endHeader(_ tally: inout ReplyTally) throws(MalformedReply) {
        switch kind {
        case UInt8(ascii: "+"), UInt8(ascii: ":"), UInt8(ascii: "#"), UInt8(ascii: ","), UInt8(ascii: "("):
            endElement(&tally)
        case UInt8(ascii: "-"):
            tally.endError()
            endElement(&tally)
        case UInt8(ascii: "_"):
            tally.misses &+= 1
            endElement(&tally)
        case UInt8(ascii: "$"), UInt8(ascii: "="):
            if negative {
                tally.misses &+= 1
                endElement(&tally)
            } else {
                payload = number + 2
            }
        case UInt8(ascii: "*"), UInt8(ascii: "~"):
            if negative { tally.misses &+= 1 }
            outstanding += negative ? 0 : number
            endElement(&tally)
        case UInt8(ascii: "%"):
            outstanding += 2 * number
            endElement(&tally)
        default:
            throw MalformedReply(byte: kind)
        }
    }

    private mutating func endElement(_ tally: inout ReplyTally) {
        kind = 0
        outstanding &-= 1
        if outstanding == 0 {
            tally.replies &+= 1
            outstanding = 1
        }
    }
}
