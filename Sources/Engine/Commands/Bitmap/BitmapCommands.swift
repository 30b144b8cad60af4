import Bytes
import Wire

/// The commands of the bitmap group: strings seen as rows of bits, bit 0 being the highest of the first byte.
enum BitmapCommands {
    static let rows: [Command] = [
        setBit, getBit, bitCount, bitPosition, bitOperation, bitField, bitFieldReadOnly,
    ]

    static let setBit = Command(
        "setbit", arity: 4, .bitmap, [.write, .denyOOM],
        keys: [.range("RW access update", 1)],
        since: "2.2.0", complexity: "O(1)",
        summary: "Sets or clears one bit of a string, which grows as needed.",
        arguments: "key:key#0 offset:integer value:integer"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let offset = try arguments.bitOffset(2, byteLimit: context.configuration.protoMaxBulkLength)
        let value = try arguments.integer(3, orThrow: .bitValue)
        guard value == 0 || value == 1 else { throw .bitValue }
        let key = arguments[1]
        var place = keyspace.write(key)
        let (entry, isGrown) = try keyspace.prepareBits(key, &place, through: offset)
        let before = keyspace.arena.bytes(entry).bitField(at: offset, width: 1)
        if isGrown || before != UInt64(value) {
            var bytes = keyspace.arena.mutableBytes(entry)
            bytes.setBitField(at: offset, width: 1, UInt64(value))
            keyspace.changed(.setbit, entry)
        }
        reply.integer(Int64(before))
    }

    static let getBit = Command(
        "getbit", arity: 3, .bitmap, [.readonly, .fast],
        keys: [.range("RO access", 1)],
        since: "2.2.0", complexity: "O(1)",
        summary: "One bit of a string.",
        arguments: "key:key#0 offset:integer"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let offset = try arguments.bitOffset(2, byteLimit: context.configuration.protoMaxBulkLength)
        guard let entry = try keyspace.readString(arguments[1]) else { return reply.integer(0) }
        reply.integer(Int64(keyspace.text(entry).bitField(at: offset, width: 1)))
    }
}

extension Arguments {
    /// A position of a bit, in a string that may have `byteLimit` bytes.
    func bitOffset(_ index: Int, byteLimit: Int) throws(CommandError) -> Int {
        let offset = try integer(index, orThrow: .bitOffset)
        guard offset >= 0, offset >> 3 < byteLimit else { throw .bitOffset }
        return Int(offset)
    }
}

extension Keyspace {
    /// Finds a string for reading; nil when there is no such key. Throws when it holds another type.
    mutating func readString(_ key: RawSpan) throws(CommandError) -> Entry? {
        guard let entry = read(key) else { return nil }
        if !arena.header(entry).isString { throw .wrongType }
        return entry
    }

    /// Makes the string of `key` raw bytes that have the bit at `offset`, and tells whether it had to grow.
    /// The caller reports the change.
    mutating func prepareBits(
        _ key: RawSpan, _ place: inout KeyPlace, through offset: Int
    ) throws(CommandError) -> (entry: Entry, isGrown: Bool) {
        var length = 0
        if let entry = place.entry {
            if !arena.header(entry).isString { throw .wrongType }
            length = textLength(entry)
        }
        let needed = max(length, offset >> 3 &+ 1)
        return (prepareBytes(key, &place, length: needed), needed != length)
    }
}
