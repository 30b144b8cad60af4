import Bytes
import Wire

/// What the server keeps for memcached's protocol as a whole: counters, who watches, a flush that is still to come.
struct MemcachedService {
    let commands = MemcachedCommandTable()
    var statistics = MemcachedStatistics()
    /// Counts by the part of the key in front of a colon, while `stats detail` is on.
    var prefixes = PrefixStatistics()
    /// What `verbosity` was set to. There is nothing to be verbose about: the log has its own level.
    var verbosity: UInt32 = 0
    /// When `flush_all` with a delay takes effect, in milliseconds since 1970.
    var flushAt: Int64?
    var watchers: [Session] = []
    /// What any of them is shown.
    var watched: ItemEvents = []
    /// Numbers the lines that watchers are shown.
    var lastEvent: UInt64 = 0
    /// Clients that are sent all keys.
    var dumps: [MetaDump] = []
    /// Names and passwords that let a client in; `nil` when none are needed.
    var credentials: [String: String]?
}

/// Counters as `stats` names them.
struct MemcachedStatistics {
    var gets: UInt64 = 0
    var getHits: UInt64 = 0
    var getMisses: UInt64 = 0
    var sets: UInt64 = 0
    var flushes: UInt64 = 0
    var touches: UInt64 = 0
    var touchHits: UInt64 = 0
    var touchMisses: UInt64 = 0
    var metaCommands: UInt64 = 0
    var deleteHits: UInt64 = 0
    var deleteMisses: UInt64 = 0
    var incrementHits: UInt64 = 0
    var incrementMisses: UInt64 = 0
    var decrementHits: UInt64 = 0
    var decrementMisses: UInt64 = 0
    var casHits: UInt64 = 0
    var casMisses: UInt64 = 0
    var casMismatches: UInt64 = 0
    var tooLarge: UInt64 = 0
    var noMemory: UInt64 = 0
    var authentications: UInt64 = 0
    var authenticationErrors: UInt64 = 0
    /// Items stored since the start; survives `stats reset`.
    var stored: UInt64 = 0
    var connections: UInt64 = 0
    var watcherLines: UInt64 = 0

    /// `stats reset`.
    mutating func reset() { self = MemcachedStatistics() }
}
