import Bytes
import Glibc

/// A field of a large hash: its name, value and deadline in a single object of the arena.
///
///     0        4            (8)                   …                  …
///     ┌────────┬────────────┬─────────────────────┬──────────────────┐
///     │ header │ deadline   │ name                │ value            │
///     └────────┴────────────┴─────────────────────┴──────────────────┘
///                only if      at most 255 in        in place, or a block
///                volatile     place; longer: 16     of the heap: 16 bytes
///                             (address, length)     (address, length)
///
///     header, from the low bit:  volatile 1 │ long name 1 │ block 1 │ spare 5 │ name length 8 │ value length 16
///
/// A name and a value of 16 bytes take 40 bytes. A field larger than `inlineLimit` has its value on the heap, so that no object is
/// rounded up by more than a few bytes and freeing a huge value is not the business of a command.
///
/// Why not an entry of the keyspace: it has a type, access data and a form, none of which a field needs; four
/// bytes are a tenth of a small field.
struct HashField: Equatable, Sendable {
    let handle: Arena.Handle

    @inline(__always)
    init(_ handle: Arena.Handle) { self.handle = handle }

    /// A field larger than this has its value on the heap.
    static let inlineLimit = 512
}

/// The first four bytes of a field; see the drawing at `HashField`.
struct HashFieldHeader {
    var bits: UInt32

    @inline(__always)
    init(bits: UInt32) { self.bits = bits }

    @inline(__always)
    init(isVolatile: Bool, nameLength: Int, valueLength: Int) {
        let isLong = nameLength > 255
        let room = (isVolatile ? 12 : 4) &+ (isLong ? 16 : nameLength)
        let hasBlock = room &+ valueLength > HashField.inlineLimit
        let flags: UInt32 = (isVolatile ? 1 : 0) | (isLong ? 2 : 0) | (hasBlock ? 4 : 0)
        let lengths = UInt32(isLong ? 0 : nameLength) << 8 | UInt32(hasBlock ? 0 : valueLength) << 16
        bits = flags | lengths
    }

    var isVolatile: Bool { @inline(__always) get { bits & 1 != 0 } }
    var hasLongName: Bool { @inline(__always) get { bits & 2 != 0 } }
    var hasBlock: Bool { @inline(__always) get { bits & 4 != 0 } }
    var nameOffset: Int { @inline(__always) get { isVolatile ? 12 : 4 } }
    var shortNameLength: Int { @inline(__always) get { Int(truncatingIfNeeded: bits >> 8 & 255) } }
    /// Bytes that the name takes in the object itself.
    var nameRoom: Int { @inline(__always) get { hasLongName ? 16 : shortNameLength } }
    var valueOffset: Int { @inline(__always) get { nameOffset &+ nameRoom } }
    var inlineLength: Int { @inline(__always) get { Int(truncatingIfNeeded: bits >> 16) } }
    var size: Int { @inline(__always) get { valueOffset &+ (hasBlock ? 16 : inlineLength) } }
}

/// How the hash table finds the name in a field.
enum HashFieldLayout: TableLayout {
    @inline(__always)
    static func key(at address: UnsafeRawPointer) -> UnsafeRawBufferPointer {
        let header = unsafe HashFieldHeader(bits: address.load(as: UInt32.self))
        let place = unsafe address + header.nameOffset
        if header.hasLongName { return unsafe block(at: place) }
        return unsafe UnsafeRawBufferPointer(start: place, count: header.shortNameLength)
    }

    /// The value of the field at `address`.
    @inline(__always) @unsafe
    static func value(at address: UnsafeRawPointer) -> UnsafeRawBufferPointer {
        let header = unsafe HashFieldHeader(bits: address.load(as: UInt32.self))
        let place = unsafe address + header.valueOffset
        if header.hasBlock { return unsafe block(at: place) }
        return unsafe UnsafeRawBufferPointer(start: place, count: header.inlineLength)
    }

    /// The block of the heap that 16 bytes at `place` describe.
    @inline(__always) @unsafe
    static func block(at place: UnsafeRawPointer) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(
            start: UnsafeRawPointer(bitPattern: place.loadUnaligned(as: UInt.self)),
            count: place.loadUnaligned(fromByteOffset: 8, as: Int.self))
    }
}

/// Reading fields. Every function traps on a handle outside the arena.
extension Arena {
    @inline(__always)
    func header(_ field: HashField) -> HashFieldHeader {
        unsafe HashFieldHeader(bits: address(field.handle).load(as: UInt32.self))
    }

    /// Milliseconds since 1970 after which the field is gone; `nil` when it stays.
    @inline(__always)
    func deadline(_ field: HashField) -> Int64? {
        header(field).isVolatile ? unsafe address(field.handle).loadUnaligned(fromByteOffset: 4, as: Int64.self) : nil
    }

    @inline(__always) @_lifetime(borrow self)
    func name(_ field: HashField) -> RawSpan {
        // Safe: the bytes belong to a live field, which no one can free while the arena is borrowed.
        let bytes = unsafe HashFieldLayout.key(at: address(field.handle))
        let span = unsafe RawSpan(_unsafeStart: bytes.baseAddress!, byteCount: bytes.count)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    @inline(__always) @_lifetime(borrow self)
    func value(_ field: HashField) -> RawSpan {
        // Safe: as in `name`.
        let bytes = unsafe HashFieldLayout.value(at: address(field.handle))
        let span = unsafe RawSpan(_unsafeStart: bytes.baseAddress!, byteCount: bytes.count)
        return unsafe _overrideLifetime(span, borrowing: self)
    }
}
