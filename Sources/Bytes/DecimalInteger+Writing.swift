/// Integers written as decimal text, two digits a step, straight into place.

/// The most bytes any 64-bit integer's text takes: a sign and nineteen digits, or twenty digits.
package let maxDecimalLength = 20

/// How many decimal digits `value` has; 1 for zero.
///
/// The bit length times log10(2) (1233/4096) is the count or one less; one comparison tells which.
package func decimalDigits(_ value: UInt64) -> Int {
    let nonzero = value | 1
    let guess = ((64 &- nonzero.leadingZeroBitCount) &* 1233) &>> 12
    return nonzero >= powersOfTen[guess] ? guess &+ 1 : guess
}

/// How many bytes the text of `value` takes, its sign included.
package func decimalLength(_ value: Int64) -> Int {
    value < 0 ? decimalDigits(value.magnitude) &+ 1 : decimalDigits(UInt64(bitPattern: value))
}

/// Writes the text of `value` and returns its length, at most `maxDecimalLength`.
package func writeDecimal(_ value: UInt64, to target: UnsafeMutableRawPointer) -> Int {
    if value < 10 {
        unsafe target.storeBytes(of: UInt8(truncatingIfNeeded: value) &+ 48, as: UInt8.self)
        return 1
    }
    let length = decimalDigits(value)
    unsafe writeDecimal(value, digits: length, to: target)
    return length
}

/// Writes the text of `value` and returns its length, at most `maxDecimalLength`.
package func writeDecimal(_ value: Int64, to target: UnsafeMutableRawPointer) -> Int {
    if value >= 0 { return unsafe writeDecimal(UInt64(bitPattern: value), to: target) }
    unsafe target.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
    return unsafe writeDecimal(value.magnitude, to: target + 1) &+ 1
}

/// Writes the low `digits` digits of `value`, zeros in front of a shorter one.
// Safe: writes exactly `digits` bytes, which the caller has room for; a pair's index is below 100.
@inline(__always)
func writeDecimal(_ value: UInt64, digits: Int, to target: UnsafeMutableRawPointer) {
    let pairs: StaticString = """
        0001020304050607080910111213141516171819\
        2021222324252627282930313233343536373839\
        4041424344454647484950515253545556575859\
        6061626364656667686970717273747576777879\
        8081828384858687888990919293949596979899
        """
    var rest = value
    var end = digits
    while end >= 2 {
        let quotient = rest / 100
        let pair = Int(truncatingIfNeeded: rest &- quotient &* 100)
        end &-= 2
        unsafe (target + end).copyMemory(from: pairs.utf8Start + 2 &* pair, byteCount: 2)
        rest = quotient
    }
    if end == 1 { unsafe target.storeBytes(of: UInt8(truncatingIfNeeded: rest % 10) &+ 48, as: UInt8.self) }
}

/// 10^0 ... 10^19, all that fit 64 bits.
let powersOfTen: InlineArray<20, UInt64> = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
    100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
    10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
]
