/// Words read out of a span at any alignment, in little-endian order on every machine.
extension RawSpan {
    /// The eight bytes at `offset`, bounds-checked.
    @inlinable @inline(always)
    package func word(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset <= byteCount &- 8)
        // Safe: the eight bytes were just checked to lie inside.
        return unsafe UInt64(littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    /// The eight bytes from `index` on, the first in the lowest bits; nil when there are fewer.
    @inlinable @inline(always)
    package func wordIfPresent(_ index: Int) -> UInt64? {
        guard index >= 0, index <= byteCount &- 8 else { return nil }
        // Safe: the eight bytes were checked just above, and every bit pattern is a number.
        return unsafe UInt64(
            littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
    }

    /// The four bytes at `offset`, bounds-checked.
    @inlinable @inline(always)
    package func halfWord(at offset: Int) -> UInt32 {
        precondition(offset >= 0 && offset <= byteCount &- 4)
        // Safe: the four bytes were just checked to lie inside.
        return unsafe UInt32(littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
    }

    /// The last `byteCount % 8` bytes in the low end of a word, zeros above them.
    ///
    /// Two overlapping loads instead of a loop over the bytes: keys are short, and a hash of a short key is
    /// mostly its tail.
    @inlinable @inline(always)
    package var trailingWord: UInt64 {
        let count = byteCount
        let left = count & 7
        if count >= 8 {
            // Shifted in two steps, because `left` 0 would ask for a shift by 64.
            return (word(at: count &- 8) &>> 8) &>> UInt64(truncatingIfNeeded: 56 &- 8 &* left)
        }
        if count >= 4 {
            let low = UInt64(halfWord(at: 0))
            let high = UInt64(halfWord(at: count &- 4))
            return low | high &<< UInt64(truncatingIfNeeded: 8 &* (count &- 4))
        }
        if count == 0 { return 0 }
        // One to three bytes: first, middle and last cover them all, and a byte met twice lands on itself.
        let middle = count &>> 1
        let last = count &- 1
        return UInt64(byte(0))
            | UInt64(byte(middle)) &<< UInt64(truncatingIfNeeded: 8 &* middle)
            | UInt64(byte(last)) &<< UInt64(truncatingIfNeeded: 8 &* last)
    }
}

extension InlineArray where Element == UInt8 {
    /// A view of these bytes.
    package var bytes: RawSpan {
        @_lifetime(borrow self) get {
            // Safe: UInt8 has no padding, so every byte of the storage is initialised.
            unsafe span.bytes
        }
    }
}
