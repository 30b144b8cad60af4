import Bytes

/// Numbers as text, as `printf` writes them.
///
/// Own arithmetic in place of C's, because that takes a `va_list`, which Swift must allocate through unsafe pointers, and
/// follows the process's locale.
struct NumberFormat {
    var isLeft = false
    var hasSign = false
    var hasSpace = false
    var isAlternate = false
    var isZeroPadded = false
    var width = 0
    var precision: Int?

    /// `%e`, `%f`, `%g` and their upper-case forms.
    func append(_ value: Double, conversion: UInt8, to text: inout ByteBuffer) {
        let isUpper = conversion < 97
        var body: [UInt8]
        if !value.isFinite {
            body = Array((value.isNaN ? "nan" : "inf").utf8)
        } else {
            switch conversion | 32 {
            case UInt8(ascii: "e"): body = exponential(value, precision ?? 6)
            case UInt8(ascii: "f"): body = fixed(value, precision ?? 6)
            case UInt8(ascii: "a"): body = hexadecimal(value)
            default: body = general(value, max(precision ?? 6, 1))
            }
        }
        if isUpper { for index in body.indices where body[index] >= 97 && body[index] <= 122 { body[index] -= 32 } }
        pad(body, isNegative: value.sign == .minus, zeros: isZeroPadded && value.isFinite, to: &text)
    }

    func exponential(_ value: Double, _ precision: Int) -> [UInt8] {
        var decimal = ExactDecimal(value)
        decimal.round(to: precision + 1)
        let exponent = value == 0 ? 0 : decimal.point - 1
        return exponential(decimal.digits, exponent, precision)
    }

