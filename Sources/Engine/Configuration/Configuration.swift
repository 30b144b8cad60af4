/// Every setting of one server, as plain values.
///
///     redis.conf ─┐
///     stdin      ─┼─▶ Configuration(reading:) ─▶ Configuration ──▶ hot code reads `config.timeout`
///     --options  ─┘             │                   ▲   │
///                               ▼                   │   ▼
///                           Directive ◀─ table ─ CONFIG GET (`get`), SET (`set` ─▶ ChangeSet,
///                                                which the host applies), REWRITE (`rewriting`)
///
/// The fields are what the rest of the server reads: typed, resolved, in the unit their comment names, with
/// no parsing left to do. Everything that turns text into fields and back is driven by one table
/// (`Configuration.directives`), whose rows bind a directive's name to its field by key path; a field without
/// a row, or a row without a documented default, fails a test. The initial values below are the defaults, and
/// they are those of Redis 7.0.
///
/// Nothing here opens a file, reads a clock or keeps state outside the value. Being a value is what makes
/// CONFIG SET atomic: the host changes a copy, applies the `ChangeSet`, and assigns the copy only if that
/// succeeded.
package struct Configuration: Sendable, Equatable {
    /// Bytes of memory the machine has, which percentages such as `maxmemory 75%` refer to; the host knows
    /// it.
    package var totalMemory: Int?

    // MARK: Network
    package var bind = ["*", "-::*"]
    package var port = 6379
    package var tcpBacklog = 511
    /// Seconds between probes of an idle peer; 0 sends none.
    package var tcpKeepalive = 300
    package var unixSocket = ""
    /// Mode bits of the socket file; 0 leaves what the umask gives.
    package var unixSocketPermissions = 0
    package var protectedMode = true
    package var maxclients = 10000
    /// Seconds a client may be idle; 0 is forever.
    package var timeout = 0
    /// Bytes one argument of a request may have.
    package var protoMaxBulkLength = 512 << 20
    /// Bytes one client's unparsed input may have.
    package var clientQueryBufferLimit = 1 << 30
    package var clientOutputBufferLimits = OutputBufferLimits()
    package var maxmemoryClients = ClientMemoryLimit.bytes(0)

    // MARK: memcached's protocol
    /// The port that was asked for; `nil` for `defaultMemcachedPort`, if nobody else has it.
    package var memcachedPort: Int?
    package var memcachedBind = ["127.0.0.1", "-::1"]
    /// The database that memcached's clients see.
    package var memcachedDatabase = 0
    /// Bytes of an item as memcached counts them: its header, flags, key and value.
    package var memcachedMaxItemSize = 1 << 20
    package var memcachedAuthFile = ""
    package var memcachedEnableShutdown = false

    package static let defaultMemcachedPort = 11211
    /// The port to listen on; 0 for none.
    package var memcachedPortInUse: Int { memcachedPort ?? Configuration.defaultMemcachedPort }
    /// Whether memcached's clients can be let in: they cannot give the password that Redis's clients must.
    package var admitsMemcachedClients: Bool { password.isEmpty || !memcachedAuthFile.isEmpty }

    // MARK: Security
    package var requirepass = ""
    /// A file whose first line is the default user's password. The host reads it and gives it to that user,
    /// never to `requirepass`: CONFIG GET and REWRITE must not disclose it.
    package var requirepassFile = ""
    /// What the host read from `requirepassFile` or was given in the environment; no directive shows or writes it.
    package var secretPassword = ""
    /// The default user's password, wherever it comes from; empty when none is required.
    package var password: String { requirepass.isEmpty ? secretPassword : requirepass }
    package var aclFile = ""
    package var aclPubSubDefault = ACLPubSubDefault.resetChannels
    package var acllogMaxLength = 128
    package var enableDebugCommand = ProtectedAction.no
    package var enableProtectedConfigs = ProtectedAction.no
    package var enableModuleCommand = ProtectedAction.no
    /// `rename-command` lines in order: at start only, and not part of CONFIG GET.
    package var renamedCommands: [RenamedCommand] = []
    /// `user` lines in order, each the name and the rules behind it: at start only, and not part of CONFIG
    /// GET.
    package var users: [[String]] = []

    // MARK: Process
    /// Where data files live. Empty until the host fills in the absolute path of the current directory.
    package var directory = ""
    package var pidfile = ""
    package var supervised = Supervision.no
    package var databases = 16
    /// Rounds of background work per second.
    package var hz = 10
    package var dynamicHz = true
    package var activeRehashing = true
    package var setProcessTitle = true
    package var processTitleTemplate = "{title} {listen-addr} {server-mode}"
    package var disableTransparentHugePages = true
    package var oomScoreAdjust = OOMScoreAdjustment.no
    package var oomScoreAdjustValues = OOMScoreValues()
    package var shutdownOnSigint: ShutdownFlags = []
    package var shutdownOnSigterm: ShutdownFlags = []
    package var useExitOnPanic = false
    package var propagationErrorBehavior = PropagationErrorBehavior.ignore

    // MARK: Log
    package var logLevel = LogLevel.notice
    package var logFile = ""
    package var logFormat = LogFormat.text
    package var alwaysShowLogo = false

    // MARK: Memory
    /// Bytes; 0 is no limit. Already resolved when the setting was a percentage.
    package var maxmemory = 0
    /// The percentage `maxmemory` was given as, so that CONFIG REWRITE keeps it.
    package var maxmemoryShare: Int?
    package var maxmemoryPolicy = EvictionPolicy.noeviction
    package var maxmemorySamples = 5
    package var maxmemoryEvictionTenacity = 10
    package var lfuLogFactor = 10
    /// Minutes.
    package var lfuDecayTime = 1
    package var activeExpireEffort = 1
    package var lazyfreeLazyEviction = false
    package var keyLifetimes: [LifetimeRule] = []
    package var lazyfreeLazyExpire = false
    package var lazyfreeLazyServerDel = false
    package var lazyfreeLazyUserDel = false
    package var lazyfreeLazyUserFlush = false

    // MARK: Snapshots
    package var save = [SavePoint(3600, 1), SavePoint(300, 100), SavePoint(60, 10000)]
    package var dbFilename = "dump.rdb"
    package var rdbCompression = true
    package var rdbChecksum = true
    package var rdbSaveIncrementalFsync = true
    package var stopWritesOnBgsaveError = true
    package var sanitizeDumpPayload = DumpSanitization.no
    package var rdbUnknownValues = UnknownValues.refuse

    // MARK: Append-only log
    package var appendonly = false
    package var appendFilename = "appendonly.aof"
    package var appendDirname = "appendonlydir"
    package var appendFsync = AppendFsync.everySecond
    package var noAppendFsyncOnRewrite = false
    package var autoAOFRewritePercentage = 100
    /// Bytes.
    package var autoAOFRewriteMinSize = 64 << 20
    package var aofLoadTruncated = true
    package var aofUseRDBPreamble = true
    package var aofTimestampEnabled = false
    package var aofRewriteIncrementalFsync = true
    package var aofDisableAutoGC = false

    // MARK: Encodings
    package var hashMaxListpackEntries = 512
    package var hashMaxListpackValue = 64
    /// Positive: elements per node; -1 to -5: 4, 8, 16, 32 or 64 KiB per node.
    package var listMaxListpackSize = -2
    package var listCompressDepth = 0
    package var setMaxIntsetEntries = 512
    package var setMaxListpackEntries = 128
    package var setMaxListpackValue = 64
    package var zsetMaxListpackEntries = 128
    package var zsetMaxListpackValue = 64
    package var hllSparseMaxBytes = 3000
    package var streamNodeMaxBytes = 4096
    package var streamNodeMaxEntries = 100

    // MARK: Scripts, notifications and observation
    /// Milliseconds a script runs before other clients are told the server is busy; 0 never tells.
    package var busyReplyThreshold = 5000
    package var notifyKeyspaceEvents: KeyspaceEvents = []
    package var trackingTableMaxKeys = 1_000_000
    /// Microseconds; -1 logs nothing, 0 everything.
    package var slowlogLogSlowerThan = 10000
    package var slowlogMaxLength = 128
    /// Milliseconds; 0 turns the latency monitor off.
    package var latencyMonitorThreshold = 0
    package var latencyTracking = true
    package var latencyTrackingInfoPercentiles = [50, 99, 99.9]

    // MARK: Replication
    package var masterAuth = ""
    package var masterUser = ""
    package var minReplicasToWrite = 0
    /// Seconds; 0 turns the check off, whatever the number of replicas.
    package var minReplicasMaxLag = 10
    /// Bytes.
    package var replBacklogSize = 1 << 20
    /// Seconds without replicas after which the backlog is released; 0 never.
    package var replBacklogTTL = 3600
    package var replTimeout = 60
    package var replPingReplicaPeriod = 10
    package var replDisableTCPNoDelay = false
    package var replDisklessSync = true
    package var replDisklessSyncDelay = 5
    package var replDisklessSyncMaxReplicas = 0
    package var replDisklessLoad = DisklessLoad.disabled
    package var rdbDeleteSyncFiles = false
    package var replicaServeStaleData = true
    package var replicaReadOnly = true
    package var replicaIgnoreMaxmemory = true
    package var replicaLazyFlush = false
    package var replicaPriority = 100
    package var replicaAnnounced = true
    package var replicaAnnounceIP = ""
    package var replicaAnnouncePort = 0
    package var replicaIgnoreDiskWriteErrors = false
    /// Seconds a shutdown waits for replicas that lag behind.
    package var shutdownTimeout = 10

    // MARK: Slowing the server down, for tests
    /// Microseconds of pause per key saved.
    package var rdbKeySaveDelay = 0
    /// Microseconds of pause per key loaded.
    package var keyLoadDelay = 0
    /// Bytes loaded between two looks at the network.
    package var loadingProcessEventsIntervalBytes = 2 << 20

    package init(totalMemory: Int? = nil) { self.totalMemory = totalMemory }
}
