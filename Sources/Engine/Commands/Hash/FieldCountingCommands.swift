import Bytes
import Wire

/// Fields as numbers: HINCRBY and HINCRBYFLOAT. A field keeps its deadline.
enum FieldCountingCommands {
    static let rows: [Command] = [hincrby, hincrbyfloat]

    static let hincrby = Command(
        "hincrby", arity: 4, .hash, [.write, .denyOOM, .fast],
        keys: [.range("RW access update", 1)],
        since: "2.0.0", complexity: "O(1)",
        summary: "Adds to the integer that a field holds, 0 when it does not exist.",
        arguments: "key:key#0 field:string increment:integer"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let increment = try arguments.integer(3)
        var place = try keyspace.writeHash(arguments[1])
        var value: Int64 = 0
        if let entry = place.entry, let position = keyspace.findField(arguments[2], entry) {
            guard let number = keyspace.withValue(position, of: entry, { Int64(decimal: $0) }) else {
                throw .text("ERR hash value is not an integer")
            }
            value = number
        }
        let (sum, overflow) = value.addingReportingOverflow(increment)
        if overflow { throw .overflow }
        keyspace.setField(
            arguments[2], NumberText(sum).bytes, in: arguments[1], &place, context.hashLimits, .keep)
        if let entry = place.entry { keyspace.changed(.hincrby, entry) }
        reply.integer(sum)
    }

    static let hincrbyfloat = Command(
        "hincrbyfloat", arity: 4, .hash, [.write, .denyOOM, .fast],
        keys: [.range("RW access update", 1)],
        since: "2.6.0", complexity: "O(1)",
        summary: "Adds to the floating point number that a field holds, 0 when it does not exist.",
        arguments: "key:key#0 field:string increment:double"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        guard let increment = LongDouble(text: arguments[3]) else { throw .notFloat }
        if !increment.isFinite { throw .text("ERR value is NaN or Infinity") }
        var place = try keyspace.writeHash(arguments[1])
        var value = LongDouble(0 as Int64)
        if let entry = place.entry, let position = keyspace.findField(arguments[2], entry) {
            guard let number = keyspace.withValue(position, of: entry, { LongDouble(text: $0) }) else {
                throw .text("ERR hash value is not a float")
            }
            value = number
        }
        let sum = value + increment
        if !sum.isFinite { throw .nanOrInfinity }
        let text = sum.humanText
        keyspace.setField(arguments[2], text.bytes, in: arguments[1], &place, context.hashLimits, .keep)
        if let entry = place.entry { keyspace.changed(.hincrbyfloat, entry) }
        reply.bulk(text.bytes)
    }
}
