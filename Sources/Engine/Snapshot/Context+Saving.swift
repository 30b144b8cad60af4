/// Snapshots to `dbfilename`: in the background, in front of everybody, and as the last thing the server does.
extension Context {
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

    /// Gives up the snapshot that is under way; returns when nothing more of it can come to the directory.
    mutating func abandonSave(_ keyspace: inout Keyspace) {
        let sink = keyspace.snapshot.sink
        keyspace.abandonSnapshot()
        sink?.wait()
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

    // MARK: On occasion

    /// After FLUSHALL, a server that saves by itself has nothing in its file either: whoever wanted all gone does not find it
    /// again after a restart. A snapshot that is under way still has the data; another follows it.
    mutating func saveEmptiness(_ keyspace: inout Keyspace) {
        if configuration.save.isEmpty { return }
        if keyspace.snapshot.isRunning {
            saves.isScheduled = true
        } else {
            // It is in the log if that fails; the command has done what it is for.
            try? save(&keyspace)
        }
    }

    /// Saves before the server ends, if that is asked for or configured. False when it cannot, and must not end.
    mutating func prepareShutdown(_ request: ShutdownRequest, _ keyspace: inout Keyspace) -> Bool {
        host.log(.warning, "User requested shutdown...")
        let isLoading = conditions.contains(.loading)
        let saves = !isLoading && (request.save ?? !configuration.save.isEmpty)
        if keyspace.snapshot.isRunning {
            host.log(.warning, "A snapshot is being written. Giving it up.")
            abandonSave(&keyspace)
        }
        if !saves { return true }
        host.log(.notice, "Saving the final RDB snapshot before exiting.")
        do throws(HostError) {
            try save(&keyspace)
            return true
        } catch {
            let end = request.force ? "Exit anyway." : "can't exit."
            host.log(.warning, "Error trying to save the DB\(request.force ? "." : ",") \(end)")
            if !request.force {
                host.log(.warning, "Errors trying to shut down the server. Check the logs for more information.")
            }
            return request.force
        }
    }
}
