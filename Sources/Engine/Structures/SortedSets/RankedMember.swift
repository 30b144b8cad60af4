import Bytes

/// A member of a large sorted set: one object of the arena, its score in front of what a member of any set is
/// (`SetMember`).
///
///     0           8        9
///     ┌───────────┬────────┬──────────┐
///     │ score     │ length │ bytes    │        longer than 254 bytes: 255, and where they are on the heap
///     └───────────┴────────┴──────────┘
///
/// The object stays where it is while the member lives, also when the score changes: the table and the tree both name it by
/// its handle. A member of 17 bytes takes 32.
enum RankedMember: TableLayout {
    private static let bodyOffset = 8

    @inline(__always)
    static func key(at address: UnsafeRawPointer) -> UnsafeRawBufferPointer {
        unsafe SetMember.key(at: address + bodyOffset)
    }

    /// A new member.
    @inline(__always)
    static func make(_ bytes: RawSpan, score: Double, _ arena: inout Arena) -> Arena.Handle {
        let handle = arena.allocate(bodyOffset &+ SetMember.room(for: bytes.byteCount))
        // Safe: the object has room for the score and, behind it, for what is written there.
        let address = unsafe arena.address(handle)
        unsafe address.storeBytes(of: score, as: Double.self)
        unsafe SetMember.write(bytes, at: address + bodyOffset, &arena)
        return handle
    }

    /// A second member of the same bytes and score.
    static func copy(_ handle: Arena.Handle, _ arena: inout Arena) -> Arena.Handle {
        let bytes = unsafe key(at: arena.address(handle))
        let score = arena.score(handle)
        // Safe: what is made does not move what is there, so the source stays where it is.
        return unsafe make(RawSpan(_unsafeBytes: bytes), score: score, &arena)
    }

    /// Frees a member that nothing refers to any more.
    @inline(__always)
    static func free(_ handle: Arena.Handle, _ arena: inout Arena) {
        unsafe SetMember.freeText(at: arena.address(handle) + bodyOffset, &arena)
        arena.release(handle)
    }
}

extension Arena {
    /// The score of a member of a large sorted set.
    @inline(__always)
    func score(_ handle: Handle) -> Double {
        // Safe: handles of members come from the table and the tree, which know live ones only.
        unsafe address(handle).load(as: Double.self)
    }

    @inline(__always)
    func setScore(_ handle: Handle, _ score: Double) {
        // Safe: as in `score`.
        unsafe address(handle).storeBytes(of: score, as: Double.self)
    }

    /// The bytes of a member of a large sorted set.
    @inline(__always) @_lifetime(borrow self)
    func rankedMember(_ handle: Handle) -> RawSpan {
        // Safe: the bytes belong to a live member, which no one can free while the arena is borrowed.
        let bytes = unsafe RankedMember.key(at: address(handle))
        let span = unsafe RawSpan(_unsafeStart: bytes.baseAddress!, byteCount: bytes.count)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// Starts loading a member that will be looked at soon.
    @inline(__always)
    func prefetchMember(_ handle: Handle) { unsafe prefetchAddress(address(handle)) }
}
