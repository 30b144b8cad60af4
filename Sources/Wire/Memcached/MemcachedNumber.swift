import Bytes

/// Numbers as memcached reads them, by C's `strtoul` and its relatives: white space in front, a sign, digits, and then the
/// end or white space, behind which nothing matters. What does not fit 32 bits is cut down to them.
package enum MemcachedNumber {
    /// 64 bits without a sign, as deltas and uniques are. A minus is good only where the result wraps around to a number
    /// below 2^63, as it is to `strtoull`.
    package static func unsigned64(_ text: RawSpan) -> UInt64? {
        guard let (magnitude, isNegative) = scan(text) else { return nil }
        let value = isNegative ? 0 &- magnitude : magnitude
        if Int64(bitPattern: value) < 0, hasMinus(text) { return nil }
        return value
    }

    /// 32 bits without a sign, as flags are.
    package static func unsigned32(_ text: RawSpan) -> UInt32? {
        unsigned64(text).map { UInt32(truncatingIfNeeded: $0) }
    }

    /// 32 bits with a sign, as lengths and times are.
    package static func signed32(_ text: RawSpan) -> Int32? {
        guard let (magnitude, isNegative) = scan(text) else { return nil }
        if magnitude > UInt64(Int64.max) &+ (isNegative ? 1 : 0) { return nil }
        return Int32(truncatingIfNeeded: isNegative ? 0 &- magnitude : magnitude)
    }

    /// The number's magnitude and sign; `nil` where no number stands, or one of more than 64 bits.
    private static func scan(_ text: RawSpan) -> (magnitude: UInt64, isNegative: Bool)? {
        var index = 0
        while index < text.byteCount, ASCII.isSpace(text.byte(index)) { index &+= 1 }
        if index == text.byteCount { return nil }
        let sign = text.byte(index)
        if sign == ASCII.minus || sign == ASCII.plus { index &+= 1 }
        let first = index
        var value: UInt64 = 0
        var fits = true
        while index < text.byteCount {
            let digit = text.byte(index) &- ASCII.zero
            if digit > 9 { break }
            let (product, isTooBig) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = product.addingReportingOverflow(UInt64(digit))
            if isTooBig || overflows { fits = false }
            value = sum
            index &+= 1
        }
        if index == first || !fits { return nil }
        if index < text.byteCount, !ASCII.isSpace(text.byte(index)), text.byte(index) != 0 { return nil }
        return (value, sign == ASCII.minus)
    }

    private static func hasMinus(_ text: RawSpan) -> Bool {
        for index in 0 ..< text.byteCount where text.byte(index) == ASCII.minus { return true }
        return false
    }
}
