/// When snapshots are begun by themselves, and what follows from one that failed.
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
