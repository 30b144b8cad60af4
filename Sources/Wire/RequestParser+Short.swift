import Bytes

/// The fast way through the requests that nearly all clients send: up to nine arguments of less than a
/// million bytes, all there. Headers that short fit into the eight bytes they begin, so each costs one load
/// and one bounds check. Whatever does not fit is left to the stepwise parser, which accepts the same and
/// more.
extension RequestParser {
    /// The end of the request at `start`, when it is a short and complete one; otherwise only `table` has
    /// changed.
    @inline(__always)
    mutating func parseShort(_ bytes: RawSpan, from start: Int) -> Int? {
        guard let word = bytes.wordIfPresent(start),
            word & 0xff_00ff == UInt64(ASCII.asterisk) | UInt64(ASCII.carriageReturn) << 16
        else { return nil }
        let count = (word >> 8 & 0xff) &- UInt64(ASCII.zero)
        guard count &- 1 < 9 else { return nil }
        table.removeAll()
        var position = start &+ 4
        var left = count
        while left > 0 {
            guard let end = locateShort(bytes, from: start, at: position) else { return nil }
            position = end
            left &-= 1
        }
        return position
    }

    /// Locates the argument at `position` if it is short and complete, and returns where it ends.
    @inline(__always)
    mutating func locateShort(_ bytes: RawSpan, from start: Int, at position: Int) -> Int? {
        guard let word = bytes.wordIfPresent(position), let header = BulkHeader(word) else { return nil }
        let payload = position &+ header.size
        let end = payload &+ header.length &+ 2
        guard end <= bytes.byteCount else { return nil }
        table.append(ArgumentRange(offset: payload &- start, count: header.length))
        return end
    }
}

/// An argument's header of up to six digits, read from the eight bytes it begins.
private struct BulkHeader {
    /// Bytes of the argument.
    var length: Int
    /// Bytes in front of it.
    var size = 4

    @inline(__always)
    init?(_ word: UInt64) {
        let first = (word >> 8 & 0xff) &- UInt64(ASCII.zero)
        guard word & 0xff == UInt64(ASCII.dollar), first <= 9 else { return nil }
        var length = first
        var rest = word >> 16
        // Ends at the latest when only zeros have been shifted in, which are no digits.
        while rest & 0xff != UInt64(ASCII.carriageReturn) {
            let digit = (rest & 0xff) &- UInt64(ASCII.zero)
            guard digit <= 9, length > 0 else { return nil }
            length = length &* 10 &+ digit
            rest >>= 8
            size &+= 1
        }
        self.length = Int(length)
    }
}
