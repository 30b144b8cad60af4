/// Numbers written as text straight into the chunk they leave from.
///
/// `write(upTo:)` may start a new chunk when less than the limit is left in this one, so each limit is the true
/// maximum of what it is for.
// Safe, throughout: each limit is the most the writer named in the closure writes.
extension OutputBuffer {
    package mutating func append(decimal value: Int64) {
        unsafe write(upTo: maxDecimalLength) { unsafe writeDecimal(value, to: $0) }
    }

    package mutating func append(decimal value: UInt64) {
        unsafe write(upTo: maxDecimalLength) { unsafe writeDecimal(value, to: $0) }
    }

    package mutating func append(decimal value: Int) { append(decimal: Int64(value)) }

    /// `%.17g`, how Redis 7.0 replies with a double.
    package mutating func append(double value: Double) {
        unsafe write(upTo: maxDoubleLength) { unsafe writeDouble(value, to: $0) }
    }

    /// How Redis 7.0 stores a score and shows it in ZSCAN (see `writeScore`).
    package mutating func append(score value: Double) {
        unsafe write(upTo: maxDoubleLength) { unsafe writeScore(value, to: $0) }
    }

    /// `%.*f`; `trimmed` drops trailing zeros and a bare point.
    package mutating func append(fixed value: Double, fraction: Int, trimmed: Bool = false) {
        unsafe write(upTo: maxFixedLength(value, fraction: fraction)) {
            unsafe writeFixed(value, fraction: fraction, trimmed: trimmed, to: $0)
        }
    }

    /// Without an exponent (see `LongDouble.write`).
    package mutating func append(human value: LongDouble) {
        unsafe write(upTo: value.maxLength) { unsafe value.write(to: $0) }
    }

    /// Two lower-case hexadecimal digits for each byte.
    package mutating func append(hexadecimal bytes: RawSpan) {
        for i in 0 ..< bytes.byteCount {
            let byte = bytes.byte(i)
            append(hexadecimalDigit(byte &>> 4))
            append(hexadecimalDigit(byte & 15))
        }
    }
}
