import Bytes
import Wire

/// The signature that DEBUG DIGEST gives: 20 bytes, made as Redis makes them, so that the data of both can be compared.
///
/// Data are added in one of two ways. Adding without order, the SHA-1 of the data is combined by exclusive or, so that
/// two orders of adding give the same. Adding in order, the result of that is hashed once more.
///
///     in any order:  digest = digest ⊕ SHA-1(data)
///     in order:      digest = SHA-1(digest ⊕ SHA-1(data))
///
/// The digest of a value begins with zeros; added to it are, in order, the number of its type (32 bits, the highest
/// first) and what the type says, a string its text, a set its members, out of order, a sorted set for each member, out of
/// order, the digest of it and its score; then, out of order, a mark if there is a deadline. The digest
/// of a key begins with its name, added in order. That of all data takes in the number of each database that is not
/// empty, in order, and the keys' digests out of order.
struct DataDigest {
    private var digest = SHA1.Digest(repeating: 0)

    /// Adds data so that it does not matter what came before.
    mutating func combine(_ data: RawSpan) {
        let hash = SHA1.digest(of: data)
        for i in 0 ..< 20 { digest[i] ^= hash[i] }
    }

    /// Adds data so that the order matters.
    mutating func mix(_ data: RawSpan) {
        combine(data)
        digest = SHA1.digest(of: digest.bytes)
    }

    private mutating func mix(_ number: UInt32) {
        let bytes = InlineArray<4, UInt8> { UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * $0)) }
        mix(bytes.bytes)
    }

    /// Adds the value of a key, and that it has a deadline.
    mutating func add(valueOf entry: Entry, _ keyspace: inout Keyspace) {
        let type = keyspace.arena.header(entry).type
        mix(UInt32(type.rawValue))
        switch type {
        case .list: keyspace.forEachElement(entry) { mix($0) }
        case .set: addMembers(of: entry, keyspace)
        case .hash: addFields(of: entry, keyspace)
        case .sortedSet: addRanked(entry, keyspace)
        default: mix(keyspace.text(entry))
        }
        if keyspace.arena.deadline(entry) != nil { combine(("!!expire!!" as StaticString).bytes) }
    }

    private mutating func addMembers(of entry: Entry, _ keyspace: borrowing Keyspace) {
        keyspace.forEachMember(entry) {
            combine($0)
            return true
        }
    }

    private mutating func addFields(of entry: Entry, _ keyspace: borrowing Keyspace) {
        keyspace.forEachField(entry) { position in
            var single = DataDigest()
            keyspace.withName(position, of: entry) { single.mix($0) }
            keyspace.withValue(position, of: entry) { single.mix($0) }
            if keyspace.deadline(of: position, in: entry) != nil {
                single.combine(("!!hexpire!!" as StaticString).bytes)
            }
            combine(single.digest.bytes)
            return true
        }
    }

    private mutating func addRanked(_ entry: Entry, _ keyspace: borrowing Keyspace) {
        keyspace.forEachRanked(entry, 0 ..< keyspace.rankedCount(entry)) { member, score in
            var single = DataDigest()
            single.mix(member)
            single.mix(NumberText(double: score).bytes)
            combine(single.digest.bytes)
            return true
        }
    }

    /// Adds all keys of a database. O(n) in their bytes.
    mutating func add(database: Int, of keyspace: inout Keyspace) {
        if keyspace.databases[database].isEmpty { return }
        mix(UInt32(database))
        var bucket: [Entry] = []
        for index in 0 ..< keyspace.databases[database].table.bucketCount {
            bucket.removeAll(keepingCapacity: true)
            keyspace.gather(bucket: index, in: database, into: &bucket)
            for entry in bucket {
                var single = DataDigest()
                single.mix(keyspace.arena.key(entry))
                single.add(valueOf: entry, &keyspace)
                combine(single.digest.bytes)
            }
        }
    }

    /// Replies with forty hexadecimal digits.
    func write(_ reply: inout ReplyWriter) {
        var text = ByteBuffer(capacity: 40)
        text.append(hexadecimal: digest.bytes)
        reply.simple(text.bytes)
    }
}
