import Bytes
import Wire

/// MEMORY STATS, DOCTOR, MALLOC-STATS and PURGE: memory as a whole.
extension MemoryCommands {
    private static let special = ["nondeterministic_output", "request_policy:all_shards", "response_policy:special"]

    static let stats = Command(
        "memory|stats", arity: 2, .server, [], since: "4.0.0", complexity: "O(1)",
        summary: "What memory is in use for.", tips: special
    ) { _, keyspace, reply, context throws(CommandError) in
        context.measureMemory(keyspace)
        let report = MemoryReport(keyspace, context)
        reply.map(report.lines.count)
        for (name, value) in report.lines {
            reply.bulk(name)
            switch value {
            case .bytes(let bytes): reply.integer(bytes)
            case .ratio(let ratio): reply.double(ratio)
            case .database(let main, let deadlines):
                reply.map(3)
                reply.bulk("overhead.hashtable.main")
                reply.integer(main)
                reply.bulk("overhead.hashtable.expires")
                reply.integer(deadlines)
                reply.bulk("overhead.hashtable.slot-to-keys")
                reply.integer(0)
            }
        }
    }

    static let doctor = Command(
        "memory|doctor", arity: 2, .server, [], since: "4.0.0", complexity: "O(1)",
        summary: "What is remarkable about the memory in use, and what can be done.", tips: special
    ) { _, keyspace, reply, context throws(CommandError) in
        context.measureMemory(keyspace)
        reply.verbatim("txt", MemoryReport(keyspace, context).advice)
    }

    static let mallocStats = Command(
        "memory|malloc-stats", arity: 2, .server, [], since: "4.0.0", complexity: "O(1)",
        summary: "What the allocator of keys and values holds.", tips: special
    ) { _, keyspace, reply, _ throws(CommandError) in
        let arena = (keyspace.arena.allocatedBytes, keyspace.arena.pagedBytes, keyspace.arena.externalBytes)
        reply.verbatim(
            "txt",
            """
            Objects in the arena: \(arena.0) bytes, in pages of \(arena.1) bytes
            Blocks on the heap: \(arena.2) bytes
            Allocations since the start: \(keyspace.arena.allocationCount)

            """)
    }

    static let purge = Command(
        "memory|purge", arity: 2, .server, [], since: "4.0.0",
        complexity: "O(N) where N is the number of empty pages and of objects that are still to be freed.",
        summary: "Gives memory that is not in use back to the system at once.",
        tips: ["request_policy:all_shards", "response_policy:all_succeeded"]
    ) { _, keyspace, reply, context throws(CommandError) in
        while keyspace.dismantleSome(elements: 1 << 16) {}
        while keyspace.arena.returnEmptyPages(limit: 1 << 16) {}
        context.host.releaseFreeMemory()
        reply.ok()
    }
}

/// MEMORY STATS under Redis's names, and what MEMORY DOCTOR concludes from it.
struct MemoryReport {
    enum Value {
        case bytes(Int)
        case ratio(Double)
        /// Of one database: its table, and its wheel of deadlines.
        case database(main: Int, deadlines: Int)
    }

    private(set) var lines: [(name: String, value: Value)] = []
    /// MEMORY DOCTOR's text.
    private(set) var advice = ""

    init(_ keyspace: borrowing Keyspace, _ context: borrowing Context) {
        let memory = context.memory
        let resident = Int(context.host.measurements().residentBytes)
        let (allocated, active) = (keyspace.arena.heldBytes, keyspace.arena.pagedBytes + keyspace.arena.externalBytes)
        let peak = context.statistics.peakMemory
        let net = max(1, memory.total - memory.startup)
        var keys = 0
        func ratio(_ a: Int, _ b: Int) -> Value { .ratio(Double(a) / Double(max(1, b))) }
        lines = [
            ("peak.allocated", .bytes(peak)),
            ("total.allocated", .bytes(memory.total)),
            ("startup.allocated", .bytes(memory.startup)),
            ("replication.backlog", .bytes(0)),
            ("clients.slaves", .bytes(0)),
            ("clients.normal", .bytes(memory.clients)),
            ("cluster.links", .bytes(0)),
            ("aof.buffer", .bytes(0)),
            ("lua.caches", .bytes(0)),
            ("functions.caches", .bytes(0)),
        ]
        for index in 0 ..< keyspace.databases.count where keyspace.databases[index].table.count > 0 {
            keys += keyspace.databases[index].table.count
            let table = keyspace.databases[index].table.bucketMemory + keyspace.databases[index].table.directoryMemory
            let wheel = keyspace.databases[index].wheel.allocatedBytes
            lines.append(("db.\(index)", .database(main: table, deadlines: wheel)))
        }
        lines += [
            ("overhead.total", .bytes(memory.overhead)),
            ("keys.count", .bytes(keys)),
            ("keys.bytes-per-key", .bytes(keys == 0 ? 0 : net / keys)),
            ("dataset.bytes", .bytes(memory.data)),
            ("dataset.percentage", .ratio(Double(memory.data) * 100 / Double(net))),
            ("peak.percentage", .ratio(Double(memory.total) * 100 / Double(max(1, peak)))),
            ("allocator.allocated", .bytes(allocated)),
            ("allocator.active", .bytes(active)),
            ("allocator.resident", .bytes(active)),
            ("allocator-fragmentation.ratio", ratio(active, allocated)),
            ("allocator-fragmentation.bytes", .bytes(active - allocated)),
            ("allocator-rss.ratio", .ratio(1)),
            ("allocator-rss.bytes", .bytes(0)),
            ("rss-overhead.ratio", ratio(resident, active)),
            ("rss-overhead.bytes", .bytes(resident - active)),
            ("fragmentation", ratio(resident, memory.total)),
            ("fragmentation.bytes", .bytes(resident - memory.total)),
        ]
        advise(memory, peak: peak, resident: resident, active: active, allocated: allocated, clients: context.sessions.count)
    }

    private static let mebi = 1 << 20

    private mutating func advise(
        _ memory: MemoryFigures, peak: Int, resident: Int, active: Int, allocated: Int, clients: Int
    ) {
        if memory.total < 5 * MemoryReport.mebi {
            advice = "There is too little data here to say anything about its memory.\n"
            return
        }
        var found: [String] = []
        if Double(peak) > 1.5 * Double(memory.total) {
            found.append("Peak: more than half as much again was in use before. What is free now has been given back to the system.")
        }
        if Double(active) > 1.1 * Double(allocated), active - allocated > 10 * MemoryReport.mebi {
            found.append(
                "Fragmentation: pages hold more than a tenth besides the objects in them, after many were removed. New keys use that room.")
        }
        if Double(resident) > 1.4 * Double(memory.total), resident - memory.total > 10 * MemoryReport.mebi {
            found.append("Resident memory is far above the memory in use. MEMORY PURGE gives back what can be given back.")
        }
        if clients > 0, memory.clients / clients > 200 << 10 {
            found.append(
                "Clients hold more than 200 kB each. CLIENT LIST shows whose replies or requests wait; maxmemory-clients limits them.")
        }
        advice = found.isEmpty ? "Nothing is remarkable about the memory in use.\n" : found.map { " * \($0)\n" }.joined()
    }
}