    private func exponential(_ digits: [UInt8], _ exponent: Int, _ precision: Int) -> [UInt8] {
        var result = [digits.first ?? 48]
        if precision > 0 || isAlternate { result.append(46) }
        for index in 0 ..< max(precision, 0) { result.append(index + 1 < digits.count ? digits[index + 1] : 48) }
        result.append(UInt8(ascii: "e"))
        result.append(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        let size = String(exponent.magnitude)
        if size.utf8.count < 2 { result.append(48) }
        result += Array(size.utf8)
        return result
    }

    func fixed(_ value: Double, _ precision: Int) -> [UInt8] {
        var decimal = ExactDecimal(value)
        decimal.round(to: decimal.point + precision)
        if decimal.digits == [48] { decimal = ExactDecimal(0) }
        return fixed(decimal.digits, decimal.point, precision)
    }

    private func fixed(_ digits: [UInt8], _ point: Int, _ precision: Int) -> [UInt8] {
        var result: [UInt8] = []
        if point <= 0 { result.append(48) }
        for index in 0 ..< max(point, 0) { result.append(index < digits.count ? digits[index] : 48) }
        if precision > 0 || isAlternate { result.append(46) }
        for index in 0 ..< max(precision, 0) {
            let place = point + index
            result.append(place >= 0 && place < digits.count ? digits[place] : 48)
        }
        return result
    }

    private func general(_ value: Double, _ precision: Int) -> [UInt8] {
        var decimal = ExactDecimal(value)
        decimal.round(to: precision)
        var digits = decimal.digits
        let exponent = value == 0 ? 0 : decimal.point - 1
        if !isAlternate { while digits.count > 1, digits.last == 48 { digits.removeLast() } }
        if exponent < -4 || exponent >= precision {
            return exponential(digits, exponent, isAlternate ? precision - 1 : digits.count - 1)
        }
        let fraction = isAlternate ? precision - 1 - exponent : max(digits.count - decimal.point, 0)
        return fixed(digits, value == 0 ? 1 : decimal.point, fraction)
    }

    private func hexadecimal(_ value: Double) -> [UInt8] {
        let magnitude = value.magnitude
        var exponent = magnitude == 0 ? 0 : (magnitude.isNormal ? Int(magnitude.exponent) : -1022)
        var lead: UInt64 = magnitude.isNormal ? 1 : 0
        var fraction = magnitude.significandBitPattern
        var count = 13
        if let precision, precision < 13 {
            let shift = UInt64(52 - precision * 4)
            let half: UInt64 = 1 << (shift - 1)
            let whole = lead << 52 | fraction
            var kept = whole >> shift
            let rest = whole & ((1 << shift) - 1)
            if rest > half || (rest == half && kept & 1 == 1) { kept += 1 }
            lead = kept >> UInt64(precision * 4)
            fraction = (kept << shift) & ((1 << 52) - 1)
            count = precision
        } else if precision == nil {
            while count > 0, fraction >> UInt64(52 - count * 4) & 15 == 0 { count -= 1 }
        }
        if magnitude == 0 { exponent = 0 }
        var result = Array("0x\(lead)".utf8)
        let wanted = precision ?? count
        if wanted > 0 || isAlternate { result.append(46) }
        for index in 0 ..< max(wanted, 0) {
            let nibble = index < 13 ? UInt8(fraction >> UInt64(48 - index * 4) & 15) : 0
            result.append(nibble < 10 ? 48 + nibble : 87 + nibble)
        }
        return result + Array("p\(exponent < 0 ? "-" : "+")\(exponent.magnitude)".utf8)
    }

    /// `%d`, `%u`, `%o`, `%x`, `%X`.
    func append(_ magnitude: UInt64, isNegative: Bool, conversion: UInt8, to text: inout ByteBuffer) {
        let radix = conversion == UInt8(ascii: "o") ? 8 : (conversion | 32 == UInt8(ascii: "x") ? 16 : 10)
        var body = Array(String(magnitude, radix: radix, uppercase: conversion == UInt8(ascii: "X")).utf8)
        if let precision {
            if precision == 0, magnitude == 0 { body = [] }
            if body.count < precision { body = [UInt8](repeating: 48, count: precision - body.count) + body }
        }
        if isAlternate, magnitude != 0 {
            if radix == 16 { body = [48, conversion] + body }
            if radix == 8, body.first != 48 { body = [48] + body }
        }
        var signless = self
        if conversion != UInt8(ascii: "d") {
            signless.hasSign = false
            signless.hasSpace = false
        }
        signless.pad(body, isNegative: isNegative, zeros: isZeroPadded && precision == nil, to: &text)
    }

    /// `%s` and `%c`.
    func append(_ bytes: RawSpan, to text: inout ByteBuffer) {
        let gap = max(width - bytes.byteCount, 0)
        if !isLeft { text.append(repeating: 32, count: gap) }
        text.append(bytes)
        if isLeft { text.append(repeating: 32, count: gap) }
    }

    private func pad(_ body: [UInt8], isNegative: Bool, zeros: Bool, to text: inout ByteBuffer) {
        let sign: UInt8? = isNegative ? 45 : (hasSign ? 43 : (hasSpace ? 32 : nil))
        let gap = max(width - body.count - (sign == nil ? 0 : 1), 0)
        if !isLeft, !zeros { text.append(repeating: 32, count: gap) }
        if let sign { text.append(sign) }
        var rest = body[...]
        if !isLeft, zeros {
            if rest.starts(with: [48, 120]) || rest.starts(with: [48, 88]) {
                text.append(48)
                text.append(rest[1])
                rest = rest.dropFirst(2)
            }
            text.append(repeating: 48, count: gap)
        }
        for byte in rest { text.append(byte) }
        if isLeft { text.append(repeating: 32, count: gap) }
    }
}

extension ByteBuffer {
    /// A number as Lua shows it: `%.14g`.
    mutating func append(lua number: Double) {
        if let integer = Int64(exactly: number), integer.magnitude < 100_000_000_000_000, integer != 0 || number.sign == .plus {
            append(decimal: integer)
            return
        }
        var format = NumberFormat()
        format.precision = 14
        format.append(number, conversion: UInt8(ascii: "g"), to: &self)
    }
}
