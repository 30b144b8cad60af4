import Bytes
import Wire

/// All fields of a hash: HGETALL, HKEYS, HVALS and HSCAN. What is sent is written from where it lies, without a list of it.
enum WholeHashCommands {
    static let rows: [Command] = [hgetall, hkeys, hvals, hscan]

    static let hgetall = Command(
        "hgetall", arity: 2, .hash, [.readonly],
        keys: [.range("RO access", 1)],
        since: "2.0.0", complexity: "O(N) where N is the number of fields.",
        summary: "All fields of a hash with their values.",
        arguments: "key:key#0", tips: ["nondeterministic_output_order"]
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = try keyspace.readHash(arguments[1]) else { return reply.map(0) }
        reply.map(keyspace.fieldCount(entry))
        keyspace.forEachField(entry) {
            reply.name(of: $0, in: entry, keyspace)
            reply.value(of: $0, in: entry, keyspace)
            return true
        }
    }

    static let hkeys = Command(
        "hkeys", arity: 2, .hash, [.readonly],
        keys: [.range("RO access", 1)],
        since: "2.0.0", complexity: "O(N) where N is the number of fields.",
        summary: "The names of all fields of a hash.",
        arguments: "key:key#0", tips: ["nondeterministic_output_order"]
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = try keyspace.readHash(arguments[1]) else { return reply.array(0) }
        reply.array(keyspace.fieldCount(entry))
        keyspace.forEachField(entry) {
            reply.name(of: $0, in: entry, keyspace)
            return true
        }
    }

    static let hvals = Command(
        "hvals", arity: 2, .hash, [.readonly],
        keys: [.range("RO access", 1)],
        since: "2.0.0", complexity: "O(N) where N is the number of fields.",
        summary: "The values of all fields of a hash.",
        arguments: "key:key#0", tips: ["nondeterministic_output_order"]
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = try keyspace.readHash(arguments[1]) else { return reply.array(0) }
        reply.array(keyspace.fieldCount(entry))
        keyspace.forEachField(entry) {
            reply.value(of: $0, in: entry, keyspace)
            return true
        }
    }

    static let hscan = Command(
        "hscan", arity: -3, .hash, [.readonly],
        keys: [.range("RO access", 1)],
        since: "2.8.0",
        complexity: "O(1) for every call, O(N) for an iteration until the cursor is 0 again, N being the number of fields.",
        summary: "A part of the fields of a hash, and a cursor to go on from.",
        arguments: "key:key#0 cursor:integer pattern:pattern=MATCH? count:integer=COUNT? novalues=NOVALUES@7.4.0?",
        tips: ["nondeterministic_output"]
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let cursor = try ScanRequest.cursor(arguments[2])
        guard let entry = try keyspace.readHash(arguments[1]) else {
            reply.array(2)
            reply.bulk("0")
            return reply.array(0)
        }
        let request = try ScanRequest(arguments, cursor: 2, bareWord: "novalues")
        var found: [Keyspace.FieldPosition] = []
        let next = keyspace.scanFields(entry, from: cursor, wanted: request.count) { position in
            if keyspace.withName(position, of: entry, { request.matches($0, arguments) }) { found.append(position) }
        }
        reply.array(2)
        reply.bulk(NumberText(next).bytes)
        reply.array(request.namesOnly ? found.count : found.count * 2)
        for position in found {
            reply.name(of: position, in: entry, keyspace)
            if !request.namesOnly { reply.value(of: position, in: entry, keyspace) }
        }
    }
}
