import Bytes

/// A zipmap: what a small hash was before Redis 2.6, read from files of that time (`zipmap.c`).
///
///     │ fields │ length │ name │ length │ free │ value │ free bytes │ length │ name │ … │ 0xFF │
///
/// A length is one byte up to 253, or 254 and four bytes, little-endian. 254 or more fields mean "count them".
enum Zipmap {
    /// Names and values, where bytes from anywhere are a zipmap; `nil` where they are not. O(n).
    static func fields(_ bytes: RawSpan) -> [(name: Range<Int>, value: Range<Int>)]? {
        let end = bytes.byteCount &- 1
        if end < 1 || bytes.byte(end) != 0xFF { return nil }
        var fields: [(name: Range<Int>, value: Range<Int>)] = []
        var position = 1
        while position < end {
            guard let name = text(bytes, position, end, spare: 0) else { return nil }
            // Between a value's length and the value is how many bytes behind it are free.
            guard let value = text(bytes, name.upperBound, end, spare: 1) else { return nil }
            let free = Int(bytes.byte(value.lowerBound &- 1))
            if free > end &- value.upperBound { return nil }
            fields.append((name, value))
            position = value.upperBound &+ free
        }
        let noted = Int(bytes.byte(0))
        return noted >= 254 || noted == fields.count ? fields : nil
    }

    /// The text whose length is at `position`, `spare` bytes behind that.
    private static func text(_ bytes: RawSpan, _ position: Int, _ end: Int, spare: Int) -> Range<Int>? {
        if position >= end { return nil }
        var at = position &+ 1
        var length = Int(bytes.byte(position))
        if length >= 254 {
            if length == 255 || end &- at < 4 { return nil }
            length = Int(bytes.halfWord(at: at))
            at &+= 4
        }
        at &+= spare
        if length > end &- at { return nil }
        return at ..< at &+ length
    }
}
