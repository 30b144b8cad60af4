import Bytes
import Glibc

/// Making, changing and freeing entries. Whatever may move an entry returns the new one; the caller then tells the
/// table.
extension Arena {
    /// A new entry with everything but its value written.
    private mutating func makeEntry(
        key: RawSpan, deadline: Int64?, annotation: Annotation?, type: ValueType, encoding: Encoding, form: Form,
        valueLength: Int
    ) -> Entry {
        let header = EntryHeader(
            type: type, encoding: encoding, form: form, volatile: deadline != nil, annotated: annotation != nil,
            keyLength: key.byteCount, valueLength: form == .inline ? valueLength : 0)
        let entry = Entry(allocate(header.size))
        setHeader(entry, header)
        if let deadline { setDeadline(entry, deadline) }
        if let annotation { setAnnotation(entry, annotation) }
        let place = unsafe address(entry.handle) + header.keyOffset
        // Safe: `header.size` left room for the key, or for its address and length.
        if header.hasLongKey {
            guard let copy = unsafe malloc(key.byteCount) else {
                fatalError("out of memory for a key of \(key.byteCount) bytes")
            }
            noteExternal(Arena.heapCost(key.byteCount))
            unsafe key.withUnsafeBytes { unsafe copy.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
            unsafe place.storeBytes(of: UInt(bitPattern: copy), as: UInt.self)
            unsafe place.storeBytes(of: key.byteCount, toByteOffset: 8, as: Int.self)
        } else if !key.isEmpty {
            unsafe key.withUnsafeBytes { unsafe place.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        }
        return entry
    }

    /// Whether a value of `length` bytes fits the entry itself.
    private static func fitsInline(_ length: Int, keyLength: Int) -> Bool {
        length + (keyLength > 255 ? 16 : keyLength) + 16 <= Entry.inlineLimit
    }

    /// A new entry for a string that is not an integer.
    mutating func makeString(
        key: RawSpan, deadline: Int64?, annotation: Annotation? = nil, encoding: Encoding, value: RawSpan
    ) -> Entry {
        let entry = makeString(
            key: key, deadline: deadline, annotation: annotation, encoding: encoding, length: value.byteCount)
        write(value, to: entry, at: 0)
        return entry
    }

    /// A new entry for a string of `length` bytes, their contents undefined.
    mutating func makeString(
        key: RawSpan, deadline: Int64?, annotation: Annotation? = nil, encoding: Encoding, length: Int
    ) -> Entry {
        makeBytes(
            key: key, deadline: deadline, annotation: annotation, type: .string, encoding: encoding, length: length)
    }

    /// A new entry for a string of `length` zeros, without room to spare.
    mutating func makeZeroedString(key: RawSpan, deadline: Int64?, length: Int) -> Entry {
        let entry = makeString(key: key, deadline: deadline, encoding: .raw, length: length)
        zero(entry, from: 0, to: length)
        return entry
    }

    /// A new entry for a value in one block of `length` bytes, their contents undefined.
    mutating func makeBytes(
        key: RawSpan, deadline: Int64?, annotation: Annotation? = nil, type: ValueType, encoding: Encoding, length: Int
    ) -> Entry {
        if Arena.fitsInline(length, keyLength: key.byteCount) {
            return makeEntry(
                key: key, deadline: deadline, annotation: annotation, type: type, encoding: encoding, form: .inline,
                valueLength: length)
        }
        let entry = makeEntry(
            key: key, deadline: deadline, annotation: annotation, type: type, encoding: encoding, form: .blob,
            valueLength: 0)
        var blob = unsafe makeBlob(capacity: length)
        unsafe blob.length = length
        unsafe setBlob(entry, header(entry), blob)
        return entry
    }

    mutating func makeInteger(
        key: RawSpan, deadline: Int64?, annotation: Annotation? = nil, value: Int64
    ) -> Entry {
        let entry = makeEntry(
            key: key, deadline: deadline, annotation: annotation, type: .string, encoding: .int, form: .integer,
            valueLength: 0)
        setInteger(entry, value)
        return entry
    }

    /// A new entry for a large value.
    mutating func makeObject(
        key: RawSpan, deadline: Int64?, type: ValueType, encoding: Encoding, index: UInt32
    ) -> Entry {
        let entry = makeEntry(
            key: key, deadline: deadline, annotation: nil, type: type, encoding: encoding, form: .object, valueLength: 0)
        setObjectIndex(entry, index)
        return entry
    }

    /// Copies `value` over the bytes of a string from `offset` on, which must have room for it.
    mutating func write(_ value: RawSpan, to entry: Entry, at offset: Int) {
        if value.isEmpty { return }
        let count = value.byteCount
        var target = mutableBytes(entry)
        precondition(offset >= 0 && offset &+ count <= target.byteCount)
        unsafe target.withUnsafeMutableBytes { to in
            unsafe value.withUnsafeBytes { from in
                // `memmove`, because the value may be a part of the same string.
                unsafe _ = memmove(to.baseAddress! + offset, from.baseAddress!, count)
            }
        }
    }

    /// Replaces a string's value without moving the entry, where form and size allow it; false where not.
    @inline(__always)
    mutating func overwriteString(_ entry: Entry, encoding: Encoding, value: RawSpan) -> Bool {
        let header = header(entry)
        let length = value.byteCount
        switch header.form {
        case .inline:
            let tail = header.keyOffset &+ header.keyRoom
            if length != header.inlineLength {
                if tail &+ length > Entry.inlineLimit { return false }
                if Arena.occupied(tail &+ length) != Arena.occupied(tail &+ header.inlineLength) { return false }
            }
            // Length and encoding in one store; what stays are the bits between them. Nobody has read the new value.
            let kept = header.bits & (1 << 48 - 1) & ~(0xF0 | EntryHeader.fetched)
            setHeader(entry, EntryHeader(bits: kept | UInt64(length) << 48 | UInt64(encoding.rawValue) << 4))
            // Safe: the entry's room, compared above, reaches `length` bytes beyond `tail`.
            unsafe value.withUnsafeBytes { from in
                if length > 0 { unsafe _ = memmove(address(entry.handle) + tail, from.baseAddress!, length) }
            }
            return true
        case .blob:
            let blob = unsafe blob(entry, header)
            if unsafe length > blob.capacity || length < blob.capacity / 2
                || Arena.fitsInline(length, keyLength: header.keyRoom)
            { return false }
        case .integer, .object:
            return false
        }
        setLength(entry, length)
        setEncoding(entry, encoding)
        write(value, to: entry, at: 0)
        return true
    }

    func setEncoding(_ entry: Entry, _ encoding: Encoding) {
        let header = header(entry)
        setHeader(entry, EntryHeader(bits: header.bits & ~0xF0 | UInt64(encoding.rawValue) << 4))
    }

    /// Notes a new length that the entry's room covers.
    private func setLength(_ entry: Entry, _ length: Int) {
        let header = header(entry)
        if header.form == .inline {
            setHeader(entry, EntryHeader(bits: header.bits & (1 << 48 - 1) | UInt64(length) << 48))
        } else {
            var blob = unsafe blob(entry, header)
            unsafe precondition(length <= blob.capacity)
            unsafe blob.length = length
            unsafe setBlob(entry, header, blob)
        }
    }

    /// Gives a string that is not an integer the length `length`, new bytes being zero, and encoding raw.
    /// Blobs grow to twice the need up to a mebibyte more, so that appending is amortised O(1) per byte.
    mutating func resizeString(_ entry: Entry, to length: Int) -> Entry {
        let old = byteCount(entry)
        let result = resize(entry, to: length, growingTo: Arena.grownCapacity(length))
        setEncoding(result, .raw)
        zero(result, from: old, to: length)
        return result
    }

    /// Gives a packed collection the length `length`, new bytes being undefined. Blobs grow by a quarter more than the
    /// need, since there are many of them, and shrink again.
    mutating func resizePacked(_ entry: Entry, to length: Int) -> Entry {
        let header = header(entry)
        if header.form == .blob {
            let blob = unsafe blob(entry, header)
            if unsafe length < blob.capacity / 2 { unsafe moveBlob(entry, header, blob, capacity: length + length / 4) }
        }
        return resize(entry, to: length, growingTo: length + length / 4)
    }

    /// Gives the bytes of an entry another length; a blob that is too small for it gets the capacity `capacity`.
    private mutating func resize(_ entry: Entry, to length: Int, growingTo capacity: Int) -> Entry {
        let header = header(entry)
        let old = byteCount(entry)
        if header.form == .inline {
            let tail = header.keyOffset &+ header.keyRoom
            if tail &+ length <= Entry.inlineLimit {
                let result =
                    Arena.occupied(tail &+ length) == Arena.occupied(tail &+ old)
                    ? entry : reallocate(entry, header, kept: tail &+ min(old, length), size: tail &+ length)
                setLength(result, length)
                return result
            }
            // Out of line from now on: header, deadline and key move to an entry with a fixed part.
            var bits = header.bits & (1 << 48 - 1)
            bits = bits & ~(3 << 8) | UInt64(Form.blob.rawValue) << 8
            let grown = EntryHeader(bits: bits)
            let result = Entry(allocate(grown.size))
            setHeader(result, grown)
            // Safe: the ranges copied lie within the two entries by their headers.
            let from = unsafe address(entry.handle)
            let to = unsafe address(result.handle)
            unsafe (to + 8).copyMemory(from: from + 8, byteCount: header.fixedOffset - 8)
            unsafe (to + grown.keyOffset).copyMemory(from: from + header.keyOffset, byteCount: header.keyRoom)
            var blob = unsafe makeBlob(capacity: capacity)
            unsafe blob.length = length
            unsafe blob.address.copyMemory(from: from + tail, byteCount: min(old, length))
            unsafe setBlob(result, grown, blob)
            release(entry.handle)
            return result
        }
        let blob = unsafe blob(entry, header)
        if unsafe length > blob.capacity { unsafe moveBlob(entry, header, blob, capacity: capacity) }
        setLength(entry, length)
        return entry
    }

    /// Gives a blob another capacity, at least 1; what it holds beyond that is lost.
    @unsafe
    private mutating func moveBlob(_ entry: Entry, _ header: EntryHeader, _ blob: Blob, capacity: Int) {
        let size = max(capacity, 1)
        guard let moved = unsafe realloc(blob.address, size) else {
            fatalError("out of memory for a value of \(size) bytes")
        }
        unsafe noteExternal(Arena.heapCost(size) - Arena.heapCost(blob.capacity))
        unsafe setBlob(entry, header, Blob(address: moved, length: min(blob.length, size), capacity: size))
    }

    private static func grownCapacity(_ length: Int) -> Int {
        length < 1 << 20 ? length * 2 : length + 1 << 20
    }

    private mutating func zero(_ entry: Entry, from start: Int, to end: Int) {
        if end <= start { return }
        var target = mutableBytes(entry)
        precondition(end <= target.byteCount)
        unsafe target.withUnsafeMutableBytes {
            unsafe _ = memset($0.baseAddress! + start, 0, end - start)
        }
    }

    /// Moves an entry's first `kept` bytes to a new object of `size` bytes.
    private mutating func reallocate(_ entry: Entry, _ header: EntryHeader, kept: Int, size: Int) -> Entry {
        let result = Entry(allocate(size))
        unsafe address(result.handle).copyMemory(from: address(entry.handle), byteCount: kept)
        release(entry.handle)
        return result
    }

    /// The same entry with another deadline, or none; it moves when it gains or loses one.
    mutating func withDeadline(_ entry: Entry, _ deadline: Int64?) -> Entry {
        let header = header(entry)
        if header.isVolatile == (deadline != nil) {
            if let deadline { setDeadline(entry, deadline) }
            return entry
        }
        let changed = EntryHeader(bits: header.bits ^ EntryHeader.volatile)
        let result = Entry(allocate(changed.size))
        setHeader(result, changed)
        if let deadline { setDeadline(result, deadline) }
        let kept = header.annotationOffset
        unsafe (address(result.handle) + changed.annotationOffset).copyMemory(
            from: address(entry.handle) + kept, byteCount: header.size - kept)
        release(entry.handle)
        return result
    }

    /// The value and deadline of `entry` under another key; the value moves, it is not copied.
    mutating func withKey(_ entry: Entry, _ key: RawSpan) -> Entry {
        let header = header(entry)
        let result: Entry
        switch header.form {
        case .inline where !Arena.fitsInline(header.inlineLength, keyLength: key.byteCount):
            return copy(entry, key: key, thenFreeing: true)
        case .inline, .integer, .blob, .object:
            result = makeEntry(
                key: key, deadline: deadline(entry), annotation: annotation(entry), type: header.type,
                encoding: header.encoding, form: header.form, valueLength: header.inlineLength)
        }
        let made = self.header(result)
        unsafe (address(result.handle) + made.fixedOffset).copyMemory(
            from: address(entry.handle) + header.fixedOffset, byteCount: header.fixedSize)
        unsafe (address(result.handle) + (made.keyOffset + made.keyRoom)).copyMemory(
            from: address(entry.handle) + (header.keyOffset + header.keyRoom), byteCount: header.inlineLength)
        setAccess(result, header.access)
        freeKey(entry, header)
        release(entry.handle)
        return result
    }

    /// A second entry with the same value and deadline under another key; for all forms but that of an object, which its
    /// store copies. O(n) in the value's length.
    mutating func copy(_ entry: Entry, key: RawSpan, thenFreeing: Bool = false) -> Entry {
        let header = header(entry)
        let result: Entry
        if header.form == .integer {
            result = makeInteger(
                key: key, deadline: deadline(entry), annotation: annotation(entry), value: integer(entry))
        } else {
            let length = byteCount(entry)
            result = makeBytes(
                key: key, deadline: deadline(entry), annotation: annotation(entry), type: header.type,
                encoding: header.encoding, length: length)
            // Safe: two distinct live values of the same length.
            let from = unsafe readableAddress(entry)
            let to = unsafe readableAddress(result)
            unsafe to.copyMemory(from: from, byteCount: length)
        }
        setAccess(result, header.access)
        if thenFreeing, let garbage = free(entry) { garbage.free() }
        return result
    }

    @unsafe
    private func readableAddress(_ entry: Entry) -> UnsafeMutableRawPointer {
        let header = header(entry)
        if header.form == .blob { return unsafe blob(entry, header).address }
        return unsafe address(entry.handle) + (header.keyOffset + header.keyRoom)
    }

    func setAccess(_ entry: Entry, _ access: UInt32) {
        var header = header(entry)
        header.access = access
        setHeader(entry, header)
    }

    private mutating func freeKey(_ entry: Entry, _ header: EntryHeader) {
        if !header.hasLongKey { return }
        let bytes = unsafe KeyEntryLayout.key(at: address(entry.handle))
        unsafe Glibc.free(UnsafeMutableRawPointer(mutating: bytes.baseAddress))
        noteExternal(-Arena.heapCost(bytes.count))
    }

    /// Frees an entry with its value, but for an object, which its store buries. A large blob is returned, to be
    /// freed where nobody waits for it.
    @discardableResult
    mutating func free(_ entry: Entry) -> Garbage? {
        let header = header(entry)
        var garbage: Garbage?
        if header.form == .blob {
            let blob = unsafe blob(entry, header)
            unsafe noteExternal(-Arena.heapCost(blob.capacity))
            if unsafe blob.capacity >= Garbage.threshold {
                garbage = unsafe Garbage(blob.address, size: blob.capacity)
            } else {
                unsafe Glibc.free(blob.address)
            }
        }
        freeKey(entry, header)
        release(entry.handle)
        return garbage
    }
}
