import Bytes
import Wire

/// OBJECT and its subcommands: how a value is kept and when it was used.
enum ObjectCommands {
    private static let keys: [KeySpec] = [.range("RO", 2)]
    private static let tips = ["nondeterministic_output"]

    static let object = Command.container(
        "object", .generic, since: "2.2.3",
        summary: "How the server keeps the value of a key.",
        [encoding, freq, help, idletime, refcount])

    static let encoding = Command(
        "object|encoding", arity: 3, .generic, [.readonly], keys: keys,
        since: "2.2.3", complexity: "O(1)",
        summary: "How a value is represented in memory.",
        arguments: "key:key#0", tips: tips
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = keyspace.glance(arguments[2], isQuiet: true) else { return reply.null() }
        reply.bulk(keyspace.arena.header(entry).encoding.name.bytes)
    }

    static let freq = Command(
        "object|freq", arity: 3, .generic, [.readonly], keys: keys,
        since: "4.0.0", complexity: "O(1)",
        summary: "How often a value is used, on a logarithmic scale up to 255.",
        arguments: "key:key#0", tips: tips
    ) { arguments, keyspace, reply, context throws(CommandError) in
        guard let entry = keyspace.glance(arguments[2], isQuiet: true) else { return reply.null() }
        if !context.configuration.maxmemoryPolicy.countsUses {
            throw .text("ERR An LFU maxmemory policy is not selected, access frequency not tracked. \(takesTime)")
        }
        let frequency = AccessFrequency(bits: keyspace.arena.header(entry).access)
        reply.integer(frequency.decayed(now: context.now, minutes: context.configuration.lfuDecayTime))
    }

    static let idletime = Command(
        "object|idletime", arity: 3, .generic, [.readonly], keys: keys,
        since: "2.2.3", complexity: "O(1)",
        summary: "How many seconds ago a value was last used.",
        arguments: "key:key#0", tips: tips
    ) { arguments, keyspace, reply, context throws(CommandError) in
        guard let entry = keyspace.glance(arguments[2], isQuiet: true) else { return reply.null() }
        if context.configuration.maxmemoryPolicy.countsUses {
            throw .text("ERR An LFU maxmemory policy is selected, idle time not tracked. \(takesTime)")
        }
        reply.integer(keyspace.idleSeconds(entry))
    }

    private static let takesTime =
        "Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust."

    static let refcount = Command(
        "object|refcount", arity: 3, .generic, [.readonly], keys: keys,
        since: "2.2.3", complexity: "O(1)",
        summary: "How many references there are to a value.",
        arguments: "key:key#0", tips: tips
    ) { arguments, keyspace, reply, context throws(CommandError) in
        guard let entry = keyspace.glance(arguments[2], isQuiet: true) else { return reply.null() }
        reply.integer(keyspace.referenceCount(entry, context.configuration))
    }

    static let help = Command(
        "object|help", arity: 2, .generic, [.loading, .stale],
        since: "6.2.0", complexity: "O(1)",
        summary: "Lists the subcommands of OBJECT."
    ) { _, _, reply, _ throws(CommandError) in
        HelpReply.write(
            "OBJECT",
            [
                "ENCODING <key>",
                "    Return the kind of internal representation used in order to store the value",
                "    associated with a <key>.",
                "FREQ <key>",
                "    Return the access frequency index of the <key>. The returned integer is",
                "    proportional to the logarithm of the recent access frequency of the key.",
                "IDLETIME <key>",
                "    Return the idle time of the <key>, that is the approximated number of",
                "    seconds elapsed since the last access to the key.",
                "REFCOUNT <key>",
                "    Return the number of references of the value associated with the specified",
                "    <key>.",
            ], &reply)
    }
}

extension Keyspace {
    /// Seconds since the last use, as far as the LRU clock reaches: it comes round after 194 days.
    func idleSeconds(_ entry: Entry) -> Int { accessRule.idleSeconds(arena.header(entry).access) }

    /// Values are never shared here, but Redis keeps one object for each small integer, which its clients may know by
    /// its endless reference count. It stops sharing when eviction needs to know the last use of each value.
    func referenceCount(_ entry: Entry, _ configuration: Configuration) -> Int {
        let policy = configuration.maxmemoryPolicy
        let shares = configuration.maxmemory == 0 || !(policy.countsUses || policy.ranksByLastUse)
        guard shares, arena.header(entry).form == .integer else { return 1 }
        return (0 ..< 10000).contains(arena.integer(entry)) ? Int(Int32.max) : 1
    }
}
