import Bytes
import Wire

/// TTL, PTTL, EXPIRETIME, PEXPIRETIME and PERSIST: how long a key lives, and letting it live for ever.
enum LifetimeCommands {
    static let rows: [Command] = [ttl, pttl, expiretime, pexpiretime, persist]

    private static let keys: [KeySpec] = [.range("RO access", 1)]

    static let ttl = Command(
        "ttl", arity: 2, .generic, [.readonly, .fast], keys: keys,
        since: "1.0.0", complexity: "O(1)",
        summary: "How many seconds a key has left to live.",
        arguments: "key:key#0", tips: ["nondeterministic_output"]
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        reply.integer(inSeconds(lifetime(arguments[1], since: keyspace.now, &keyspace)))
    }

    static let pttl = Command(
        "pttl", arity: 2, .generic, [.readonly, .fast], keys: keys,
        since: "2.6.0", complexity: "O(1)",
        summary: "How many milliseconds a key has left to live.",
        arguments: "key:key#0", tips: ["nondeterministic_output"]
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        reply.integer(lifetime(arguments[1], since: keyspace.now, &keyspace))
    }

    static let expiretime = Command(
        "expiretime", arity: 2, .generic, [.readonly, .fast], keys: keys,
        since: "7.0.0", complexity: "O(1)",
        summary: "Until when a key lives, in seconds since 1970.",
        arguments: "key:key#0"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        reply.integer(inSeconds(lifetime(arguments[1], since: 0, &keyspace)))
    }

    static let pexpiretime = Command(
        "pexpiretime", arity: 2, .generic, [.readonly, .fast], keys: keys,
        since: "7.0.0", complexity: "O(1)",
        summary: "Until when a key lives, in milliseconds since 1970.",
        arguments: "key:key#0"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        reply.integer(lifetime(arguments[1], since: 0, &keyspace))
    }

    static let persist = Command(
        "persist", arity: 2, .generic, [.write, .fast],
        keys: [.range("RW update", 1)],
        since: "2.2.0", complexity: "O(1)",
        summary: "Takes a key's deadline away.",
        arguments: "key:key#0"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        var place = keyspace.write(arguments[1])
        guard let entry = place.entry, keyspace.arena.header(entry).isVolatile else { return reply.integer(0) }
        keyspace.setDeadline(&place, nil, .persist)
        reply.integer(1)
    }

    /// Milliseconds from `origin` to the key's deadline; -1 when it has none, -2 when there is no such key.
    @inline(__always)
    private static func lifetime(_ key: RawSpan, since origin: Int64, _ keyspace: inout Keyspace) -> Int64 {
        guard let entry = keyspace.glance(key) else { return -2 }
        guard let deadline = keyspace.arena.deadline(entry) else { return -1 }
        return max(0, deadline &- origin)
    }

    /// Rounded to the nearest second; the two negative answers stay as they are.
    private static func inSeconds(_ lifetime: Int64) -> Int64 {
        lifetime < 0 ? lifetime : lifetime / 1000 + (lifetime % 1000 >= 500 ? 1 : 0)
    }
}
