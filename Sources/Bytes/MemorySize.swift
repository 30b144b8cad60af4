/// Amounts of memory as configuration files and INFO write them.

extension UInt64 {
    /// The bytes that `text` stands for: digits and an optional unit, any case, decimal `k` `m` `g` or binary
    /// `kb` `mb` `gb`, or `b`; nil for anything else.
    ///
    /// As permissive as Redis (`memtoull`, `util.c`): no digits at all are zero, so the empty text and `gb` are;
    /// digits beyond 64 bits stay at the maximum, while the unit's multiplication wraps; a NUL ends the text.
    package init?(memorySize text: RawSpan) {
        var value: UInt64 = 0
        var saturated = false
        var digits = 0
        while digits < text.byteCount {
            let digit = text.byte(digits) &- UInt8(ascii: "0")
            if digit > 9 { break }
            let (scaled, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = scaled.addingReportingOverflow(UInt64(digit))
            saturated = saturated || overflowed || carried
            value = sum
            digits += 1
        }
        // Redis copies the digits into 128 bytes.
        if digits >= 128 { return nil }
        if saturated { value = .max }
        var end = digits
        while end < text.byteCount && text.byte(end) != 0 { end += 1 }
        let unit = text.extracting(digits ..< end)
        let factor: UInt64
        if unit.byteCount == 0 || unit.equalsIgnoringCase("b") {
            factor = 1
        } else if unit.equalsIgnoringCase("k") {
            factor = 1000
        } else if unit.equalsIgnoringCase("kb") {
            factor = 1 << 10
        } else if unit.equalsIgnoringCase("m") {
            factor = 1_000_000
        } else if unit.equalsIgnoringCase("mb") {
            factor = 1 << 20
        } else if unit.equalsIgnoringCase("g") {
            factor = 1_000_000_000
        } else if unit.equalsIgnoringCase("gb") {
            factor = 1 << 30
        } else {
            return nil
        }
        self = value &* factor
    }
}

extension Int64 {
    /// The number in front of a `%`, canonical and not negative (the limit of 100 is the caller's, whose error
    /// it is); nil for anything else.
    package init?(percentage text: RawSpan) {
        let count = text.byteCount
        if count < 2 || text.byte(count - 1) != UInt8(ascii: "%") { return nil }
        guard let value = Int64(decimal: text.extracting(0 ..< count - 1)), value >= 0 else { return nil }
        self = value
    }
}

/// Writes an amount of memory for people, as INFO does (`bytesToHuman`, `server.c`): bytes below 1024, then two
/// decimals and the binary unit's letter up to `P`, and plain bytes again beyond. Returns the length, at most 21.
// Safe: the caller has room for 21 bytes: twenty digits, or a number below 1024.005 and its unit.
package func writeHumanSize(_ size: UInt64, to target: UnsafeMutableRawPointer) -> Int {
    let power = size < 1024 ? 0 : (63 &- size.leadingZeroBitCount) / 10
    let letters: StaticString = "BKMGTPB"
    var length: Int
    if power == 0 || power == 6 {
        length = unsafe writeDecimal(size, to: target)
    } else {
        let scaled = Double(size) / Double(UInt64(1) &<< UInt64(10 &* power))
        length = unsafe writeFixed(scaled, fraction: 2, to: target)
    }
    unsafe target.storeBytes(of: letters.utf8Start[power], toByteOffset: length, as: UInt8.self)
    length &+= 1
    return length
}
