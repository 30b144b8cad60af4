import Bytes
import Dispatch
import Engine
import Synchronization

/// The file of a snapshot, read and decoded on a thread of its own while the executor puts into the keyspace what is ready.
///
///     disk ──read──▶ input ──FileDecoder──▶ batch ──▶ ready (at most `depth`) ──▶ executor ──▶ keyspace
///                                             ▲                                       │
///                                             └────────────── recycled ◀──────────────┘
///
/// What is in memory is a piece of the file, some batches, and the longest string in the file; a slow executor holds the reader
/// up, and a slow disk the executor only if it has nothing better to do. `progressed` is called on the reader's thread when
/// there is a batch, or an end, after the executor asked in vain.
package final class SnapshotReader: SnapshotSource, Sendable {
    private struct State: ~Copyable {
        var ready: [BatchBox] = []
        var spare: [BatchBox] = []
        var progress = SourceProgress()
        /// All batches are in `ready`, or there will be no more since the file is broken.
        var isRead = false
        var fault: String?
        /// The executor was told that nothing is ready.
        var isAwaited = false
        var isAbandoned = false
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "martlet.load", qos: .userInitiated)
    /// Counts the batches, and the end, that are ready.
    private let arrivals = DispatchSemaphore(value: 0)
    /// Counts the batches that may still be made.
    private let room = DispatchSemaphore(value: 0)
    private let progressed: @Sendable () -> Void

    private static let depth = 8
    /// So much is read at a time.
    private static let readSize = 1 << 20

    /// Begins to read a file that has been opened.
    package init(
        _ file: consuming DurableFile, _ rules: DecodingRules, verifiesChecksum: Bool,
        progressed: @escaping @Sendable () -> Void
    ) throws(FileError) {
        self.progressed = progressed
        // Not its first value: a semaphore must not end below that, and a reader may be given up with batches outstanding.
        for _ in 0 ..< SnapshotReader.depth { room.signal() }
        let size = try file.size()
        state.withLock { $0.progress.totalBytes = size }
        let box = FileBox(file)
        let decoder = FileDecoder(rules, verifiesChecksum: verifiesChecksum)
        queue.async { [self] in read(box, decoder, size: size) }
    }

    // MARK: From the executor

    package var progress: SourceProgress { state.withLock { $0.progress } }

    package func next(waiting: Bool) throws(HostError) -> RecordBatch? {
        if waiting {
            arrivals.wait()
        } else if arrivals.wait(timeout: .now()) == .timedOut {
            let isLate = state.withLock { state in
                state.isAwaited = true
                return !state.ready.isEmpty || state.isRead
            }
            // What arrived between the two looks will not be announced.
            if !isLate || arrivals.wait(timeout: .now()) == .timedOut { return nil }
        }
        let (box, fault) = state.withLock { state -> (BatchBox?, String?) in
            state.isAwaited = false
            if !state.ready.isEmpty { return (state.ready.removeFirst(), nil) }
            state.progress.isFinished = state.fault == nil
            return (nil, state.fault)
        }
        if let box { return box.take() }
        // The end stays the end for whoever asks again.
        arrivals.signal()
        if let fault { throw HostError(fault) }
        return nil
    }

    package func recycle(_ batch: consuming RecordBatch) {
        var batch = batch
        batch.removeAll()
        let box = BatchBox(batch)
        state.withLock { $0.spare.append(box) }
        room.signal()
    }

    package func abandon() {
        state.withLock { $0.isAbandoned = true }
        // The reader may be waiting for room.
        room.signal()
    }

    // MARK: On the queue

    private func read(_ file: FileBox, _ decoder: FileDecoder, size: Int) {
        var decoder = decoder
        var fault: String?
        do throws(FileFault) {
            try file.withFile { (file) throws(FileFault) in try decode(file, &decoder, size: size) }
        } catch {
            fault = error.message
        }
        state.withLock { state in
            state.progress.producer = decoder.producer
            state.progress.createdAt = decoder.createdAt
            state.progress.usedMemory = decoder.usedMemory
            state.progress.skipped = decoder.skipped
            state.isRead = true
            state.fault = fault
        }
        announce()
    }

    private func decode(
        _ file: borrowing DurableFile, _ decoder: inout FileDecoder, size: Int
    ) throws(FileFault) {
        var input = ByteBuffer()
        var batch = takeSpare()
        var wanted = 1
        var bytesRead = 0
        while true {
            if input.count < wanted {
                let count = try SnapshotReader.fill(&input, from: file, atLeast: wanted &- input.count)
                bytesRead &+= count
                if count == 0 { throw FileFault("Unexpected EOF reading RDB file, behind byte \(decoder.offset)") }
            }
            let (used, status) = try decoder.decode(input.bytes, rest: max(0, size &- bytesRead), into: &batch)
            input.consume(used)
            switch status {
            case .needsInput(let count): wanted = count
            case .batchFull:
                wanted = 0
                if !push(batch, decoder.offset) { return }
                batch = takeSpare()
            case .finished:
                _ = push(batch, decoder.offset)
                return
            }
        }
    }

    private static func fill(
        _ input: inout ByteBuffer, from file: borrowing DurableFile, atLeast count: Int
    ) throws(FileFault) -> Int {
        do throws(FileError) {
            return try file.read(into: &input, atMost: max(count, readSize))
        } catch {
            throw FileFault(error.description)
        }
    }

    private func takeSpare() -> RecordBatch {
        if let box = state.withLock({ $0.spare.popLast() }) { return box.take() }
        return RecordBatch()
    }

    /// Makes a batch ready, when there is room for it. False if nobody wants it any more.
    private func push(_ batch: consuming RecordBatch, _ offset: Int) -> Bool {
        let box = BatchBox(batch)
        room.wait()
        let isWanted = state.withLock { state in
            state.ready.append(box)
            state.progress.bytes = offset
            return !state.isAbandoned
        }
        announce()
        return isWanted
    }

    private func announce() {
        arrivals.signal()
        let isAwaited = state.withLock { state in
            defer { state.isAwaited = false }
            return state.isAwaited
        }
        if isAwaited { progressed() }
    }
}

/// A batch on its way between two threads: whoever takes it is its only owner.
private final class BatchBox: Sendable {
    private let batch: Mutex<RecordBatch>

    init(_ batch: consuming RecordBatch) { self.batch = Mutex(batch) }

    func take() -> RecordBatch {
        batch.withLock { batch in
            var taken = RecordBatch()
            swap(&taken, &batch)
            return taken
        }
    }
}

/// A file on its way to the thread that reads it.
private final class FileBox: Sendable {
    private let file: Mutex<DurableFile>

    init(_ file: consuming DurableFile) { self.file = Mutex(file) }

    func withFile(_ body: (borrowing DurableFile) throws(FileFault) -> Void) throws(FileFault) {
        try file.withLock { (file) throws(FileFault) in try body(file) }
    }
}
