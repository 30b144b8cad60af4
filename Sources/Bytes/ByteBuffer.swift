/// A growable, contiguous, uniquely owned run of bytes with a consumed prefix.
///
///     base         start            end              capacity
///      │  consumed   │   readable     │    writable      │
///
/// Invariants: `0 <= start <= end <= capacity`. Appending is amortised O(n) in the appended bytes; consuming
/// is O(1), and the prefix is reclaimed when the buffer empties or must grow.
@safe @usableFromInline
package struct ByteBuffer: ~Copyable {
    @usableFromInline var base: UnsafeMutableRawPointer
    @usableFromInline var start: Int
    @usableFromInline var end: Int
    package private(set) var capacity: Int

    /// An empty buffer; `capacity` 0 allocates nothing.
    package init(capacity: Int = 0) {
        precondition(capacity >= 0)
        unsafe base = ByteBuffer.allocate(capacity)
        start = 0
        end = 0
        self.capacity = capacity
    }

    package init(_ text: String) {
        self.init(capacity: text.utf8.count)
        append(text)
    }

    deinit { if capacity > 0 { unsafe base.deallocate() } }

    // Safe: a zero-capacity buffer never dereferences its address; it only has to be non-null.
    private static func allocate(_ capacity: Int) -> UnsafeMutableRawPointer {
        capacity == 0
            ? unsafe UnsafeMutableRawPointer(bitPattern: 16)!
            : UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    }

    package var count: Int { @inlinable @inline(always) get { end &- start } }
    package var isEmpty: Bool { @inlinable @inline(always) get { end == start } }

    /// The readable bytes.
    package var bytes: RawSpan {
        @inlinable @_lifetime(borrow self) get {
            let span = unsafe RawSpan(_unsafeStart: base + start, byteCount: end &- start)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    package subscript(index: Int) -> UInt8 {
        get {
            precondition(index >= 0 && index < count)
            return unsafe base.load(fromByteOffset: start &+ index, as: UInt8.self)
        }
        set {
            precondition(index >= 0 && index < count)
            unsafe base.storeBytes(of: newValue, toByteOffset: start &+ index, as: UInt8.self)
        }
    }

    /// Makes room for `extra` more bytes: at least doubles, unless `exactly` is asked for.
    package mutating func reserve(_ extra: Int, exactly: Bool = false) {
        if capacity &- end >= extra { return }
        let live = count
        let needed = live + extra
        if needed <= capacity, start >= capacity / 2 {
            unsafe base.copyMemory(from: base + start, byteCount: live)
        } else {
            let grown = exactly ? needed : Swift.max(needed, capacity * 2, 64)
            let fresh = unsafe ByteBuffer.allocate(grown)
            if live > 0 { unsafe fresh.copyMemory(from: base + start, byteCount: live) }
            if capacity > 0 { unsafe base.deallocate() }
            unsafe base = fresh
            capacity = grown
        }
        start = 0
        end = live
    }

    package mutating func append(_ span: RawSpan) {
        let n = span.byteCount
        if n == 0 { return }
        reserve(n)
        // Safe: reserve(n) made room for n bytes behind `end`.
        unsafe span.withUnsafeBytes { unsafe (base + end).copyMemory(from: $0.baseAddress!, byteCount: n) }
        end &+= n
    }

    package mutating func append(_ text: String) {
        for byte in text.utf8 { append(byte) }
    }

    package mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe base.storeBytes(of: byte, toByteOffset: end, as: UInt8.self)
        end &+= 1
    }

    /// Eight bytes, the lowest first.
    package mutating func append(word: UInt64) {
        reserve(8)
        // Safe: there is room for the word behind `end`.
        unsafe base.storeBytes(of: word.littleEndian, toByteOffset: end, as: UInt64.self)
        end &+= 8
    }

    /// Four bytes, the lowest first.
    package mutating func append(halfWord: UInt32) {
        reserve(4)
        // Safe: as above.
        unsafe base.storeBytes(of: halfWord.littleEndian, toByteOffset: end, as: UInt32.self)
        end &+= 4
    }

    package mutating func append(repeating byte: UInt8, count n: Int) {
        precondition(n >= 0)
        reserve(n)
        unsafe (base + end).initializeMemory(as: UInt8.self, repeating: byte, count: n)
        end &+= n
    }

    /// Drops `n` bytes from the front in O(1).
    package mutating func consume(_ n: Int) {
        precondition(n >= 0 && n <= count)
        start &+= n
        if start == end {
            start = 0
            end = 0
        }
    }

    /// Keeps the first `n` bytes only. O(1).
    package mutating func truncate(to n: Int) {
        precondition(n >= 0 && n <= count)
        end = start &+ n
    }

    /// Takes the bytes of `range` out; those behind it move. O(n) in these.
    package mutating func remove(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        // Safe: both places were checked to lie inside.
        unsafe (base + start + range.lowerBound).copyMemory(
            from: base + start + range.upperBound, byteCount: count &- range.upperBound)
        end &-= range.count
    }

    /// Empties the buffer; memory above `keeping` bytes of capacity is given back.
    package mutating func removeAll(keeping limit: Int = .max) {
        start = 0
        end = 0
        if capacity > limit {
            unsafe base.deallocate()
            unsafe base = ByteBuffer.allocate(0)
            capacity = 0
        }
    }

    /// Lets `body` fill the writable space (at least `minimum` bytes); it returns how many it wrote.
    package mutating func fill(minimum: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
        reserve(minimum)
        let room = unsafe UnsafeMutableRawBufferPointer(start: base + end, count: capacity &- end)
        let written = unsafe body(room)
        if written > 0 {
            precondition(written <= capacity &- end)
            end &+= written
        }
        return written
    }
}

/// A buffer is the only owner of its memory, so it may go from one thread to another.
extension ByteBuffer: @unchecked Sendable {}
