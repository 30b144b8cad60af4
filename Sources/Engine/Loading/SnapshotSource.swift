/// A file that is being read, as batches of records: another thread reads and decodes, the executor takes what is ready.
package protocol SnapshotSource: AnyObject {
    /// The next batch; `nil` at the end, and, unless it is to wait, while none is ready. A source that was asked in vain wakes
    /// the executor when there is one.
    func next(waiting: Bool) throws(HostError) -> RecordBatch?

    /// Takes a batch back whose records are in the keyspace, so that its room is used again.
    func recycle(_ batch: consuming RecordBatch)

    /// Reads no further.
    func abandon()

    var progress: SourceProgress { get }
}

/// How far a file has been read, and what it says of itself.
package struct SourceProgress: Sendable {
    package var bytes = 0
    package var totalBytes = 0
    package var isFinished = false
    package var producer = ""
    package var createdAt: Int64 = 0
    package var usedMemory: Int64 = 0
    package var skipped = 0

    package init() {}
}
