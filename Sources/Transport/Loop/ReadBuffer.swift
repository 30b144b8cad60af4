/// The memory that every connection's bytes are received into: one block for the whole loop, hot in the cache, instead
/// of one per client. What a handler does not use up at once it copies.
@safe
final class ReadBuffer {
    let memory: UnsafeMutableRawBufferPointer

    init(capacity: Int) {
        precondition(capacity > 0)
        unsafe memory = .allocate(byteCount: capacity, alignment: 4096)
    }

    deinit { unsafe memory.deallocate() }

    var capacity: Int { unsafe memory.count }
}
