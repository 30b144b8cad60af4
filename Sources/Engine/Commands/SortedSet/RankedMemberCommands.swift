import Bytes
import Wire

/// Single members: ZREM, ZCARD, ZSCORE, ZMSCORE and ZSCAN.
enum RankedMemberCommands {
    static let rows: [Command] = [zrem, zcard, zscore, zmscore, zscan]

    static let zrem = Command(
        "zrem", arity: -3, .sortedSet, [.write, .fast],
        keys: [.range("RW delete", 1)],
        since: "1.2.0",
        complexity: "O(M*log(N)) with N being the number of members of the sorted set and M that of those to be removed.",
        summary: "Takes members out of a sorted set, and tells how many there were.",
        arguments: "key:key#0 member:string*"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        var place = try keyspace.write(arguments[1], as: .sortedSet)
        var removed = 0
        for index in 2 ..< arguments.count {
            guard let entry = place.entry, keyspace.rankedCount(entry) > 0 else { break }
            if keyspace.removeRanked(arguments[index], &place) { removed &+= 1 }
        }
        if removed > 0, let entry = place.entry {
            keyspace.changed(.zrem, entry)
            if keyspace.rankedCount(entry) == 0 { keyspace.remove(place) }
        }
        reply.integer(removed)
    }

    static let zcard = Command(
        "zcard", arity: 2, .sortedSet, [.readonly, .fast],
        keys: [.range("RO", 1)],
        since: "1.2.0", complexity: "O(1)",
        summary: "How many members a sorted set has.",
        arguments: "key:key#0"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = try keyspace.read(arguments[1], as: .sortedSet) else { return reply.integer(0) }
        reply.integer(keyspace.rankedCount(entry))
    }

    static let zscore = Command(
        "zscore", arity: 3, .sortedSet, [.readonly, .fast],
        keys: [.range("RO access", 1)],
        since: "1.2.0", complexity: "O(1)",
        summary: "The score of a member.",
        arguments: "key:key#0 member:string"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = try keyspace.read(arguments[1], as: .sortedSet),
            let score = keyspace.score(of: arguments[2], entry)
        else { return reply.null() }
        reply.double(score)
    }

    static let zmscore = Command(
        "zmscore", arity: -3, .sortedSet, [.readonly, .fast],
        keys: [.range("RO access", 1)],
        since: "6.2.0", complexity: "O(N) where N is the number of members asked for.",
        summary: "The scores of several members.",
        arguments: "key:key#0 member:string*"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let entry = try keyspace.read(arguments[1], as: .sortedSet)
        reply.array(arguments.count - 2)
        for index in 2 ..< arguments.count {
            if let entry, let score = keyspace.score(of: arguments[index], entry) {
                reply.double(score)
            } else {
                reply.null()
            }
        }
    }

    static let zscan = Command(
        "zscan", arity: -3, .sortedSet, [.readonly],
        keys: [.range("RO access", 1)],
        since: "2.8.0",
        complexity: "O(1) for every call, O(N) for an iteration until the cursor is 0 again, N being the number of members.",
        summary: "A part of the members of a sorted set with their scores, and a cursor to go on from.",
        arguments: "key:key#0 cursor:integer pattern:pattern=MATCH? count:integer=COUNT? noscores=NOSCORES@8.0.0?",
        tips: ["nondeterministic_output"]
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let cursor = try ScanRequest.cursor(arguments[2])
        guard let entry = try keyspace.read(arguments[1], as: .sortedSet) else {
            reply.array(2)
            reply.bulk("0")
            return reply.array(0)
        }
        let request = try ScanRequest(arguments, cursor: 2, bareWord: "noscores")
        var found = RankedList()
        let next = keyspace.scanRanked(entry, from: cursor, wanted: request.count, into: &found)
        var shown = 0
        found.forEach { member, _ in if request.matches(member, arguments) { shown &+= 1 } }
        reply.array(2)
        reply.bulk(NumberText(next).bytes)
        reply.array(request.namesOnly ? shown : 2 * shown)
        let isPacked = keyspace.isPacked(entry)
        found.forEach { member, score in
            if !request.matches(member, arguments) { return }
            reply.bulk(member)
            if request.namesOnly { return }
            // As Redis does: a packed score as it is stored, where whole numbers have all their digits.
            let text = isPacked ? NumberText(score: score) : NumberText(double: score)
            reply.bulk(text.bytes)
        }
    }
}

extension Keyspace {
    /// Copies members from `cursor` on until there are about `wanted`, and returns the cursor to go on from: a packed sorted set
    /// is shown as a whole, since it has no places that a cursor could name. Looks at ten buckets for each member wanted,
    /// at most.
    fileprivate func scanRanked(
        _ entry: Entry, from cursor: UInt64, wanted: Int, into list: inout RankedList
    ) -> UInt64 {
        if isPacked(entry) {
            forEachRanked(entry, 0 ..< rankedCount(entry)) {
                list.append($0, $1)
                return true
            }
            return 0
        }
        let (product, overflow) = wanted.multipliedReportingOverflow(by: 10)
        var left = overflow ? Int.max : product
        var next = cursor
        let index = arena.objectIndex(entry)
        repeat {
            next = sortedSets[index].table.scan(next, arena) { list.append(arena.rankedMember($0), arena.score($0)) }
            left &-= 1
        } while next != 0 && left >= 0 && list.count < wanted
        return next
    }
}
