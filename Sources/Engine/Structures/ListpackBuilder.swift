import Bytes

/// A listpack that is put together element by element, before it has a place in the keyspace. O(1) amortised for each.
struct ListpackBuilder: ~Copyable {
    private var block = ByteBuffer()
    private(set) var count = 0

    init() { begin() }

    private mutating func begin() { block.append(repeating: 0, count: Listpack.headerSize) }

    /// Bytes of the listpack if nothing more comes.
    var size: Int { block.count &+ 1 }

    mutating func append(_ text: RawSpan) { append(Listpack.Encoding(text), text) }

    mutating func append(_ integer: Int64) {
        // Without a text, which is not looked at.
        append(Listpack.Encoding(integer), RawSpan())
    }

    private mutating func append(_ encoding: Listpack.Encoding, _ text: RawSpan) {
        let position = block.count
        block.append(repeating: 0, count: encoding.size)
        var whole = block.mutableBytes
        Listpack.write(encoding, text, at: position, into: &whole)
        count &+= 1
    }

    /// The score of a sorted set's member, as `PackedSortedSet` has it.
    mutating func append(score: Double) {
        let encoding = PackedSortedSet.ScoreEncoding(score)
        let position = block.count
        block.append(repeating: 0, count: encoding.encoding.size)
        var whole = block.mutableBytes
        encoding.write(at: position, into: &whole)
        count &+= 1
    }

    /// Adds the listpack to `output`, and begins another. Returns where it is.
    mutating func finish(into output: inout ByteBuffer) -> Range<Int> {
        block.append(0xFF)
        let total = block.count
        let elements = count
        var whole = block.mutableBytes
        Listpack.setHeader(total: total, count: elements, in: &whole)
        let start = output.count
        output.append(block.bytes)
        block.removeAll()
        count = 0
        begin()
        return start ..< start &+ total
    }
}
