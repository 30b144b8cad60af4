/// SHA-1 (FIPS 180-4): names scripts for EVALSHA and makes DEBUG DIGEST. Broken as a signature, and used for none.
///
///     var hash = SHA1()
///     hash.update(part) …
///     let digest = hash.finish()
package struct SHA1 {
    package typealias Digest = InlineArray<20, UInt8>

    private var block = MessageBlock()
    private var state = State()

    package init() {}

    /// The digest of `message` alone.
    package static func digest(of message: RawSpan) -> Digest {
        var hash = SHA1()
        hash.update(message)
        return hash.finish()
    }

    /// Hashes `message` behind what came before.
    package mutating func update(_ message: RawSpan) {
        var state = state
        block.absorb(message) { state.compress($0) }
        self.state = state
    }

    /// The digest of everything so far. Ends the message: nothing may be added afterwards.
    package mutating func finish() -> Digest {
        var state = state
        block.pad { state.compress($0) }
        let words: InlineArray<5, UInt32> = [state.a, state.b, state.c, state.d, state.e]
        return Digest { UInt8(truncatingIfNeeded: words[$0 / 4] >> UInt32(24 - 8 * ($0 % 4))) }
    }
}

extension SHA1 {
    private struct State {
        var a: UInt32 = 0x6745_2301
        var b: UInt32 = 0xefcd_ab89
        var c: UInt32 = 0x98ba_dcfe
        var d: UInt32 = 0x1032_5476
        var e: UInt32 = 0xc3d2_e1f0

        mutating func compress(_ block: RawSpan) {
            var words = InlineArray<80, UInt32>(repeating: 0)
            for t in 0 ..< 16 { words[t] = block.bigEndianWord(at: 4 &* t) }
            for t in 16 ..< 80 {
                words[t] = (words[t &- 3] ^ words[t &- 8] ^ words[t &- 14] ^ words[t &- 16]).rotated(1)
            }
            var next = self
            for t in 0 ..< 20 { next.step(next.choice &+ 0x5a82_7999 &+ words[t]) }
            for t in 20 ..< 40 { next.step(next.parity &+ 0x6ed9_eba1 &+ words[t]) }
            for t in 40 ..< 60 { next.step(next.majority &+ 0x8f1b_bcdc &+ words[t]) }
            for t in 60 ..< 80 { next.step(next.parity &+ 0xca62_c1d6 &+ words[t]) }
            a = a &+ next.a
            b = b &+ next.b
            c = c &+ next.c
            d = d &+ next.d
            e = e &+ next.e
        }

        private var choice: UInt32 { b & c | ~b & d }
        private var parity: UInt32 { b ^ c ^ d }
        private var majority: UInt32 { b & c | b & d | c & d }

        @inline(__always)
        private mutating func step(_ mixed: UInt32) {
            let sum = a.rotated(5) &+ e &+ mixed
            e = d
            d = c
            c = b.rotated(30)
            b = a
            a = sum
        }
    }
}
