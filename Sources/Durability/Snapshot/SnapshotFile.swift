import Bytes
import Dispatch
import Engine
import Synchronization

/// The file of a snapshot, written on a thread of its own while the executor goes on.
///
///     executor ──append──▶ queue ──▶ write, checksum ──▶ draft ──sync──▶ rename ──▶ sync of the directory ──▶ done
///
/// What is written goes to a draft in the same directory, which takes the place of the old file once all of it is on disk: so
/// there is at every moment one whole file of that name, or none if there never was. Where anything fails (the disk is full, the
/// directory gone), the draft is removed, the old file stays, and the state says what happened.
///
/// Chunks are written in order, one job of the queue each. More than `fullBytes` of them in memory make the sink full, and the
/// executor is woken when half of that is written; so a slow disk slows the snapshot and not the server. Every `syncBytes`
/// the draft is brought to disk, if that is wanted: at the end there is little left to wait for, and no flood of writes holds up
/// other files' syncs.
///
/// The last eight bytes are the CRC-64 of all before, or zero if there is to be no checksum.
package final class SnapshotFile: SnapshotSink, Sendable {
    private struct Progress {
        /// Bytes that were appended and are not written.
        var pending = 0
        var isFull = false
        var outcome: SnapshotSinkState?
        var isAbandoned = false
    }

    private let progress = Mutex(Progress())
    private let draft = Mutex<SnapshotDraft?>(nil)
    private let queue = DispatchQueue(label: "martlet.snapshot", qos: .utility)
    private let directory: String
    private let name: String
    private let draftName: String
    private let hasChecksum: Bool
    private let syncsGradually: Bool
    private let progressed: @Sendable () -> Void

    /// So much in memory is enough.
    private static let fullBytes = 8 << 20
    private static let syncBytes = 4 << 20

    /// A file `name` in `directory`, written as `draft` at first. `progressed` is called on another thread when the sink is no
    /// longer full, and when its end is known.
    package init(
        directory: String, name: String, draft: String, hasChecksum: Bool, syncsGradually: Bool,
        progressed: @escaping @Sendable () -> Void
    ) {
        self.directory = directory.isEmpty ? "." : directory
        self.name = name
        draftName = draft
        self.hasChecksum = hasChecksum
        self.syncsGradually = syncsGradually
        self.progressed = progressed
        queue.async { self.open() }
    }

    private var draftPath: String { directory + "/" + draftName }
    private var path: String { directory + "/" + name }

    // MARK: From the executor

    package var state: SnapshotSinkState {
        progress.withLock { $0.outcome ?? ($0.isFull ? .full : .ready) }
    }

    package func append(_ chunk: inout ByteBuffer) {
        if chunk.isEmpty { return }
        var taken = ByteBuffer()
        swap(&taken, &chunk)
        let count = taken.count
        progress.withLock {
            $0.pending += count
            if $0.pending > SnapshotFile.fullBytes { $0.isFull = true }
        }
        let piece = Piece(taken)
        queue.async { self.write(piece) }
    }

    package func finish() { queue.async { self.complete() } }

    package func abandon() {
        progress.withLock { $0.isAbandoned = true }
        queue.async { self.fail("the snapshot was given up") }
    }

    package func wait() { queue.sync {} }

    // MARK: On the queue

    private func open() {
        do throws(FileError) {
            let opened = SnapshotDraft(try DurableFile.creating(draftPath))
            draft.withLock { $0 = opened }
        } catch {
            fail("Failed opening the temp RDB file \(draftName) (in server root dir \(directory)) for saving: \(error.reason)")
        }
    }

    private func write(_ piece: Piece) {
        let chunk = piece.take()
        let isWanted = progress.withLock { !$0.isAbandoned && $0.outcome == nil }
        if isWanted, let draft = draft.withLock({ $0 }) {
            do throws(FileError) {
                let unsynced = try draft.write(chunk.bytes, hasChecksum: hasChecksum)
                if syncsGradually, unsynced >= SnapshotFile.syncBytes { try draft.synchronize() }
            } catch {
                fail("Write error saving DB on disk(\(error.call)): \(error.reason)")
            }
        }
        let hasRoomAgain = progress.withLock {
            $0.pending -= chunk.count
            let hasRoom = $0.isFull && $0.pending <= SnapshotFile.fullBytes / 2
            if hasRoom { $0.isFull = false }
            return hasRoom
        }
        if hasRoomAgain { progressed() }
    }

    private func complete() {
        if progress.withLock({ $0.outcome != nil || $0.isAbandoned }) { return }
        guard let finished = draft.withLock({ $0 }) else { return }
        do throws(FileError) {
            try finished.seal()
            draft.withLock { $0 = nil }
        } catch {
            return fail("Write error saving DB on disk(\(error.call)): \(error.reason)")
        }
        do throws(FileError) {
            try FileSystem.rename(draftPath, to: path)
            try FileSystem.synchronizeDirectory(directory)
        } catch {
            return fail(
                "Error moving temp DB file \(draftName) on the final destination \(name) (in server root dir \(directory)): "
                    + error.reason)
        }
        end(.done)
    }

    /// Ends in failure, unless it has ended before: nothing is left of the draft.
    private func fail(_ reason: String) {
        if progress.withLock({ $0.outcome != nil }) { return }
        draft.withLock { $0 = nil }
        // Best effort: the failure that matters is the first.
        try? FileSystem.remove(draftPath)
        end(.failed(reason))
    }

    private func end(_ outcome: SnapshotSinkState) {
        progress.withLock { $0.outcome = outcome }
        progressed()
    }
}

/// A file that is not in its place yet. Only the queue uses it.
private final class SnapshotDraft: Sendable {
    private let file: DurableFile
    private let checksum = Atomic<UInt64>(0)
    private let unsynced = Atomic<Int>(0)

    init(_ file: consuming DurableFile) { self.file = file }

    /// Returns how many bytes the kernel may still have to itself.
    func write(_ bytes: RawSpan, hasChecksum: Bool) throws(FileError) -> Int {
        try file.write(bytes)
        if hasChecksum {
            let before = checksum.load(ordering: .relaxed)
            checksum.store(crc64(bytes, continuing: before), ordering: .relaxed)
        }
        return unsynced.add(bytes.byteCount, ordering: .relaxed).newValue
    }

    func synchronize() throws(FileError) {
        try file.synchronize()
        unsynced.store(0, ordering: .relaxed)
    }

    /// Writes the checksum; everything is on disk then.
    func seal() throws(FileError) {
        var end = ByteBuffer(capacity: 8)
        end.append(word: checksum.load(ordering: .relaxed))
        try file.write(end.bytes)
        try file.synchronize()
    }
}

/// Bytes on their way from one thread to another.
private final class Piece: Sendable {
    private let bytes: Mutex<ByteBuffer>

    init(_ bytes: consuming sending ByteBuffer) { self.bytes = Mutex(bytes) }

    /// To be called once.
    func take() -> ByteBuffer {
        bytes.withLock { bytes in
            var taken = ByteBuffer()
            swap(&taken, &bytes)
            return taken
        }
    }
}
