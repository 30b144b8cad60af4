/// Doubles written as text the way Redis 7.0 writes them.

/// The most bytes `writeDouble` and `writeScore` write: sign, seventeen digits, point, and an exponent of five.
package let maxDoubleLength = 24

/// Writes `value` as `printf("%.17g")`, what Redis 7.0 sends for a double in RESP2 (`$…`) and RESP3 (`,…`)
/// (`addReplyDouble`, `networking.c`). Returns the length, at most `maxDoubleLength`.
package func writeDouble(_ value: Double, to target: UnsafeMutableRawPointer) -> Int {
    // Whole numbers of up to seventeen digits print as integers; minus zero keeps its sign, so it goes on.
    if value.magnitude < 1e17, let integer = value.exactInteger { return unsafe writeDecimal(integer, to: target) }
    return unsafe writeGeneral(value, to: target)
}

/// Writes `value` as Redis stores a score in a compact sorted set and shows it in ZSCAN (`d2string`,
/// `util.c`): like `writeDouble`, but whole numbers up to 2^62 print all their digits.
package func writeScore(_ value: Double, to target: UnsafeMutableRawPointer) -> Int {
    if value.magnitude <= 0x1p62, let integer = value.exactInteger { return unsafe writeDecimal(integer, to: target) }
    return unsafe writeGeneral(value, to: target)
}

// Safe, here and below: the caller has room for `maxDoubleLength` bytes, and no path writes more.
private func writeGeneral(_ value: Double, to target: UnsafeMutableRawPointer) -> Int {
    var length = 0
    if value.sign == .minus {
        unsafe target.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
        length = 1
    }
    if !value.isFinite { return unsafe length &+ writeLiteral(value.isNaN ? "nan" : "inf", to: target + length) }
    if value == 0 { return unsafe length &+ writeLiteral("0", to: target + length) }
    let (significand, exponent) = value.integralParts
    let rounded = RoundedDecimal(significand: significand, exponent: exponent)
    return unsafe length &+ writeShortened(rounded, to: target + length)
}

/// `%g`: trailing zeros dropped, and an exponent where the point would stand too far off.
private func writeShortened(_ number: RoundedDecimal, to target: UnsafeMutableRawPointer) -> Int {
    var digits = number.digits
    var count = RoundedDecimal.digitCount
    if digits % 100_000_000 == 0 {
        digits /= 100_000_000
        count &-= 8
    }
    while digits % 10 == 0 {
        digits /= 10
        count &-= 1
    }
    let exponent = number.exponent
    if exponent < -4 || exponent >= RoundedDecimal.digitCount {
        var length = unsafe writeDigits(digits, count: count, pointAfter: 1, to: target)
        unsafe target.storeBytes(of: UInt8(ascii: "e"), toByteOffset: length, as: UInt8.self)
        unsafe target.storeBytes(
            of: exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"), toByteOffset: length &+ 1, as: UInt8.self)
        length &+= 2
        let size = UInt64(exponent.magnitude)
        let width = size < 100 ? 2 : 3
        unsafe writeDecimal(size, digits: width, to: target + length)
        return length &+ width
    }
    if exponent < 0 {
        // 0.000ddd: the zeros in front are part of a number with more digits.
        return unsafe writeDigits(digits, count: count &- exponent, pointAfter: 1, to: target)
    }
    // Whole numbers this small were written as integers, so there are digits behind the point.
    return unsafe writeDigits(digits, count: count, pointAfter: exponent &+ 1, to: target)
}

/// Writes `count` digits with a point after the first `pointAfter` of them, or none if those are all.
private func writeDigits(
    _ digits: UInt64, count: Int, pointAfter: Int, to target: UnsafeMutableRawPointer
) -> Int {
    if pointAfter == count {
        unsafe writeDecimal(digits, digits: count, to: target)
        return count
    }
    unsafe writeDecimal(digits, digits: count, to: target + 1)
    unsafe target.copyMemory(from: target + 1, byteCount: pointAfter)
    unsafe target.storeBytes(of: UInt8(ascii: "."), toByteOffset: pointAfter, as: UInt8.self)
    return count &+ 1
}

/// Copies a short literal into place.
@inline(__always)
func writeLiteral(_ text: StaticString, to target: UnsafeMutableRawPointer) -> Int {
    unsafe target.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
    return text.utf8CodeUnitCount
}

extension Double {
    /// This number as an integer if it is a whole one other than minus zero; it must be below 2^63.
    @inline(__always)
    fileprivate var exactInteger: Int64? {
        let integer = Int64(self)
        return Double(integer) == self && (integer != 0 || sign == .plus) ? integer : nil
    }

    /// This finite magnitude as `significand * 2^exponent` in integers.
    @inline(__always)
    var integralParts: (significand: UInt64, exponent: Int) {
        if exponentBitPattern == 0 { return (significandBitPattern, -1074) }
        return (significandBitPattern | 1 << 52, Int(exponentBitPattern) &- 1075)
    }
}
