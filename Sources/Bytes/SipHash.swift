/// The secret of one `siphash13`; chosen at random for each process, so that nobody outside can make keys collide.
@usableFromInline
package struct SipKey: Sendable {
    @usableFromInline package let k0: UInt64
    @usableFromInline package let k1: UInt64

    @inlinable
    package init(_ k0: UInt64, _ k1: UInt64) {
        self.k0 = k0
        self.k1 = k1
    }
}

/// SipHash-1-3, a keyed 64-bit hash (Aumasson and Bernstein, "SipHash: a fast short-input PRF"), with one round
/// for each word and three at the end as Rust's and Python's tables have it. (Redis uses 1-2.)
///
/// A key of up to seven bytes costs four rounds, each further word one; the tail is two overlapping loads.
@inlinable
package func siphash13(_ bytes: RawSpan, _ key: SipKey) -> UInt64 {
    var state = SipState(key)
    let count = bytes.byteCount
    var offset = 0
    while offset &+ 8 <= count {
        // Safe: the loop's condition is that eight bytes are left.
        let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
        state.compress(UInt64(littleEndian: word))
        offset &+= 8
    }
    state.compress(bytes.trailingWord | UInt64(truncatingIfNeeded: count) &<< 56)
    return state.finish()
}

/// The four lanes of a SipHash under way.
@usableFromInline
struct SipState {
    @usableFromInline var v0: UInt64
    @usableFromInline var v1: UInt64
    @usableFromInline var v2: UInt64
    @usableFromInline var v3: UInt64

    /// The key under the ASCII of "somepseudorandomlygeneratedbytes".
    @inlinable @inline(__always)
    init(_ key: SipKey) {
        v0 = key.k0 ^ 0x736f_6d65_7073_6575
        v1 = key.k1 ^ 0x646f_7261_6e64_6f6d
        v2 = key.k0 ^ 0x6c79_6765_6e65_7261
        v3 = key.k1 ^ 0x7465_6462_7974_6573
    }

    @inlinable @inline(__always)
    mutating func round() {
        v0 = v0 &+ v1
        v2 = v2 &+ v3
        v1 = v1.rotated(13) ^ v0
        v3 = v3.rotated(16) ^ v2
        v0 = v0.rotated(32)
        v2 = v2 &+ v1
        v0 = v0 &+ v3
        v1 = v1.rotated(17) ^ v2
        v3 = v3.rotated(21) ^ v0
        v2 = v2.rotated(32)
    }

    @inlinable @inline(__always)
    mutating func compress(_ word: UInt64) {
        v3 ^= word
        round()
        v0 ^= word
    }

    @inlinable @inline(__always)
    mutating func finish() -> UInt64 {
        v2 ^= 0xff
        round()
        round()
        round()
        return v0 ^ v1 ^ v2 ^ v3
    }
}

extension UInt64 {
    /// Rotated left by 1 ... 63 bits.
    @inlinable @inline(__always)
    func rotated(_ bits: UInt64) -> UInt64 { self &<< bits | self &>> (64 &- bits) }

    /// High and low half of the 128-bit product, joined by exclusive or: the mixing step of the wyhash family.
    @inlinable @inline(__always)
    func foldedProduct(_ other: UInt64) -> UInt64 {
        let (high, low) = multipliedFullWidth(by: other)
        return high ^ low
    }
}
