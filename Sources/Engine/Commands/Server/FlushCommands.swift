import Bytes
import Wire

/// DBSIZE, FLUSHDB, FLUSHALL and SWAPDB: whole databases.
enum FlushCommands {
    static let rows: [Command] = [dbsize, flushdb, flushall, swapdb]

    private static let kind = "flush-type(async=ASYNC@4.0.0|sync=SYNC@6.2.0)?"
    private static let everywhere = ["request_policy:all_shards", "response_policy:all_succeeded"]

    static let dbsize = Command(
        "dbsize", arity: 1, .server, [.readonly, .fast], categories: ["keyspace"],
        since: "1.0.0", complexity: "O(1)",
        summary: "How many keys the database has.",
        tips: ["request_policy:all_shards", "response_policy:agg_sum"]
    ) { _, keyspace, reply, _ throws(CommandError) in reply.integer(keyspace.keyCount) }

    static let flushdb = Command(
        "flushdb", arity: -1, .server, [.write], categories: ["keyspace", "dangerous"],
        since: "1.0.0", complexity: "O(N) where N is the number of keys, or O(1) and O(N) in the background.",
        summary: "Removes all keys of the database.",
        arguments: kind, tips: everywhere
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let waits = try waitsForMemory(arguments, context)
        keyspace.flush(databases: keyspace.selected ..< keyspace.selected + 1, waiting: waits)
        reply.ok()
    }

    static let flushall = Command(
        "flushall", arity: -1, .server, [.write], categories: ["keyspace", "dangerous"],
        since: "1.0.0", complexity: "O(N) where N is the number of keys, or O(1) and O(N) in the background.",
        summary: "Removes all keys of all databases.",
        arguments: kind, tips: everywhere
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let waits = try waitsForMemory(arguments, context)
        // Nobody wants the image of what is thrown away: Redis ends its child for this.
        if keyspace.snapshot.isSaving { context.abandonSave(&keyspace) }
        keyspace.flush(databases: 0 ..< keyspace.databases.count, waiting: waits)
        context.saveEmptiness(&keyspace)
        reply.ok()
    }

    /// Whether the reply waits until the memory is free: as asked for, or as configured.
    private static func waitsForMemory(
        _ arguments: Arguments, _ context: borrowing Context
    ) throws(CommandError) -> Bool {
        if arguments.count == 1 { return !context.configuration.lazyfreeLazyUserFlush }
        if arguments.count > 2 { throw .syntax }
        if arguments.isWord(1, "sync") { return true }
        if arguments.isWord(1, "async") { return false }
        throw .syntax
    }

    static let swapdb = Command(
        "swapdb", arity: 3, .server, [.write, .fast], categories: ["keyspace", "dangerous"],
        since: "4.0.0", complexity: "O(1)",
        summary: "Exchanges the contents of two databases.",
        arguments: "index1:integer index2:integer"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let first = try arguments.integer32(1, orThrow: .text("ERR invalid first DB index"))
        let second = try arguments.integer32(2, orThrow: .text("ERR invalid second DB index"))
        let numbers = 0 ..< keyspace.databases.count
        guard numbers.contains(first), numbers.contains(second) else { throw .databaseOutOfRange }
        keyspace.swap(first, second)
        reply.ok()
    }
}

extension Keyspace {
    /// Empties databases. What they held is taken apart at once if the caller is `waiting` for the memory, otherwise in
    /// slices between batches, and later if a snapshot still wants it.
    mutating func flush(databases range: Range<Int>, waiting: Bool) {
        let pending = flushed.count
        effects.noteFlushCommand()
        for database in range { flush(database) }
        while waiting, flushed.count > pending, dismantle(buckets: 1024) {}
    }
}
