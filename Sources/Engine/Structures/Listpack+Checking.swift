import Bytes

/// Listpacks from outside: a file, a RESTORE payload, another server.
extension Listpack {
    /// The number of elements, where bytes from anywhere are a listpack as the essay at `Listpack` describes it; `nil` where they
    /// are not. O(n).
    ///
    /// After this no function traps on the block, and walking backwards gives the same elements as walking forwards. What the
    /// elements mean is not looked at.
    static func checkedCount(_ bytes: RawSpan) -> Int? {
        let total = bytes.byteCount
        if total < emptySize || Int(bytes.halfWord(at: 0)) != total || !isEnd(bytes, end(bytes)) { return nil }
        let end = end(bytes)
        var position = first
        var count = 0
        while position < end {
            guard let body = checkedBodySize(bytes, position, end) else { return nil }
            let size = backLengthSize(body)
            // Neither sum can overflow: a body is shorter than the block.
            if body &+ size > end &- position || !hasBackLength(body, size, bytes, at: position &+ body) { return nil }
            position &+= body &+ size
            count &+= 1
        }
        let noted = Int(bytes.byte(4)) | Int(bytes.byte(5)) << 8
        return noted == count || noted == unknownCount ? count : nil
    }

    /// Bytes of an element's body; `nil` where it would reach beyond `end`, or is none.
    private static func checkedBodySize(_ bytes: RawSpan, _ position: Int, _ end: Int) -> Int? {
        let byte = bytes.byte(position)
        if byte >= 0xE0 {
            // Those that have their length in bytes of their own.
            if byte > 0xF4 || end &- position < (byte == 0xF0 ? 5 : 2) { return nil }
        }
        let size = bodySize(bytes, position)
        return size <= end &- position ? size : nil
    }

    private static func hasBackLength(_ body: Int, _ size: Int, _ bytes: RawSpan, at position: Int) -> Bool {
        for i in 0 ..< size {
            let bits = UInt8(truncatingIfNeeded: body >> (7 &* (size &- 1 &- i))) & 0x7F
            if bytes.byte(position &+ i) != (i == 0 ? bits : bits | 0x80) { return false }
        }
        return true
    }
}
