import Bytes
import Wire

/// Reading one string: all of it, a part, its length or its digest.
extension StringCommands {
    static let get = Command(
        "get", arity: 2, .string, [.readonly, .fast],
        keys: [.range("RO access", 1)],
        since: "1.0.0", complexity: "O(1)",
        summary: "The string value of a key.",
        arguments: "key:key#0"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = keyspace.read(arguments[1]) else { return reply.null() }
        try reply.value(entry, &keyspace)
    }

    static let strlen = Command(
        "strlen", arity: 2, .string, [.readonly, .fast],
        keys: [.range("RO", 1)],
        since: "2.2.0", complexity: "O(1)",
        summary: "The length of a string value in bytes.",
        arguments: "key:key#0"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = keyspace.read(arguments[1]) else { return reply.integer(0) }
        if !keyspace.arena.header(entry).isString { throw .wrongType }
        reply.integer(keyspace.textLength(entry))
    }

    static let getrange = Command(
        "getrange", arity: 4, .string, [.readonly],
        keys: [.range("RO access", 1)],
        since: "2.4.0", complexity: "O(N) where N is the length of the returned string.",
        summary: "The bytes of a string value between two positions; negative ones count from its end.",
        arguments: "key:key#0 start:integer end:integer"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try replyRange(arguments, &keyspace, &reply)
    }

    static let substr = Command(
        "substr", arity: 4, .string, [.readonly],
        keys: [.range("RO access", 1)],
        since: "1.0.0", complexity: "O(N) where N is the length of the returned string.",
        summary: "GETRANGE under its first name.",
        arguments: "key:key#0 start:integer end:integer",
        deprecatedSince: "2.0.0", replacedBy: "`GETRANGE`"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try replyRange(arguments, &keyspace, &reply)
    }

    private static func replyRange(
        _ arguments: Arguments, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) throws(CommandError) {
        let start = try arguments.integer(2)
        let end = try arguments.integer(3)
        guard let entry = keyspace.read(arguments[1]) else { return reply.bulk("") }
        if !keyspace.arena.header(entry).isString { throw .wrongType }
        let text = keyspace.text(entry)
        reply.bulk(text.extracting(selection(start, end, of: text.byteCount)))
    }

    /// The positions that `start` and `end`, the last one included, select of `count`; negative numbers count from the end.
    static func selection(_ start: Int64, _ end: Int64, of count: Int) -> Range<Int> {
        // Both in front of the string: its first byte would remain, but Redis finds nothing in a reversed range.
        if start < 0, end < 0, start > end { return 0 ..< 0 }
        let count = Int64(count)
        let first = start < 0 ? max(0, count &+ start) : start
        let last = min(end < 0 ? max(0, count &+ end) : end, count &- 1)
        return first > last ? 0 ..< 0 : Int(first) ..< Int(last &+ 1)
    }

    static let digest = Command(
        "digest", arity: 2, .string, [.readonly, .fast],
        keys: [.range("RO access", 1)],
        since: "8.4.0", complexity: "O(N) where N is the length of the string value.",
        summary: "The XXH3 hash of a string value, in hexadecimal, as IFDEQ and IFDNE compare it.",
        arguments: "key:key#0"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = keyspace.read(arguments[1]) else { return reply.null() }
        if !keyspace.arena.header(entry).isString { throw .wrongType }
        reply.bulk(NumberText(hexadecimal: xxh3(keyspace.text(entry))).bytes)
    }
}
