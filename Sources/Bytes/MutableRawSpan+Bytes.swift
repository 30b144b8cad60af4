import Glibc

extension MutableRawSpan {
    /// The byte at `index`, bounds-checked.
    @inlinable @inline(always)
    package func byte(_ index: Int) -> UInt8 {
        precondition(index >= 0 && index < byteCount)
        // Safe: the index was checked just above.
        return unsafe unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
    }

    /// Replaces the byte at `index`, bounds-checked.
    @inlinable @inline(always)
    package mutating func setByte(_ index: Int, _ value: UInt8) {
        storeBytes(of: value, toByteOffset: index, as: UInt8.self)
    }

    /// Moves the bytes of `range` so that they begin at `offset`; both places may overlap. O(n).
    package mutating func move(_ range: Range<Int>, to offset: Int) {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount)
        precondition(offset >= 0 && offset &+ range.count <= byteCount)
        if range.isEmpty { return }
        // Safe: source and target were both checked to lie inside.
        unsafe withUnsafeMutableBytes {
            unsafe _ = memmove($0.baseAddress! + offset, $0.baseAddress! + range.lowerBound, range.count)
        }
    }

    /// Copies `source` to the bytes from `offset` on; both may be parts of the same block. O(n).
    package mutating func copy(_ source: RawSpan, to offset: Int) {
        precondition(offset >= 0 && offset &+ source.byteCount <= byteCount)
        if source.isEmpty { return }
        // Safe: the target was checked to lie inside.
        unsafe withUnsafeMutableBytes { target in
            unsafe source.withUnsafeBytes { unsafe _ = memmove(target.baseAddress! + offset, $0.baseAddress!, $0.count) }
        }
    }
}

extension ByteBuffer {
    /// The readable bytes, for change in place.
    package var mutableBytes: MutableRawSpan {
        @inlinable @_lifetime(&self) mutating get {
            // Safe: the buffer is borrowed exclusively as long as the span lives.
            let span = unsafe MutableRawSpan(_unsafeStart: base + start, byteCount: end &- start)
            return unsafe _overrideLifetime(span, mutating: &self)
        }
    }
}
