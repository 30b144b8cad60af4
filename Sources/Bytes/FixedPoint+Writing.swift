/// Numbers written with a fixed count of digits behind the point, never an exponent.

/// How much room `writeFixed` needs for `significand * 2^exponent`: sign, digits, point, fraction.
func maxFixedLength(exponent: Int, fraction: Int) -> Int {
    // A bit is worth 0.30103 digits; 64 of them are the significand's.
    3 + fraction + (max(exponent, 0) + 64) * 1234 / 4096 + 1
}

/// Writes `±significand * 2^exponent` with `fraction` digits (at most 17) behind the point, rounded as
/// `printf("%.*f")` does; if `trimmed`, without trailing zeros and a bare point. Returns the length, at most
/// `maxFixedLength`.
// Safe: the caller has room for `maxFixedLength` bytes, and no path writes more.
func writeFixed(
    negative: Bool, significand: UInt64, exponent: Int, fraction: Int, trimmed: Bool,
    to target: UnsafeMutableRawPointer
) -> Int {
    precondition(fraction >= 0 && fraction <= 17)
    var length = 0
    if negative {
        unsafe target.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
        length = 1
    }
    var behind: UInt64 = 0
    if exponent < 0 {
        // 64 bits and the 57 of 10^17 leave room; and so does the whole part, which is below 2^63.
        let scaled = (UInt128(significand) &* UInt128(powersOfTen[fraction])).shiftedRightRoundingToEven(by: -exponent)
        let (whole, rest) = scaled.quotientAndRemainder(dividingBy: UInt128(powersOfTen[fraction]))
        length &+= unsafe writeDecimal(UInt64(truncatingIfNeeded: whole), to: target + length)
        behind = UInt64(truncatingIfNeeded: rest)
    } else if exponent <= significand.leadingZeroBitCount {
        length &+= unsafe writeDecimal(significand &<< UInt64(exponent), to: target + length)
    } else {
        length &+= unsafe DecimalExpansion(significand: significand, exponent: exponent).write(to: target + length)
    }
    var digits = fraction
    if trimmed {
        if behind == 0 { return length }
        while behind % 10 == 0 {
            behind /= 10
            digits &-= 1
        }
    }
    if digits == 0 { return length }
    unsafe target.storeBytes(of: UInt8(ascii: "."), toByteOffset: length, as: UInt8.self)
    unsafe writeDecimal(behind, digits: digits, to: target + length + 1)
    return length &+ 1 &+ digits
}

/// Writes `value` as `printf("%.*f")`, `inf` and `nan` with their sign. Returns the length, at most
/// `maxFixedLength(value, fraction)`.
package func writeFixed(
    _ value: Double, fraction: Int, trimmed: Bool = false, to target: UnsafeMutableRawPointer
) -> Int {
    if !value.isFinite { return unsafe writeDouble(value, to: target) }
    let (significand, exponent) = value.integralParts
    return unsafe writeFixed(
        negative: value.sign == .minus, significand: significand, exponent: exponent, fraction: fraction,
        trimmed: trimmed, to: target)
}

/// The most bytes `writeFixed` writes for `value`.
package func maxFixedLength(_ value: Double, fraction: Int) -> Int {
    value.isFinite ? maxFixedLength(exponent: value.integralParts.exponent, fraction: fraction) : 8
}

/// Writes `value` rounded to `fraction` digits behind the point through a 64-bit integer, as Redis writes
/// distances (`fixedpoint_d2string`, `util.c`): no minus zero, and beyond 64 bits the smallest integer stands,
/// as the processor's conversion gives it. Returns the length, at most 24.
package func writeScaled(_ value: Double, fraction: Int, to target: UnsafeMutableRawPointer) -> Int {
    precondition(fraction >= 1 && fraction <= 17)
    let scaled = (value * Double(powersOfTen[fraction])).rounded(.toNearestOrEven)
    let integer = Int64(exactly: scaled) ?? Int64.min
    var length = 0
    if integer < 0 {
        unsafe target.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
        length = 1
    }
    let (whole, rest) = integer.magnitude.quotientAndRemainder(dividingBy: powersOfTen[fraction])
    length &+= unsafe writeDecimal(whole, to: target + length)
    unsafe target.storeBytes(of: UInt8(ascii: "."), toByteOffset: length, as: UInt8.self)
    unsafe writeDecimal(rest, digits: fraction, to: target + length + 1)
    return length &+ 1 &+ fraction
}
