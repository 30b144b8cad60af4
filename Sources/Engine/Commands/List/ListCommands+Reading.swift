import Bytes
import Wire

/// LLEN, LINDEX, LRANGE and LPOS.
extension ListCommands {
    static let llen = Command(
        "llen", arity: 2, .list, [.readonly, .fast],
        keys: [.range("RO", 1)],
        since: "1.0.0", complexity: "O(1)",
        summary: "How many elements a list has.",
        arguments: "key:key#0"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = try keyspace.read(arguments[1], as: .list) else { return reply.integer(0) }
        reply.integer(keyspace.elementCount(entry))
    }

    static let lindex = Command(
        "lindex", arity: 3, .list, [.readonly],
        keys: [.range("RO access", 1)],
        since: "1.0.0",
        complexity:
            "O(N) where N is the number of elements to traverse to get to the element at index. This makes asking for the first or the last element of the list O(1).",
        summary: "The element at a place of a list, counted from either end.",
        arguments: "key:key#0 index:integer"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = try keyspace.read(arguments[1], as: .list) else { return reply.null() }
        let index = try arguments.integer(2)
        guard let position = position(index, of: keyspace.elementCount(entry)) else { return reply.null() }
        keyspace.forEachElement(entry, from: position, count: 1) { reply.bulk($0) }
    }

    static let lrange = Command(
        "lrange", arity: 4, .list, [.readonly],
        keys: [.range("RO access", 1)],
        since: "1.0.0",
        complexity:
            "O(S+N) where S is the distance of start offset from HEAD for small lists, from nearest end (HEAD or TAIL) for large lists; and N is the number of elements in the specified range.",
        summary: "The elements of a list between two places, both included.",
        arguments: "key:key#0 start:integer stop:integer"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let start = try arguments.integer(2)
        let stop = try arguments.integer(3)
        guard let entry = try keyspace.read(arguments[1], as: .list) else { return reply.array(0) }
        let range = range(start, stop, of: keyspace.elementCount(entry))
        reply.array(range.count)
        keyspace.forEachElement(entry, from: range.lowerBound, count: range.count) { reply.bulk($0) }
    }

    static let lpos = Command(
        "lpos", arity: -3, .list, [.readonly],
        keys: [.range("RO access", 1)],
        since: "6.0.6",
        complexity:
            "O(N) where N is the number of elements in the list, for the average case. When searching for elements near the head or the tail of the list, or when the MAXLEN option is provided, the command may run in constant time.",
        summary: "Where in a list an element is, or the first or last of several.",
        arguments: "key:key#0 element:string rank:integer=RANK? num-matches:integer=COUNT? len:integer=MAXLEN?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let search = try ListSearch(arguments)
        guard let entry = try keyspace.read(arguments[1], as: .list) else {
            return search.count == nil ? reply.null() : reply.array(0)
        }
        var found: [Int] = []
        var rank = search.rank
        let wanted = search.count ?? 1
        keyspace.forEachMatch(entry, arguments[2], from: search.end, limit: search.limit) {
            if rank > 1 {
                rank &-= 1
                return true
            }
            found.append($0)
            return wanted == 0 || found.count < wanted
        }
        if search.count != nil {
            reply.array(found.count)
            for index in found { reply.integer(index) }
        } else if let index = found.first {
            reply.integer(index)
        } else {
            reply.null()
        }
    }
}

/// The options of LPOS.
private struct ListSearch {
    /// Which match is the first that counts.
    private(set) var rank: Int64 = 1
    private(set) var end = ListEnd.head
    /// How many matches are wanted, 0 for all; `nil` for one, not as an array.
    private(set) var count: Int?
    /// How many elements are looked at.
    private(set) var limit = Int.max

    init(_ arguments: Arguments) throws(CommandError) {
        var index = 3
        while index < arguments.count {
            if index + 1 == arguments.count { throw .syntax }
            if arguments.isWord(index, "rank") {
                rank = try arguments.integer(index + 1)
                if rank == 0 {
                    throw .text(
                        "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... "
                            + "or use negative to start from the end of the list")
                }
                end = .head
            } else if arguments.isWord(index, "count") {
                count = try ListSearch.number(arguments, index + 1, "ERR COUNT can't be negative")
            } else if arguments.isWord(index, "maxlen") {
                let number = try ListSearch.number(arguments, index + 1, "ERR MAXLEN can't be negative")
                limit = number == 0 ? .max : number
            } else {
                throw .syntax
            }
            index += 2
        }
        if rank < 0 {
            end = .tail
            if rank == .min {
                // It has no positive counterpart. Redis 7.0 stays with the negative number: every match counts, and none is
                // the last one wanted.
                rank = 1
                if count != nil { count = 0 }
            } else {
                rank = -rank
            }
        }
    }

    private static func number(
        _ arguments: Arguments, _ index: Int, _ complaint: String
    ) throws(CommandError) -> Int {
        let number = try arguments.integer(index, orThrow: .text(complaint))
        if number < 0 { throw .text(complaint) }
        return Int(number)
    }
}
