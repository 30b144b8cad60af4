extension RawSpan {
    /// The eight bytes from `index` on, the first in the lowest bits; nil when there are fewer.
    @inlinable @inline(always)
    package func wordIfPresent(_ index: Int) -> UInt64? {
        guard index >= 0, index <= byteCount &- 8 else { return nil }
        // Safe: the eight bytes were checked just above, and every bit pattern is a number.
        return unsafe UInt64(
            littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
    }
}
