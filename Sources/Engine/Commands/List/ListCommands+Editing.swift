import Bytes
import Wire

/// LSET, LREM and LTRIM.
extension ListCommands {
    static let lset = Command(
        "lset", arity: 4, .list, [.write, .denyOOM],
        keys: [.range("RW update", 1)],
        since: "1.0.0",
        complexity:
            "O(N) where N is the length of the list. Setting either the first or the last element of the list is O(1).",
        summary: "Puts another element at a place of a list.",
        arguments: "key:key#0 index:integer element:string"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        var place = try keyspace.write(arguments[1], as: .list)
        guard let entry = place.entry else { throw .noSuchKey }
        let index = try arguments.integer(2)
        guard let position = position(index, of: keyspace.elementCount(entry)) else { throw .text("ERR index out of range") }
        keyspace.replaceElement(position, with: arguments[3], key: arguments[1], &place)
        if let changed = place.entry { keyspace.changed(.lset, changed) }
        reply.ok()
    }

    static let lrem = Command(
        "lrem", arity: 4, .list, [.write],
        keys: [.range("RW delete", 1)],
        since: "1.0.0",
        complexity: "O(N+M) where N is the length of the list and M is the number of elements removed.",
        summary: "Takes elements of one value out of a list: all, or some from either end.",
        arguments: "key:key#0 count:integer element:string"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let count = try arguments.integer(2)
        var place = try keyspace.write(arguments[1], as: .list)
        let limit = count == 0 || count == .min ? Int64.max : abs(count)
        reply.integer(
            keyspace.removeElements(arguments[3], limit: Int(limit), from: count < 0 ? .tail : .head, &place))
    }

    static let ltrim = Command(
        "ltrim", arity: 4, .list, [.write],
        keys: [.range("RW delete", 1)],
        since: "1.0.0", complexity: "O(N) where N is the number of elements to be removed by the operation.",
        summary: "Takes everything out of a list but what lies between two places.",
        arguments: "key:key#0 start:integer stop:integer"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let start = try arguments.integer(2)
        let stop = try arguments.integer(3)
        var place = try keyspace.write(arguments[1], as: .list)
        if let entry = place.entry { keyspace.trim(to: range(start, stop, of: keyspace.elementCount(entry)), &place) }
        reply.ok()
    }
}
