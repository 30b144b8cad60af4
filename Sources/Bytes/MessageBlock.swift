/// The 64-byte block that SHA-1 and SHA-256 both fill, and the padding both end with (FIPS 180-4, 5.1.1).
struct MessageBlock {
    static let size = 64

    private var bytes = InlineArray<64, UInt8>(repeating: 0)
    private var filled = 0
    private var total: UInt64 = 0

    /// Takes in `message`, and gives `compress` each block that became full; whole blocks are not copied.
    mutating func absorb(_ message: RawSpan, _ compress: (RawSpan) -> Void) {
        let count = message.byteCount
        total &+= UInt64(count)
        var offset = 0
        if filled > 0 {
            offset = min(MessageBlock.size - filled, count)
            for i in 0 ..< offset { bytes[filled + i] = message.byte(i) }
            filled += offset
            if filled < MessageBlock.size { return }
            compress(bytes.bytes)
            filled = 0
        }
        while count - offset >= MessageBlock.size {
            compress(message.extracting(offset ..< offset + MessageBlock.size))
            offset += MessageBlock.size
        }
        while offset < count {
            bytes[filled] = message.byte(offset)
            filled += 1
            offset += 1
        }
    }

    /// A one bit, zeros, and the message's length in bits, so that the last block is full.
    mutating func pad(_ compress: (RawSpan) -> Void) {
        let bits = total &* 8
        bytes[filled] = 0x80
        filled += 1
        if filled > MessageBlock.size - 8 {
            for i in filled ..< MessageBlock.size { bytes[i] = 0 }
            compress(bytes.bytes)
            filled = 0
        }
        for i in filled ..< MessageBlock.size - 8 { bytes[i] = 0 }
        for i in 0 ..< 8 { bytes[MessageBlock.size - 8 + i] = UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * i)) }
        compress(bytes.bytes)
    }
}

extension RawSpan {
    /// The four bytes at `offset` in network order, as both hashes read their words.
    @inline(__always)
    func bigEndianWord(at offset: Int) -> UInt32 { halfWord(at: offset).byteSwapped }
}

extension UInt32 {
    /// Rotated left by 1 ... 31 bits.
    @inline(__always)
    func rotated(_ bits: UInt32) -> UInt32 { self &<< bits | self &>> (32 &- bits) }
}
