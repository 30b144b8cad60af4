/// MurmurHash64A (Austin Appleby, MurmurHash2, 64-bit variant), reading little-endian words on every machine.
///
/// The default seed is HyperLogLog's (`hyperloglog.c`). Which register an element falls into, and so the bytes
/// of a stored HyperLogLog that another server may load, depend on this very function and seed.
package func murmurHash64A(_ bytes: RawSpan, seed: UInt64 = 0xadc8_3b19) -> UInt64 {
    let multiplier: UInt64 = 0xc6a4_a793_5bd1_e995
    let count = bytes.byteCount
    var hash = seed ^ UInt64(truncatingIfNeeded: count) &* multiplier
    var offset = 0
    while offset &+ 8 <= count {
        var word = bytes.word(at: offset) &* multiplier
        word ^= word &>> 47
        hash = (hash ^ word &* multiplier) &* multiplier
        offset &+= 8
    }
    if offset < count { hash = (hash ^ bytes.trailingWord) &* multiplier }
    hash ^= hash &>> 47
    hash = hash &* multiplier
    return hash ^ hash &>> 47
}
