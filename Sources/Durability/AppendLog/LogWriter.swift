import Bytes
import Dispatch
import Synchronization

/// Appends what the executor hands over to the log, on threads of its own: the executor never waits for a disk.
///
///     executor ──append──▶ pending ──▶ writes (queue) ──write──▶ file ──▶ syncs (queue) ──fdatasync──▶ disk
///                             │              │                                  │
///     position:            handed         written                            synced
///
/// Positions count bytes since the writer began. With the policy `always`, a reply may leave when `synced` has passed the position
/// at which its change was handed over; whatever arrives while a sync is under way is covered by the next one, all
/// of it together (group commit: Gawlick and Kinkade, "Varieties of concurrency control in IMS/VS Fast Path", 1985). With
/// the others, bytes rest for a few milliseconds so that a write takes many of them, and a sync happens once a second, or
/// when the kernel likes.
///
/// A write that fails is undone to the end of what was written before and tried again, every second; nothing that was handed
/// over is forgotten. `progressed` is called on a thread of the writer's after every write and sync, good or bad.
package final class LogWriter: Sendable {
    /// When what is written must be on disk.
    package enum Policy: Sendable { case always, everySecond, never }

    package struct Status: Sendable {
        /// Bytes ever handed over, written to the file, and known to be on disk.
        package var handed: UInt64 = 0
        package var written: UInt64 = 0
        package var synced: UInt64 = 0
        /// Bytes in the present file.
        package var fileSize = 0
        /// Why the last write, or the last sync, failed; `nil` when it did not.
        package var writeFailure: FileError?
        package var syncFailure: FileError?
        /// Syncs that were due while one was still under way.
        package var delayedSyncs: UInt64 = 0
        package var syncs: UInt64 = 0

        /// Bytes that are in memory only.
        package var pending: Int { Int(handed &- written) }
    }

    private struct State: ~Copyable {
        var status = Status()
        var policy: Policy
        var pending = ByteBuffer()
        var file: LogFile
        var isWriteScheduled = false
        var isSyncScheduled = false
        var isSyncing = false
        /// When the last sync began, in nanoseconds of the monotonic clock.
        var lastSync: UInt64 = 0
    }

    private let state: Mutex<State>
    private let writes = DispatchQueue(label: "martlet.log.write", qos: .userInitiated)
    private let syncs = DispatchQueue(label: "martlet.log.sync", qos: .userInitiated)
    private let progressed: @Sendable () -> Void

    /// How long bytes rest before they are written, unless the policy is `always`.
    private static let rest = DispatchTimeInterval.milliseconds(10)
    /// So many bytes do not rest.
    private static let urgentBytes = 256 * 1024
    private static let second: UInt64 = 1_000_000_000

    /// Appends to `file`, which is taken over.
    package init(
        _ file: consuming DurableFile, policy: Policy, progressed: @escaping @Sendable () -> Void
    ) throws(FileError) {
        let file = try LogFile(file)
        var first = State(policy: policy, file: file)
        first.status.fileSize = file.size
        state = Mutex(first)
        self.progressed = progressed
    }

    package var status: Status { state.withLock { $0.status } }

    package func setPolicy(_ policy: Policy) {
        state.withLock { $0.policy = policy }
        schedule()
    }

    /// Takes over the bytes in `buffer`, which is empty afterwards. Returns the position behind them. Does not block on a disk.
    @discardableResult
    package func append(_ buffer: inout ByteBuffer) -> UInt64 {
        let position = state.withLock { state in
            state.status.handed &+= UInt64(buffer.count)
            if state.pending.isEmpty { swap(&state.pending, &buffer) } else { state.pending.append(buffer.bytes) }
            return state.status.handed
        }
        buffer.removeAll()
        schedule()
        return position
    }

    /// From here on, bytes go to another file. What was handed over before goes to the present one, which is then synced and
    /// closed.
    package func turn(to file: consuming DurableFile) throws(FileError) {
        let next = try LogFile(file)
        writes.sync { write() }
        syncs.sync { synchronize() }
        state.withLock { state in
            state.file = next
            state.status.fileSize = next.size
        }
    }

    /// Returns when everything handed over is on disk, or throws why it is not.
    package func flush() throws(FileError) {
        writes.sync { write() }
        syncs.sync { synchronize() }
        let status = status
        if let failure = status.writeFailure ?? status.syncFailure { throw failure }
    }

    // MARK: Writing

    private func schedule() {
        let delay: DispatchTimeInterval? = state.withLock { state in
            if state.isWriteScheduled || state.pending.isEmpty { return nil }
            state.isWriteScheduled = true
            if state.status.writeFailure != nil { return .seconds(1) }
            let isUrgent = state.policy == .always || state.pending.count >= LogWriter.urgentBytes
            return isUrgent ? .nanoseconds(0) : LogWriter.rest
        }
        guard let delay else { return }
        let job: @Sendable () -> Void = { [self] in
            state.withLock { $0.isWriteScheduled = false }
            write()
        }
        if delay == .nanoseconds(0) {
            writes.async(execute: job)
        } else {
            writes.asyncAfter(deadline: .now() + delay, execute: job)
        }
    }

    /// Writes what is pending; on the queue `writes` only.
    private func write() {
        var batch = ByteBuffer()
        let file = state.withLock { state in
            swap(&batch, &state.pending)
            return state.file
        }
        if batch.isEmpty { return }
        let failure = file.append(batch.bytes)
        state.withLock { state in
            state.status.writeFailure = failure
            if failure == nil {
                state.status.written &+= UInt64(batch.count)
                state.status.fileSize = file.size
            } else {
                // Back to the front: what arrived meanwhile comes behind it.
                batch.append(state.pending.bytes)
                swap(&batch, &state.pending)
            }
        }
        if failure == nil { scheduleSync() }
        progressed()
        schedule()
    }

    // MARK: Syncing

    private func scheduleSync() {
        let wait: UInt64? = state.withLock { state in
            if state.policy == .never || state.status.synced == state.status.written { return nil }
            if state.isSyncScheduled {
                if state.isSyncing { state.status.delayedSyncs &+= 1 }
                return nil
            }
            state.isSyncScheduled = true
            if state.policy == .always, state.status.syncFailure == nil { return 0 }
            let now = DispatchTime.now().uptimeNanoseconds
            let due = state.lastSync &+ LogWriter.second
            return due > now ? due &- now : 0
        }
        guard let wait else { return }
        let job: @Sendable () -> Void = { [self] in
            synchronize()
            state.withLock { $0.isSyncScheduled = false }
            scheduleSync()
        }
        if wait == 0 {
            syncs.async(execute: job)
        } else {
            syncs.asyncAfter(deadline: .now() + .nanoseconds(Int(wait)), execute: job)
        }
    }

    /// Brings what is written to disk; on the queue `syncs` only.
    private func synchronize() {
        let (file, target) = state.withLock { state in
            state.isSyncing = true
            state.lastSync = DispatchTime.now().uptimeNanoseconds
            return (state.file, state.status.written)
        }
        let failure = file.synchronize()
        state.withLock { state in
            state.isSyncing = false
            state.status.syncFailure = failure
            state.status.syncs &+= 1
            if failure == nil { state.status.synced = max(state.status.synced, target) }
        }
        progressed()
    }
}

/// A log's file as both queues use it: written on the one, synced on the other.
private final class LogFile: Sendable {
    private let file: DurableFile
    private let end: Atomic<Int>

    init(_ file: consuming DurableFile) throws(FileError) {
        end = Atomic(try file.size())
        self.file = file
    }

    /// Bytes in it.
    var size: Int { end.load(ordering: .relaxed) }

    /// Adds all of `bytes`, or nothing.
    func append(_ bytes: RawSpan) -> FileError? {
        do throws(FileError) {
            try file.write(bytes)
            end.add(bytes.byteCount, ordering: .relaxed)
            return nil
        } catch {
            // A part may be there already. If taking it back fails too, the reader drops it as a torn tail.
            try? file.truncate(to: size)
            return error
        }
    }

    func synchronize() -> FileError? {
        do throws(FileError) {
            try file.synchronize()
            return nil
        } catch {
            return error
        }
    }
}
