/// Numbers written as text at the end of a buffer.
// Safe, throughout: `fill` gives at least the room asked for, and each amount is the most its writer writes.
extension ByteBuffer {
    package mutating func append(decimal value: Int64) {
        _ = unsafe fill(minimum: maxDecimalLength) { unsafe writeDecimal(value, to: $0.baseAddress!) }
    }

    package mutating func append(decimal value: UInt64) {
        _ = unsafe fill(minimum: maxDecimalLength) { unsafe writeDecimal(value, to: $0.baseAddress!) }
    }

    package mutating func append(decimal value: Int) { append(decimal: Int64(value)) }

    /// `%.17g`, how Redis 7.0 replies with a double.
    package mutating func append(double value: Double) {
        _ = unsafe fill(minimum: maxDoubleLength) { unsafe writeDouble(value, to: $0.baseAddress!) }
    }

    /// How Redis 7.0 stores a score and shows it in ZSCAN (see `writeScore`).
    package mutating func append(score value: Double) {
        _ = unsafe fill(minimum: maxDoubleLength) { unsafe writeScore(value, to: $0.baseAddress!) }
    }

    /// `%.*f`; `trimmed` drops trailing zeros and a bare point.
    package mutating func append(fixed value: Double, fraction: Int, trimmed: Bool = false) {
        _ = unsafe fill(minimum: maxFixedLength(value, fraction: fraction)) {
            unsafe writeFixed(value, fraction: fraction, trimmed: trimmed, to: $0.baseAddress!)
        }
    }

    /// Without an exponent (see `LongDouble.write`).
    package mutating func append(human value: LongDouble) {
        _ = unsafe fill(minimum: value.maxLength) { unsafe value.write(to: $0.baseAddress!) }
    }

    /// Two lower-case hexadecimal digits for each byte.
    package mutating func append(hexadecimal bytes: RawSpan) {
        reserve(2 * bytes.byteCount)
        for i in 0 ..< bytes.byteCount {
            let byte = bytes.byte(i)
            append(hexadecimalDigit(byte &>> 4))
            append(hexadecimalDigit(byte & 15))
        }
    }

    /// The bytes that pairs of hexadecimal digits of either case stand for; false, and nothing appended, if
    /// `text` is anything else.
    package mutating func append(decodingHexadecimal text: RawSpan) -> Bool {
        let length = text.byteCount
        if length & 1 != 0 { return false }
        for i in 0 ..< length where hexadecimalValue(text.byte(i)) == nil { return false }
        reserve(length / 2)
        for i in stride(from: 0, to: length, by: 2) {
            // Both digits were looked at above, so neither default is ever taken.
            let high = hexadecimalValue(text.byte(i)) ?? 0
            let low = hexadecimalValue(text.byte(i &+ 1)) ?? 0
            append(high &<< 4 | low)
        }
        return true
    }
}
