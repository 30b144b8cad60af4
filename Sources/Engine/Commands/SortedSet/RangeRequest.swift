import Bytes
import Wire

/// What a command of the ZRANGE kind asks for: by ranks, scores or members, from which end, and how many.
struct RangeRequest {
    enum Kind { case ranks, scores, members }

    private(set) var kind: Kind
    private(set) var isReversed: Bool
    private(set) var withScores = false
    private var offset = 0
    private var limit: Int?
    /// Which argument is the key; the bounds follow.
    private let key: Int

    /// `kind` and `isReversed` are those of a command that means one of each by its name; others have options for them. A
    /// command that `stores` answers no scores.
    init(
        _ arguments: Arguments, key: Int, kind: Kind? = nil, isReversed: Bool? = nil, stores: Bool = false
    ) throws(CommandError) {
        self.key = key
        var chosen = kind
        var reversed = isReversed
        var index = key + 3
        while index < arguments.count {
            if !stores, arguments.isWord(index, "withscores") {
                withScores = true
            } else if arguments.isWord(index, "limit"), index + 2 < arguments.count {
                offset = Int(try arguments.integer(index + 1))
                let count = Int(try arguments.integer(index + 2))
                limit = count == -1 ? nil : count
                index += 2
            } else if reversed == nil, arguments.isWord(index, "rev") {
                reversed = true
            } else if chosen == nil, arguments.isWord(index, "bylex") {
                chosen = .members
            } else if chosen == nil, arguments.isWord(index, "byscore") {
                chosen = .scores
            } else {
                throw .syntax
            }
            index += 1
        }
        self.kind = chosen ?? .ranks
        self.isReversed = reversed ?? false
        if limit != nil, self.kind == .ranks {
            throw .text("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX")
        }
        if withScores, self.kind == .members {
            throw .text("ERR syntax error, WITHSCORES not supported in combination with BYLEX")
        }
    }

    /// The sorted set and the ranks that are asked for; `nil` where there is no such key.
    func find(_ arguments: Arguments, _ keyspace: inout Keyspace) throws(CommandError) -> (Entry, Range<Int>)? {
        // Backwards, the higher bound comes first.
        let low = arguments[isReversed ? key + 2 : key + 1]
        let high = arguments[isReversed ? key + 1 : key + 2]
        // A negative limit is none.
        let limit = limit.map { $0 < 0 ? .max : $0 } ?? .max
        switch kind {
        case .ranks:
            let start = try arguments.integer(key + 1)
            let stop = try arguments.integer(key + 2)
            guard let entry = try keyspace.read(arguments[key], as: .sortedSet) else { return nil }
            let count = keyspace.rankedCount(entry)
            return (entry, Keyspace.ranks(from: start, to: stop, count: count, reversed: isReversed))
        case .scores:
            guard let range = ScoreRange(low, high) else { throw .scoreBounds }
            guard let entry = try keyspace.read(arguments[key], as: .sortedSet) else { return nil }
            let ranks = keyspace.ranks(entry, in: range)
            return (entry, Keyspace.limit(ranks, reversed: isReversed, offset: offset, limit: limit))
        case .members:
            let range = try LexRange(low, high, orThrow: .memberBounds)
            guard let entry = try keyspace.read(arguments[key], as: .sortedSet) else { return nil }
            return (entry, keyspace.ranks(entry, in: range, reversed: isReversed, offset: offset, limit: limit))
        }
    }

    /// Answers with what is asked for.
    func answer(
        _ arguments: Arguments, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) throws(CommandError) {
        guard let (entry, ranks) = try find(arguments, &keyspace) else { return reply.array(0) }
        reply.ranked(entry, ranks, reversed: isReversed, withScores: withScores, keyspace)
    }
}
