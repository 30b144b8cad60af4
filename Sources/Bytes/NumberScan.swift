import Glibc

/// What C's number readers find at the front of a text: the value, where they stopped, and whether it was out
/// of range.
///
/// Redis reads scores, ranges, SORT weights, cursors and stream ids with `strtod`, `strtold` and `strtoull`,
/// each caller with its own rule about spaces, leftovers and `ERANGE`. The scan keeps the facts apart so that
/// every rule can be told in one line.
package struct NumberScan<Value> {
    package let value: Value
    /// How many bytes were taken; 0 when there was no number at all.
    package let end: Int
    /// `ERANGE`: overflow, or an underflow that lost digits.
    package let isOutOfRange: Bool
    /// Whether only the text's end, or a NUL as C sees its end, stood behind the number.
    package let reachedEnd: Bool
}

/// What `strtod` reads: leading spaces, sign, decimal or hexadecimal digits, `inf`, `infinity`, `nan`.
package func scanDouble(_ text: RawSpan) -> NumberScan<Double> {
    unsafe scan(text) { start, end in unsafe strtod(start, end) }
}

#if arch(x86_64)
/// What `strtold` reads, in the processor's 80-bit format.
func scanExtended(_ text: RawSpan) -> NumberScan<Float80> {
    unsafe scan(text) { start, end in unsafe strtold(start, end) }
}
#endif

/// What `strtoull` reads in base ten: leading spaces, a sign (a minus negates modulo 2^64), digits.
package func scanUnsigned(_ text: RawSpan) -> NumberScan<UInt64> {
    unsafe scan(text) { start, end in unsafe UInt64(strtoull(start, end, 10)) }
}

/// Lets a C reader run over a NUL-terminated copy of `text`, with `errno` cleared and a locale whose decimal
/// point is a point, whatever the embedding program has chosen.
private func scan<Value>(
    _ text: RawSpan,
    _ read: (UnsafePointer<CChar>, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
) -> NumberScan<Value> {
    let count = text.byteCount
    // Safe: the copy has `count` bytes and a NUL, behind which no reader goes, so `stop` points into it.
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { copy in
        let start = copy.baseAddress!
        unsafe text.withUnsafeBytes { bytes in
            if let source = bytes.baseAddress { unsafe memcpy(start, source, count) }
        }
        unsafe start[count] = 0
        let previous = unsafe uselocale(pointLocale)
        defer { unsafe uselocale(previous) }
        errno = 0
        var stop: UnsafeMutablePointer<CChar>? = unsafe start
        let value = unsafe read(start, &stop)
        let isOutOfRange = errno == ERANGE
        let end = unsafe stop! - start
        return unsafe NumberScan(value: value, end: end, isOutOfRange: isOutOfRange, reachedEnd: start[end] == 0)
    }
}

/// The "C" locale. Safe: made once, never changed and never freed.
nonisolated(unsafe) private let pointLocale = unsafe newlocale(LC_NUMERIC_MASK, "C", nil)

/// Whether `byte` is what C's `isspace` calls space.
@inline(__always)
func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }
