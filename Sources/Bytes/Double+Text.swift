/// Doubles read from text by Redis's rules.
extension Double {
    /// The number `text` stands for as a value or a score; nil where Redis answers "value is not a valid float".
    ///
    /// That is `string2d` (`util.c`): all of `text` must be what `strtod` reads, so hexadecimal, `inf` and
    /// `infinity` pass; no space in front; no NaN; overflow, and underflow to zero, are refused.
    package init?(text: RawSpan) {
        if let value = Double(plain: text) {
            self = value
            return
        }
        if text.byteCount == 0 || isSpace(text.byte(0)) { return nil }
        let scan = scanDouble(text)
        if scan.end != text.byteCount || scan.value.isNaN { return nil }
        if scan.isOutOfRange && (scan.value.isInfinite || scan.value.isZero) { return nil }
        self = scan.value
    }

    /// The number `text` stands for as the bound of a score range, its `(` already taken off.
    ///
    /// Looser than a score, as Redis is (`zslParseRange`, `t_zset.c`): spaces may stand in front, an empty text
    /// is zero, an overflow is an infinity, a NUL ends the text; only leftovers and NaN are refused.
    package init?(bound text: RawSpan) {
        if let value = Double(plain: text) {
            self = value
            return
        }
        let scan = scanDouble(text)
        if !scan.reachedEnd || scan.value.isNaN { return nil }
        self = scan.value
    }

    /// The fast path: an optional minus and at most eighteen digits with at most one point among them.
    ///
    /// The digits make an integer and the point a power of ten. An integer converts with one rounding; with a
    /// fraction both must be exact doubles (below 2^53, and up to 10^17), and then the one division rounds
    /// correctly, which is all `strtod` does (Clinger, "How to read floating point numbers accurately").
    private init?(plain text: RawSpan) {
        let count = text.byteCount
        if count == 0 || count > 20 { return nil }
        let negative = text.byte(0) == UInt8(ascii: "-")
        var mantissa: UInt64 = 0
        var digits = 0
        var point = -1
        var i = negative ? 1 : 0
        while i < count {
            let byte = text.byte(i)
            let digit = byte &- UInt8(ascii: "0")
            if digit <= 9 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                digits &+= 1
            } else if byte == UInt8(ascii: "."), point < 0 {
                point = digits
            } else {
                return nil
            }
            i &+= 1
        }
        if digits == 0 || digits > 18 { return nil }
        var value = Double(mantissa)
        if point >= 0 && point < digits {
            if mantissa > 1 << 53 { return nil }
            value /= Double(powersOfTen[digits &- point])
        }
        self = negative ? -value : value
    }
}
