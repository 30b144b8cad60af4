import Bytes
import Wire

/// KEYS, SCAN and RANDOMKEY: finding out which keys there are.
enum ScanCommands {
    static let rows: [Command] = [keys, scan, randomkey]

    static let keys = Command(
        "keys", arity: 2, .generic, [.readonly], categories: ["dangerous"],
        since: "1.0.0", complexity: "O(N) where N is the number of keys; O(1) for a plain name.",
        summary: "All keys whose names match a pattern.",
        arguments: "pattern:pattern",
        tips: ["request_policy:all_shards", "nondeterministic_output_order"]
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let pattern = GlobPattern(arguments[1])
        if pattern.isLiteral {
            let isThere = keyspace.locate(arguments[1]).map { !keyspace.isPastDeadline($0) } ?? false
            reply.array(isThere ? 1 : 0)
            if isThere { reply.bulk(arguments[1]) }
            return
        }
        var matches: [Entry] = []
        var bucket: [Entry] = []
        for index in 0 ..< keyspace.bucketCount {
            bucket.removeAll(keepingCapacity: true)
            keyspace.gather(bucket: index, in: keyspace.selected, into: &bucket)
            for entry in bucket where !keyspace.isPastDeadline(entry) {
                if pattern.isUniversal || pattern.matches(keyspace.arena.key(entry)) { matches.append(entry) }
            }
        }
        writeKeys(matches, keyspace, &reply)
    }

    static let scan = Command(
        "scan", arity: -2, .generic, [.readonly],
        since: "2.8.0", complexity: "O(1) for every call, O(N) for all keys.",
        summary: "Some of the keys, and the cursor to ask for the next ones with.",
        arguments: "cursor:integer pattern:pattern=MATCH? count:integer=COUNT? type:string=TYPE@6.0.0?",
        tips: ["nondeterministic_output", "request_policy:special"]
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let request = try ScanRequest(arguments, cursor: 1, hasTypes: true)
        var found: [Entry] = []
        let next = keyspace.gather(from: request.cursor, wanted: request.count, into: &found)
        var shown: [Entry] = []
        for entry in found where request.matches(keyspace.arena.key(entry), arguments) {
            if keyspace.expireIfDue(entry) { continue }
            if let type = request.type, !arguments[type].equalsIgnoringCase(keyspace.arena.header(entry).type.name) {
                continue
            }
            shown.append(entry)
        }
        reply.array(2)
        reply.bulk(NumberText(next).bytes)
        writeKeys(shown, keyspace, &reply)
    }

    static let randomkey = Command(
        "randomkey", arity: 1, .generic, [.readonly],
        since: "1.0.0", complexity: "O(1)",
        summary: "A key chosen at random.",
        tips: ["request_policy:all_shards", "nondeterministic_output"]
    ) { _, keyspace, reply, _ throws(CommandError) in
        guard let entry = keyspace.randomEntry() else { return reply.null() }
        reply.bulk(keyspace.arena.key(entry))
    }

    private static func writeKeys(_ entries: [Entry], _ keyspace: borrowing Keyspace, _ reply: inout ReplyWriter) {
        reply.array(entries.count)
        for entry in entries { reply.bulk(keyspace.arena.key(entry)) }
    }
}
