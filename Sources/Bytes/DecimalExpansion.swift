/// The exact decimal digits of `significand * 2^exponent`, however many: what correct rounding of very large
/// and very small numbers needs.
///
///     value = (… limbs[2]·B² + limbs[1]·B + limbs[0]) · 10^scale,   B = 10^19
///
/// A positive power of two is multiplied in; a negative one is five to the same power over ten to it, so it
/// becomes a power of five multiplied in and a decimal scale. Working in base 10^19 from the start needs no
/// conversion at the end, and the digits are just there.
///
/// Costs O(e²) for an exponent e: a few microseconds for the extremes of a double, half a millisecond for those
/// of an 80-bit float. Everyday magnitudes never come here (see `DecimalRounding.swift`), so plain array code
/// is right and a table of powers would be weight without use.
struct DecimalExpansion {
    /// Least significant first; the last one is not zero (unless the value is).
    private(set) var limbs: [UInt64]
    /// The power of ten the limbs are to be multiplied by; never positive.
    let scale: Int

    private static let base: UInt64 = 10_000_000_000_000_000_000
    static let digitsPerLimb = 19

    init(significand: UInt64, exponent: Int) {
        limbs = [significand % Self.base]
        if significand >= Self.base { limbs.append(significand / Self.base) }
        scale = min(exponent, 0)
        if exponent > 0 {
            var left = exponent
            while left > 0 {
                let step = min(left, 63)
                multiply(by: 1 << UInt64(step))
                left -= step
            }
        } else {
            // 5^27 is the last power of five below 2^63.
            var left = -exponent
            while left > 0 {
                let step = min(left, 27)
                var factor: UInt64 = 1
                for _ in 0 ..< step { factor &*= 5 }
                multiply(by: factor)
                left -= step
            }
        }
    }

    /// Multiplies by `factor`, which must not exceed 2^63, so that every carry stays below the base.
    private mutating func multiply(by factor: UInt64) {
        var carry: UInt64 = 0
        for i in limbs.indices {
            let product = UInt128(limbs[i]) * UInt128(factor) + UInt128(carry)
            let (quotient, remainder) = Self.base.dividingFullWidth(
                (UInt64(truncatingIfNeeded: product >> 64), UInt64(truncatingIfNeeded: product)))
            limbs[i] = remainder
            carry = quotient
        }
        if carry != 0 { limbs.append(carry) }
    }

    /// How many digits the limbs make, leading zeros not counted.
    var digitCount: Int { decimalDigits(limbs[limbs.count - 1]) + Self.digitsPerLimb * (limbs.count - 1) }

    /// The leading seventeen digits, the rest rounded half to even, as `printf` does.
    func rounded() -> RoundedDecimal {
        let top = limbs.count - 1
        var head = UInt128(limbs[top])
        var headDigits = decimalDigits(limbs[top])
        var tailIsZero = true
        if top > 0 {
            head = head * UInt128(Self.base) + UInt128(limbs[top - 1])
            headDigits += Self.digitsPerLimb
            tailIsZero = limbs.dropLast(2).allSatisfy { $0 == 0 }
        }
        let exponent = digitCount - 1 + scale
        let excess = headDigits - RoundedDecimal.digitCount
        if excess <= 0 {
            return RoundedDecimal(digits: UInt64(head) * powersOfTen[-excess], exponent: exponent)
        }
        // At most 38 - 17 = 21 digits are cut off, two more than a word's powers of ten reach.
        let divisor = UInt128(powersOfTen[min(excess, 19)]) * UInt128(powersOfTen[max(excess - 19, 0)])
        let (quotient, remainder) = head.quotientAndRemainder(dividingBy: divisor)
        var digits = UInt64(quotient)
        let half = divisor / 2
        if remainder > half || (remainder == half && (!tailIsZero || digits & 1 == 1)) { digits += 1 }
        return RoundedDecimal(carrying: digits, exponent: exponent)
    }

    /// Writes all digits; only for a whole number (`scale` 0). Returns the length, `digitCount`.
    // Safe: writes exactly `digitCount` bytes, which the caller has room for.
    func write(to target: UnsafeMutableRawPointer) -> Int {
        var length = unsafe writeDecimal(limbs[limbs.count - 1], to: target)
        for limb in limbs.dropLast().reversed() {
            unsafe writeDecimal(limb, digits: Self.digitsPerLimb, to: target + length)
            length += Self.digitsPerLimb
        }
        return length
    }
}
