import Bytes
import Wire

/// LPOP, RPOP and LMPOP.
extension ListCommands {
    static let lpop = Command(
        "lpop", arity: -2, .list, [.write, .fast],
        keys: [.range("RW access delete", 1)],
        since: "1.0.0", complexity: "O(N) where N is the number of elements returned",
        summary: "Takes the first element of a list, or the first ones.",
        arguments: "key:key#0 count:integer@6.2.0?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in try pop(arguments, .head, "lpop", &keyspace, &reply) }

    static let rpop = Command(
        "rpop", arity: -2, .list, [.write, .fast],
        keys: [.range("RW access delete", 1)],
        since: "1.0.0", complexity: "O(N) where N is the number of elements returned",
        summary: "Takes the last element of a list, or the last ones.",
        arguments: "key:key#0 count:integer@6.2.0?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in try pop(arguments, .tail, "rpop", &keyspace, &reply) }

    @inline(__always)
    private static func pop(
        _ arguments: Arguments, _ end: ListEnd, _ name: StaticString, _ keyspace: inout Keyspace,
        _ reply: inout ReplyWriter
    ) throws(CommandError) {
        if arguments.count > 2 { return try popSeveral(arguments, end, name, &keyspace, &reply) }
        let place = try keyspace.write(arguments[1], as: .list)
        guard let entry = place.entry else { return reply.null() }
        keyspace.withElement(entry, at: end) { reply.bulk($0) }
        keyspace.take(1, from: end, place)
    }

    private static func popSeveral(
        _ arguments: Arguments, _ end: ListEnd, _ name: StaticString, _ keyspace: inout Keyspace,
        _ reply: inout ReplyWriter
    ) throws(CommandError) {
        if arguments.count > 3 { throw .wrongArity("\(name)") }
        let count = try arguments.integer(2, orThrow: .notPositive("value"))
        if count < 0 { throw .notPositive("value") }
        let place = try keyspace.write(arguments[1], as: .list)
        if !place.exists { return reply.nullArray() }
        take(Int(count), from: end, place, &keyspace, &reply)
    }

    /// Replies with the `count` elements at one end, or as many as there are, outermost first, and takes them away.
    static func take(
        _ count: Int, from end: ListEnd, _ place: KeyPlace, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) {
        guard let entry = place.entry else { return }
        let total = keyspace.elementCount(entry)
        let taken = min(count, total)
        reply.array(taken)
        if taken == 0 { return }
        if end == .head {
            keyspace.forEachElement(entry, from: 0, count: taken) { reply.bulk($0) }
        } else {
            keyspace.forEachElementBackwards(entry, from: total - 1, count: taken) { reply.bulk($0) }
        }
        keyspace.take(taken, from: end, place)
    }

    static let lmpop = Command(
        "lmpop", arity: -4, .list, [.write, .movableKeys],
        keys: [.count("RW access delete", 1)],
        since: "7.0.0",
        complexity:
            "O(N+M) where N is the number of provided keys and M is the number of elements returned.",
        summary: "Takes one or several elements of the first of the lists that is there.",
        arguments: "numkeys:integer key:key#0* where(left=LEFT|right=RIGHT) count:integer=COUNT?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let request = try ListPopRequest(arguments, keyCount: 1)
        for index in request.keys {
            let place = try keyspace.write(arguments[index], as: .list)
            if place.exists { return request.take(arguments[index], place, &keyspace, &reply) }
        }
        reply.nullArray()
    }
}

/// What LMPOP and BLMPOP are asked for: `numkeys key … LEFT|RIGHT [COUNT count]`.
struct ListPopRequest {
    let keys: Range<Int>
    let end: ListEnd
    let count: Int

    /// `position` is the argument with the number of keys.
    init(_ arguments: Arguments, keyCount position: Int) throws(CommandError) {
        keys = try arguments.keys(countedBy: position)
        end = try ListCommands.end(arguments, keys.upperBound)
        count = try arguments.count(from: keys.upperBound + 1)
    }

    /// Replies with the name of a key and elements of its list, and takes them away.
    func take(_ key: RawSpan, _ place: KeyPlace, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter) {
        reply.array(2)
        reply.bulk(key)
        ListCommands.take(count, from: end, place, &keyspace, &reply)
    }
}

/// What the commands that take from the first of several keys have in common.
extension Arguments {
    /// The keys that the argument at `position` counts, which follow it. Something must follow them.
    func keys(countedBy position: Int) throws(CommandError) -> Range<Int> {
        let wrong = CommandError.text("ERR numkeys should be greater than 0")
        let number = try integer(position, orThrow: wrong)
        if number < 1 { throw wrong }
        if number >= Int64(count - position - 1) { throw .syntax }
        return position + 1 ..< position + 1 + Int(number)
    }

    /// `COUNT count` at `position`, where the arguments may end instead; 1 unless given.
    func count(from position: Int) throws(CommandError) -> Int {
        if position == count { return 1 }
        if !isWord(position, "count") || position + 1 == count { throw .syntax }
        let wrong = CommandError.text("ERR count should be greater than 0")
        let number = try integer(position + 1, orThrow: wrong)
        if number < 1 { throw wrong }
        if position + 2 < count { throw .syntax }
        return Int(number)
    }
}
