import Bytes
import Wire

/// Which end of a sorted set is meant: that of the lowest scores or that of the highest.
enum RankedEnd {
    case lowest, highest

    /// MIN or MAX.
    init(_ arguments: Arguments, _ index: Int) throws(CommandError) {
        if index >= arguments.count { throw .syntax }
        if arguments.isWord(index, "min") {
            self = .lowest
        } else if arguments.isWord(index, "max") {
            self = .highest
        } else {
            throw .syntax
        }
    }
}

/// ZPOPMIN, ZPOPMAX and ZMPOP.
enum RankedPopCommands {
    static let rows: [Command] = [zpopmin, zpopmax, zmpop]

    private static let complexity =
        "O(log(N)*M) with N being the number of members of the sorted set and M that of those taken."

    static let zpopmin = Command(
        "zpopmin", arity: -2, .sortedSet, [.write, .fast],
        keys: [.range("RW access delete", 1)],
        since: "5.0.0", complexity: complexity,
        summary: "Takes the members with the lowest scores out of a sorted set.",
        arguments: "key:key#0 count:integer?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try pop(.lowest, arguments, &keyspace, &reply)
    }

    static let zpopmax = Command(
        "zpopmax", arity: -2, .sortedSet, [.write, .fast],
        keys: [.range("RW access delete", 1)],
        since: "5.0.0", complexity: complexity,
        summary: "Takes the members with the highest scores out of a sorted set.",
        arguments: "key:key#0 count:integer?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try pop(.highest, arguments, &keyspace, &reply)
    }

    private static func pop(
        _ end: RankedEnd, _ arguments: Arguments, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) throws(CommandError) {
        if arguments.count > 3 { throw .syntax }
        var count = 1
        if arguments.count == 3 {
            count = Int(try arguments.integer(2, orThrow: .notPositive("value")))
            if count < 0 { throw .notPositive("value") }
        }
        var place = try keyspace.write(arguments[1], as: .sortedSet)
        guard let entry = place.entry, count > 0 else { return reply.array(0) }
        // A single pair is flat in RESP3 too, unless a count was given.
        let isNested = arguments.count == 3 && reply.version != .resp2
        let taken = min(count, keyspace.rankedCount(entry))
        reply.array(isNested ? taken : 2 * taken)
        keyspace.take(taken, end, &place, &reply, isNested: isNested)
    }

    static let zmpop = Command(
        "zmpop", arity: -4, .sortedSet, [.write, .movableKeys],
        keys: [.count("RW access delete", 1)],
        since: "7.0.0",
        complexity: "O(K) + O(M*log(N)) with K keys, N being the number of members of the sorted set and M that of those taken.",
        summary: "Takes the members with the lowest or highest scores out of the first of the sorted sets that is there.",
        arguments: "numkeys:integer key:key#0* where(min=MIN|max=MAX) count:integer=COUNT?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let request = try RankedPopRequest(arguments, keyCount: 1)
        for index in request.keys {
            let place = try keyspace.write(arguments[index], as: .sortedSet)
            if place.exists { return request.take(arguments[index], place, &keyspace, &reply) }
        }
        reply.nullArray()
    }
}

/// What ZMPOP and BZMPOP take.
struct RankedPopRequest {
    let keys: Range<Int>
    let end: RankedEnd
    let count: Int

    /// `keyCount` is the position of the number of keys.
    init(_ arguments: Arguments, keyCount: Int) throws(CommandError) {
        let number = try arguments.integer(keyCount, orThrow: .text("ERR numkeys should be greater than 0"))
        if number < 1 { throw .text("ERR numkeys should be greater than 0") }
        if number >= arguments.count - keyCount - 1 { throw .syntax }
        let first = keyCount + 1
        keys = first ..< first + Int(number)
        end = try RankedEnd(arguments, keys.upperBound)
        var count: Int64?
        var index = keys.upperBound + 1
        while index < arguments.count {
            if count != nil || !arguments.isWord(index, "count") || index + 1 == arguments.count { throw .syntax }
            let value = try arguments.integer(index + 1, orThrow: .text("ERR count should be greater than 0"))
            if value < 1 { throw .text("ERR count should be greater than 0") }
            count = value
            index += 2
        }
        self.count = Int(count ?? 1)
    }

    /// Replies with the key and what is taken from its sorted set, which is there.
    func take(_ key: RawSpan, _ place: KeyPlace, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter) {
        guard let entry = place.entry else { return }
        let taken = min(count, keyspace.rankedCount(entry))
        reply.array(2)
        reply.bulk(key)
        reply.array(taken)
        var place = place
        keyspace.take(taken, end, &place, &reply, isNested: true)
    }
}

extension Keyspace {
    /// Replies with so many members at one end and their scores, as pairs if `isNested`, and takes them away.
    mutating func take(
        _ count: Int, _ end: RankedEnd, _ place: inout KeyPlace, _ reply: inout ReplyWriter, isNested: Bool
    ) {
        guard let entry = place.entry else { return }
        let size = rankedCount(entry)
        let ranks = end == .lowest ? 0 ..< count : size - count ..< size
        forEachRanked(entry, ranks, reversed: end == .highest) { member, score in
            if isNested { reply.array(2) }
            reply.bulk(member)
            reply.double(score)
            return true
        }
        removeRanked(ranks, &place, end == .lowest ? .zpopmin : .zpopmax)
    }
}
