import Glibc

/// Bytes that wait to be sent to many peers and lie in memory once: a large message to a thousand subscribers.
///
///     [count|references| bytes … ]
///
/// They never change. The memory goes back when this value and all chunks of output that point to it are gone. Counting is
/// not atomic: an `OutputBuffer` and what it shares stay on one thread.
@safe
package struct SharedBytes: ~Copyable {
    @safe @usableFromInline
    struct Header {
        let count: Int
        var references: Int
    }

    let header: UnsafeMutablePointer<Header>

    /// `<lead>length\r\nbytes\r\n`.
    package init(block lead: UInt8, _ bytes: RawSpan) {
        let limit = bytes.byteCount + maxDecimalLength + 5
        let size = MemoryLayout<Header>.size + limit
        guard let raw = unsafe malloc(size) else { fatalError("out of memory for a message of \(size) bytes") }
        unsafe header = raw.bindMemory(to: Header.self, capacity: 1)
        let target = unsafe raw + MemoryLayout<Header>.size
        // Safe: the frame is at most `limit` bytes, and a header's word reaches into what follows it.
        let length = unsafe OutputBuffer.writeHeader(lead, Int64(bytes.byteCount), to: target)
        unsafe OutputBuffer.copy(bytes, to: target + length)
        let end = length &+ bytes.byteCount
        unsafe target.storeBytes(of: OutputBuffer.lineEnd, toByteOffset: end, as: UInt16.self)
        unsafe header.initialize(to: Header(count: end &+ 2, references: 1))
    }

    deinit { unsafe SharedBytes.release(header) }

    package var count: Int { unsafe header.pointee.count }

    static func release(_ header: UnsafeMutablePointer<Header>) {
        unsafe header.pointee.references &-= 1
        if unsafe header.pointee.references == 0 { unsafe free(header) }
    }

    static func bytes(_ header: UnsafeMutablePointer<Header>) -> UnsafeMutableRawPointer {
        unsafe UnsafeMutableRawPointer(header) + MemoryLayout<Header>.size
    }
}

/// Output that came from elsewhere.
extension OutputBuffer {
    /// Adds bytes that other buffers hold too. Costs a header, whatever their size.
    package mutating func append(shared bytes: borrowing SharedBytes) { unsafe share(bytes.header) }

    private mutating func share(_ bytes: UnsafeMutablePointer<SharedBytes.Header>) {
        let size = MemoryLayout<Header>.size
        guard let raw = unsafe malloc(size) else { fatalError("out of memory for \(size) bytes of reply") }
        unsafe bytes.pointee.references &+= 1
        let length = unsafe bytes.pointee.count
        let chunk = unsafe raw.bindMemory(to: Header.self, capacity: 1)
        unsafe chunk.initialize(to: Header(next: nil, capacity: length, start: 0, end: length, shared: bytes))
        unsafe link(chunk)
        count &+= length
        allocated &+= size &+ length
    }

    /// Adds what waits in `other`, which keeps it: copies what is small and shares what is shared already.
    package mutating func append(contentsOf other: borrowing OutputBuffer) {
        var chunk = unsafe other.head
        while let current = unsafe chunk {
            if let shared = unsafe current.pointee.shared, unsafe isWhole(current) {
                unsafe share(shared)
            } else {
                unsafe append(RawSpan(_unsafeBytes: OutputBuffer.waiting(current)))
            }
            unsafe chunk = current.pointee.next
        }
    }

    /// Whether nothing was taken from a chunk of shared bytes, at either end.
    private func isWhole(_ chunk: UnsafeMutablePointer<Header>) -> Bool {
        unsafe chunk.pointee.end &- chunk.pointee.start == chunk.pointee.shared!.pointee.count
    }
}
