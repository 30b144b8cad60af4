import Bytes
import Wire

extension ReplyWriter {
    /// The text of a string entry as a bulk string. Throws when the entry holds another type.
    @inline(__always)
    mutating func value(_ entry: Entry, _ keyspace: inout Keyspace) throws(CommandError) {
        let header = keyspace.arena.header(entry)
        if !header.isString { throw .wrongType }
        if header.form == .integer {
            bulk(decimal: keyspace.arena.integer(entry))
        } else {
            bulk(keyspace.arena.bytes(entry))
        }
    }
}
