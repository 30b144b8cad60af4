import Bytes
import Wire

/// DEL, UNLINK, EXISTS, TOUCH and TYPE.
enum KeyCommands {
    static let rows: [Command] = [del, unlink, exists, touch, type]

    private static let sum = ["request_policy:multi_shard", "response_policy:agg_sum"]

    static let del = Command(
        "del", arity: -2, .generic, [.write],
        keys: [.range("RM delete", 1, last: -1)],
        since: "1.0.0", complexity: "O(N) where N is the number of keys; large values are freed elsewhere.",
        summary: "Removes keys, and tells how many there were.",
        arguments: "key:key#0*", tips: sum
    ) { arguments, keyspace, reply, _ throws(CommandError) in removeKeys(arguments, &keyspace, &reply) }

    static let unlink = Command(
        "unlink", arity: -2, .generic, [.write, .fast],
        keys: [.range("RM delete", 1, last: -1)],
        since: "4.0.0", complexity: "O(N) where N is the number of keys; large values are freed elsewhere.",
        summary: "Removes keys without waiting for their memory, and tells how many there were.",
        arguments: "key:key#0*", tips: sum
    ) { arguments, keyspace, reply, _ throws(CommandError) in removeKeys(arguments, &keyspace, &reply) }

    /// DEL and UNLINK do the same here: whatever is worth handing to another thread is always handed over.
    private static func removeKeys(_ arguments: Arguments, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter) {
        var removed = 0
        for index in 1 ..< arguments.count {
            if keyspace.remove(keyspace.find(arguments[index])) { removed &+= 1 }
        }
        reply.integer(removed)
    }

    static let exists = Command(
        "exists", arity: -2, .generic, [.readonly, .fast],
        keys: [.range("RO", 1, last: -1)],
        since: "1.0.0", complexity: "O(N) where N is the number of keys.",
        summary: "How many of the keys exist; one named twice counts twice.",
        arguments: "key:key#0*", tips: sum
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        var found = 0
        for index in 1 ..< arguments.count where keyspace.glance(arguments[index]) != nil { found &+= 1 }
        reply.integer(found)
    }

    static let touch = Command(
        "touch", arity: -2, .generic, [.readonly, .fast],
        keys: [.range("RO", 1, last: -1)],
        since: "3.2.1", complexity: "O(N) where N is the number of keys.",
        summary: "Marks keys as used just now, and tells how many there were.",
        arguments: "key:key#0*", tips: sum
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        var found = 0
        for index in 1 ..< arguments.count {
            guard let entry = keyspace.read(arguments[index]) else { continue }
            // The one command that CLIENT NO-TOUCH does not hold back: it is what the client asks for.
            keyspace.touch(entry)
            found &+= 1
        }
        reply.integer(found)
    }

    static let type = Command(
        "type", arity: 2, .generic, [.readonly, .fast],
        keys: [.range("RO", 1)],
        since: "1.0.0", complexity: "O(1)",
        summary: "The type of the value stored at a key.",
        arguments: "key:key#0"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = keyspace.glance(arguments[1]) else { return reply.simple("none") }
        reply.simple(keyspace.arena.header(entry).type.name)
    }
}
