import Bytes

/// A ziplist: what a listpack was before Redis 7, read from files of that time (`ziplist.c`).
///
///     0               4               8          10                              total - 1
///     ┌───────────────┬───────────────┬──────────┬─────────┬─────────┬ … ┬──────┐
///     │ total bytes   │ last element  │ elements │ element │ element │   │ 0xFF │
///     └───────────────┴───────────────┴──────────┴─────────┴─────────┴ … ┴──────┘
///       all little-endian; 65535 elements mean "count them"
///
///     element   │ bytes of the element before │ encoding, and what it says of the length │ data │
///                 one byte, or 0xFE and four
///
///     00xxxxxx            text up to 63 bytes          11000000 + 2      an integer of that many bytes,
///     01xxxxxx + 1        text up to 16383 bytes       11010000 + 4      little-endian
///     10------ + 4        text of any length           11100000 + 8
///                         (highest byte first)         11110000 + 3
///     1111xxxx            0 ... 12, as x - 1           11111110 + 1
enum Ziplist {
    private static let headerSize = 10
    private static let unknownCount = 65535

    /// The elements, where bytes from anywhere are a ziplist; `nil` where they are not. O(n).
    static func elements(_ bytes: RawSpan) -> [Listpack.Value]? {
        let total = bytes.byteCount
        if total <= headerSize || Int(bytes.halfWord(at: 0)) != total || bytes.byte(total &- 1) != 0xFF { return nil }
        let end = total &- 1
        var elements: [Listpack.Value] = []
        var (position, previous) = (headerSize, 0)
        while position < end {
            guard let (value, next) = element(bytes, position, end, behind: position &- previous) else { return nil }
            elements.append(value)
            (previous, position) = (position, next)
        }
        let noted = Int(bytes.byte(8)) | Int(bytes.byte(9)) << 8
        let last = elements.isEmpty ? headerSize : previous
        if Int(bytes.halfWord(at: 4)) != last || noted != unknownCount && noted != elements.count { return nil }
        return elements
    }

    /// The element at `position` and where the next one is, if the element says that the one before has `size` bytes; 0 at the first.
    private static func element(
        _ bytes: RawSpan, _ position: Int, _ end: Int, behind size: Int
    ) -> (Listpack.Value, Int)? {
        let isFirst = position == headerSize
        var at = position &+ 1
        var noted = Int(bytes.byte(position))
        if noted == 0xFE {
            if end &- at < 4 { return nil }
            noted = Int(bytes.halfWord(at: at))
            at &+= 4
        }
        if noted != (isFirst ? 0 : size) || at >= end { return nil }
        let byte = bytes.byte(at)
        at &+= 1
        if byte < 0xC0 { return text(bytes, byte, at, end) }
        if (0xF1 ... 0xFD).contains(byte) { return (.integer(Int64(byte & 0x0F) &- 1), at) }
        let width: Int
        switch byte {
        case 0xC0: width = 2
        case 0xD0: width = 4
        case 0xE0: width = 8
        case 0xF0: width = 3
        case 0xFE: width = 1
        default: return nil
        }
        if end &- at < width { return nil }
        var bits: UInt64 = 0
        for i in 0 ..< width { bits |= UInt64(bytes.byte(at &+ i)) << UInt64(8 &* i) }
        let unused = Int64(64 &- 8 &* width)
        return (.integer((Int64(bitPattern: bits) << unused) >> unused), at &+ width)
    }

    private static func text(_ bytes: RawSpan, _ byte: UInt8, _ position: Int, _ end: Int) -> (Listpack.Value, Int)? {
        var at = position
        var length = Int(byte & 0x3F)
        if byte >= 0x80 {
            if end &- at < 4 { return nil }
            length = Int(bytes.halfWord(at: at).byteSwapped)
            at &+= 4
        } else if byte >= 0x40 {
            if end &- at < 1 { return nil }
            length = length << 8 | Int(bytes.byte(at))
            at &+= 1
        }
        if length > end &- at { return nil }
        return (.text(at ..< at &+ length), at &+ length)
    }
}
