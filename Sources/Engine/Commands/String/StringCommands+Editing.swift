import Bytes
import Wire

/// Changing a string in place.
extension StringCommands {
    static let append = Command(
        "append", arity: 3, .string, [.write, .denyOOM, .fast],
        keys: [.range("RW insert", 1)],
        since: "2.0.0",
        complexity: "O(1) for a short value, amortised over many: a string's room doubles whenever it is used up.",
        summary: "Adds bytes to the end of a string value, which is made when the key does not exist.",
        arguments: "key:key#0 value:string"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let value = arguments[2]
        var place = keyspace.write(arguments[1])
        guard let entry = place.entry else {
            keyspace.setString(arguments[1], &place, value, .clear, .append)
            return reply.integer(value.byteCount)
        }
        if !keyspace.arena.header(entry).isString { throw .wrongType }
        let length = keyspace.textLength(entry)
        let total = try checkedLength(length, adding: value.byteCount, context)
        let changed = keyspace.prepareBytes(arguments[1], &place, length: total)
        keyspace.arena.write(value, to: changed, at: length)
        keyspace.changed(.append, changed)
        reply.integer(total)
    }

    static let setrange = Command(
        "setrange", arity: 4, .string, [.write, .denyOOM],
        keys: [.range("RW update", 1)],
        since: "2.2.0",
        complexity: "O(1) while the string need not grow and the value is short; otherwise O(N) in the new length.",
        summary: "Writes bytes over a string value from a position on; a gap is filled with zero bytes.",
        arguments: "key:key#0 offset:integer value:string"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let offset = try arguments.integer(2)
        if offset < 0 { throw .text("ERR offset is out of range") }
        let value = arguments[3]
        var place = keyspace.write(arguments[1])
        var length = 0
        if let entry = place.entry {
            if !keyspace.arena.header(entry).isString { throw .wrongType }
            length = keyspace.textLength(entry)
        }
        if value.isEmpty { return reply.integer(length) }
        let end = try checkedLength(Int(offset), adding: value.byteCount, context)
        let changed = keyspace.prepareBytes(arguments[1], &place, length: max(length, end))
        keyspace.arena.write(value, to: changed, at: Int(offset))
        keyspace.changed(.setrange, changed)
        reply.integer(max(length, end))
    }

    /// The length of a string that grows; throws when it would be longer than a client may send one.
    private static func checkedLength(
        _ length: Int, adding count: Int, _ context: borrowing Context
    ) throws(CommandError) -> Int {
        let (total, overflow) = length.addingReportingOverflow(count)
        if overflow || total > context.configuration.protoMaxBulkLength { throw .stringTooLong }
        return total
    }
}
