#if !arch(x86_64)
/// The text of a `LongDouble` that is only a double: as many decimals as it takes to read the same double back.
extension LongDouble {
    /// The most bytes `write` writes for this number.
    package var maxLength: Int { maxFixedLength(value, fraction: 17) }

    /// Writes this number without an exponent and with at most seventeen decimals. Returns the length, at most
    /// `maxLength`.
    // Safe: the caller has room for `maxLength` bytes, which bounds what `writeFixed` writes.
    package func write(to target: UnsafeMutableRawPointer) -> Int {
        if !value.isFinite { return unsafe writeDouble(value, to: target) }
        if value == 0 { return unsafe writeLiteral("0", to: target) }
        let (significand, exponent) = value.integralParts
        let leading = RoundedDecimal(significand: significand, exponent: exponent).exponent
        var length = 0
        // Fifteen significant digits always survive a double, seventeen always tell it apart.
        for digits in 15 ... 17 {
            let fraction = min(max(digits - 1 - leading, 0), 17)
            length = unsafe writeFixed(
                negative: value.sign == .minus, significand: significand, exponent: exponent, fraction: fraction,
                trimmed: true, to: target)
            let text = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(target), byteCount: length)
            if Double(text: text) == value { break }
        }
        if length == 2, unsafe target.loadUnaligned(as: UInt16.self) == UInt16(littleEndian: 0x302d) {
            return unsafe writeLiteral("0", to: target)
        }
        return length
    }
}
#endif
