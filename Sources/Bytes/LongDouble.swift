/// The widest floating point number the processor computes with, for INCRBYFLOAT and HINCRBYFLOAT.
///
/// Redis adds in C's `long double` and prints `%.17Lf` with trailing zeros cut (`ld2string` with `LD_STR_HUMAN`,
/// `util.c`): the eleven bits beyond a double are what makes 10.5 + 0.1 print as 10.6. On x86-64 that is the
/// 80-bit format, which Swift calls `Float80`, and here every byte is Redis's. Elsewhere Swift has nothing
/// beyond `Double`, and printing one with seventeen decimals would show 10.59999999999999964; the shortest
/// text that reads back as the same double is written instead, which is 10.6 again.
package struct LongDouble: Sendable {
    #if arch(x86_64)
    typealias Storage = Float80
    #else
    typealias Storage = Double
    #endif

    let value: Storage

    init(value: Storage) { self.value = value }

    package init(_ integer: Int64) { value = Storage(integer) }
    package init(_ double: Double) { value = Storage(double) }

    /// The number `text` stands for; nil where Redis answers "value is not a valid float".
    ///
    /// That is `string2ld` (`util.c`): at most 5119 bytes, all of them what `strtold` reads, no space in front,
    /// no NaN, no overflow, and no underflow to zero.
    package init?(text: RawSpan) {
        let count = text.byteCount
        if count == 0 || count >= 5 * 1024 || isSpace(text.byte(0)) { return nil }
        #if arch(x86_64)
        let scan = scanExtended(text)
        #else
        let scan = scanDouble(text)
        #endif
        if scan.end != count || scan.value.isNaN { return nil }
        if scan.isOutOfRange && (scan.value.isInfinite || scan.value.isZero) { return nil }
        value = scan.value
    }

    package var isNaN: Bool { value.isNaN }
    package var isInfinite: Bool { value.isInfinite }
    /// Neither NaN nor an infinity.
    package var isFinite: Bool { value.isFinite }

    package static func + (left: LongDouble, right: LongDouble) -> LongDouble {
        LongDouble(value: left.value + right.value)
    }

    /// The nearest double.
    package var double: Double { Double(value) }
}

#if arch(x86_64)
extension LongDouble {
    /// The most bytes `write` writes for this number.
    package var maxLength: Int { value.isFinite ? maxFixedLength(exponent: parts.exponent, fraction: 17) : 4 }

    /// Writes this number without an exponent, as Redis shows it. Returns the length, at most `maxLength`.
    // Safe: the caller has room for `maxLength` bytes, which bounds what `writeFixed` writes.
    package func write(to target: UnsafeMutableRawPointer) -> Int {
        if !value.isFinite { return unsafe writeDouble(Double(value), to: target) }
        let (significand, exponent) = parts
        let length = unsafe writeFixed(
            negative: value.sign == .minus, significand: significand, exponent: exponent, fraction: 17, trimmed: true,
            to: target)
        // What rounds to zero from below, and minus zero itself, lose their sign.
        if length == 2, unsafe target.loadUnaligned(as: UInt16.self) == UInt16(littleEndian: 0x302d) {
            return unsafe writeLiteral("0", to: target)
        }
        return length
    }

    /// This finite magnitude as `significand * 2^exponent`; the format keeps its leading bit explicitly.
    private var parts: (significand: UInt64, exponent: Int) {
        (value.significandBitPattern | (value.isNormal ? 1 << 63 : 0), max(Int(value.exponentBitPattern), 1) - 16446)
    }
}
#endif
