import Bytes

/// Loading when the server starts: clients are served meanwhile, as far as their commands need no data.
extension Engine {
    /// Begins to take over what `source` reads; `performSlice` goes on with it. `completion` is called on the executor when all
    /// is there, or with what is wrong.
    package func beginLoading(
        from source: any SnapshotSource, _ options: LoadingOptions, completion: @escaping (FileFault?) -> Void
    ) {
        core.context.loading = LoadingRecord(
            source: source, startedAt: core.context.now, completion: completion)
        core.context.loaded = Loading(
            options, countsUses: core.context.configuration.maxmemoryPolicy.countsUses)
        core.context.conditions.insert(.loading)
    }

    /// How a file's values are to be decoded for this server.
    package var decodingRules: DecodingRules { core.decodingRules }

    /// How long a slice of loading is, in nanoseconds, but for the rest of its last batch.
    private static let loadingSlice: UInt64 = 4_000_000

    /// One slice of loading. True when there is more to do at once; where there is not, the source wakes the executor.
    func advanceLoading() -> Bool {
        guard core.context.loading != nil else { return false }
        let start = core.context.clock.monotonicNanoseconds()
        while core.context.clock.monotonicNanoseconds() &- start < Engine.loadingSlice {
            do throws(FileFault) {
                if try core.loadBatch() { continue }
            } catch {
                conclude(error)
                return false
            }
            if core.context.loading?.source.progress.isFinished == true { conclude(nil) }
            return false
        }
        return true
    }

    private func conclude(_ fault: FileFault?) {
        // Called with the engine at rest, because whoever is told may do anything.
        if let completion = core.concludeLoading(fault) { completion(fault) }
    }
}

/// Loading as it stands, for the engine and for INFO.
struct LoadingRecord {
    let source: any SnapshotSource
    let startedAt: Int64
    let completion: (FileFault?) -> Void
}

extension Engine.Core {
    var decodingRules: DecodingRules { context.decodingRules(keyspace, forClient: false) }

    /// Takes over a batch, if one is ready.
    mutating func loadBatch() throws(FileFault) -> Bool {
        guard let source = context.loading?.source else { return false }
        let next: RecordBatch?
        do throws(HostError) {
            next = try source.next(waiting: false)
        } catch {
            throw FileFault(error.message)
        }
        guard let batch = next else { return false }
        try context.loaded?.take(batch, &keyspace)
        source.recycle(batch)
        return true
    }

    /// Forgets what was loading, and says how it ended. Returns whom to tell.
    mutating func concludeLoading(_ fault: FileFault?) -> ((FileFault?) -> Void)? {
        guard let record = context.loading, var loaded = context.loaded.take() else { return nil }
        context.loading = nil
        context.conditions.remove(.loading)
        if fault != nil {
            loaded.abandon(&keyspace)
            record.source.abandon()
        } else {
            context.report(loaded, record.source.progress)
        }
        return record.completion
    }
}

extension Context {
    /// Reads the file `dbfilename` into the keyspace while everybody waits; without a file there is nothing to do.
    mutating func load(_ options: LoadingOptions, _ keyspace: inout Keyspace) throws(HostError) {
        guard let source = try host.readSnapshot(configuration, decodingRules(keyspace, forClient: false)) else { return }
        var loading = Loading(options, countsUses: configuration.maxmemoryPolicy.countsUses)
        do throws(FileFault) {
            while let batch = try Context.next(source) {
                try loading.take(batch, &keyspace)
                source.recycle(batch)
            }
        } catch {
            loading.abandon(&keyspace)
            source.abandon()
            throw HostError(error.message)
        }
        report(loading, source.progress)
    }

    private static func next(_ source: any SnapshotSource) throws(FileFault) -> RecordBatch? {
        do throws(HostError) {
            return try source.next(waiting: true)
        } catch {
            throw FileFault(error.message)
        }
    }

    /// Writes to the log what was loaded, in the words that Redis has for it.
    fileprivate mutating func report(_ loading: borrowing Loading, _ progress: SourceProgress) {
        statistics.keysLoaded = loading.keysLoaded
        statistics.keysExpiredAtLoad = loading.keysExpired
        if !progress.producer.isEmpty { host.log(.notice, "Loading RDB produced by version \(progress.producer)") }
        if progress.createdAt > 0 { host.log(.notice, "RDB age \(max(0, now / 1000 - progress.createdAt)) seconds") }
        if progress.skipped > 0 {
            host.log(.warning, "Left out of the RDB file: \(progress.skipped) values or libraries that this server does not know")
        }
        for key in loading.emptyKeys { host.log(.notice, "rdbLoadRio skipping empty key: \(key)") }
        let empty = loading.keysEmpty > 0 ? ", empty keys skipped: \(loading.keysEmpty)" : ""
        host.log(
            .notice, "Done loading RDB, keys loaded: \(loading.keysLoaded), keys expired: \(loading.keysExpired)\(empty).")
    }
}
