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
