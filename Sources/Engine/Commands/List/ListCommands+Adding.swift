import Bytes
import Wire

/// LPUSH, RPUSH, LPUSHX, RPUSHX and LINSERT.
extension ListCommands {
    private static let keys: [KeySpec] = [.range("RW insert", 1)]
    private static let eachO1 =
        "O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments."

    static let lpush = Command(
        "lpush", arity: -3, .list, [.write, .denyOOM, .fast], keys: keys,
        since: "1.0.0", complexity: eachO1,
        summary: "Adds elements in front of a list, the last of them first; makes the list where there is none.",
        arguments: "key:key#0 element:string*"
    ) { arguments, keyspace, reply, _ throws(CommandError) in try push(arguments, .head, &keyspace, &reply) }

    static let rpush = Command(
        "rpush", arity: -3, .list, [.write, .denyOOM, .fast], keys: keys,
        since: "1.0.0", complexity: eachO1,
        summary: "Adds elements at the end of a list; makes the list where there is none.",
        arguments: "key:key#0 element:string*"
    ) { arguments, keyspace, reply, _ throws(CommandError) in try push(arguments, .tail, &keyspace, &reply) }

    static let lpushx = Command(
        "lpushx", arity: -3, .list, [.write, .denyOOM, .fast], keys: keys,
        since: "2.2.0", complexity: eachO1,
        summary: "Adds elements in front of a list that is there already.",
        arguments: "key:key#0 element:string*"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try push(arguments, .head, onlyIfThere: true, &keyspace, &reply)
    }

    static let rpushx = Command(
        "rpushx", arity: -3, .list, [.write, .denyOOM, .fast], keys: keys,
        since: "2.2.0", complexity: eachO1,
        summary: "Adds elements at the end of a list that is there already.",
        arguments: "key:key#0 element:string*"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try push(arguments, .tail, onlyIfThere: true, &keyspace, &reply)
    }

    @inline(__always)
    private static func push(
        _ arguments: Arguments, _ end: ListEnd, onlyIfThere: Bool = false, _ keyspace: inout Keyspace,
        _ reply: inout ReplyWriter
    ) throws(CommandError) {
        var place = try keyspace.write(arguments[1], as: .list)
        if onlyIfThere, !place.exists { return reply.integer(0) }
        keyspace.push(arguments, from: 2, end, to: arguments[1], &place)
        guard let entry = place.entry else { return }
        keyspace.changed(end == .head ? .lpush : .rpush, entry)
        reply.integer(keyspace.elementCount(entry))
    }

    static let linsert = Command(
        "linsert", arity: 5, .list, [.write, .denyOOM], keys: keys,
        since: "2.2.0",
        complexity:
            "O(N) where N is the number of elements to traverse before seeing the value pivot. This means that inserting somewhere on the left end on the list (head) can be considered O(1) and inserting somewhere on the right end (tail) is O(N).",
        summary: "Adds an element before or after the first one that has a given value.",
        arguments: "key:key#0 where(before=BEFORE|after=AFTER) pivot:string element:string"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let isAfter = arguments.isWord(2, "after")
        if !isAfter, !arguments.isWord(2, "before") { throw .syntax }
        var place = try keyspace.write(arguments[1], as: .list)
        guard let entry = place.entry else { return reply.integer(0) }
        var pivot: Int?
        keyspace.forEachMatch(entry, arguments[3], from: .head, limit: .max) {
            pivot = $0
            return false
        }
        guard let pivot else { return reply.integer(-1) }
        keyspace.insert(arguments[4], beforeElement: isAfter ? pivot + 1 : pivot, key: arguments[1], &place)
        guard let grown = place.entry else { return }
        keyspace.changed(.linsert, grown)
        reply.integer(keyspace.elementCount(grown))
    }
}
