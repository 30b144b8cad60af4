import Glibc

/// Bytes waiting to be sent to one peer: a chain of chunks, so that a large reply is copied once and
/// a growing backlog is never moved.
///
///     head ──▶ [next|capacity|start|end| bytes … ] ──▶ [ … ] ──▶ tail
///
/// The first chunk is small, as most replies are, and comes from a pool; those behind it hold `chunkSize` bytes. All are
/// given back as soon as they are sent, so that an idle connection holds none. A piece larger than a chunk gets a chunk
/// of its own exact size.
///
/// A chunk may also be a header alone that points to `SharedBytes`: a message that many peers are sent lies in memory once
/// (see `OutputBuffer+Sharing.swift`).
///
/// Invariants: `count` is the sum of `end - start` over the chain; only `tail` is written to; an empty
/// buffer has at most one chunk; a chunk that shares its bytes has no room left.
@safe @usableFromInline
package struct OutputBuffer: ~Copyable {
    /// What stands at the front of every chunk's memory.
    @usableFromInline
    @safe struct Header {
        @usableFromInline var next: UnsafeMutablePointer<Header>?
        @usableFromInline var capacity: Int
        @usableFromInline var start: Int
        @usableFromInline var end: Int
        /// Where the bytes are that others send too; `nil` where they stand behind this header.
        var shared: UnsafeMutablePointer<SharedBytes.Header>?
    }

    /// Payload bytes of an ordinary chunk: with its header and the heap's own it fills 16 KiB.
    package static let chunkSize = 16 * 1024 - MemoryLayout<Header>.size - 16

    /// Payload bytes of a first chunk: with its header, the largest block that glibc keeps in a thread's cache, for
    /// buffers that have no pool.
    package static let firstChunkSize = 1032 - MemoryLayout<Header>.size

    var head: UnsafeMutablePointer<Header>?
    @usableFromInline var tail: UnsafeMutablePointer<Header>?
    /// Bytes waiting.
    @usableFromInline package internal(set) var count = 0
    /// Memory held by the chunks, in bytes; what is shared counts in full for each who waits for it.
    package internal(set) var allocated = 0
    /// Where first chunks come from and go to.
    private let pool: ChunkPool?

    package init(pool: ChunkPool? = nil) { self.pool = pool }

    deinit {
        var chunk = unsafe head
        while let current = unsafe chunk {
            unsafe chunk = current.pointee.next
            unsafe release(current)
        }
    }

    /// Gives back a chunk that is no longer in the chain, and its part in shared bytes.
    @inline(__always)
    func release(_ chunk: UnsafeMutablePointer<Header>) {
        if let shared = unsafe chunk.pointee.shared {
            unsafe SharedBytes.release(shared)
            // It is a header only, whatever it says of its capacity: nothing for the pool.
            unsafe free(chunk)
            return
        }
        if unsafe chunk.pointee.capacity == OutputBuffer.firstChunkSize, let pool, unsafe pool.keep(chunk) { return }
        unsafe free(chunk)
    }

    package var isEmpty: Bool { @inlinable @inline(always) get { count == 0 } }

    // Safe: callers write at most `room` bytes at the address given, and commit just those.
    @inline(__always)
    private mutating func room(_ wanted: Int) -> UnsafeMutablePointer<Header> {
        if let tail = unsafe tail, unsafe tail.pointee.capacity &- tail.pointee.end >= wanted { return unsafe tail }
        return unsafe grow(wanted)
    }

    private mutating func grow(_ wanted: Int) -> UnsafeMutablePointer<Header> {
        let isFirst = unsafe tail == nil || tail!.pointee.shared != nil
        if unsafe tail == nil, wanted <= OutputBuffer.firstChunkSize, let pool, let chunk = unsafe pool.take() {
            unsafe head = chunk
            unsafe tail = chunk
            allocated &+= MemoryLayout<Header>.size + OutputBuffer.firstChunkSize
            return unsafe chunk
        }
        let capacity = max(wanted, isFirst ? OutputBuffer.firstChunkSize : OutputBuffer.chunkSize)
        let size = MemoryLayout<Header>.size + capacity
        guard let raw = unsafe malloc(size) else { fatalError("out of memory for \(size) bytes of reply") }
        let chunk = unsafe raw.bindMemory(to: Header.self, capacity: 1)
        unsafe chunk.initialize(to: Header(next: nil, capacity: capacity, start: 0, end: 0, shared: nil))
        unsafe link(chunk)
        allocated &+= size
        return unsafe chunk
    }

    /// Puts a chunk behind the last.
    mutating func link(_ chunk: UnsafeMutablePointer<Header>) {
        if let last = unsafe tail { unsafe last.pointee.next = chunk } else { unsafe head = chunk }
        unsafe tail = chunk
    }

    @inline(__always)
    private static func payload(_ chunk: UnsafeMutablePointer<Header>) -> UnsafeMutableRawPointer {
        unsafe UnsafeMutableRawPointer(chunk) + MemoryLayout<Header>.size
    }

    /// The bytes of a chunk that wait to be sent.
    @inline(__always)
    static func waiting(_ chunk: UnsafeMutablePointer<Header>) -> UnsafeRawBufferPointer {
        let bytes = unsafe chunk.pointee.shared.map { unsafe SharedBytes.bytes($0) } ?? payload(chunk)
        return unsafe UnsafeRawBufferPointer(
            start: bytes + chunk.pointee.start, count: chunk.pointee.end &- chunk.pointee.start)
    }

    /// What `allocated` counts for a chunk.
    @inline(__always)
    private static func size(_ chunk: UnsafeMutablePointer<Header>) -> Int {
        unsafe MemoryLayout<Header>.size &+ chunk.pointee.capacity
    }

    package mutating func append(_ byte: UInt8) {
        let chunk = unsafe room(1)
        unsafe OutputBuffer.payload(chunk).storeBytes(of: byte, toByteOffset: chunk.pointee.end, as: UInt8.self)
        unsafe chunk.pointee.end &+= 1
        count &+= 1
    }

    package mutating func append(_ span: RawSpan) {
        let n = span.byteCount
        if n == 0 { return }
        let chunk = unsafe room(n)
        unsafe span.withUnsafeBytes {
            unsafe (OutputBuffer.payload(chunk) + chunk.pointee.end).copyMemory(from: $0.baseAddress!, byteCount: n)
        }
        unsafe chunk.pointee.end &+= n
        count &+= n
    }

    package mutating func append(_ text: StaticString) {
        let n = text.utf8CodeUnitCount
        if n == 0 { return }
        let chunk = unsafe room(n)
        unsafe (OutputBuffer.payload(chunk) + chunk.pointee.end).copyMemory(from: text.utf8Start, byteCount: n)
        unsafe chunk.pointee.end &+= n
        count &+= n
    }

    package mutating func append(text: String) {
        for byte in text.utf8 { append(byte) }
    }

    /// Lets `body` write up to `limit` bytes in place; it returns how many it wrote.
    @inline(__always)
    package mutating func write(upTo limit: Int, _ body: (UnsafeMutableRawPointer) -> Int) {
        let chunk = unsafe room(limit)
        let n = unsafe body(OutputBuffer.payload(chunk) + chunk.pointee.end)
        precondition(n >= 0 && n <= limit)
        unsafe chunk.pointee.end &+= n
        count &+= n
    }

    /// The first readable pieces, at most `limit` of them, for a gathering write.
    package func gather(into vectors: UnsafeMutableBufferPointer<iovec>) -> Int {
        var used = 0
        var chunk = unsafe head
        while let current = unsafe chunk, used < vectors.count {
            let bytes = unsafe OutputBuffer.waiting(current)
            if bytes.count > 0 {
                // Safe: a gathering write only reads.
                unsafe vectors[used] = iovec(
                    iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
                used &+= 1
            }
            unsafe chunk = current.pointee.next
        }
        return used
    }

    /// Drops `n` sent bytes from the front and gives back the chunks they filled.
    package mutating func consume(_ n: Int) {
        precondition(n >= 0 && n <= count)
        count &-= n
        var rest = n
        while let chunk = unsafe head {
            let length = unsafe chunk.pointee.end &- chunk.pointee.start
            if rest < length {
                unsafe chunk.pointee.start &+= rest
                return
            }
            rest &-= length
            unsafe head = chunk.pointee.next
            unsafe allocated &-= OutputBuffer.size(chunk)
            unsafe release(chunk)
            if unsafe head == nil { unsafe tail = nil }
        }
    }

    /// Forgets everything behind the first `length` bytes: takes back replies that must not be sent.
    package mutating func truncate(to length: Int) {
        precondition(length >= 0 && length <= count)
        var seen = 0
        var chunk = unsafe head
        while let current = unsafe chunk {
            let held = unsafe current.pointee.end &- current.pointee.start
            if seen + held >= length {
                unsafe current.pointee.end = current.pointee.start &+ (length - seen)
                if unsafe current.pointee.shared != nil {
                    unsafe allocated &-= current.pointee.capacity &- current.pointee.end
                    unsafe current.pointee.capacity = current.pointee.end
                }
                var rest = unsafe current.pointee.next
                unsafe current.pointee.next = nil
                unsafe tail = current
                while let dead = unsafe rest {
                    unsafe rest = dead.pointee.next
                    unsafe allocated &-= OutputBuffer.size(dead)
                    unsafe release(dead)
                }
                break
            }
            seen += held
            unsafe chunk = current.pointee.next
        }
        count = length
    }

    /// Moves all of `other`'s bytes behind these, in O(1).
    package mutating func append(moving other: inout OutputBuffer) {
        if other.isEmpty { return }
        if let last = unsafe tail { unsafe last.pointee.next = other.head } else { unsafe head = other.head }
        unsafe tail = other.tail
        count += other.count
        allocated += other.allocated
        unsafe other.head = nil
        unsafe other.tail = nil
        other.count = 0
        other.allocated = 0
    }

    package mutating func removeAll() { consume(count) }

    /// A copy of all waiting bytes, for tests and tools. O(n).
    package func copyBytes() -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        var chunk = unsafe head
        while let current = unsafe chunk {
            unsafe result.append(contentsOf: OutputBuffer.waiting(current))
            unsafe chunk = current.pointee.next
        }
        return result
    }
}
