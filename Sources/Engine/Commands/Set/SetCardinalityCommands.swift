import Bytes
import Wire

/// SINTERCARD, SUNIONCARD and SDIFFCARD: how many members a combination of sets has, without making it.
enum SetCardinalityCommands {
    static let rows: [Command] = [sintercard, sunioncard, sdiffcard]

    private static let keys: [KeySpec] = [.count("RO access", 1)]

    static let sintercard = Command(
        "sintercard", arity: -3, .set, [.readonly, .movableKeys], keys: keys,
        since: "7.0.0",
        complexity: "O(N*M) at worst, where N is the number of members of the smallest set and M the number of sets.",
        summary: "How many members all of several sets have in common.",
        arguments: "numkeys:integer key:key#0* limit:integer=LIMIT?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let request = try CardinalityRequest(arguments)
        let sets = try keyspace.readSets(arguments, request.keys)
        var count = 0
        keyspace.forEachCommonMember(sets) { _ in
            count &+= 1
            return count < request.limit
        }
        reply.integer(count)
    }

    static let sunioncard = Command(
        "sunioncard", arity: -3, .set, [.readonly, .movableKeys], keys: keys,
        since: "8.10.0", complexity: "O(N) where N is the number of members of all sets.",
        summary: "How many members several sets have together.",
        arguments: "numkeys:integer key:key#0* approx=APPROX? limit:integer=LIMIT?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let request = try CardinalityRequest(arguments, takesApprox: true)
        let sets = try keyspace.readSets(arguments, request.keys)
        if request.isApproximate { return reply.integer(min(keyspace.estimateUnion(sets), request.limit)) }
        guard let union = keyspace.unite(sets, limit: request.limit) else { return reply.integer(0) }
        reply.integer(min(keyspace.count(union), request.limit))
        keyspace.giveUp(union)
    }

    static let sdiffcard = Command(
        "sdiffcard", arity: -3, .set, [.readonly, .movableKeys], keys: keys,
        since: "8.10.0", complexity: "O(N) where N is the number of members of all sets.",
        summary: "How many members of the first set none of the others has.",
        arguments: "numkeys:integer key:key#0* limit:integer=LIMIT?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let request = try CardinalityRequest(arguments)
        let sets = try keyspace.readSets(arguments, request.keys)
        var count = 0
        keyspace.forEachMissingMember(sets) { _ in
            count &+= 1
            return count < request.limit
        }
        reply.integer(count)
    }
}

extension Keyspace {
    /// The size of a union as a HyperLogLog tells it: within a percent, in constant memory. O(N) for N members of all sets.
    fileprivate func estimateUnion(_ sets: [Entry?]) -> Int {
        var registers = UnpackedRegisters()
        for case let entry? in sets {
            forEachMember(entry) {
                let (register, value) = HyperLogLog.place(of: $0)
                registers.raise(register, to: value)
                return true
            }
        }
        return Int(RegisterCounts(unpacked: registers.bytes).estimate)
    }
}

/// The keys and options of a command that counts.
private struct CardinalityRequest {
    let keys: Range<Int>
    /// Beyond which nobody cares.
    private(set) var limit = Int.max
    private(set) var isApproximate = false

    init(_ arguments: Arguments, takesApprox: Bool = false) throws(CommandError) {
        let malformed = CommandError.text("ERR numkeys should be greater than 0")
        let count = try arguments.integer(1, orThrow: malformed)
        if count < 1 { throw malformed }
        if count > arguments.count - 2 { throw .text("ERR Number of keys can't be greater than number of args") }
        keys = 2 ..< 2 + Int(count)
        var index = keys.upperBound
        while index < arguments.count {
            if arguments.isWord(index, "limit"), index + 1 < arguments.count {
                let negative = CommandError.text("ERR LIMIT can't be negative")
                let value = try arguments.integer(index + 1, orThrow: negative)
                if value < 0 { throw negative }
                limit = value == 0 ? .max : Int(value)
                index += 2
            } else if takesApprox, arguments.isWord(index, "approx") {
                isApproximate = true
                index += 1
            } else {
                throw .syntax
            }
        }
    }
}
