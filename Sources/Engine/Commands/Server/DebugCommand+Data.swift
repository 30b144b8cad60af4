import Bytes
import Wire

/// The subcommands about the data. They see keys that are past their deadlines as long as these are in memory.
extension DebugCommand {
    static let ofData: [DebugSubcommand] = [object, digest, digestValue, populate, tableStatistics, valueStatistics]

    private static let object = DebugSubcommand(
        "object", 3 ... 3, "OBJECT <key>",
        "How <key> and its value are kept: where, in which encoding, since when unused;",
        "and the length of the value in an RDB file, if that is not compressed."
    ) { arguments, keyspace, reply, context throws(CommandError) in
        guard let entry = keyspace.locate(arguments[2]) else { throw .noSuchKey }
        let header = keyspace.arena.header(entry)
        reply.simple(
            "Value at:0x\(String(entry.handle, radix: 16)) "
                + "refcount:\(keyspace.referenceCount(entry, context.configuration)) "
                + "encoding:\(header.encoding.name) serializedlength:\(keyspace.serializedLength(entry)) "
                + "lru:\(header.access >> 4) lru_seconds_idle:\(keyspace.idleSeconds(entry))"
                + (header.type == .list ? keyspace.describeBlocks(entry) : ""))
    }

    private static let digest = DebugSubcommand(
        "digest", 2 ... 2, "DIGEST", "A hexadecimal signature of all data, the same for the same data."
    ) { _, keyspace, reply, _ throws(CommandError) in
        var digest = DataDigest()
        for database in 0 ..< keyspace.databases.count { digest.add(database: database, of: &keyspace) }
        digest.write(&reply)
    }

    private static let digestValue = DebugSubcommand(
        "digest-value", 2 ... .max, "DIGEST-VALUE [<key> ...]",
        "A hexadecimal signature of the value of each key; zeros where there is none."
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        reply.array(arguments.count - 2)
        for index in 2 ..< arguments.count {
            var digest = DataDigest()
            if let entry = keyspace.locate(arguments[index]) { digest.add(valueOf: entry, &keyspace) }
            digest.write(&reply)
        }
    }

    private static let populate = DebugSubcommand(
        "populate", 3 ... 5, "POPULATE <count> [<prefix>] [<size>]",
        "Create <count> keys <prefix>:<n>, \"key\" being the usual prefix, where there are none of these names.",
        "Their values are value:<n>, made <size> bytes long with zeros if one is given."
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let count = try arguments.integer(2, orThrow: .notPositive("value"))
        let size = arguments.count == 5 ? try arguments.integer(4, orThrow: .notPositive("value")) : 0
        if count < 0 || size < 0 { throw .notPositive("value") }
        if size > context.configuration.protoMaxBulkLength { throw .stringTooLong }
        let prefix = arguments.count > 3 ? arguments[3].array : Array("key".utf8)
        var key = ByteBuffer()
        var value = ByteBuffer()
        for number in 0 ..< count {
            key.removeAll()
            key.append(prefix.bytes)
            key.append(UInt8(ascii: ":"))
            key.append(decimal: number)
            var place = keyspace.write(key.bytes)
            if place.exists { continue }
            value.removeAll()
            value.append("value:")
            value.append(decimal: number)
            if size > 0, Int(size) > value.count { value.append(repeating: 0, count: Int(size) - value.count) }
            let length = size > 0 ? Int(size) : value.count
            keyspace.setString(key.bytes, &place, value.bytes.extracting(0 ..< length))
        }
        reply.ok()
    }

    private static let tableStatistics = DebugSubcommand(
        "htstats", 3 ... 3, "HTSTATS <database>", "How full the buckets of the database's hash table are."
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let database = try arguments.integer(2)
        guard database >= 0, database < keyspace.databases.count else { throw .text("ERR Out of range database") }
        reply.verbatim("txt", keyspace.tableReport(Int(database)))
    }

    private static let valueStatistics = DebugSubcommand(
        "htstats-key", 3 ... 3, "HTSTATS-KEY <key>", "The same of the hash table that the value of <key> is kept in."
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = keyspace.locate(arguments[2]) else { throw .noSuchKey }
        let header = keyspace.arena.header(entry)
        switch (header.type, header.form) {
        case (.hash, .object):
            let table = keyspace.arena.objectIndex(entry)
            reply.verbatim("txt", TableOccupancy(keyspace.hashes[table].table, keyspace.arena).report)
        case (.set, .object):
            let table = keyspace.arena.objectIndex(entry)
            reply.verbatim("txt", TableOccupancy(keyspace.sets[table].table, keyspace.arena).report)
        case (.sortedSet, .object):
            let set = keyspace.arena.objectIndex(entry)
            reply.verbatim("txt", TableOccupancy(keyspace.sortedSets[set].table, keyspace.arena).report)
        default:
            throw .text("ERR The value stored at the specified key is not represented using an hash table")
        }
    }
}

extension Keyspace {
    /// Bytes that a value takes in an RDB file without compression.
    fileprivate mutating func serializedLength(_ entry: Entry) -> Int {
        let header = arena.header(entry)
        if header.type == .hash { return serializedHashLength(entry) }
        if header.type == .list { return serializedListLength(entry) }
        if header.type == .sortedSet { return serializedLength(ranked: entry) }
        if header.type != .set { return Keyspace.serializedLength(text(entry)) }
        if setForm(entry) == .intset { return Keyspace.serializedLength(arena.bytes(entry)) }
        var total = Keyspace.lengthPrefix(memberCount(entry))
        forEachMember(entry) {
            total &+= Keyspace.serializedLength($0)
            return true
        }
        return total
    }

    private func serializedHashLength(_ entry: Entry) -> Int {
        if hashForm(entry) != .table { return Keyspace.serializedLength(arena.bytes(entry)) }
        var total = Keyspace.lengthPrefix(storedFieldCount(entry))
        forEachField(entry) {
            total &+= withName($0, of: entry) { Keyspace.serializedLength($0) }
            total &+= withValue($0, of: entry) { Keyspace.serializedLength($0) }
            return true
        }
        return total
    }

    /// The same of a sorted set: its block, or each member and eight bytes of score.
    private func serializedLength(ranked entry: Entry) -> Int {
        if isPacked(entry) { return Keyspace.serializedLength(arena.bytes(entry)) }
        var total = Keyspace.lengthPrefix(rankedCount(entry))
        forEachRanked(entry, 0 ..< rankedCount(entry), scores: false) { member, _ in
            total &+= Keyspace.serializedLength(member) &+ 8
            return true
        }
        return total
    }

    /// Bytes of a string: a small integer, or a length and its text.
    private static func serializedLength(_ text: RawSpan) -> Int {
        let length = text.byteCount
        if length <= 11, let number = Int64(decimal: text) {
            if Int8(exactly: number) != nil { return 2 }
            if Int16(exactly: number) != nil { return 3 }
            if Int32(exactly: number) != nil { return 5 }
        }
        return lengthPrefix(length) + length
    }

    static func lengthPrefix(_ length: Int) -> Int {
        length < 1 << 6 ? 1 : length < 1 << 14 ? 2 : length < 1 << 32 ? 5 : 9
    }

    /// The figures of a database's table, between the headings under which Redis shows those of its own.
    fileprivate func tableReport(_ database: Int) -> String {
        var report = "[Dictionary HT]\n"
        report += TableOccupancy(databases[database].table, arena).report
        return report + "[Expires HT]\n keys with a deadline: \(databases[database].volatileCount)\n"
    }
}
