/// Bitwise operations between a buffer and a span, eight bytes a step. The shorter of both counts as filled
/// up with zeros, and the buffer is extended to the span's length.
extension ByteBuffer {
    /// What `combine` makes of a bit of the buffer and a bit of the span.
    package enum BitOperation: Sendable {
        case and, or, xor
        /// Set in the buffer and not in the span.
        case andNot
    }

    package mutating func combine(_ operation: BitOperation, _ other: RawSpan) {
        extend(to: other.byteCount)
        switch operation {
        case .and:
            zip(other) { $0 & $1 }
            clear(from: other.byteCount)
        case .or: zip(other) { $0 | $1 }
        case .xor: zip(other) { $0 ^ $1 }
        case .andNot: zip(other) { $0 & ~$1 }
        }
    }

    /// Turns every bit over.
    package mutating func complement() {
        let length = count
        let target = unsafe base + start
        var offset = 0
        // Safe: no access goes behind `length`.
        while offset &+ 8 <= length {
            let word = unsafe target.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            unsafe target.storeBytes(of: ~word, toByteOffset: offset, as: UInt64.self)
            offset &+= 8
        }
        while offset < length {
            let byte = unsafe target.load(fromByteOffset: offset, as: UInt8.self)
            unsafe target.storeBytes(of: ~byte, toByteOffset: offset, as: UInt8.self)
            offset &+= 1
        }
    }

    /// Adds the bits of `other` to a count that knows none, one and more: a bit is set in the buffer once it
    /// was seen, and in `repeated` once it was seen again.
    package mutating func tally(_ other: RawSpan, repeated: inout ByteBuffer) {
        var again = ByteBuffer(capacity: count)
        again.append(bytes)
        again.combine(.and, other)
        repeated.combine(.or, again.bytes)
        combine(.or, other)
    }

    private mutating func extend(to length: Int) {
        if length > count { append(repeating: 0, count: length &- count) }
    }

    private mutating func clear(from index: Int) {
        // Safe: `combine` has made the buffer at least as long as the span, so that `index` is not behind its
        // end.
        unsafe (base + start + index).initializeMemory(as: UInt8.self, repeating: 0, count: count &- index)
    }

    @inline(__always)
    private mutating func zip(_ other: RawSpan, _ operation: (UInt64, UInt64) -> UInt64) {
        let length = other.byteCount
        precondition(length <= count)
        let target = unsafe base + start
        // Safe: both sides have `length` bytes, and no access goes behind them.
        unsafe other.withUnsafeBytes { source in
            var offset = 0
            while offset &+ 8 <= length {
                let mine = unsafe target.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                let theirs = unsafe source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                unsafe target.storeBytes(of: operation(mine, theirs), toByteOffset: offset, as: UInt64.self)
                offset &+= 8
            }
            while offset < length {
                let mine = unsafe target.load(fromByteOffset: offset, as: UInt8.self)
                let theirs = unsafe source.load(fromByteOffset: offset, as: UInt8.self)
                let result = UInt8(truncatingIfNeeded: operation(UInt64(mine), UInt64(theirs)))
                unsafe target.storeBytes(of: result, toByteOffset: offset, as: UInt8.self)
                offset &+= 1
            }
        }
    }
}
