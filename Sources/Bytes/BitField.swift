/// Integers of 1 to 64 bits at any bit of a span, the highest bit first: where bit 0 is the highest of the
/// first byte.
///
/// Such a field touches at most nine bytes, so it is cut out of a window of nine bytes read as one number:
///
///     window   │ byte 0 │ byte 1 │  …  │ byte 8 │     72 bits, in the low end of a UInt128
///              ├─skip─┤├── width ──┤├── rest ───┤
private struct BitFieldWindow {
    let start: Int
    let rest: Int
    let width: Int

    init(at offset: Int, width: Int) {
        precondition(offset >= 0 && width >= 1 && width <= 64)
        start = offset &>> 3
        rest = 72 &- (offset & 7) &- width
        self.width = width
    }

    var mask: UInt128 { (1 &<< UInt128(truncatingIfNeeded: width)) &- 1 }
    /// How many bytes of the window the field has a part in.
    var touched: Int { 9 &- rest / 8 }
}

extension RawSpan {
    /// The field of `width` bits that begins at bit `offset`; what lies behind the end reads as zeros.
    package func bitField(at offset: Int, width: Int) -> UInt64 {
        let window = BitFieldWindow(at: offset, width: width)
        var bits: UInt128 = 0
        for index in window.start ..< window.start &+ 9 {
            bits = bits &<< 8 | (index < byteCount ? UInt128(byte(index)) : 0)
        }
        return UInt64(truncatingIfNeeded: bits &>> UInt128(truncatingIfNeeded: window.rest) & window.mask)
    }
}

extension MutableRawSpan {
    /// Writes the low `width` bits of `value` to the bits from `offset` on, all of which must lie inside.
    package mutating func setBitField(at offset: Int, width: Int, _ value: UInt64) {
        let window = BitFieldWindow(at: offset, width: width)
        let rest = UInt128(truncatingIfNeeded: window.rest)
        let mask = window.mask &<< rest
        let bits = (UInt128(value) & window.mask) &<< rest
        for index in 0 ..< window.touched {
            let shift = UInt128(truncatingIfNeeded: 64 &- 8 &* index)
            let kept = byte(window.start &+ index) & ~UInt8(truncatingIfNeeded: mask &>> shift)
            setByte(window.start &+ index, kept | UInt8(truncatingIfNeeded: bits &>> shift))
        }
    }
}
