/// What the server knows of its snapshots in `dir`: when and how the last one ended, what has changed since, and whether
/// another is wanted. A snapshot that is the base of an append-only log is none of these.
struct SaveRecord {
    /// When the last one that succeeded ended, in seconds since 1970; at first, when the server started.
    var lastSuccess: Int64
    /// When one was last begun by itself or by BGSAVE, in seconds since 1970.
    var lastAttempt: Int64 = 0
    var hasFailed = false
    /// Seconds that the last one took in the background; -1 where there was none.
    var lastDuration: Int64 = -1
    /// When the present one began, in seconds since 1970.
    var startedAt: Int64 = 0
    /// `EffectLog.changeCount` at the beginning of the last one that succeeded, and of the present one.
    var changesSaved: UInt64 = 0
    var changesAtStart: UInt64 = 0
    /// Snapshots begun since the start.
    var count: UInt64 = 0
    /// BGSAVE SCHEDULE: another one is to be begun once what runs is done.
    var isScheduled = false
    /// `rdb-key-save-delay`: the walk rests until this time, in milliseconds since 1970.
    private(set) var restsUntil: Int64 = 0

    init(startedAt: Int64) { lastSuccess = startedAt / 1000 }

    /// Seconds to wait, after a snapshot failed, before one is begun by itself again.
    static let retryDelay: Int64 = 5

    func isDelayed(now: Int64) -> Bool { now < restsUntil }

    mutating func rest(until time: Int64) { restsUntil = time }
}

extension Context {
    // MARK: Save points

    /// Changes since the last snapshot.
    func unsavedChanges(_ keyspace: borrowing Keyspace) -> UInt64 {
        keyspace.effects.changeCount >= saves.changesSaved ? keyspace.effects.changeCount - saves.changesSaved : 0
    }

    /// When a save point wants a snapshot, in milliseconds since 1970; `nil` while there are too few changes for any.
    func nextSave(_ keyspace: borrowing Keyspace) -> Int64? {
        if keyspace.snapshot.isRunning || pausesHousekeeping || conditions.contains(.loading) { return nil }
        if saves.isScheduled { return now }
        let changes = unsavedChanges(keyspace)
        var earliest: Int64?
        for point in configuration.save where changes >= UInt64(point.changes) {
            var time = saves.lastSuccess + Int64(point.seconds) + 1
            if saves.hasFailed { time = max(time, saves.lastAttempt + SaveRecord.retryDelay + 1) }
            earliest = min(earliest ?? .max, time * 1000)
        }
        return earliest
    }

    /// Begins the snapshot that a save point, or BGSAVE SCHEDULE, asks for, if its time has come. Call once per turn.
    mutating func saveIfDue(_ keyspace: inout Keyspace) {
        guard let due = nextSave(keyspace), now >= due else { return }
        if !saves.isScheduled, let point = duePoint(keyspace) {
            host.log(.notice, "\(point.changes) changes in \(point.seconds) seconds. Saving...")
        }
        beginSave(&keyspace)
    }

    private func duePoint(_ keyspace: borrowing Keyspace) -> Configuration.SavePoint? {
        let changes = unsavedChanges(keyspace)
        return configuration.save.first {
            changes >= UInt64($0.changes) && now / 1000 - saves.lastSuccess > Int64($0.seconds)
        }
    }

    // MARK: One snapshot

    /// Begins a snapshot to `dbfilename`. None must be under way.
    mutating func beginSave(_ keyspace: inout Keyspace) {
        saves.isScheduled = false
        saves.lastAttempt = now / 1000
        saves.startedAt = now / 1000
        saves.changesAtStart = keyspace.effects.changeCount
        saves.count &+= 1
        saves.rest(until: 0)
        let sink = host.openSnapshot(configuration)
        _ = beginSnapshot(to: sink, SnapshotOptions(configuration), &keyspace)
        host.log(.notice, "Background saving started")
    }

    /// Notes how a snapshot to `dbfilename` ended.
    mutating func noteSave(_ outcome: SnapshotOutcome) {
        switch outcome {
        case .saved:
            host.log(.notice, "DB saved on disk")
            host.log(.notice, "Background saving terminated with success")
            noteSuccess()
        case .failed(let reason):
            host.log(.warning, reason)
            host.log(.warning, "Background saving error")
            saves.hasFailed = true
        }
        saves.lastDuration = now / 1000 - saves.startedAt
        adoptSaveConditions()
    }

    mutating func noteSuccess() {
        saves.hasFailed = false
        saves.lastSuccess = now / 1000
        saves.changesSaved = saves.changesAtStart
    }

    /// Gives up the snapshot to `dbfilename` that is under way.
    mutating func abandonSave(_ keyspace: inout Keyspace) {
        keyspace.abandonSnapshot()
        saves.lastDuration = now / 1000 - saves.startedAt
    }

    /// Writes a snapshot to `dbfilename` while everybody waits. Throws why it could not.
    mutating func save(_ keyspace: inout Keyspace) throws(HostError) {
        saves.changesAtStart = keyspace.effects.changeCount
        saves.count &+= 1
        let sink = host.openSnapshot(configuration)
        _ = beginSnapshot(to: sink, SnapshotOptions(configuration), &keyspace)
        while !sink.state.isFinal, keyspace.advanceSnapshot(budget: 1 << 20) { sink.wait() }
        sink.wait()
        let state = sink.state
        _ = keyspace.concludeSnapshot()
        readClock(&keyspace)
        if case .failed(let reason) = state {
            host.log(.warning, reason)
            throw HostError(reason)
        }
        host.log(.notice, "DB saved on disk")
        noteSuccess()
        adoptSaveConditions()
    }

    // MARK: Consequences

    /// Whether writes are refused since the data cannot be saved.
    var refusesUnsavedWrites: Bool {
        configuration.stopWritesOnBgsaveError && !configuration.save.isEmpty && saves.hasFailed
    }

    /// Has the gate look at requests, or not, as the last snapshot ended and the configuration is.
    mutating func adoptSaveConditions() {
        if refusesUnsavedWrites { conditions.insert(.unsaved) } else { conditions.remove(.unsaved) }
    }

    /// When a walk that rests goes on, in milliseconds since 1970.
    func nextSnapshotSlice(_ keyspace: borrowing Keyspace) -> Int64? {
        keyspace.snapshot.isWriting && saves.isDelayed(now: now) ? saves.restsUntil : nil
    }

    /// `rdb-key-save-delay`, with which tests make a snapshot last: has the walk rest after it has written some keys. Returns whether
    /// it does.
    mutating func delaySnapshot(keys: Int) -> Bool {
        let delay = configuration.rdbKeySaveDelay
        if delay <= 0 || keys == 0 { return false }
        saves.rest(until: now + max(1, Int64(keys) * Int64(delay) / 1000))
        return true
    }
}
