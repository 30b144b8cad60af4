/// SHA-256 (FIPS 180-4): how passwords of ACL users are kept.
///
///     var hash = SHA256()
///     hash.update(part) …
///     let digest = hash.finish()
package struct SHA256 {
    package typealias Digest = InlineArray<32, UInt8>

    private var block = MessageBlock()
    private var state: InlineArray<8, UInt32> = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]

    package init() {}

    /// The digest of `message` alone.
    package static func digest(of message: RawSpan) -> Digest {
        var hash = SHA256()
        hash.update(message)
        return hash.finish()
    }

    /// Hashes `message` behind what came before.
    package mutating func update(_ message: RawSpan) {
        var state = state
        block.absorb(message) { SHA256.compress($0, into: &state) }
        self.state = state
    }

    /// The digest of everything so far. Ends the message: nothing may be added afterwards.
    package mutating func finish() -> Digest {
        var words = state
        block.pad { SHA256.compress($0, into: &words) }
        return Digest { UInt8(truncatingIfNeeded: words[$0 / 4] >> UInt32(24 - 8 * ($0 % 4))) }
    }

    private static func compress(_ block: RawSpan, into state: inout InlineArray<8, UInt32>) {
        var words = InlineArray<64, UInt32>(repeating: 0)
        for t in 0 ..< 16 { words[t] = block.bigEndianWord(at: 4 &* t) }
        for t in 16 ..< 64 {
            let (early, late) = (words[t &- 15], words[t &- 2])
            let s0 = early.rotated(25) ^ early.rotated(14) ^ early &>> 3
            let s1 = late.rotated(15) ^ late.rotated(13) ^ late &>> 10
            words[t] = words[t &- 16] &+ s0 &+ words[t &- 7] &+ s1
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for t in 0 ..< 64 {
            let sum1 = e.rotated(26) ^ e.rotated(21) ^ e.rotated(7)
            let sum0 = a.rotated(30) ^ a.rotated(19) ^ a.rotated(10)
            let t1 = h &+ sum1 &+ (e & f ^ ~e & g) &+ sha256Constants[t] &+ words[t]
            let t2 = sum0 &+ (a & b ^ a & c ^ b & c)
            (h, g, f, e) = (g, f, e, d &+ t1)
            (d, c, b, a) = (c, b, a, t1 &+ t2)
        }
        state[0] = state[0] &+ a
        state[1] = state[1] &+ b
        state[2] = state[2] &+ c
        state[3] = state[3] &+ d
        state[4] = state[4] &+ e
        state[5] = state[5] &+ f
        state[6] = state[6] &+ g
        state[7] = state[7] &+ h
    }
}

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
private let sha256Constants: InlineArray<64, UInt32> = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
]
