import Testing

@testable import Bytes

/// First chunks go round between buffers and their pool.
struct ChunkPoolTests {
    @Test func sentChunkServesTheNextBuffer() {
        let pool = ChunkPool()
        var first = OutputBuffer(pool: pool)
        var second = OutputBuffer(pool: pool)
        first.append("one")
        #expect(pool.spareCount == 0)
        first.consume(3)
        #expect(pool.spareCount == 1 && first.allocated == 0)
        second.append("another")
        #expect(pool.spareCount == 0)
        #expect(String(decoding: second.copyBytes(), as: UTF8.self) == "another")
        second.removeAll()
    }

    @Test func poolKeepsNoMoreThanItsLimit() {
        let pool = ChunkPool()
        do {
            let buffers = (0 ..< ChunkPool.limit + 10).map { _ in Holder(pool) }
            for holder in buffers { holder.output.append("reply") }
        }
        #expect(pool.spareCount == ChunkPool.limit)
    }

    @Test func onlyFirstChunksAreKept() {
        let pool = ChunkPool()
        var output = OutputBuffer(pool: pool)
        output.append(String(repeating: "7", count: OutputBuffer.firstChunkSize + 1).bytes)
        output.append("tail")
        output.removeAll()
        #expect(pool.spareCount == 0)
        output.append("small")
        output.append(String(repeating: "7", count: OutputBuffer.chunkSize).bytes)
        output.removeAll()
        #expect(pool.spareCount == 1 && output.allocated == 0 && output.isEmpty)
    }

    private final class Holder {
        var output: OutputBuffer
        init(_ pool: ChunkPool) { output = OutputBuffer(pool: pool) }
    }
}
