import Bytes
import Glibc

/// A value on the heap, described by the 24 bytes of an entry's fixed part.
@unsafe struct Blob {
    var address: UnsafeMutableRawPointer
    var length: Int
    var capacity: Int
}

/// Memory that nobody refers to any more and that another thread may free.
@safe
package struct Garbage: @unchecked Sendable {
    private let address: UnsafeMutableRawPointer
    /// Bytes that freeing will give back.
    package let size: Int

    init(_ address: UnsafeMutableRawPointer, size: Int) {
        unsafe self.address = address
        self.size = size
    }

    /// Smaller pieces are freed at once: handing them over would cost more.
    static let threshold = 256 * 1024

    /// Frees the memory; to be called exactly once.
    package consuming func free() {
        // Safe: the entry that owned this address is gone, and `Garbage` was its only other mention.
        unsafe Glibc.free(address)
    }
}

extension Arena {
    @inline(__always) @unsafe
    func blob(_ entry: Entry, _ header: EntryHeader) -> Blob {
        let place = unsafe address(entry.handle) + header.fixedOffset
        return unsafe Blob(
            address: UnsafeMutableRawPointer(bitPattern: place.load(as: UInt.self))!,
            length: place.load(fromByteOffset: 8, as: Int.self),
            capacity: place.load(fromByteOffset: 16, as: Int.self))
    }

    @unsafe
    func setBlob(_ entry: Entry, _ header: EntryHeader, _ blob: Blob) {
        let place = unsafe address(entry.handle) + header.fixedOffset
        unsafe place.storeBytes(of: UInt(bitPattern: blob.address), as: UInt.self)
        unsafe place.storeBytes(of: blob.length, toByteOffset: 8, as: Int.self)
        unsafe place.storeBytes(of: blob.capacity, toByteOffset: 16, as: Int.self)
    }

    @unsafe
    mutating func makeBlob(capacity: Int) -> Blob {
        guard let address = unsafe malloc(max(capacity, 1)) else {
            fatalError("out of memory for a value of \(capacity) bytes")
        }
        noteExternal(Arena.heapCost(capacity))
        return unsafe Blob(address: address, length: 0, capacity: capacity)
    }

    /// What glibc spends on a block of `size` bytes: its header, in steps of 16.
    static func heapCost(_ size: Int) -> Int { (size &+ 8 &+ 15) & ~15 }
}
