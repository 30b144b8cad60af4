/// Integers read from their one canonical decimal text.
///
/// The text must be exactly what printing the number gives: no `+`, no spaces, no leading zeros, no `-0`. That
/// strictness is what lets a server keep a value as a number and hand back the very bytes it was given; Redis
/// has the same rule in `string2ll` (`util.c`).
extension Int64 {
    /// The integer that `text` is the canonical text of; nil for anything else, out of range included.
    package init?(decimal text: RawSpan) {
        let count = text.byteCount
        if count == 0 { return nil }
        let negative = text.byte(0) == UInt8(ascii: "-")
        guard let magnitude = canonicalMagnitude(text, from: negative ? 1 : 0) else { return nil }
        if negative {
            // Minus zero would not print as it was written, and 2^63 is the one magnitude only a minus allows.
            if magnitude == 0 || magnitude > 1 << 63 { return nil }
            self = Int64(bitPattern: 0 &- magnitude)
        } else {
            if magnitude > UInt64(Int64.max) { return nil }
            self = Int64(bitPattern: magnitude)
        }
    }
}

extension UInt64 {
    /// The integer that `text` is the canonical text of; nil for anything else, out of range included.
    package init?(decimal text: RawSpan) {
        guard let value = canonicalMagnitude(text, from: 0) else { return nil }
        self = value
    }
}

/// The number written in `text` from `start` on: all digits, no leading zero, at most 2^64 - 1.
///
/// Most are short: up to three digits are read here, one by one and without a call.
@inline(__always)
private func canonicalMagnitude(_ text: RawSpan, from start: Int) -> UInt64? {
    let count = text.byteCount
    let digits = count &- start
    if digits <= 0 || digits > 20 { return nil }
    let first = text.byte(start) &- UInt8(ascii: "0")
    if first > 9 || (first == 0 && digits > 1) { return nil }
    if digits < 4 {
        var value = UInt64(first)
        var i = start &+ 1
        while i < count {
            let digit = text.byte(i) &- UInt8(ascii: "0")
            if digit > 9 { return nil }
            value = value &* 10 &+ UInt64(digit)
            i &+= 1
        }
        return value
    }
    return longMagnitude(text, from: start)
}

/// The same for four to twenty digits, the first not zero: eight at a time, the first few filled up with zeros in
/// front.
@inline(never)
private func longMagnitude(_ text: RawSpan, from start: Int) -> UInt64? {
    let count = text.byteCount
    let digits = count &- start
    let head = (digits &- 1) & 7 &+ 1
    var word: UInt64
    if digits >= 8 {
        word = text.word(at: start)
    } else {
        // Four to seven bytes by two overlapping loads.
        let high = UInt64(text.halfWord(at: count &- 4)) &<< UInt64(truncatingIfNeeded: 8 &* (digits &- 4))
        word = UInt64(text.halfWord(at: start)) | high
    }
    let gap = UInt64(truncatingIfNeeded: 64 &- 8 &* head)
    word = word &<< gap | 0x3030_3030_3030_3030 & (1 &<< gap &- 1)
    guard var value = eightDigits(word) else { return nil }
    // Only twenty digits can overflow. Then the first four tell, but for 1844: there a wrapped sum is a small one.
    if digits == 20 && value > 1844 { return nil }
    var i = start &+ head
    while i < count {
        guard let eight = eightDigits(text.word(at: i)) else { return nil }
        value = value &* 100_000_000 &+ eight
        i &+= 8
    }
    if digits == 20 && value < powersOfTen[19] { return nil }
    return value
}

/// The value of eight ASCII digits read as one little-endian word, or nil if one is no digit: all eight are
/// tested at once, then joined in pairs, fours and eights by three multiplications.
@inline(__always)
func eightDigits(_ word: UInt64) -> UInt64? {
    // A digit is 0x30...0x39: its high nibble is 3, and stays 3 when 6 is added.
    let nibbles: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
    let threes: UInt64 = 0x3030_3030_3030_3030
    if word & nibbles != threes || (word &+ 0x0606_0606_0606_0606) & nibbles != threes { return nil }
    let units = word &- threes
    let pairs = units &* 10 &+ (units &>> 8)
    let even = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
    let odd = ((pairs &>> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
    return (even &+ odd) &>> 32
}
