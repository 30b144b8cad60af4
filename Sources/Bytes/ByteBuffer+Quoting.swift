extension ByteBuffer {
    /// Bytes in double quotes, on one line of printable ASCII: quotes and backslashes behind a backslash, controls by their
    /// letter where they have one, anything else as `\x` and two digits. How Redis shows bytes to people, in MONITOR and
    /// in configuration files; the reader of inline requests and of those files takes it back.
    package mutating func append(quoted bytes: RawSpan) {
        reserve(bytes.byteCount &+ 2)
        append(UInt8(ascii: "\""))
        for i in 0 ..< bytes.byteCount {
            let byte = bytes.byte(i)
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""): appendEscaped(byte)
            case 0x0a: appendEscaped(UInt8(ascii: "n"))
            case 0x0d: appendEscaped(UInt8(ascii: "r"))
            case 0x09: appendEscaped(UInt8(ascii: "t"))
            case 0x07: appendEscaped(UInt8(ascii: "a"))
            case 0x08: appendEscaped(UInt8(ascii: "b"))
            case 0x20 ... 0x7e: append(byte)
            default:
                appendEscaped(UInt8(ascii: "x"))
                append(hexadecimalDigit(byte &>> 4))
                append(hexadecimalDigit(byte & 15))
            }
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ letter: UInt8) {
        append(UInt8(ascii: "\\"))
        append(letter)
    }
}
