import Bytes
import Wire

/// Single fields: HSET, HSETNX, HMSET, HGET, HMGET, HDEL, HEXISTS, HLEN and HSTRLEN.
enum FieldCommands {
    static let rows: [Command] = [hset, hsetnx, hmset, hget, hmget, hdel, hexists, hlen, hstrlen]

    // MARK: Changing

    static let hset = Command(
        "hset", arity: -4, .hash, [.write, .denyOOM, .fast],
        keys: [.range("RW update", 1)],
        since: "2.0.0", complexity: "O(1) for each field, so O(N) for N of them.",
        summary: "Gives fields of a hash values, and tells how many fields are new.",
        arguments: "key:key#0 data{field:string value:string}*"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        if arguments.count & 1 == 1 { throw .wrongArity("hset") }
        reply.integer(try setFields(arguments, &keyspace, context.hashLimits))
    }

    static let hmset = Command(
        "hmset", arity: -4, .hash, [.write, .denyOOM, .fast],
        keys: [.range("RW update", 1)],
        since: "2.0.0", complexity: "O(N) where N is the number of fields.",
        summary: "Gives fields of a hash values.",
        arguments: "key:key#0 data{field:string value:string}*",
        deprecatedSince: "4.0.0", replacedBy: "`HSET` with multiple field-value pairs"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        if arguments.count & 1 == 1 { throw .wrongArity("hmset") }
        _ = try setFields(arguments, &keyspace, context.hashLimits)
        reply.ok()
    }

    /// Returns how many fields are new.
    @inline(__always)
    private static func setFields(
        _ arguments: Arguments, _ keyspace: inout Keyspace, _ limits: HashLimits
    ) throws(CommandError) -> Int {
        var place = try keyspace.writeHash(arguments[1])
        var created = 0
        var index = 2
        while index < arguments.count {
            let wasThere = keyspace.setField(
                arguments[index], arguments[index &+ 1], in: arguments[1], &place, limits)
            if !wasThere { created &+= 1 }
            index &+= 2
        }
        if let entry = place.entry { keyspace.changed(.hset, entry) }
        return created
    }

    static let hsetnx = Command(
        "hsetnx", arity: 4, .hash, [.write, .denyOOM, .fast],
        keys: [.range("RW insert", 1)],
        since: "2.0.0", complexity: "O(1)",
        summary: "Gives a field of a hash a value, if there is no such field.",
        arguments: "key:key#0 field:string value:string"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        var place = try keyspace.writeHash(arguments[1])
        if let entry = place.entry, keyspace.findField(arguments[2], entry) != nil { return reply.integer(0) }
        keyspace.setField(arguments[2], arguments[3], in: arguments[1], &place, context.hashLimits)
        if let entry = place.entry { keyspace.changed(.hset, entry) }
        reply.integer(1)
    }

    static let hdel = Command(
        "hdel", arity: -3, .hash, [.write, .fast],
        keys: [.range("RW delete", 1)],
        since: "2.0.0", complexity: "O(N) where N is the number of fields to be removed.",
        summary: "Takes fields out of a hash, and tells how many there were.",
        arguments: "key:key#0 field:string*"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        var place = try keyspace.writeHash(arguments[1])
        var removed = 0
        for index in 2 ..< arguments.count {
            guard let entry = place.entry else { break }
            guard let position = keyspace.findField(arguments[index], entry) else { continue }
            keyspace.removeField(at: position, &place)
            removed &+= 1
        }
        if removed > 0 { keyspace.finishFieldRemoval(.hdel, place) }
        reply.integer(removed)
    }

    // MARK: Reading

    static let hget = Command(
        "hget", arity: 3, .hash, [.readonly, .fast],
        keys: [.range("RO access", 1)],
        since: "2.0.0", complexity: "O(1)",
        summary: "The value of a field of a hash.",
        arguments: "key:key#0 field:string"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = try keyspace.readHash(arguments[1]) else { return reply.null() }
        reply.value(ofField: arguments[2], in: entry, keyspace)
    }

    static let hmget = Command(
        "hmget", arity: -3, .hash, [.readonly, .fast],
        keys: [.range("RO access", 1)],
        since: "2.0.0", complexity: "O(N) where N is the number of fields asked for.",
        summary: "The values of several fields of a hash.",
        arguments: "key:key#0 field:string*"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = try keyspace.readHash(arguments[1]) else { return reply.nulls(arguments.count - 2) }
        reply.array(arguments.count &- 2)
        for index in 2 ..< arguments.count { reply.value(ofField: arguments[index], in: entry, keyspace) }
    }

    static let hexists = Command(
        "hexists", arity: 3, .hash, [.readonly, .fast],
        keys: [.range("RO", 1)],
        since: "2.0.0", complexity: "O(1)",
        summary: "Whether a hash has a field.",
        arguments: "key:key#0 field:string"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = try keyspace.readHash(arguments[1]) else { return reply.integer(0) }
        reply.integer(keyspace.findField(arguments[2], entry) == nil ? 0 : 1)
    }

    static let hlen = Command(
        "hlen", arity: 2, .hash, [.readonly, .fast],
        keys: [.range("RO", 1)],
        since: "2.0.0", complexity: "O(1)",
        summary: "How many fields a hash has.",
        arguments: "key:key#0"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        reply.integer(try keyspace.readHash(arguments[1]).map { keyspace.fieldCount($0) } ?? 0)
    }

    static let hstrlen = Command(
        "hstrlen", arity: 3, .hash, [.readonly, .fast],
        keys: [.range("RO", 1)],
        since: "3.2.0", complexity: "O(1)",
        summary: "The length of the value of a field, in bytes.",
        arguments: "key:key#0 field:string"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = try keyspace.readHash(arguments[1]),
            let position = keyspace.findField(arguments[2], entry)
        else { return reply.integer(0) }
        reply.integer(keyspace.withValue(position, of: entry) { $0.byteCount })
    }
}
