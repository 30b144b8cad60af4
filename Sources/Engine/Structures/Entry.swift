import Bytes
import Glibc

/// One key of the keyspace with its value, expiry and access data: a single object of the arena.
///
///     0        8            (8)          (16)          (0, 8, 24)                 …              …
///     ┌────────┬────────────┬────────────┬─────────────┬──────────────────────────┬──────────────┐
///     │ header │ deadline   │ annotation │ fixed part  │ key bytes                │ inline value │
///     └────────┴────────────┴────────────┴─────────────┴──────────────────────────┴──────────────┘
///                only if      only if      integer: 8     at most 255 in place,     only in the
///                volatile     annotated    blob: 24       longer keys: 16 bytes     inline form
///                                          object: 8      (address, length)
///
///     header, from the low bit:
///     type 3 │ fetched 1 │ encoding 4 │ form 2 │ volatile 1 │ annotated 1 │ long key 1 │ access 27 │ key length 8 │
///     value length 16
///
/// The bits for deadline and annotation stand side by side so that they are, shifted once, the size of both together.
///
/// A 16-byte key with an 8-byte value takes 32 bytes, with a deadline 40. Values that would make an entry
/// larger than `inlineLimit` are blobs on the heap, so that growing one never copies its key and freeing one can happen on another thread.
///
/// A collection that is small is one packed block (a listpack, an intset), inline or as a blob like a string's bytes; a large
/// one is an object: a number in the `ObjectStore` of its type.
///
/// Why not a header per value, as Redis has: key, value and expiry of a small entry share one or two cache
/// lines, and a read touches nothing else.
struct Entry: Equatable, Sendable {
    let handle: Arena.Handle

    @inline(__always)
    init(_ handle: Arena.Handle) { self.handle = handle }

    /// An entry larger than this, its annotation not counted, keeps its value in a blob.
    static let inlineLimit = 512
}

/// What a key holds; the numbers are those of the RDB format's in-memory types.
enum ValueType: UInt8, Sendable, CaseIterable {
    case string = 0
    case list = 1
    case set = 2
    case sortedSet = 3
    case hash = 4
    case stream = 6
}

/// How a value is represented, as OBJECT ENCODING names it.
enum Encoding: UInt8, Sendable {
    case raw = 0
    case int = 1
    case hashtable = 2
    case intset = 6
    case skiplist = 7
    case embstr = 8
    case quicklist = 9
    case listpack = 11
    case listpackEx = 12
}

/// Where an entry keeps its value.
enum Form: UInt8, Sendable {
    case inline = 0
    case integer = 1
    case blob = 2
    case object = 3
}

/// The first eight bytes of an entry; see the drawing at `Entry`.
struct EntryHeader: Sendable {
    var bits: UInt64

    @inline(__always)
    init(bits: UInt64) { self.bits = bits }

    static let volatile: UInt64 = 1 << 10
    static let annotated: UInt64 = 1 << 11
    static let longKey: UInt64 = 1 << 12
    static let fetched: UInt64 = 1 << 3

    init(
        type: ValueType, encoding: Encoding, form: Form, volatile: Bool, annotated: Bool = false, keyLength: Int,
        valueLength: Int
    ) {
        let long = keyLength > 255
        let low = UInt64(type.rawValue) | UInt64(encoding.rawValue) << 4 | UInt64(form.rawValue) << 8
        let flags = (volatile ? EntryHeader.volatile : 0) | (annotated ? EntryHeader.annotated : 0)
            | (long ? EntryHeader.longKey : 0)
        let lengths = UInt64(long ? 0 : keyLength) << 40 | UInt64(valueLength) << 48
        bits = low | flags | lengths
    }

    var type: ValueType { @inline(__always) get { ValueType(rawValue: UInt8(bits & 7))! } }
    var isString: Bool { @inline(__always) get { bits & 7 == 0 } }
    var encoding: Encoding { Encoding(rawValue: UInt8(bits >> 4 & 15))! }
    var form: Form {
        @inline(__always) get { Form(rawValue: UInt8(truncatingIfNeeded: bits >> 8 & 3))! }
    }
    var isVolatile: Bool { @inline(__always) get { bits & EntryHeader.volatile != 0 } }
    /// Whether there is an `Annotation`; only strings have one.
    var isAnnotated: Bool { @inline(__always) get { bits & EntryHeader.annotated != 0 } }
    var hasLongKey: Bool { @inline(__always) get { bits & EntryHeader.longKey != 0 } }
    /// Whether the value has been read since it was written.
    var isFetched: Bool { @inline(__always) get { bits & EntryHeader.fetched != 0 } }
    var shortKeyLength: Int { @inline(__always) get { Int(truncatingIfNeeded: bits >> 40 & 255) } }
    var inlineLength: Int { @inline(__always) get { Int(truncatingIfNeeded: bits >> 48) } }

    /// 27 bits about the key's use, as `AccessRule` has them.
    var access: UInt32 {
        @inline(__always) get { UInt32(truncatingIfNeeded: bits >> 13 & 0x7FF_FFFF) }
        @inline(__always) set { bits = bits & ~(0x7FF_FFFF << 13) | UInt64(newValue & 0x7FF_FFFF) << 13 }
    }

    /// Offset of the fixed part: behind the header, the deadline (8 bytes) and the annotation (16).
    var fixedOffset: Int { @inline(__always) get { 8 &+ Int(truncatingIfNeeded: bits >> 7 & 24) } }
    /// Offset of the annotation, where there is one.
    var annotationOffset: Int { @inline(__always) get { 8 &+ Int(truncatingIfNeeded: bits >> 7 & 8) } }

