/// XXH3, 64 bits, seed 0 and the default secret (Yann Collet's xxHash, as its specification has it): what DIGEST
/// shows and SET's IFDEQ compares since Redis 8.4.
///
/// Four ways by length: up to 16 bytes, to 128, to 240, and beyond that eight lanes over blocks of 1024 bytes
/// (`XXH3+Long.swift`).
package func xxh3(_ bytes: RawSpan) -> UInt64 {
    let count = bytes.byteCount
    if count <= 16 { return xxh3Short(bytes) }
    if count <= 128 { return xxh3Medium(bytes) }
    if count <= 240 { return xxh3Larger(bytes) }
    return xxh3Long(bytes)
}

enum XXH {
    static let prime32x1: UInt64 = 0x9e37_79b1
    static let prime32x2: UInt64 = 0x85eb_ca77
    static let prime32x3: UInt64 = 0xc2b2_ae3d
    static let prime64x1: UInt64 = 0x9e37_79b1_85eb_ca87
    static let prime64x2: UInt64 = 0xc2b2_ae3d_27d4_eb4f
    static let prime64x3: UInt64 = 0x1656_67b1_9e37_79f9
    static let prime64x4: UInt64 = 0x85eb_ca77_c2b2_ae63
    static let prime64x5: UInt64 = 0x27d4_eb2f_1656_67c5

    /// The end of every hash but the shortest.
    @inline(__always)
    static func avalanche(_ hash: UInt64) -> UInt64 {
        let mixed = (hash ^ hash &>> 37) &* 0x1656_6791_9e37_79f9
        return mixed ^ mixed &>> 32
    }

    /// XXH64's ending, which the shortest inputs have.
    @inline(__always)
    static func olderAvalanche(_ hash: UInt64) -> UInt64 {
        var mixed = (hash ^ hash &>> 33) &* prime64x2
        mixed = (mixed ^ mixed &>> 29) &* prime64x3
        return mixed ^ mixed &>> 32
    }

    /// Sixteen bytes of input against sixteen of the secret.
    @inline(__always)
    static func mix(_ bytes: RawSpan, _ offset: Int, _ secretOffset: Int) -> UInt64 {
        (bytes.word(at: offset) ^ secretWord(secretOffset))
            .foldedProduct(bytes.word(at: offset &+ 8) ^ secretWord(secretOffset &+ 8))
    }

    /// The eight bytes at `offset`, which must leave eight, of the default secret.
    @inline(__always)
    static func secretWord(_ offset: Int) -> UInt64 {
        let shift = UInt64(truncatingIfNeeded: offset & 7) &* 8
        let low = secret[offset &>> 3]
        // Aligned readers of the last word must not look behind it.
        return shift == 0 ? low : low &>> shift | secret[offset &>> 3 &+ 1] &<< (64 &- shift)
    }
}

private func xxh3Short(_ bytes: RawSpan) -> UInt64 {
    let count = bytes.byteCount
    let length = UInt64(truncatingIfNeeded: count)
    if count > 8 {
        let low = bytes.word(at: 0) ^ XXH.secretWord(24) ^ XXH.secretWord(32)
        let high = bytes.word(at: count &- 8) ^ XXH.secretWord(40) ^ XXH.secretWord(48)
        return XXH.avalanche(length &+ low.byteSwapped &+ high &+ low.foldedProduct(high))
    }
    if count >= 4 {
        let input = UInt64(bytes.halfWord(at: count &- 4)) &+ UInt64(bytes.halfWord(at: 0)) &<< 32
        var hash = input ^ XXH.secretWord(8) ^ XXH.secretWord(16)
        hash = (hash ^ hash.rotated(49) ^ hash.rotated(24)) &* 0x9fb2_1c65_1e98_df25
        hash = (hash ^ (hash &>> 35 &+ length)) &* 0x9fb2_1c65_1e98_df25
        return hash ^ hash &>> 28
    }
    if count > 0 {
        let first = UInt64(bytes.byte(0))
        let middle = UInt64(bytes.byte(count &>> 1))
        let last = UInt64(bytes.byte(count &- 1))
        let input = first &<< 16 | middle &<< 24 | last | length &<< 8
        let key = XXH.secretWord(0)
        return XXH.olderAvalanche(input ^ (key ^ key &>> 32) & 0xffff_ffff)
    }
    return XXH.olderAvalanche(XXH.secretWord(56) ^ XXH.secretWord(64))
}

private func xxh3Medium(_ bytes: RawSpan) -> UInt64 {
    let count = bytes.byteCount
    var hash = UInt64(truncatingIfNeeded: count) &* XXH.prime64x1
    // Pairs of sixteen bytes from both ends inwards, until they meet; the order does not matter for a sum.
    for pair in 0 ... (count &- 1) / 32 {
        hash = hash &+ XXH.mix(bytes, 16 &* pair, 32 &* pair)
        hash = hash &+ XXH.mix(bytes, count &- 16 &* (pair &+ 1), 32 &* pair &+ 16)
    }
    return XXH.avalanche(hash)
}

private func xxh3Larger(_ bytes: RawSpan) -> UInt64 {
    let count = bytes.byteCount
    var hash = UInt64(truncatingIfNeeded: count) &* XXH.prime64x1
    for i in 0 ..< 8 { hash = hash &+ XXH.mix(bytes, 16 &* i, 16 &* i) }
    hash = XXH.avalanche(hash)
    for i in 8 ..< count / 16 { hash = hash &+ XXH.mix(bytes, 16 &* i, 16 &* (i &- 8) &+ 3) }
    return XXH.avalanche(hash &+ XXH.mix(bytes, count &- 16, 119))
}

/// The default secret's 192 bytes as little-endian words.
private let secret: InlineArray<24, UInt64> = [
    0xbe4b_a423_396c_feb8, 0x1cad_21f7_2c81_017c, 0xdb97_9083_e96d_d4de, 0x1f67_b3b7_a4a4_4072,
    0x78e5_c0cc_4ee6_79cb, 0x2172_ffcc_7dd0_5a82, 0x8e24_43f7_7446_08b8, 0x4c26_3a81_e690_35e0,
    0xcb00_c391_bb52_283c, 0xa32e_531b_8b65_d088, 0x4ef9_0da2_9748_6471, 0xd8ac_dea9_46ef_1938,
    0x3f34_9ce3_3f76_faa8, 0x1d4f_0bc7_c7bb_dcf9, 0x3159_b4cd_4be0_518a, 0x6473_78d9_c97e_9fc8,
    0xc3eb_d334_83ac_c5ea, 0xeb63_13fa_ffa0_81c5, 0x49da_f0b7_51dd_0d17, 0x9e68_d429_2655_16d3,
    0xfca1_477d_58be_162b, 0xce31_d07a_d1b8_f88f, 0x2804_1695_8f3a_cb45, 0x7e40_4bbb_cafb_d7af,
]
