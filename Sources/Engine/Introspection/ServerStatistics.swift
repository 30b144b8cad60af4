import Bytes

/// How often one command ran and how long it took.
struct CommandStatistics {
    var calls: UInt64 = 0
    var nanoseconds: UInt64 = 0
    /// Refused by the gate, before it ran.
    var rejected: UInt64 = 0
    /// Replied with an error.
    var failed: UInt64 = 0
    /// The longest single call.
    var longest: UInt64 = 0
}

/// Counters of the server as a whole.
struct ServerStatistics {
    /// By the command's number in the table.
    var commands: [CommandStatistics]
    var requests: UInt64 = 0
    /// By code word.
    var errors: [String: UInt64] = [:]
    var errorCount: UInt64 = 0
    var activeExpireNanoseconds: UInt64 = 0
    var longestCommand: UInt64 = 0
    var longestSlice: UInt64 = 0
    var peakMemory = 0
    /// Keys that the last RDB file brought, and those that were past their deadlines.
    var keysLoaded: UInt64 = 0
    var keysExpiredAtLoad: UInt64 = 0
    /// Clients closed because their output or input grew beyond its limit.
    var outputLimitDisconnections: UInt64 = 0
    var queryLimitDisconnections: UInt64 = 0
    /// Clients closed because all of them held too much.
    var evictedClients: UInt64 = 0

    init(commandCount: Int) {
        commands = [CommandStatistics](repeating: CommandStatistics(), count: commandCount)
    }

    mutating func countError(_ code: String) {
        errorCount &+= 1
        // Bounded, so that scripts inventing code words cannot fill the memory (as in Redis).
        if errors.count < 128 || errors[code] != nil { errors[code, default: 0] &+= 1 }
    }
}