    /// Size of the fixed part: 0 inline, 8 an integer, 24 a blob, 8 an object.
    var fixedSize: Int {
        @inline(__always) get { 0x08_18_08_00 &>> (Int(truncatingIfNeeded: bits >> 8 & 3) &* 8) & 0xFF }
    }

    var keyOffset: Int { @inline(__always) get { fixedOffset &+ fixedSize } }
    /// Bytes the key takes in the entry itself.
    var keyRoom: Int { @inline(__always) get { hasLongKey ? 16 : shortKeyLength } }
    var size: Int { keyOffset &+ keyRoom &+ (form == .inline ? inlineLength : 0) }
}

/// Reading and writing entries. Every function traps on a handle outside the arena.
extension Arena {
    @inline(__always)
    func header(_ entry: Entry) -> EntryHeader {
        unsafe EntryHeader(bits: address(entry.handle).load(as: UInt64.self))
    }

    @inline(__always)
    func setHeader(_ entry: Entry, _ header: EntryHeader) {
        unsafe address(entry.handle).storeBytes(of: header.bits, as: UInt64.self)
    }

    /// Milliseconds since 1970 after which the key is gone; `nil` when it stays.
    @inline(__always)
    func deadline(_ entry: Entry) -> Int64? {
        let address = unsafe address(entry.handle)
        let header = unsafe EntryHeader(bits: address.load(as: UInt64.self))
        return header.isVolatile ? unsafe address.load(fromByteOffset: 8, as: Int64.self) : nil
    }

    /// Changes the deadline of an entry that has one.
    func setDeadline(_ entry: Entry, _ deadline: Int64) {
        precondition(header(entry).isVolatile)
        unsafe address(entry.handle).storeBytes(of: deadline, toByteOffset: 8, as: Int64.self)
    }

    @_lifetime(borrow self)
    func key(_ entry: Entry) -> RawSpan {
        // Safe: the bytes belong to a live entry, which no one can release while the arena is borrowed.
        let bytes = unsafe KeyEntryLayout.key(at: address(entry.handle))
        let span = unsafe RawSpan(_unsafeStart: bytes.baseAddress!, byteCount: bytes.count)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    func integer(_ entry: Entry) -> Int64 {
        let header = header(entry)
        precondition(header.form == .integer)
        return unsafe address(entry.handle).load(fromByteOffset: header.fixedOffset, as: Int64.self)
    }

    func setInteger(_ entry: Entry, _ value: Int64) {
        let header = header(entry)
        precondition(header.form == .integer)
        unsafe address(entry.handle).storeBytes(of: value, toByteOffset: header.fixedOffset, as: Int64.self)
    }

    /// The number of a large value in the store of its type.
    @inline(__always)
    func objectIndex(_ entry: Entry) -> UInt32 {
        let header = header(entry)
        precondition(header.form == .object)
        return unsafe address(entry.handle).load(fromByteOffset: header.fixedOffset, as: UInt32.self)
    }

    func setObjectIndex(_ entry: Entry, _ index: UInt32) {
        let header = header(entry)
        precondition(header.form == .object)
        unsafe address(entry.handle).storeBytes(of: UInt64(index), toByteOffset: header.fixedOffset, as: UInt64.self)
    }

    /// Length in bytes of a string that is not an integer, or of a packed collection.
    @inline(__always)
    func byteCount(_ entry: Entry) -> Int {
        let header = header(entry)
        if header.form == .inline { return header.inlineLength }
        return unsafe blob(entry, header).length
    }

    /// The bytes of a string that is not an integer, or of a packed collection.
    @inline(__always) @_lifetime(borrow self)
    func bytes(_ entry: Entry) -> RawSpan {
        let header = header(entry)
        let start: UnsafeRawPointer
        let count: Int
        switch header.form {
        case .inline:
            unsafe start = UnsafeRawPointer(address(entry.handle) + (header.keyOffset &+ header.keyRoom))
            count = header.inlineLength
        case .blob:
            let blob = unsafe blob(entry, header)
            unsafe start = UnsafeRawPointer(blob.address)
            count = unsafe blob.length
        case .integer, .object:
            preconditionFailure("an integer or a large value has no bytes")
        }
        // Safe: as in `key`.
        let span = unsafe RawSpan(_unsafeStart: start, byteCount: count)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// The same, for change in place.
    @_lifetime(&self)
    mutating func mutableBytes(_ entry: Entry) -> MutableRawSpan {
        let header = header(entry)
        let start: UnsafeMutableRawPointer
        let count: Int
        switch header.form {
        case .inline:
            unsafe start = address(entry.handle) + (header.keyOffset &+ header.keyRoom)
            count = header.inlineLength
        case .blob:
            let blob = unsafe blob(entry, header)
            unsafe start = blob.address
            count = unsafe blob.length
        case .integer, .object:
            preconditionFailure("an integer or a large value has no bytes")
        }
        // Safe: the arena is borrowed exclusively as long as the span lives.
        let span = unsafe MutableRawSpan(_unsafeStart: start, byteCount: count)
        return unsafe _overrideLifetime(span, mutating: &self)
    }
}

/// How the hash table finds the key in an entry.
enum KeyEntryLayout: TableLayout {
    @inline(__always)
    static func key(at address: UnsafeRawPointer) -> UnsafeRawBufferPointer {
        let header = unsafe EntryHeader(bits: address.load(as: UInt64.self))
        let place = unsafe address + header.keyOffset
        if header.hasLongKey {
            return unsafe UnsafeRawBufferPointer(
                start: UnsafeRawPointer(bitPattern: place.loadUnaligned(as: UInt.self)),
                count: place.loadUnaligned(fromByteOffset: 8, as: Int.self))
        }
        return unsafe UnsafeRawBufferPointer(start: place, count: header.shortKeyLength)
    }
}
