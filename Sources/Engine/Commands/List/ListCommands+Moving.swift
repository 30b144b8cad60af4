import Bytes
import Wire

/// LMOVE, RPOPLPUSH and LMOVEM.
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

    static let lmovem = Command(
        "lmovem", arity: -5, .list, [.write, .denyOOM],
        keys: [.range("RW access delete", 1), .range("RW insert", 2)],
        since: "8.10.0", complexity: "O(N) where N is the number of elements moved.",
        summary: "Moves several elements from an end of a list to an end of another, or of the same.",
        arguments: "source:key#0 destination:key#1 wherefrom(left=LEFT|right=RIGHT) whereto(left=LEFT|right=RIGHT) "
            + "how-many{selector(count:integer=COUNT|exactly:integer=EXACTLY) ordering(obo=OBO|bulk=BULK)}?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let move = try ListBlockMove(arguments, options: 5)
        let source = try keyspace.write(arguments[1], as: .list)
        guard let entry = source.entry, keyspace.elementCount(entry) >= move.least else { return reply.nullArray() }
        try move.run(arguments[1], source, arguments[2], &keyspace, &reply)
    }
}

/// What LMOVEM and BLMOVEM are asked for: the ends, and `COUNT|EXACTLY count OBO|BULK`.
struct ListBlockMove {
    private let ends: ListMove
    /// How many elements go at most, and how many there must be.
    private var most = 1
    private(set) var least = 1
    /// Whether they arrive in the opposite order: one by one, what goes to the end that it came from is turned round.
    private var isReversed = false

    /// `position` is where the options begin.
    init(_ arguments: Arguments, options position: Int) throws(CommandError) {
        ends = ListMove(from: try ListCommands.end(arguments, 3), to: try ListCommands.end(arguments, 4))
        if arguments.count == position { return }
        if arguments.count != position + 3 { throw .syntax }
        let isExact = arguments.isWord(position, "exactly")
        if !isExact, !arguments.isWord(position, "count") { throw .syntax }
        let wrong = CommandError.text("ERR count should be greater than 0")
        let count = try arguments.integer(position + 1, orThrow: wrong)
        if count < 1 { throw wrong }
        let isOneByOne = arguments.isWord(position + 2, "obo")
        if !isOneByOne, !arguments.isWord(position + 2, "bulk") { throw .syntax }
        most = Int(count)
        if isExact { least = most }
        isReversed = isOneByOne && ends.from == ends.to
    }

    /// Moves elements and replies with them, in the order in which they stand then.
    func run(
        _ key: RawSpan, _ source: KeyPlace, _ destination: RawSpan, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) throws(CommandError) {
        guard let entry = source.entry else { return }
        var target = try keyspace.write(destination, as: .list)
        let total = keyspace.elementCount(entry)
        let count = min(most, total)
        var block: [[UInt8]] = []
        keyspace.forEachElement(entry, from: ends.from == .head ? 0 : total - count, count: count) { block.append($0.array) }
        if isReversed { block.reverse() }
        reply.array(count)
        for element in block { reply.bulk(element.bytes) }
        // Pushed at the head, the last comes first. As in LMOVE, all are added before they are taken.
        for element in ends.to == .head ? block.reversed() : block {
            keyspace.push(element.bytes, ends.to, to: destination, &target)
        }
        if let grown = target.entry { keyspace.changed(ends.to == .head ? .lpush : .rpush, grown) }
        if !key.equals(destination) { return keyspace.take(count, from: ends.from, source) }
        keyspace.take(count, from: ends.from, skipping: ends.from == ends.to ? count : 0, &target)
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
