import Bytes
import Wire

/// ZUNION, ZINTER and ZDIFF, their forms that store the result, and ZINTERCARD.
enum RankedAlgebraCommands {
    static let rows: [Command] = [zunion, zunionstore, zinter, zinterstore, zintercard, zdiff, zdiffstore]

    private static let sources: [KeySpec] = [.count("RO access", 1)]
    private static let storing: [KeySpec] = [.range("OW update", 1), .count("RO access", 2)]
    private static let aggregate = "aggregate(sum=SUM|min=MIN|max=MAX|count=COUNT@8.8.0)=AGGREGATE?"

    // MARK: Union

    private static let uniting =
        "O(N)+O(M*log(M)) with N being the number of members of all sorted sets and M that of the result."

    static let zunion = Command(
        "zunion", arity: -3, .sortedSet, [.readonly, .movableKeys], keys: sources,
        since: "6.2.0", complexity: uniting,
        summary: "The members that any of several sorted sets has.",
        arguments: "numkeys:integer key:key#0* weight:integer=WEIGHTS?* \(aggregate) withscores=WITHSCORES?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let request = try RankedAlgebraRequest(arguments, keyCount: 1, &keyspace, takesScores: true)
        var list = keyspace.union(request.sources, request.aggregate)
        list.sort()
        reply.ranked(list, withScores: request.withScores)
    }

    static let zunionstore = Command(
        "zunionstore", arity: -4, .sortedSet, [.write, .denyOOM, .movableKeys], keys: storing,
        since: "2.0.0", complexity: uniting,
        summary: "Stores the members that any of several sorted sets has.",
        arguments: "destination:key#0 numkeys:integer key:key#1* weight:integer=WEIGHTS?* \(aggregate)"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let request = try RankedAlgebraRequest(arguments, keyCount: 2, &keyspace)
        var list = keyspace.union(request.sources, request.aggregate)
        list.sort()
        reply.integer(keyspace.storeSortedSet(arguments[1], list, context.sortedSetLimits, .zunionstore))
    }

    // MARK: Intersection

    private static let intersecting = """
        O(N*K)+O(M*log(M)) at worst, with N being the number of members of the smallest sorted set, K the number of sorted \
        sets and M the number of members of the result.
        """

    static let zinter = Command(
        "zinter", arity: -3, .sortedSet, [.readonly, .movableKeys], keys: sources,
        since: "6.2.0", complexity: intersecting,
        summary: "The members that all of several sorted sets have.",
        arguments: "numkeys:integer key:key#0* weight:integer=WEIGHTS?* \(aggregate) withscores=WITHSCORES?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let request = try RankedAlgebraRequest(arguments, keyCount: 1, &keyspace, takesScores: true)
        reply.ranked(intersection(request, keyspace), withScores: request.withScores)
    }

    static let zinterstore = Command(
        "zinterstore", arity: -4, .sortedSet, [.write, .denyOOM, .movableKeys], keys: storing,
        since: "2.0.0", complexity: intersecting,
        summary: "Stores the members that all of several sorted sets have.",
        arguments: "destination:key#0 numkeys:integer key:key#1* weight:integer=WEIGHTS?* \(aggregate)"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let request = try RankedAlgebraRequest(arguments, keyCount: 2, &keyspace)
        let list = intersection(request, keyspace)
        reply.integer(keyspace.storeSortedSet(arguments[1], list, context.sortedSetLimits, .zinterstore))
    }

    private static func intersection(_ request: RankedAlgebraRequest, _ keyspace: borrowing Keyspace) -> RankedList {
        var list = RankedList()
        keyspace.forEachInAll(request.sources, request.aggregate) {
            list.append($0, $1)
            return true
        }
        list.sort()
        return list
    }

    static let zintercard = Command(
        "zintercard", arity: -3, .sortedSet, [.readonly, .movableKeys], keys: sources,
        since: "7.0.0",
        complexity: "O(N*K) at worst, with N being the number of members of the smallest sorted set and K the number of sorted sets.",
        summary: "How many members all of several sorted sets have in common.",
        arguments: "numkeys:integer key:key#0* limit:integer=LIMIT?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let request = try RankedAlgebraRequest(arguments, keyCount: 1, &keyspace, countsOnly: true)
        var count = 0
        keyspace.forEachInAll(request.sources, .sum) { _, _ in
            count &+= 1
            return count < request.limit
        }
        reply.integer(count)
    }

