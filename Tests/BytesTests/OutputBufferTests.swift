import Bytes
import Glibc
import Testing

/// Output as a chain of chunks, some of which are shared: whatever is done to it, its bytes are those of an array to which
/// the same was done.
@Suite struct OutputBufferTests {
    @Test(arguments: [1, 2, 3, 4]) func behavesLikeAnArray(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var buffer = OutputBuffer()
        var model: [UInt8] = []
        let large = random.bytes(count: 5000)
        let shared = SharedBytes(block: UInt8(ascii: "$"), large.bytes)
        let frame = bytes("$5000\r\n") + large + bytes("\r\n")
        for _ in 0 ..< 2000 {
            switch random.next(below: 7) {
            case 0, 1:
                let piece = random.bytes(count: random.next(below: 300))
                buffer.append(piece.bytes)
                model += piece
            case 2:
                buffer.append(shared: shared)
                model += frame
            case 3:
                var message = OutputBuffer()
                message.append("head")
                if random.next(below: 2) == 0 { message.append(shared: shared) }
                buffer.append(contentsOf: message)
                model += message.copyBytes()
            case 4:
                let count = random.next(below: model.count + 1)
                buffer.consume(count)
                model.removeFirst(count)
            case 5:
                let length = max(0, model.count - random.next(below: 100))
                buffer.truncate(to: length)
                model.removeLast(model.count - length)
            default:
                var other = OutputBuffer()
                other.append("tail")
                if random.next(below: 2) == 0 { other.append(shared: shared) }
                model += other.copyBytes()
                buffer.append(moving: &other)
            }
            let same = buffer.copyBytes() == model
            #expect(same && buffer.count == model.count)
            if !same { return }
        }
        buffer.removeAll()
        #expect(buffer.allocated == 0)
    }

    @Test func whatIsSharedLiesInMemoryOnce() {
        let message = [UInt8](repeating: 7, count: 100_000)
        let shared = SharedBytes(block: UInt8(ascii: "$"), message.bytes)
        var one = OutputBuffer()
        var other = OutputBuffer()
        one.append(shared: shared)
        other.append(contentsOf: one)
        #expect(address(one) == address(other))
        #expect(one.count == shared.count && one.allocated > 100_000)
    }

    @Test func nobodyWritesBehindWhatIsShared() {
        let shared = SharedBytes(block: UInt8(ascii: "$"), [UInt8](repeating: 65, count: 50).bytes)
        var one = OutputBuffer()
        var other = OutputBuffer()
        one.append(shared: shared)
        other.append(shared: shared)
        one.truncate(to: 10)
        one.append("changed")
        #expect(text(one.copyBytes()) == "$50\r\nAAAAAchanged")
        #expect(text(other.copyBytes()) == "$50\r\n" + String(repeating: "A", count: 50) + "\r\n")
    }

    @Test func sharedBytesOutliveTheirMaker() {
        var buffer = OutputBuffer()
        do {
            let shared = SharedBytes(block: UInt8(ascii: "$"), bytes("kept").bytes)
            buffer.append(shared: shared)
        }
        #expect(text(buffer.copyBytes()) == "$4\r\nkept\r\n")
    }

    /// Shared bytes as long as a first chunk are not taken for one.
    @Test func thePoolKeepsNoHeaders() {
        let pool = ChunkPool()
        var length = OutputBuffer.firstChunkSize - 8
        while SharedBytes(block: 36, [UInt8](repeating: 1, count: length).bytes).count < OutputBuffer.firstChunkSize { length += 1 }
        let shared = SharedBytes(block: 36, [UInt8](repeating: 1, count: length).bytes)
        var buffer = OutputBuffer(pool: pool)
        buffer.append(shared: shared)
        buffer.removeAll()
        let full = [UInt8](repeating: 66, count: OutputBuffer.firstChunkSize)
        buffer.append(full.bytes)
        #expect(buffer.copyBytes() == full && buffer.allocated > full.count)
        #expect(shared.count == full.count)
    }

    /// Where a buffer's first piece lies.
    private func address(_ buffer: borrowing OutputBuffer) -> UInt {
        let vectors = UnsafeMutableBufferPointer<iovec>.allocate(capacity: 1)
        defer { unsafe vectors.deallocate() }
        unsafe vectors.initialize(repeating: iovec())
        _ = unsafe buffer.gather(into: vectors)
        return UInt(bitPattern: unsafe vectors[0].iov_base)
    }
}
