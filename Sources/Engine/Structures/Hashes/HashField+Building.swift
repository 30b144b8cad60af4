import Bytes
import Glibc

/// Making, changing and freeing fields of large hashes. Whatever may move a field returns the new one; the caller then
/// tells the table.
extension Arena {
    /// A new field.
    @inline(__always)
    mutating func makeField(_ name: RawSpan, _ value: RawSpan, deadline: Int64?) -> HashField {
        let header = HashFieldHeader(
            isVolatile: deadline != nil, nameLength: name.byteCount, valueLength: value.byteCount)
        let field = HashField(allocate(header.size))
        let start = unsafe address(field.handle)
        // Safe: the object has `header.size` bytes, whose parts the header names.
        unsafe start.storeBytes(of: header.bits, as: UInt32.self)
        if let deadline { unsafe start.storeBytes(of: deadline, toByteOffset: 4, as: Int64.self) }
        unsafe write(name, at: start + header.nameOffset, onHeap: header.hasLongName)
        unsafe write(value, at: start + header.valueOffset, onHeap: header.hasBlock)
        return field
    }

    /// Writes bytes at `place`, or the address and the length of a copy on the heap.
    @inline(__always) @unsafe
    private mutating func write(_ bytes: RawSpan, at place: UnsafeMutableRawPointer, onHeap: Bool) {
        let count = bytes.byteCount
        if onHeap { return unsafe writeBlock(bytes, at: place) }
        unsafe bytes.withUnsafeBytes { if count > 0 { unsafe place.copyMemory(from: $0.baseAddress!, byteCount: count) } }
    }

    @unsafe
    private mutating func writeBlock(_ bytes: RawSpan, at place: UnsafeMutableRawPointer) {
        let count = bytes.byteCount
        guard let copy = unsafe malloc(max(count, 1)) else { fatalError("out of memory for a field of \(count) bytes") }
        noteExternal(Arena.heapCost(count))
        // Safe: both have `count` bytes.
        unsafe bytes.withUnsafeBytes {
            if count > 0 { unsafe copy.copyMemory(from: $0.baseAddress!, byteCount: count) }
        }
        unsafe place.storeBytes(of: UInt(bitPattern: copy), as: UInt.self)
        unsafe place.storeBytes(of: count, toByteOffset: 8, as: Int.self)
    }

    /// The field with another value and deadline, where it was if they take the same room; otherwise the old one is freed.
    /// A large block that is not used any more is added to `garbage`.
    @inline(__always)
    mutating func changed(
        _ field: HashField, value: RawSpan, deadline: Int64?, _ garbage: inout [Garbage]
    ) -> HashField {
        let old = header(field)
        let length = value.byteCount
        let size = old.valueOffset &+ length
        let staysInPlace =
            old.isVolatile == (deadline != nil) && !old.hasBlock && size <= HashField.inlineLimit
            && Arena.occupied(size) == Arena.occupied(old.size)
        if !staysInPlace { return replaced(field, value: value, deadline: deadline, &garbage) }
        let start = unsafe address(field.handle)
        let header = HashFieldHeader(bits: old.bits & 0xFFFF | UInt32(length) << 16)
        // Safe: the object's room, compared above, reaches `length` bytes beyond the value's offset.
        unsafe start.storeBytes(of: header.bits, as: UInt32.self)
        if let deadline { unsafe start.storeBytes(of: deadline, toByteOffset: 4, as: Int64.self) }
        unsafe write(value, at: start + header.valueOffset, onHeap: false)
        return field
    }

    private mutating func replaced(
        _ field: HashField, value: RawSpan, deadline: Int64?, _ garbage: inout [Garbage]
    ) -> HashField {
        // Safe: objects do not move when others are made, and the old one is freed at the end.
        let name = unsafe RawSpan(_unsafeBytes: HashFieldLayout.key(at: address(field.handle)))
        let result = makeField(name, value, deadline: deadline)
        free(field, &garbage)
        return result
    }

    /// The same field with another deadline, or none; it moves when it gains or loses one.
    mutating func withDeadline(_ field: HashField, _ deadline: Int64?, _ garbage: inout [Garbage]) -> HashField {
        let header = header(field)
        if header.isVolatile == (deadline != nil) {
            // Safe: a volatile field has eight bytes there.
            if let deadline {
                unsafe address(field.handle).storeBytes(of: deadline, toByteOffset: 4, as: Int64.self)
            }
            return field
        }
        // Safe: as in `replaced`. With eight bytes more or less, the value may have to move to the heap or back.
        let value = unsafe RawSpan(_unsafeBytes: HashFieldLayout.value(at: address(field.handle)))
        return replaced(field, value: value, deadline: deadline, &garbage)
    }

    /// A second field like this one.
    mutating func copy(_ field: HashField) -> HashField {
        // Safe: as in `replaced`.
        let start = unsafe address(field.handle)
        let name = unsafe RawSpan(_unsafeBytes: HashFieldLayout.key(at: start))
        let value = unsafe RawSpan(_unsafeBytes: HashFieldLayout.value(at: start))
        return makeField(name, value, deadline: deadline(field))
    }

    /// Frees a field that no table holds any more. A large block is added to `garbage`, to be freed where nobody waits.
    @inline(__always)
    mutating func free(_ field: HashField, _ garbage: inout [Garbage]) {
        let header = header(field)
        if header.bits & 6 != 0 { freeBlocks(field, header, &garbage) }
        release(field.handle)
    }

    private mutating func freeBlocks(_ field: HashField, _ header: HashFieldHeader, _ garbage: inout [Garbage]) {
        let start = unsafe address(field.handle)
        if header.hasLongName { unsafe freeBlock(at: start + header.nameOffset, &garbage) }
        if header.hasBlock { unsafe freeBlock(at: start + header.valueOffset, &garbage) }
    }

    @unsafe
    private mutating func freeBlock(at place: UnsafeRawPointer, _ garbage: inout [Garbage]) {
        let block = unsafe HashFieldLayout.block(at: place)
        guard let start = unsafe UnsafeMutableRawPointer(mutating: block.baseAddress) else { return }
        noteExternal(-Arena.heapCost(block.count))
        if block.count >= Garbage.threshold {
            garbage.append(unsafe Garbage(start, size: block.count))
        } else {
            // Safe: the field owns the block, and nobody will ask for it again.
            unsafe Glibc.free(start)
        }
    }
}
