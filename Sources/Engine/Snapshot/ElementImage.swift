import Bytes

/// What a snapshot still wants of a set, hash or sorted set that changes while it waits to be written, or is being.
///
/// A table of elements is a table like the keyspace's, so it has the same remedy: before anything in a bucket changes that the
/// walk has not come to, all elements of that bucket are kept here, encoded, and follow the others at the end of the value. No reader
/// minds the order. So whoever changes one element of a million pays for the handful that are in its bucket.
///
/// A sorted set is written by its tree, from the last element to the first, until it changes; then the rest is written by its
/// table. `boundary` tells what the tree has given already.
final class ElementImage {
    let version: UInt32
    private let compression: TextCompression
    /// What the deadlines of fields are counted from; `nil` in a hash without.
    var earliestDeadline: Int64?
    /// This element of a sorted set and all behind it are written.
    var boundary: (score: Double, member: [UInt8])?
    /// Elements as they are written.
    var kept = ByteBuffer()

    init(version: UInt32, _ compression: TextCompression) {
        self.version = version
        self.compression = compression
    }

    private func keep(_ text: RawSpan) {
        kept.append(serialized: text, compressing: compression.includes(text.byteCount))
    }

    /// Keeps the members of the bucket of `hash`, unless they are written.
    func keep(_ hash: UInt64, _ table: borrowing HashTable<SetMember>, _ arena: borrowing Arena) {
        let bucket = table.bucketIndex(hash)
        if !table.claim(bucket, version) { return }
        table.visit(bucket, arena) { keep(arena.member($0)) }
    }

    /// The same for fields.
    func keep(_ hash: UInt64, _ table: borrowing HashTable<HashFieldLayout>, _ arena: borrowing Arena) {
        let bucket = table.bucketIndex(hash)
        if !table.claim(bucket, version) { return }
        table.visit(bucket, arena) { handle in
            let field = HashField(handle)
            if let earliestDeadline {
                kept.append(length: arena.deadline(field).map { Int($0 &- earliestDeadline &+ 1) } ?? 0)
            }
            keep(arena.name(field))
            keep(arena.value(field))
        }
    }

    /// The same for members with scores.
    func keep(_ hash: UInt64, _ table: borrowing HashTable<RankedMember>, _ arena: borrowing Arena) {
        let bucket = table.bucketIndex(hash)
        if !table.claim(bucket, version) { return }
        table.visit(bucket, arena) { handle in
            if isWritten(handle, arena) { return }
            keep(arena.rankedMember(handle))
            kept.append(word: arena.score(handle).bitPattern)
        }
    }

    /// Whether a member of a sorted set was written before the set changed.
    func isWritten(_ handle: Arena.Handle, _ arena: borrowing Arena) -> Bool {
        guard let boundary else { return false }
        let score = arena.score(handle)
        if score != boundary.score { return score > boundary.score }
        return arena.rankedMember(handle).compare(boundary.member.bytes) >= 0
    }
}
