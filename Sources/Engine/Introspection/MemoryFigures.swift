import Bytes

/// What the memory in use is used for, in bytes. Everything that grows with data or clients is in one of these; what the server held
/// before it had either is `startup`.
struct MemoryFigures {
    /// What the program held when it was ready to serve.
    var startup = 0
    /// Keys and values, with what large values have of tables and trees, and what is still to be dismantled.
    var data = 0
    /// Tables of keys.
    var tables = 0
    /// The wheels of deadlines.
    var timers = 0
    /// Sessions with their input, replies, transactions and lists of names.
    var clients = 0
    /// Replies' chunks kept for the next ones.
    var spareChunks = 0
    /// Channels and patterns.
    var pubsub = 0
    /// Keys that are watched.
    var watches = 0
    /// What a snapshot waits to write.
    var snapshot = 0

    var total: Int {
        startup + data + tables + timers + clients + spareChunks + pubsub + watches + snapshot
    }

    /// What is not counted against `maxmemory`.
    var uncounted: Int { snapshot }

    /// What counts against `maxmemory` besides clients and the arena, which are asked at every command.
    private(set) var others = 0

    /// What is not keys and values.
    var overhead: Int { total - data }

    init() {}

    init(_ keyspace: borrowing Keyspace, _ context: borrowing Context) {
        startup = context.startMemory
        tables = keyspace.tableMemory
        timers = keyspace.timerMemory
        let objects = keyspace.objectMemory
        let directories = keyspace.directoryMemory
        data = keyspace.arena.heldBytes - (tables - directories) + objects
        clients = context.ledger.total
        spareChunks = context.ledger.chunks?.spareBytes ?? 0
        pubsub = context.pubsub.ownMemory
        watches = context.watches.ownMemory
        snapshot = keyspace.snapshot.heldBytes
        others = startup + timers + objects + directories + spareChunks + pubsub + watches
    }
}

extension Context {
    /// Brings the figures and their peak up to date.
    mutating func measureMemory(_ keyspace: borrowing Keyspace) {
        memory = MemoryFigures(keyspace, self)
        statistics.peakMemory = max(statistics.peakMemory, memory.total)
    }

    /// Bytes held for everything, as last measured.
    var usedMemory: Int { memory.total }
}
