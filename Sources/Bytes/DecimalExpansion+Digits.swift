/// All digits of a double, for `printf` formats of any precision.
package struct ExactDecimal {
    /// The significant digits as ASCII, none but the last of a zero being leading zeros.
    package private(set) var digits: [UInt8]
    /// How many of the digits stand in front of the decimal point; may be negative, or more than there are.
    package private(set) var point: Int

    /// The magnitude of a finite number.
    package init(_ value: Double) {
        let (significand, exponent) = value.integralParts
        if significand == 0 {
            (digits, point) = ([48], 1)
            return
        }
        let expansion = DecimalExpansion(significand: significand, exponent: exponent)
        var reversed: [UInt8] = []
        reversed.reserveCapacity(expansion.limbs.count * DecimalExpansion.digitsPerLimb)
        for limb in expansion.limbs {
            var rest = limb
            for _ in 0 ..< DecimalExpansion.digitsPerLimb {
                reversed.append(UInt8(48 + rest % 10))
                rest /= 10
            }
        }
        while reversed.last == 48 { reversed.removeLast() }
        digits = reversed.reversed()
        point = digits.count + expansion.scale
    }

    /// Rounds to `count` digits, half to even as `printf` does; a count of 0 or less may leave a single one, or zero.
    package mutating func round(to count: Int) {
        if count >= digits.count { return }
        if count < 0 {
            (digits, point) = ([48], 1)
            return
        }
        let next = digits[count]
        let isTie = next == 53 && digits[(count + 1)...].allSatisfy { $0 == 48 }
        let isOdd = count > 0 && digits[count - 1] & 1 == 1
        let up = isTie ? isOdd : next >= 53
        digits.removeLast(digits.count - count)
        if up {
            var index = count - 1
            while index >= 0, digits[index] == 57 {
                digits[index] = 48
                index -= 1
            }
            if index >= 0 { digits[index] += 1 } else {
                digits.insert(49, at: 0)
                point += 1
            }
        } else if digits.isEmpty {
            (digits, point) = ([48], 1)
        }
    }
}
