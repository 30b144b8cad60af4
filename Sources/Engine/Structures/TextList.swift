import Bytes

/// Texts one behind the other: what a command gathers from values before it replies or stores, apart from the keyspace they
/// came from, so that this may change while they are read.
///
/// One block for all texts and one for where each ends. Appending is amortised O(n) in the text's length.
struct TextList: ~Copyable {
    private var texts = ByteBuffer()
    private var ends: [Int] = []

    var count: Int { ends.count }

    subscript(index: Int) -> RawSpan {
        @_lifetime(borrow self) get { texts.bytes.extracting((index == 0 ? 0 : ends[index &- 1]) ..< ends[index]) }
    }

    mutating func append(_ text: RawSpan) {
        texts.append(text)
        ends.append(texts.count)
    }

    /// Forgets the texts and keeps the room.
    mutating func removeAll() {
        texts.removeAll()
        ends.removeAll(keepingCapacity: true)
    }
}
