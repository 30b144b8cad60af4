import Bytes
import Wire

/// The keys of a command with many, a batch at a time: hashed and asked for from memory together, so that their cache
/// misses overlap instead of adding up.
///
///     var batch = KeyBatch(first: 1, step: 1)
///     while batch.advance(arguments, end: arguments.count, keyspace) {
///         for i in 0 ..< batch.count { … keyspace.read(arguments[batch.position(i)], batch.hash(i)) … }
///     }
///
/// Looking a key up waits for memory twice, for its bucket and then for its entry; a batch waits about twice in all.
/// Sixteen is about what a processor keeps in flight. Nothing goes stale: a prefetch is a hint, and the lookup that
/// follows finds what is there then.
struct KeyBatch {
    private static let size = 16

    private var memos = InlineArray<16, KeyMemo>(repeating: KeyMemo())
    private var first: Int
    private let step: Int
    private(set) var count = 0

    /// No keys yet: `advance` goes to `first`, and then to every `step`th argument.
    init(first: Int, step: Int) {
        self.first = first
        self.step = step
    }

    /// Goes on to the next keys in front of the argument `end`; false when there are none.
    @inline(__always)
    mutating func advance(_ arguments: Arguments, end: Int, _ keyspace: borrowing Keyspace) -> Bool {
        first += count * step
        count = 0
        while count < KeyBatch.size, position(count) < end {
            memos[count] = keyspace.anticipate(arguments[position(count)])
            count &+= 1
        }
        for i in 0 ..< count { keyspace.anticipateEntry(memos[i]) }
        return count > 0
    }

    @inline(__always)
    func position(_ i: Int) -> Int { first &+ i &* step }

    @inline(__always)
    func hash(_ i: Int) -> UInt64 { memos[i].hash }
}
