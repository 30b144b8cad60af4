import Bytes
import Wire

extension ReplyWriter {
    /// An element of a listpack as a bulk string.
    @inline(__always)
    mutating func element(_ pack: RawSpan, _ position: Int) {
        switch Listpack.value(pack, position) {
        case .integer(let value): bulk(decimal: value)
        case .text(let range): bulk(pack.extracting(range))
        }
    }

    /// The name of a field as a bulk string.
    @inline(__always)
    mutating func name(of position: Keyspace.FieldPosition, in entry: Entry, _ keyspace: borrowing Keyspace) {
        switch position {
        case .field(let field): bulk(keyspace.arena.name(field))
        case .offset(let offset): element(keyspace.arena.bytes(entry), offset)
        }
    }

    /// The value of a field as a bulk string.
    @inline(__always)
    mutating func value(of position: Keyspace.FieldPosition, in entry: Entry, _ keyspace: borrowing Keyspace) {
        switch position {
        case .field(let field): bulk(keyspace.arena.value(field))
        case .offset(let offset):
            let pack = keyspace.arena.bytes(entry)
            element(pack, Listpack.next(pack, offset))
        }
    }

    /// The value of the field with this name, or null where there is none.
    @inline(__always)
    mutating func value(ofField name: RawSpan, in entry: Entry, _ keyspace: borrowing Keyspace) {
        guard let position = keyspace.findField(name, entry) else { return null() }
        value(of: position, in: entry, keyspace)
    }

    /// Null for each of `count` fields of a hash that is not there.
    mutating func nulls(_ count: Int) {
        array(count)
        for _ in 0 ..< count { null() }
    }
}
