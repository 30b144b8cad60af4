import Bytes

/// What stands in a file around the keys.
///
///     "REDIS" + version in four digits
///     250, name, value                     fields about the server and the file
///     254, number                          the keys that follow are in this database
///     251, keys, keys with deadline        how many there will be of them: a hint
///     keys                                 each behind a field of its own, where it has an annotation
///     255, CRC-64 of all before            eight bytes, lowest first; zero where there is no checksum
extension ByteBuffer {
    /// The first nine bytes.
    mutating func append(fileVersion version: Int) {
        append("REDIS00")
        append(UInt8(ascii: "0") + UInt8(version / 10))
        append(UInt8(ascii: "0") + UInt8(version % 10))
    }

    mutating func append(field name: StaticString, _ value: String) {
        let text = Array(value.utf8)
        append(RecordMark.field)
        append(serialized: name.bytes, compressing: false)
        append(serialized: text.bytes, compressing: false)
    }

    mutating func append(field name: StaticString, _ value: Int64) {
        append(RecordMark.field)
        append(serialized: name.bytes, compressing: false)
        append(serialized: value)
    }

    /// That the keys which follow are in another database, and about how many these are.
    mutating func append(database: Int, keys: Int, volatileKeys: Int) {
        append(RecordMark.database)
        append(length: database)
        append(RecordMark.sizes)
        append(length: keys)
        append(length: volatileKeys)
    }

    /// The fields that Redis puts at the beginning. `now` is in milliseconds; `isLogBase` for the base of an append-only log.
    mutating func append(fieldsAt now: Int64, usedMemory: Int, isLogBase: Bool) {
        append(field: "redis-ver", Version.compatible)
        append(field: "redis-bits", 64)
        append(field: "ctime", now / 1000)
        append(field: "used-mem", Int64(usedMemory))
        append(field: "aof-base", isLogBase ? 1 : 0)
    }
}

extension Keyspace {
    /// The version of a file that holds all data: the one that Redis 7.0 knows, as long as no field of a hash ever had a
    /// deadline, since that version has no such thing.
    var fileVersion: Int { hasHadFieldDeadlines ? FormatVersion.withFieldDeadlines : FormatVersion.standard }
}
