/// ASCII letters without case, for command names and option words. Other bytes, those of UTF-8 included, are
/// compared as they are.

/// `byte` in lower case if it is an ASCII capital.
@inlinable @inline(always)
package func foldedASCII(_ byte: UInt8) -> UInt8 {
    byte &- 65 < 26 ? byte | 32 : byte
}

/// The eight bytes of `word`, each in lower case if it is an ASCII capital.
///
/// On the low seven bits of each byte, adding 63 reaches the top bit from `A` on and adding 37 from behind `Z`
/// on; where just the first did, and the byte is ASCII at all, the top bit moved down to 32's place is the
/// difference between the cases.
@inlinable @inline(__always)
func foldedWord(_ word: UInt64) -> UInt64 {
    let low = word & 0x7f7f_7f7f_7f7f_7f7f
    let fromA = low &+ 0x3f3f_3f3f_3f3f_3f3f
    let behindZ = low &+ 0x2525_2525_2525_2525
    let capitals = (fromA ^ behindZ) & ~word & 0x8080_8080_8080_8080
    return word | capitals &>> 2
}

/// A 64-bit hash that is the same for texts that differ only in the case of ASCII letters.
///
/// Not keyed: it is for tables whose contents are fixed, like the command table, where nobody can add entries
/// that collide. One multiplication for each word, in the manner of wyhash.
@inlinable
package func foldedHash(_ bytes: RawSpan) -> UInt64 {
    let count = bytes.byteCount
    var hash = UInt64(truncatingIfNeeded: count) &* 0x9e37_79b9_7f4a_7c15
    var offset = 0
    while offset &+ 8 <= count {
        hash = (hash ^ foldedWord(bytes.word(at: offset))).foldedProduct(0xa076_1d64_78bd_642f)
        offset &+= 8
    }
    return (hash ^ foldedWord(bytes.trailingWord)).foldedProduct(0xe703_7ed1_a0b4_28db)
}

extension RawSpan {
    /// Whether both spans hold the same bytes, ASCII letters compared without case. O(n), a word at a time.
    @inlinable
    package func equalsIgnoringCase(_ other: RawSpan) -> Bool {
        let count = byteCount
        if count != other.byteCount { return false }
        var offset = 0
        while offset &+ 8 <= count {
            if foldedWord(word(at: offset)) != foldedWord(other.word(at: offset)) { return false }
            offset &+= 8
        }
        return offset == count || foldedWord(trailingWord) == foldedWord(other.trailingWord)
    }
}
