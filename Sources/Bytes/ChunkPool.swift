import Glibc

/// First chunks of output buffers that have been sent, kept for the buffers that begin next.
///
/// A server answers all clients of a turn before it sends to any of them, so that it holds as many chunks at once as
/// clients spoke: more than the heap's own cache keeps of one size, which made every reply pay for the heap's slow
/// path. A pool is shared by the buffers of one thread. What was used last is given out first, since it is in the
/// processor's cache.
///
/// Invariants: the list has `count` chunks, all of `OutputBuffer.firstChunkSize` bytes and without content; `count` is
/// at most `limit`.
@safe
package final class ChunkPool {
    /// A quarter of a megabyte.
    static let limit = 256

    private var free: UnsafeMutablePointer<OutputBuffer.Header>?
    private var count = 0

    /// How many chunks wait for a buffer.
    var spareCount: Int { count }

    /// Bytes that wait with them.
    package var spareBytes: Int { count * (MemoryLayout<OutputBuffer.Header>.size + OutputBuffer.firstChunkSize) }

    package init() {}

    deinit {
        while let chunk = unsafe take() { unsafe Glibc.free(chunk) }
    }

    /// A chunk without content or successor, if there is one.
    @inline(__always)
    func take() -> UnsafeMutablePointer<OutputBuffer.Header>? {
        guard let chunk = unsafe free else { return nil }
        unsafe free = chunk.pointee.next
        count &-= 1
        unsafe chunk.pointee.next = nil
        return unsafe chunk
    }

    /// Keeps a first chunk whose content was sent. False when there are enough.
    // Safe: nobody else has the chunk any more.
    @inline(__always)
    func keep(_ chunk: UnsafeMutablePointer<OutputBuffer.Header>) -> Bool {
        if count >= ChunkPool.limit { return false }
        unsafe chunk.pointee.start = 0
        unsafe chunk.pointee.end = 0
        unsafe chunk.pointee.next = free
        unsafe free = chunk
        count &+= 1
        return true
    }
}
