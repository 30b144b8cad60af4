import Bytes
import Wire

/// The subcommands about the data. They see keys that are past their deadlines as long as these are in memory.
extension DebugCommand {
    static let ofData: [DebugSubcommand] = [object, digest, digestValue, populate, tableStatistics]

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
                + "lru:\(header.access) lru_seconds_idle:\(keyspace.idleSeconds(entry))")
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
}

extension Keyspace {
    /// Bytes that a string takes in an RDB file without compression: a length or a small integer, and its text.
    fileprivate mutating func serializedLength(_ entry: Entry) -> Int {
        let text = text(entry)
        let length = text.byteCount
        if length <= 11, let number = Int64(decimal: text) {
            if Int8(exactly: number) != nil { return 2 }
            if Int16(exactly: number) != nil { return 3 }
            if Int32(exactly: number) != nil { return 5 }
        }
        let prefix = length < 1 << 6 ? 1 : length < 1 << 14 ? 2 : length < 1 << 32 ? 5 : 9
        return prefix + length
    }

    /// The figures of a database's table, between the headings under which Redis shows those of its own.
    fileprivate func tableReport(_ database: Int) -> String {
        var report = "[Dictionary HT]\nHash table 0 stats (main hash table):\n"
        let table = databases[database].table.count
        if table == 0 {
            report += "No stats available for empty dictionaries\n"
        } else {
            report += occupancy(database)
        }
        return report + "[Expires HT]\n keys with a deadline: \(databases[database].volatileCount)\n"
    }

    private func occupancy(_ database: Int) -> String {
        let buckets = databases[database].table.bucketCount
        let count = databases[database].table.count
        // By the number of entries in a bucket and its overflow.
        var distribution: [Int] = []
        var bucket: [Entry] = []
        for index in 0 ..< buckets {
            bucket.removeAll(keepingCapacity: true)
            gather(bucket: index, in: database, into: &bucket)
            while distribution.count <= bucket.count { distribution.append(0) }
            distribution[bucket.count] += 1
        }
        var report = " table size: \(buckets)\n number of elements: \(count)\n"
        report += " different slots: \(buckets - distribution[0])\n"
        report += " max chain length: \(distribution.count - 1)\n"
        report += " overflow buckets: \(databases[database].table.overflowCount)\n"
        report += " avg chain length: \(DebugCommand.hundredths(count * 100 / buckets))\n Chain length distribution:\n"
        for (length, number) in distribution.enumerated() where number > 0 {
            report += "   \(length): \(number) (\(DebugCommand.hundredths(number * 10000 / buckets))%)\n"
        }
        return report
    }
}

extension DebugCommand {
    /// A number of hundredths with two digits behind the point.
    fileprivate static func hundredths(_ number: Int) -> String {
        "\(number / 100).\(number % 100 / 10)\(number % 10)"
    }
}
