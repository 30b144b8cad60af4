/// Binary floating point rounded correctly to decimal, as `printf` does it: exact arithmetic, ties to even.
///
/// Everyday magnitudes fit 128-bit integers, where exactness costs one multiplication and one shift; the rest
/// goes through `DecimalExpansion`. Own arithmetic instead of `snprintf` because that takes a `va_list` that
/// Swift must allocate, follows the process's locale, and knows nothing of 80-bit floats from Swift.

/// A number as `d.dddddddddddddddd · 10^exponent`: seventeen digits, the first not zero.
struct RoundedDecimal: Equatable {
    static let digitCount = 17

    /// In 10^16 ..< 10^17.
    var digits: UInt64
    var exponent: Int

    init(digits: UInt64, exponent: Int) {
        self.digits = digits
        self.exponent = exponent
    }

    /// The same, from digits that rounding may have carried up to 10^17.
    init(carrying digits: UInt64, exponent: Int) {
        let carried = digits == powersOfTen[Self.digitCount]
        self.digits = carried ? digits / 10 : digits
        self.exponent = carried ? exponent &+ 1 : exponent
    }

    /// The seventeen significant digits of `significand * 2^exponent`; `significand` is in 1 ..< 2^53.
    init(significand: UInt64, exponent: Int) {
        // log2 rounded down, then log10: never too large, and at most one too small (78913/2^18 is log10(2)
        // from below, good for far larger exponents than a double has).
        let binary = 63 &- significand.leadingZeroBitCount &+ exponent
        var decimal = (binary &* 78913) >> 18
        while true {
            guard let digits = Self.scaled(significand, exponent, power: 16 &- decimal) else { break }
            if digits < powersOfTen[17] {
                self.init(digits: digits, exponent: decimal)
                return
            }
            decimal &+= 1
        }
        self = DecimalExpansion(significand: significand, exponent: exponent).rounded()
    }

    /// `significand * 2^exponent * 10^power`, rounded to an integer; nil if 128 bits do not hold the way there.
    @inline(__always)
    private static func scaled(_ significand: UInt64, _ exponent: Int, power: Int) -> UInt64? {
        if power >= 0 {
            // 53 bits and the 74 of 10^22 fit.
            if power > 22 { return nil }
            let product = UInt128(significand) &* tenTo(power)
            if exponent >= 0 { return UInt64(truncatingIfNeeded: product &<< UInt128(exponent)) }
            return UInt64(truncatingIfNeeded: product.shiftedRightRoundingToEven(by: -exponent))
        }
        if exponent > 75 || power < -22 { return nil }
        let (quotient, remainder) = (UInt128(significand) &<< UInt128(exponent))
            .quotientAndRemainder(dividingBy: tenTo(-power))
        let digits = UInt64(truncatingIfNeeded: quotient)
        let twice = remainder &* 2
        let up = twice > tenTo(-power) || (twice == tenTo(-power) && digits & 1 == 1)
        return up ? digits &+ 1 : digits
    }

    /// 10^power, for a power up to 22.
    @inline(__always)
    private static func tenTo(_ power: Int) -> UInt128 {
        power <= 19
            ? UInt128(powersOfTen[power])
            : UInt128(powersOfTen[19]) &* UInt128(powersOfTen[power &- 19])
    }
}

extension UInt128 {
    /// This divided by `2^shift`, ties to even; `shift` is positive.
    @inline(__always)
    func shiftedRightRoundingToEven(by shift: Int) -> UInt128 {
        if shift >= 128 {
            // Callers keep the top bit free, so the quotient is below one half.
            return 0
        }
        let quotient = self &>> UInt128(shift)
        let half = UInt128(1) &<< UInt128(shift &- 1)
        let remainder = self & ((half &- 1) | half)
        let up = remainder > half || (remainder == half && quotient & 1 == 1)
        return up ? quotient &+ 1 : quotient
    }
}
