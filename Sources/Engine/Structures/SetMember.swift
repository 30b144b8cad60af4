import Bytes
import Glibc

/// A member of a large set: one object of the arena, its length in front of its bytes.
///
///     0        1                            0        8           16
///     ┌────────┬──────────┐                 ┌────────┬───────────┬────────┐
///     │ length │ bytes    │                 │ 255    │ address   │ length │
///     └────────┴──────────┘                 └────────┴───────────┴────────┘
///       0 ... 254                             the bytes are on the heap
///
/// Numbers are kept as their text: one that has six digits or fewer takes eight bytes either way, and there is one way to
/// compare members. A member of 17 bytes takes 24, and with its share of the table some 40.
enum SetMember: TableLayout {
    /// Longer members are on the heap.
    static let longestInline = 254
    private static let longMark: UInt8 = 255
    private static let longSize = 24

    @inline(__always)
    static func key(at address: UnsafeRawPointer) -> UnsafeRawBufferPointer {
        let length = unsafe address.load(as: UInt8.self)
        if length == longMark {
            return unsafe UnsafeRawBufferPointer(
                start: UnsafeRawPointer(bitPattern: address.load(fromByteOffset: 8, as: UInt.self)),
                count: address.load(fromByteOffset: 16, as: Int.self))
        }
        return unsafe UnsafeRawBufferPointer(start: address + 1, count: Int(length))
    }

    /// Bytes that a member of `length` bytes takes, be it an object of its own or a part of one.
    @inline(__always)
    static func room(for length: Int) -> Int { length > longestInline ? longSize : length &+ 1 }

    /// A new member.
    @inline(__always)
    static func make(_ bytes: RawSpan, _ arena: inout Arena) -> Arena.Handle {
        let handle = arena.allocate(room(for: bytes.byteCount))
        unsafe write(bytes, at: arena.address(handle), &arena)
        return handle
    }

    /// Writes a member. Safe: `address` must have `room` for it, at a multiple of eight bytes.
    @inline(__always) @unsafe
    static func write(_ bytes: RawSpan, at address: UnsafeMutableRawPointer, _ arena: inout Arena) {
        let length = bytes.byteCount
        if length > longestInline { return unsafe writeLong(bytes, at: address, &arena) }
        unsafe address.storeBytes(of: UInt8(truncatingIfNeeded: length), as: UInt8.self)
        unsafe bytes.withUnsafeBytes {
            if length > 0 { unsafe (address + 1).copyMemory(from: $0.baseAddress!, byteCount: length) }
        }
    }

    @unsafe
    private static func writeLong(_ bytes: RawSpan, at address: UnsafeMutableRawPointer, _ arena: inout Arena) {
        let length = bytes.byteCount
        guard let copy = unsafe malloc(length) else { fatalError("out of memory for a member of \(length) bytes") }
        arena.noteExternal(Arena.heapCost(length))
        // Safe: both have `length` bytes.
        unsafe bytes.withUnsafeBytes { unsafe copy.copyMemory(from: $0.baseAddress!, byteCount: length) }
        unsafe address.storeBytes(of: longMark, as: UInt8.self)
        unsafe address.storeBytes(of: UInt(bitPattern: copy), toByteOffset: 8, as: UInt.self)
        unsafe address.storeBytes(of: length, toByteOffset: 16, as: Int.self)
    }

    /// A second member of the same bytes.
    static func copy(_ handle: Arena.Handle, _ arena: inout Arena) -> Arena.Handle {
        let bytes = unsafe key(at: arena.address(handle))
        // Safe: what is made does not move what is there, so the source stays where it is.
        return unsafe make(RawSpan(_unsafeBytes: bytes), &arena)
    }

    /// Frees a member that no table holds any more.
    @inline(__always)
    static func free(_ handle: Arena.Handle, _ arena: inout Arena) {
        unsafe freeText(at: arena.address(handle), &arena)
        arena.release(handle)
    }

    /// Frees what the member at `address` has on the heap.
    @inline(__always) @unsafe
    static func freeText(at address: UnsafeMutableRawPointer, _ arena: inout Arena) {
        let bytes = unsafe key(at: address)
        if bytes.count <= longestInline { return }
        // Safe: a member that long owns a block of the heap, and this was the last mention of it.
        unsafe Glibc.free(UnsafeMutableRawPointer(mutating: bytes.baseAddress))
        arena.noteExternal(-Arena.heapCost(bytes.count))
    }
}

extension Arena {
    /// The bytes of a member of a large set.
    @inline(__always) @_lifetime(borrow self)
    func member(_ handle: Handle) -> RawSpan {
        // Safe: the bytes belong to a live member, which no one can free while the arena is borrowed.
        let bytes = unsafe SetMember.key(at: address(handle))
        let span = unsafe RawSpan(_unsafeStart: bytes.baseAddress!, byteCount: bytes.count)
        return unsafe _overrideLifetime(span, borrowing: self)
    }
}
