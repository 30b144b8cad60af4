import Bytes

/// The dense encoding of a HyperLogLog: 16384 registers of six bits each, one behind the other from the
/// lowest bit up.
///
///     byte      0          1          2          3
///     bits   ┌────────┬────────┬────────┬────────┬───
///            │11000000│22221111│33333322│55444444│ …      a digit is a bit of that register, the highest bit left
///            └────────┴────────┴────────┴────────┴───
///
/// Eight registers are 48 bits and so six bytes: whole passes read or write them as one number. All functions
/// take the string with its header.
enum DenseRegisters {
    static let bits = 6
    static let byteCount = HyperLogLog.registerCount * bits / 8
    static let greatest: UInt8 = 63
    /// Registers that are read or written together.
    private static let group = 8
    private static let groupBytes = 6

    static func value(_ register: Int, in bytes: RawSpan) -> UInt8 {
        let bit = register &* bits
        let offset = HyperLogLog.headerSize &+ bit &>> 3
        // A register that is all in one byte needs no next one, and the last has none.
        let high = bit & 7 > 2 ? UInt16(bytes.byte(offset &+ 1)) &<< 8 : 0
        let pair = high | UInt16(bytes.byte(offset))
        return UInt8(truncatingIfNeeded: pair &>> UInt16(truncatingIfNeeded: bit & 7)) & greatest
    }

    static func set(_ register: Int, to value: UInt8, in bytes: inout MutableRawSpan) {
        let bit = register &* bits
        let offset = HyperLogLog.headerSize &+ bit &>> 3
        let shift = UInt16(truncatingIfNeeded: bit & 7)
        let mask = UInt16(greatest) &<< shift
        let pair = UInt16(value & greatest) &<< shift
        bytes.setByte(
            offset, bytes.byte(offset) & ~UInt8(truncatingIfNeeded: mask) | UInt8(truncatingIfNeeded: pair))
        if bit & 7 <= 2 { return }
        let rest = bytes.byte(offset &+ 1) & ~UInt8(truncatingIfNeeded: mask &>> 8)
        bytes.setByte(offset &+ 1, rest | UInt8(truncatingIfNeeded: pair &>> 8))
    }

    /// Lifts a register to `value`; false when it is as high already.
    static func raise(_ register: Int, to value: UInt8, in bytes: inout MutableRawSpan) -> Bool {
        if DenseRegisters.value(register, in: bytes.bytes) >= value { return false }
        set(register, to: value, in: &bytes)
        return true
    }

    /// Hands every eight registers to `body` in the low 48 bits of a number, with the first one's index.
    @inline(__always)
    static func forEachGroup(_ bytes: RawSpan, _ body: (_ first: Int, _ packed: UInt64) -> Void) {
        precondition(bytes.byteCount == HyperLogLog.denseSize)
        var offset = HyperLogLog.headerSize
        var first = 0
        while first < HyperLogLog.registerCount &- group {
            body(first, bytes.word(at: offset))
            first &+= group
            offset &+= groupBytes
        }
        // The last group has no two bytes behind it, but two before.
        body(first, bytes.word(at: offset &- 2) &>> 16)
    }

    /// Writes all registers, one byte each in `registers`.
    static func pack(_ registers: RawSpan, into bytes: inout MutableRawSpan) {
        precondition(
            registers.byteCount == HyperLogLog.registerCount && bytes.byteCount == HyperLogLog.denseSize)
        var offset = HyperLogLog.headerSize
        for first in stride(from: 0, to: HyperLogLog.registerCount, by: 4) {
            var packed: UInt32 = 0
            for index in 0 ..< 4 {
                let value = UInt32(registers.byte(first &+ index) & greatest)
                packed |= value &<< UInt32(truncatingIfNeeded: index &* bits)
            }
            for index in 0 ..< 3 {
                let shift = UInt32(truncatingIfNeeded: 8 &* index)
                bytes.setByte(offset &+ index, UInt8(truncatingIfNeeded: packed &>> shift))
            }
            offset &+= 3
        }
    }
}
