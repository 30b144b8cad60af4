import Bytes

/// Snapshots as the engine's host asks for them, and their slices between batches.
extension Engine {
    /// Begins a snapshot of all data as they are now, between two requests: everything before is in it, nothing after. It is written
    /// to `sink` in slices; `completion` is called on the executor when the sink is done, or has failed, and may begin another.
    /// False when one is under way.
    @discardableResult
    package func beginSnapshot(
        to sink: any SnapshotSink, _ options: SnapshotOptions, completion: @escaping (SnapshotOutcome) -> Void
    ) -> Bool {
        core.beginSnapshot(to: sink, options, completion: completion)
    }

    /// Gives up the snapshot that is under way, if there is one; nobody is told.
    package func abandonSnapshot() { core.keyspace.abandonSnapshot() }

    /// Whether a snapshot is under way, of whatever purpose: only one can be.
    package var isSnapshotRunning: Bool { core.keyspace.snapshot.isRunning }

    /// Saves the data before the server ends, if that is asked for or configured. False when they cannot be, and the server had
    /// better go on.
    package func prepareShutdown(_ request: ShutdownRequest) -> Bool { core.prepareShutdown(request) }

    /// How long a slice of a snapshot is, in nanoseconds, but for the last piece in it.
    private static let sliceTime: UInt64 = 200_000
    /// Bytes written, more or less, before the clock is looked at again.
    private static let sliceBudget = 8 << 10

    /// One slice of the snapshot under way. True when there is more to do at once; where the sink is full there is not, until it
    /// wakes the executor.
    func advanceSnapshot() -> Bool {
        guard let sink = core.keyspace.snapshot.sink else { return false }
        if core.context.saves.isDelayed(now: core.context.now) { return false }
        let start = core.context.clock.monotonicNanoseconds()
        let budget = core.context.configuration.rdbKeySaveDelay > 0 ? 1 : Engine.sliceBudget
        while core.keyspace.snapshot.isWriting, sink.state == .ready {
            let written = core.keyspace.snapshot.keysWritten
            if !core.keyspace.advanceSnapshot(budget: budget) { break }
            if core.context.delaySnapshot(keys: core.keyspace.snapshot.keysWritten - written) { return false }
            if core.context.clock.monotonicNanoseconds() &- start > Engine.sliceTime { break }
        }
        switch sink.state {
        case .ready: return core.keyspace.snapshot.isWriting
        case .full: return false
        case .done: conclude(.saved)
        case .failed(let reason): conclude(.failed(reason))
        }
        return false
    }

    private func conclude(_ outcome: SnapshotOutcome) {
        // Called with the engine at rest, because whoever is told may begin another.
        if let completion = core.concludeSnapshot(outcome) { completion(outcome) }
    }
}

extension Engine.Core {
    mutating func beginSnapshot(
        to sink: any SnapshotSink, _ options: SnapshotOptions, completion: @escaping (SnapshotOutcome) -> Void
    ) -> Bool {
        context.beginSnapshot(to: sink, options, &keyspace, completion: completion)
    }

    mutating func prepareShutdown(_ request: ShutdownRequest) -> Bool { context.prepareShutdown(request, &keyspace) }

    mutating func saveIfDue() { context.saveIfDue(&keyspace) }

    /// When a snapshot is to begin, or to go on after a rest, in milliseconds since 1970.
    func nextSnapshotWork() -> Int64? { context.nextSave(keyspace) ?? context.nextSnapshotSlice(keyspace) }

    /// Forgets a snapshot whose sink is done, or has failed. Returns whom to tell.
    mutating func concludeSnapshot(_ outcome: SnapshotOutcome) -> ((SnapshotOutcome) -> Void)? {
        let isSave = !keyspace.snapshot.options.isLogBase
        let completion = keyspace.concludeSnapshot()
        if isSave { context.noteSave(outcome) }
        return completion
    }
}

extension Context {
    /// Begins a snapshot; for commands, which run inside the engine. See `Engine.beginSnapshot`.
    mutating func beginSnapshot(
        to sink: any SnapshotSink, _ options: SnapshotOptions, _ keyspace: inout Keyspace,
        completion: ((SnapshotOutcome) -> Void)? = nil
    ) -> Bool {
        if keyspace.snapshot.isRunning { return false }
        measureMemory(keyspace)
        keyspace.beginSnapshot(
            to: sink, options, access: RecordedAccess(configuration), usedMemory: usedMemory, completion: completion)
        return true
    }
}
