import Bytes
import Wire

/// Strings as numbers.
extension StringCommands {
    static let incr = Command(
        "incr", arity: 2, .string, [.write, .denyOOM, .fast],
        keys: [.range("RW access update", 1)],
        since: "1.0.0", complexity: "O(1)",
        summary: "Adds one to the integer that a key holds, 0 when it does not exist.",
        arguments: "key:key#0"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try add(1, to: arguments[1], &keyspace, &reply)
    }

    static let decr = Command(
        "decr", arity: 2, .string, [.write, .denyOOM, .fast],
        keys: [.range("RW access update", 1)],
        since: "1.0.0", complexity: "O(1)",
        summary: "Takes one from the integer that a key holds, 0 when it does not exist.",
        arguments: "key:key#0"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try add(-1, to: arguments[1], &keyspace, &reply)
    }

    static let incrby = Command(
        "incrby", arity: 3, .string, [.write, .denyOOM, .fast],
        keys: [.range("RW access update", 1)],
        since: "1.0.0", complexity: "O(1)",
        summary: "Adds to the integer that a key holds, 0 when it does not exist.",
        arguments: "key:key#0 increment:integer"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try add(arguments.integer(2), to: arguments[1], &keyspace, &reply)
    }

    static let decrby = Command(
        "decrby", arity: 3, .string, [.write, .denyOOM, .fast],
        keys: [.range("RW access update", 1)],
        since: "1.0.0", complexity: "O(1)",
        summary: "Takes from the integer that a key holds, 0 when it does not exist.",
        arguments: "key:key#0 decrement:integer"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let decrement = try arguments.integer(2)
        // The one number without an opposite.
        if decrement == .min { throw .decrementOverflow }
        try add(-decrement, to: arguments[1], &keyspace, &reply)
    }

    @inline(__always)
    private static func add(
        _ increment: Int64, to key: RawSpan, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) throws(CommandError) {
        var place = keyspace.find(key)
        let value = try keyspace.integer(place.entry)
        let (sum, overflow) = value.addingReportingOverflow(increment)
        if overflow { throw .overflow }
        keyspace.setInteger(key, &place, sum, .keep, .incrby)
        reply.integer(sum)
    }

    static let incrbyfloat = Command(
        "incrbyfloat", arity: 3, .string, [.write, .denyOOM, .fast],
        keys: [.range("RW access update", 1)],
        since: "2.6.0", complexity: "O(1)",
        summary: "Adds to the floating point number that a key holds, 0 when it does not exist.",
        arguments: "key:key#0 increment:double"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        var place = keyspace.write(arguments[1])
        let value = try keyspace.longDouble(place.entry)
        guard let increment = LongDouble(text: arguments[2]) else { throw .notFloat }
        let sum = value + increment
        if !sum.isFinite { throw .nanOrInfinity }
        let text = sum.humanText
        keyspace.setText(arguments[1], &place, text.bytes, .keep, .incrbyfloat)
        reply.bulk(text.bytes)
    }
}

extension Keyspace {
    /// The integer that a string is the text of; a key that is not there counts as 0.
    @inline(__always)
    func integer(_ entry: Entry?) throws(CommandError) -> Int64 {
        guard let entry else { return 0 }
        let header = arena.header(entry)
        if header.form == .integer { return arena.integer(entry) }
        if !header.isString { throw .wrongType }
        guard let value = Int64(decimal: arena.bytes(entry)) else { throw .notInteger }
        return value
    }

    /// The number that a string is the text of; a key that is not there counts as 0.
    func longDouble(_ entry: Entry?) throws(CommandError) -> LongDouble {
        guard let entry else { return LongDouble(0 as Int64) }
        let header = arena.header(entry)
        if header.form == .integer { return LongDouble(arena.integer(entry)) }
        if !header.isString { throw .wrongType }
        guard let value = LongDouble(text: arena.bytes(entry)) else { throw .notFloat }
        return value
    }
}

extension LongDouble {
    /// This number as it is stored and shown: without an exponent.
    var humanText: ByteBuffer {
        var text = ByteBuffer()
        text.append(human: self)
        return text
    }
}
