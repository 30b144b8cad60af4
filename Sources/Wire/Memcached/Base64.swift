import Bytes

/// Base64 as memcached's meta commands use it for keys of any bytes.
package enum Base64 {
    /// What `text` stands for; `nil` where it is not base64. Characters of no meaning are passed over, as memcached does.
    package static func decode(_ text: RawSpan) -> [UInt8]? {
        var count = 0
        for index in 0 ..< text.byteCount where digit(text.byte(index)) != nil { count += 1 }
        if count == 0 || count % 4 != 0 { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(count / 4 * 3)
        var (block, filled, padding): (UInt32, Int, Int) = (0, 0, 0)
        for index in 0 ..< text.byteCount {
            let byte = text.byte(index)
            guard let value = digit(byte) else { continue }
            if byte == UInt8(ascii: "=") { padding += 1 }
            block = block << 6 | value
            filled += 1
            if filled < 4 { continue }
            let bytes = [UInt8(block >> 16 & 255), UInt8(block >> 8 & 255), UInt8(block & 255)]
            if padding > 2 { return nil }
            result += bytes.prefix(3 - padding)
            if padding > 0 { break }
            (block, filled) = (0, 0)
        }
        return result.isEmpty ? nil : result
    }

    /// The base64 of `bytes`, padded.
    package static func encode(_ bytes: RawSpan) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.byteCount + 2) / 3 * 4)
        var index = 0
        while index < bytes.byteCount {
            let left = bytes.byteCount - index
            var block = UInt32(bytes.byte(index)) << 16
            if left > 1 { block |= UInt32(bytes.byte(index + 1)) << 8 }
            if left > 2 { block |= UInt32(bytes.byte(index + 2)) }
            for place in 0 ..< 4 {
                let isPadding = place > left
                result.append(isPadding ? UInt8(ascii: "=") : character(block >> UInt32(18 - place * 6) & 63))
            }
            index += 3
        }
        return result
    }

    private static func character(_ value: UInt32) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: value)
        return switch value {
        case 0 ..< 26: UInt8(ascii: "A") + value
        case 26 ..< 52: UInt8(ascii: "a") + value - 26
        case 52 ..< 62: UInt8(ascii: "0") + value - 52
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }

    /// The value of a character; padding counts as zero.
    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A") ... UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a") ... UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0") ... UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        case UInt8(ascii: "="): 0
        default: nil
        }
    }
}
