import Bytes
import Wire

/// LMOVE and RPOPLPUSH.
extension ListCommands {
    static let lmove = Command(
        "lmove", arity: 5, .list, [.write, .denyOOM],
        keys: [.range("RW access delete", 1), .range("RW insert", 2)],
        since: "6.2.0", complexity: "O(1)",
        summary: "Takes an element at one end of a list and adds it at an end of another, or of the same.",
        arguments: "source:key#0 destination:key#1 wherefrom(left=LEFT|right=RIGHT) whereto(left=LEFT|right=RIGHT)"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let move = ListMove(from: try end(arguments, 3), to: try end(arguments, 4))
        let source = try keyspace.write(arguments[1], as: .list)
        if !source.exists { return reply.null() }
        try move.run(arguments[1], source, arguments[2], &keyspace, &reply)
    }

    static let rpoplpush = Command(
        "rpoplpush", arity: 3, .list, [.write, .denyOOM],
        keys: [.range("RW access delete", 1), .range("RW insert", 2)],
        since: "1.2.0", complexity: "O(1)",
        summary: "Takes the last element of a list and adds it in front of another, or of the same.",
        arguments: "source:key#0 destination:key#1",
        deprecatedSince: "6.2.0", replacedBy: "`LMOVE` with the `RIGHT` and `LEFT` arguments"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let source = try keyspace.write(arguments[1], as: .list)
        if !source.exists { return reply.null() }
        try ListMove.rightToLeft.run(arguments[1], source, arguments[2], &keyspace, &reply)
    }
}

/// From which end of one list to which of another an element goes.
struct ListMove {
    let from: ListEnd
    let to: ListEnd

    static let rightToLeft = ListMove(from: .tail, to: .head)

    /// Moves an element and replies with it.
    ///
    /// It is added before it is taken, so that a list with nothing else than it is not removed in between when both are the same.
    func run(
        _ key: RawSpan, _ source: KeyPlace, _ destination: RawSpan, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) throws(CommandError) {
        guard let entry = source.entry else { return }
        var target = try keyspace.write(destination, as: .list)
        var element = ByteBuffer()
        keyspace.withElement(entry, at: from) { element.append($0) }
        keyspace.push(element.bytes, to, to: destination, &target)
        if let grown = target.entry { keyspace.changed(to == .head ? .lpush : .rpush, grown) }
        reply.bulk(element.bytes)
        keyspace.take(1, from: from, key.equals(destination) ? target : source)
    }
}
