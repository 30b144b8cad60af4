import Bytes

/// An image of all data as it was at one moment, written while the server goes on: what Redis has a forked process for.
///
///     database    │ b0 │ b1 │ b2 │ b3 │ b4 │ b5 │ …          buckets, each with a version
///                   ▲ written     ▲ cursor     ▲ about to change: written now
///
///     output      │ record │ record │ large value, a piece at a time …          to the sink, in chunks
///     early       │ record │ record │                                           what follows that value
///
/// The walk goes through the buckets of every table in slices, between batches of requests. A bucket that has been written gets the
/// snapshot's number as its version (`HashTable+Versions.swift`). Before anything in a bucket changes that the walk has not
/// come to, the bucket is written out; so each is written once, as it was when the snapshot began, and no entry is copied. What
/// is in memory twice is only what waits for the disk. (The idea of bucket versions: Dragonfly's snapshotting, R. Gershman, 2022.)
///
/// **The one place** that knows of a change before it happens is `Keyspace.find`: nobody changes a key without a
/// `KeyPlace`, and that function makes them. Expiry makes its own, and says so (`Keyspace+Preserving.swift`). While no snapshot runs
/// this costs one branch that always goes the same way.
///
/// **Large values** are not written with their bucket but put on a list, since a slice must be short; the walk rests
/// until that list is done. The format wants each value in one piece, so what must be written while a large value is only half
/// done waits in `early`, which follows it.
///
/// **A database that is flushed** keeps its table until that is written, and is written first; one that is swapped takes its number
/// along. What is put into a database after it was flushed is not in the image.
///
/// Invariants: a bucket has the version `number` exactly if its entries are in the image, or are waiting, or came later; between two
/// commands, an entry that waits is as it was when its bucket was written.
///
/// Costs: while it runs, the first change of each bucket writes some five entries, a microsecond or two. Memory: the queue
/// of the sink, and `early`. Whoever changes a large value that waits has the rest of it written at once; see
/// `docs/decisions/0017-snapshot-without-fork.md` for what that means.
struct Snapshot: ~Copyable {
    /// Whether something must be written before it changes.
    var isWriting = false
    /// The snapshot's number; the first has 1, since new buckets have 0.
    var number: UInt32 = 0
    /// A snapshot that is not over yet: it is being written, or has been and the sink is not done.
    var sink: (any SnapshotSink)?
    var completion: ((SnapshotOutcome) -> Void)?
    var options = SnapshotOptions()
    var compression = TextCompression.none
    var access = RecordedAccess.none

    /// Bytes for the sink.
    var output = ByteBuffer()
    /// What follows the value that is half written.
    var early = ByteBuffer()
    /// The database that the records before belong to.
    var selected = -1
    /// The large value that is half written.
    var current: LargeRecord?
    /// Large values that are to be written, the last one first.
    var waiting = WaitingRecords()
    /// A bucket's entries, while they are being written.
    var entries: [Entry] = []

    /// Keys that were there when it began, and how many of them are written.
    var keyCount = 0
    var keysWritten = 0
    /// Milliseconds since 1970 when it began.
    var startedAt: Int64 = 0

    /// A chunk of this size goes to the sink.
    static let chunkSize = 256 << 10
    /// Values of so many elements, or bytes in one block, are large.
    static let largeCount = 256
    static let largeBytes = 32 << 10
    /// Longer texts are not compressed, since that cannot be done in pieces.
    static let longestCompressed = 16 << 10

    /// A large value, and how far it is written.
    struct LargeRecord {
        let entry: Entry
        /// The number that its database had.
        let database: Int
        var encoder: EntryEncoder
        /// The number of the value in the store of its type; `nil` for a value in one block.
        var index: UInt32?
        let type: ValueType
        /// What was written when the value was about to change before its turn came.
        var head: [UInt8] = []
        /// What keeps its elements, once it changes.
        var image: ElementImage?
        /// No entry refers to the value any more.
        var isOrphan = false
    }

    /// Whether a snapshot is under way, of whatever purpose.
    var isRunning: Bool { sink != nil }

    /// Whether one is that goes to `dbfilename`.
    var isSaving: Bool { sink != nil && !options.isLogBase }

    /// Bytes that are in memory for the snapshot's sake, those aside that the sink has.
    var heldBytes: Int { output.count &+ early.count }

    /// How much of it is written, from 0 to 1.
    var share: Double { isWriting && keyCount > 0 ? Double(keysWritten) / Double(keyCount) : 0 }

    /// What commands may not change without a word: values that wait to be written, or are half written.
    var hasLargeRecords: Bool { @inline(__always) get { current != nil || !waiting.isEmpty } }
}

/// What a database has to do with the snapshot that runs.
struct DatabaseImage {
    /// The number under which it is written; -1 if it is not, or has been.
    var number = -1
    /// The bucket to be written next.
    var cursor = 0
}
