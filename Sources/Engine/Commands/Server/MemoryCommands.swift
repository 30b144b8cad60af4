import Bytes
import Wire

/// MEMORY: what values cost.
enum MemoryCommands {
    static let rows: [Command] = [memory]

    static let memory = Command.container(
        "memory", .server, since: "4.0.0", summary: "What the server's data cost in memory.", [doctor, help, mallocStats, purge, stats, usage])

    static let usage = Command(
        "memory|usage", arity: -3, .server, [.readonly], keys: [.range("RO", 2)],
        since: "4.0.0", complexity: "O(N) where N is the number of samples.",
        summary: "How many bytes a key and its value take.",
        arguments: "key:key#0 count:integer=SAMPLES?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        var samples: Int64 = 5
        var index = 3
        while index < arguments.count {
            guard arguments.isWord(index, "samples"), index + 1 < arguments.count else { throw .syntax }
            samples = try arguments.integer(index + 1)
            if samples < 0 { throw .syntax }
            index += 2
        }
        guard let entry = keyspace.peek(arguments[2]) else { return reply.null() }
        reply.integer(Int64(keyspace.memoryUsage(entry, samples: samples == 0 ? .max : Int(clamping: samples))))
    }

    static let help = Command(
        "memory|help", arity: 2, .server, [.loading, .stale], since: "4.0.0", complexity: "O(1)",
        summary: "What MEMORY can do."
    ) { _, _, reply, _ throws(CommandError) in
        HelpReply.write(
            "MEMORY",
            [
                "DOCTOR", "    Return memory problems reports.",
                "MALLOC-STATS", "    Return internal statistics report from the memory allocator.",
                "PURGE", "    Attempt to purge dirty pages for reclamation by the allocator.",
                "STATS", "    Return information about the memory usage of the server.",
                "USAGE <key> [SAMPLES <count>]",
                "    Return memory in bytes used by <key> and its value. Nested values are",
                "    sampled up to <count> times (default: 5, 0 means sample all).",
            ], &reply)
    }
}

extension Keyspace {
    /// Bytes that a key and its value take: exact for what lies in one block, and else from the mean of the first `samples`
    /// elements. O(samples).
    func memoryUsage(_ entry: Entry, samples: Int) -> Int {
        let header = arena.header(entry)
        // The share of the table is that of a bucket with its mean number of entries.
        var total = Arena.occupied(header.size) + Keyspace.tableShare
        if header.hasLongKey { total += Arena.heapCost(arena.key(entry).byteCount) }
        if header.form == .blob { total += Arena.heapCost(arena.byteCount(entry)) }
        if header.form == .object { total += objectMemory(entry, samples: samples) }
        return total
    }

    /// Bytes of one entry's place in a hash table.
    private static let tableShare = 14

    private func objectMemory(_ entry: Entry, samples: Int) -> Int {
        var (seen, bytes) = (0, 0)
        func take(_ size: Int) -> Bool {
            seen += 1
            bytes += size
            return seen < samples
        }
        switch arena.header(entry).type {
        case .list:
            // Elements lie beside each other, with two bytes around each.
            forEachElement(entry, from: 0, count: min(samples, objectCount(entry))) { _ = take($0.byteCount + 2) }
        case .set: forEachMember(entry) { take(Arena.occupied(min($0.byteCount + 1, Arena.largestObject)) + Keyspace.tableShare) }
        case .hash:
            forEachField(entry) { position in
                let size = withName(position, of: entry) { $0.byteCount } + withValue(position, of: entry) { $0.byteCount }
                return take(Arena.occupied(min(size + 2, Arena.largestObject)) + Keyspace.tableShare)
            }
        case .sortedSet:
            // The tree has a slot of fourteen bytes for each, its leaves being two thirds full.
            forEachRanked(entry, 0 ..< objectCount(entry), scores: false) { member, _ in
                take(Arena.occupied(min(member.byteCount + 9, Arena.largestObject)) + Keyspace.tableShare + 21)
            }
        case .string, .stream: preconditionFailure("no large value")
        }
        return seen == 0 ? 0 : bytes * objectCount(entry) / seen
    }
}
