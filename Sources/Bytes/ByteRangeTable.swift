/// Where some bytes lie, as an offset from a place its user names.
@usableFromInline package struct ByteRange: Sendable, Equatable {
    @usableFromInline package var offset: Int
    @usableFromInline package var count: Int

    @inlinable @inline(always)
    package init(offset: Int, count: Int) {
        self.offset = offset
        self.count = count
    }
}

/// A growable table of byte ranges that is filled, read and emptied once per request.
///
/// An array would do, if every batch of appends did not have to ask whether it is shared; this one never is.
/// Empty and never used it holds no memory. Appending is amortised O(1).
///
/// Invariants: `0 <= count <= capacity`; the first `count` elements are initialised.
@safe @usableFromInline
package struct ByteRangeTable: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<ByteRange>
    @usableFromInline package private(set) var capacity = 0
    @usableFromInline var filled = 0

    package init() { unsafe base = ByteRangeTable.nowhere }

    deinit { if capacity > 0 { unsafe base.deallocate() } }

    // Safe: a table of no capacity never dereferences its address; it only has to be non-null and aligned.
    private static var nowhere: UnsafeMutablePointer<ByteRange> {
        unsafe UnsafeMutablePointer(bitPattern: 16)!
    }

    @inlinable package var count: Int { @inline(always) get { filled } }

    @inlinable package var ranges: Span<ByteRange> {
        @_lifetime(borrow self) get {
            let span = unsafe Span(_unsafeStart: base, count: filled)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    @inlinable @inline(always)
    package mutating func append(_ range: ByteRange) {
        if filled == capacity { grow() }
        // Safe: there is room for one more behind the first `filled`.
        unsafe (base + filled).initialize(to: range)
        filled &+= 1
    }

    @usableFromInline @inline(never)
    mutating func grow() {
        let grown = max(8, capacity * 2)
        let fresh = UnsafeMutablePointer<ByteRange>.allocate(capacity: grown)
        if capacity > 0 {
            unsafe fresh.moveInitialize(from: base, count: filled)
            unsafe base.deallocate()
        }
        unsafe base = fresh
        capacity = grown
    }

    /// Empties the table.
    @inlinable @inline(always)
    package mutating func removeAll() { filled = 0 }

    /// Empties the table; memory for more than `limit` ranges is given back.
    package mutating func removeAll(keeping limit: Int) {
        filled = 0
        if capacity > limit {
            unsafe base.deallocate()
            unsafe base = ByteRangeTable.nowhere
            capacity = 0
        }
    }
}
