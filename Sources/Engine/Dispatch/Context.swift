import Bytes
import Wire

/// What surrounds a command besides its arguments, the keyspace and the reply: the client, the configuration, the other
/// clients, the counters and the host.
struct Context: ~Copyable {
    /// The client whose request is running.
    var session: Session
    /// Bytes of the input that its request is in.
    var inputCount = 0
    var configuration: Configuration
    var sessions = SessionRegistry()
    let commands: CommandTable
    var statistics: ServerStatistics
    let host: any EngineHost
    let clock: any Clock
    let startedAt: Int64
    /// Forty hexadecimal digits that name this run of the server.
    var runID: String
    /// Conditions of the server that concern every request.
    var conditions: GateConditions = []
    var pause = Pause()
    /// Snapshots, past and to come.
    var saves: SaveRecord
    /// DEBUG PAUSE-CRON: what happens from time to time does not.
    var pausesHousekeeping = false
    /// What the server starts with is still being read.
    var loading: LoadingRecord?
    /// What of it has come.
    var loaded: Loading?
    /// DEBUG SET-SKIP-CHECKSUM-VALIDATION: whoever makes up values for tests need not reckon their checksums.
    var skipsChecksums = false
    /// Clients that are shown all commands.
    var monitors: [Session] = []
    /// Who watches which key.
    var watches = WatchTable()
    /// EXEC runs a client's requests: replies are elements of its reply.
    var isExecuting = false
    /// Clients whose reply or end came from elsewhere than their own requests, which the host must look after.
    var woken: [Session] = []
    /// Clients with messages from others, which the host sends in turn.
    var addressed: [Session] = []
    /// How many clients are over their soft output limit.
    var overSoftLimit = 0
    /// Messages to the client whose request is running; they follow its reply.
    var pushed = OutputBuffer()
    /// Client-side caching.
    var tracking: ClientTracking
    var pubsub: PubSub
    /// memcached's protocol.
    var memcached = MemcachedService()
    let scripts = Scripts()
    /// Clients whose requests are held back.
    var blocked = BlockedClients()

    /// Microseconds since 1970 when the batch began; `now` is the same in milliseconds.
    var batchMicroseconds: Int64 = 0
    /// The monotonic time at which the last command ended, in nanoseconds.
    var lastTick: UInt64 = 0
    /// What the running client is written from here on is kept from it, if CLIENT REPLY says so when the command has run.
    var mutedFrom = 0
    /// How many error replies the running command's callees have been counted for.
    var errorsAccounted = 0
    /// What memory is in use for, as the last batch found it.
    var memory = MemoryFigures()
    /// What the server held when it started.
    var startMemory = 0
    /// What all clients hold, and what they may.
    let ledger: ClientLedger
    var clientMemoryLimit = 0
    /// The memory limit is exceeded, and no key is left that may be evicted.
    var isOutOfMemory = false
    /// Eviction broke off because it took long, and is to go on.
    var isEvicting = false
    var requestRate = RateSampler()
    var inputRate = RateSampler()
    var outputRate = RateSampler()
    /// Forty hexadecimal digits that name this history of the data.
    var replicationID: String

    init(
        configuration: Configuration, commands: CommandTable, host: any EngineHost, clock: any Clock, runID: String,
        hashKey: SipKey, chunks: ChunkPool? = nil
    ) {
        self.configuration = configuration
        ledger = ClientLedger(chunks: chunks)
        self.commands = commands
        self.host = host
        self.clock = clock
        self.runID = runID
        replicationID = runID
        pubsub = PubSub(key: hashKey)
        batchMicroseconds = clock.wallMicroseconds()
        startedAt = batchMicroseconds / 1000
        saves = SaveRecord(startedAt: startedAt)
        statistics = ServerStatistics(commandCount: commands.rows.count)
        tracking = ClientTracking(hashKey: hashKey)
        // Stands for the server itself until the first client speaks.
        session = Session(
            id: 0, peerAddress: "", localAddress: "", descriptor: -1, isLocal: true, isUnixSocket: false, now: 0,
            ledger: ledger)
    }

