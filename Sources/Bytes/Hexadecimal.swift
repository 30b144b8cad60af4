/// The lower-case digit for a value below 16.
@inlinable @inline(always)
package func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? value &+ 48 : value &+ 87
}

/// What a hexadecimal digit of either case is worth; nil for any other byte.
@inlinable @inline(always)
package func hexadecimalValue(_ digit: UInt8) -> UInt8? {
    let number = digit &- 48
    if number < 10 { return number }
    let letter = (digit | 32) &- 97
    return letter < 6 ? letter &+ 10 : nil
}

/// Writes sixteen lower-case digits, the most significant first, and returns sixteen.
// Safe: the caller has room for sixteen bytes.
package func writeHexadecimal(_ value: UInt64, to target: UnsafeMutableRawPointer) -> Int {
    for i in 0 ..< 16 {
        let nibble = UInt8(truncatingIfNeeded: value &>> UInt64(truncatingIfNeeded: 60 &- 4 &* i)) & 15
        unsafe target.storeBytes(of: hexadecimalDigit(nibble), toByteOffset: i, as: UInt8.self)
    }
    return 16
}
