import Bytes

/// Counts the replies of memcached's text protocol.
///
/// A reply is one line, except to a retrieval: any number of `VALUE key flags length` lines, each followed by a data
/// block, and then `END`. An `END` without a value before it is one miss; of a retrieval of several keys the missing
/// ones leave no trace and are not counted.
struct MemcachedReplyScanner {
    /// The line's first bytes, the latest lowest: enough to tell all lines apart.
    private var start: UInt32 = 0
    private var lineLength = 0
    /// The number at the line's end: a data block's length.
    private var number = 0
    /// Data block bytes still to come, their line end included.
    private var block = 0
    private var sawValue = false

    private static let value: UInt32 = 0x5641_4C55  // VALU
    private static let end: UInt32 = 0x454E_440D  // END\r
    private static let error: UInt32 = 0x4552_524F  // ERRO
    private static let clientError: UInt32 = 0x434C_4945  // CLIE
    private static let serverError: UInt32 = 0x5345_5256  // SERV

    mutating func scan(_ bytes: RawSpan, into tally: inout ReplyTally) {
        var index = 0
        while index < bytes.byteCount {
            if block > 0 {
                let step = min(block, bytes.byteCount - index)
                block &-= step
                index &+= step
                continue
            }
            let byte = bytes.byte(index)
            index &+= 1
            if byte == UInt8(ascii: "\n") {
                endLine(&tally)
                continue
            }
            if lineLength < 4 { start = start << 8 | UInt32(byte) }
            lineLength &+= 1
            if byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") {
                number = number &* 10 &+ Int(byte &- UInt8(ascii: "0"))
            } else if byte == UInt8(ascii: " ") {
                number = 0
            }
            if isError { recordError(byte, &tally) }
        }
    }

    /// Hands on the byte just read, and before the fourth also those read before it was plain that this is an error.
    private func recordError(_ byte: UInt8, _ tally: inout ReplyTally) {
        if lineLength == 4 {
            for shift: UInt32 in [24, 16, 8] {
                tally.recordError(byte: UInt8(truncatingIfNeeded: start >> shift))
            }
        }
        if byte != UInt8(ascii: "\r") { tally.recordError(byte: byte) }
    }

    /// True from the fourth byte of an error's line on.
    private var isError: Bool {
        start == MemcachedReplyScanner.error || start == MemcachedReplyScanner.clientError
            || start == MemcachedReplyScanner.serverError
    }

    private mutating func endLine(_ tally: inout ReplyTally) {
        switch start {
        case MemcachedReplyScanner.value:
            sawValue = true
            block = number + 2
        case MemcachedReplyScanner.end:
            if !sawValue { tally.misses &+= 1 }
            sawValue = false
            tally.replies &+= 1
        default:
            if isError { tally.endError() }
            tally.replies &+= 1
        }
        start = 0
        lineLength = 0
        number = 0
    }
}