    /// Microseconds since 1970, right now (not frozen during a command).
    func wallMicroseconds() -> Int64 { clock.wallMicroseconds() }

    /// Tells the host to send what another client's output holds.
    mutating func wake(_ session: Session) { woken.append(session) }

    /// Whether the running command may hold its client back: not within EXEC, where it behaves as if its time were up.
    var mayBlock: Bool { !isExecuting }
}

/// CLIENT PAUSE as it stands: until when all commands, and until when writing ones, are held back.
struct Pause {
    var allUntil: Int64 = 0
    var writesUntil: Int64 = 0

    var end: Int64 { max(allUntil, writesUntil) }
}

/// What the engine asks of whoever runs it. Called rarely, always on the executor.
package protocol EngineHost: AnyObject {
    /// Ends the server; the data are saved already, if they are to be.
    func shutdown(_ request: ShutdownRequest)
    /// Puts changed directives into effect (ports, log level …). Throws the reason when it cannot.
    func apply(_ changes: Configuration.ChangeSet, _ configuration: Configuration) throws(HostError)
    /// The directory that the process stands in, which is `dir` in full; `nil` where it stands in none.
    func workingDirectory() -> String?
    /// Writes the configuration file anew.
    func rewriteConfiguration(_ configuration: Configuration) throws(HostError)
    /// Makes the file `dbfilename` in `dir` anew, in the place of the old one once it is complete. Where that cannot be had, the sink
    /// says so by its state.
    func openSnapshot(_ configuration: Configuration) -> any SnapshotSink
    /// Begins to read the file `dbfilename` in `dir`; `nil` where there is none.
    func readSnapshot(
        _ configuration: Configuration, _ rules: DecodingRules
    ) throws(HostError) -> (any SnapshotSource)?
    /// What only the host knows, for INFO.
    func measurements() -> HostMeasurements
    /// Blocks the executor, for DEBUG SLEEP.
    func sleep(microseconds: Int64)
    func log(_ level: Configuration.LogLevel, _ message: String)
    /// Makes the process die by a signal, for DEBUG SEGFAULT and its like.
    func crash()
    /// Gives free memory of the heap back to the system, for MEMORY PURGE.
    func releaseFreeMemory()
}

extension EngineHost {
    /// A host that shares its heap with others leaves it alone.
    package func releaseFreeMemory() {}
}

package struct HostError: Error {
    package let message: String
    /// Which of several changed directives could not be put into effect, where that is known.
    package let directive: String?

    package init(_ message: String, directive: String? = nil) {
        self.message = message
        self.directive = directive
    }
}

/// How SHUTDOWN was asked for.
package struct ShutdownRequest: Sendable, Equatable {
    package var save: Bool?
    package var now = false
    package var force = false
    package var abort = false
    package init() {}

    package init(_ flags: Configuration.ShutdownFlags) {
        save = flags.contains(.save) ? true : flags.contains(.nosave) ? false : nil
        now = flags.contains(.now)
        force = flags.contains(.force)
    }
}

/// Figures of the process and its sockets.
package struct HostMeasurements: Sendable {
    package var residentBytes: UInt64 = 0
    package var totalMemory: UInt64 = 0
    package var userMicroseconds: UInt64 = 0
    package var systemMicroseconds: UInt64 = 0
    package var executorUserMicroseconds: UInt64 = 0
    package var executorSystemMicroseconds: UInt64 = 0
    package var bytesReceived: UInt64 = 0
    package var bytesSent: UInt64 = 0
    package var readCalls: UInt64 = 0
    package var writeCalls: UInt64 = 0
    package var processID: Int32 = 0
    package var system = ""
    package var executable = ""
    package var configurationFile = ""
    package var multiplexing = ""
    package var supervised = "no"
    package init() {}
}

/// The engine's only sources of time.
package protocol Clock: AnyObject, Sendable {
    /// Microseconds since 1970.
    func wallMicroseconds() -> Int64
    /// Nanoseconds of a clock that never goes back.
    func monotonicNanoseconds() -> UInt64
}