    // MARK: Difference

    private static let subtracting =
        "O(L + (N-K)log(N)) at worst, with L members in all sorted sets, N in the first and K in the result."

    static let zdiff = Command(
        "zdiff", arity: -3, .sortedSet, [.readonly, .movableKeys], keys: sources,
        since: "6.2.0", complexity: subtracting,
        summary: "The members of the first sorted set that none of the others has.",
        arguments: "numkeys:integer key:key#0* withscores=WITHSCORES?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let request = try RankedAlgebraRequest(arguments, keyCount: 1, &keyspace, takesScores: true, takesWeights: false)
        var list = keyspace.difference(request.sources)
        list.sort()
        reply.ranked(list, withScores: request.withScores)
    }

    static let zdiffstore = Command(
        "zdiffstore", arity: -4, .sortedSet, [.write, .denyOOM, .movableKeys], keys: storing,
        since: "6.2.0", complexity: subtracting,
        summary: "Stores the members of the first sorted set that none of the others has.",
        arguments: "destination:key#0 numkeys:integer key:key#1*"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let request = try RankedAlgebraRequest(arguments, keyCount: 2, &keyspace, takesWeights: false)
        var list = keyspace.difference(request.sources)
        list.sort()
        reply.integer(keyspace.storeSortedSet(arguments[1], list, context.sortedSetLimits, .zdiffstore))
    }
}

/// The sources and options of a command that puts sorted sets together.
private struct RankedAlgebraRequest {
    private(set) var sources: [RankedSource]
    private(set) var aggregate = ScoreAggregate.sum
    private(set) var withScores = false
    /// Beyond which nobody cares.
    private(set) var limit = Int.max

    /// `keyCount` is the position of the number of keys. The keys are looked up before the options are read, as Redis does:
    /// it shows where both are wrong.
    init(
        _ arguments: Arguments, keyCount: Int, _ keyspace: inout Keyspace, takesScores: Bool = false,
        takesWeights: Bool = true, countsOnly: Bool = false
    ) throws(CommandError) {
        let number = try arguments.integer(keyCount)
        if number < 1 {
            throw .text("ERR at least 1 input key is needed for '\(arguments[0].escapedText.lowercasedASCII)' command")
        }
        if number > arguments.count - keyCount - 1 { throw .syntax }
        let keys = keyCount + 1 ..< keyCount + 1 + Int(number)
        sources = try keyspace.readSources(arguments, keys)
        var index = keys.upperBound
        while index < arguments.count {
            let left = arguments.count - index
            if takesWeights, !countsOnly, left > sources.count, arguments.isWord(index, "weights") {
                for place in sources.indices {
                    guard let weight = Double(text: arguments[index + 1 + place]) else {
                        throw .text("ERR weight value is not a float")
                    }
                    sources[place].weight = weight
                }
                index += 1 + sources.count
            } else if takesWeights, !countsOnly, left >= 2, arguments.isWord(index, "aggregate") {
                aggregate = try RankedAlgebraRequest.aggregate(arguments, index + 1)
                index += 2
            } else if takesScores, arguments.isWord(index, "withscores") {
                withScores = true
                index += 1
            } else if countsOnly, left >= 2, arguments.isWord(index, "limit") {
                let negative = CommandError.text("ERR LIMIT can't be negative")
                let value = try arguments.integer(index + 1, orThrow: negative)
                if value < 0 { throw negative }
                limit = value == 0 ? .max : Int(value)
                index += 2
            } else {
                throw .syntax
            }
        }
    }

    private static func aggregate(_ arguments: Arguments, _ index: Int) throws(CommandError) -> ScoreAggregate {
        if arguments.isWord(index, "sum") { return .sum }
        if arguments.isWord(index, "min") { return .minimum }
        if arguments.isWord(index, "max") { return .maximum }
        if arguments.isWord(index, "count") { return .count }
        throw .syntax
    }
}
