import Bytes

/// One of the numbered databases: its table and the wheel that tells when a bucket has something to expire. Created
/// with the server, it holds no memory until its first key.
struct Database: ~Copyable {
    var table: HashTable<KeyEntryLayout>
    var wheel = ExpiryWheel()
    /// What a snapshot has to do here.
    var image = DatabaseImage()
    /// Keys that have a deadline.
    var volatileCount = 0
    /// The bucket at which the search for keys to be evicted stopped.
    var hand = 0

    init(key: SipKey) { table = HashTable(key: key) }

    var isEmpty: Bool { table.count == 0 }

    /// Adds an entry whose key is not in the table, and lets the table grow by the step that is due.
    @inline(__always)
    mutating func insert(_ entry: Entry, _ hash: UInt64, _ arena: inout Arena, now: Int64) {
        table.insert(entry.handle, hash, &arena)
        if let deadline = arena.deadline(entry) {
            volatileCount &+= 1
            schedule(hash, deadline, now: now)
        }
        if table.wantsToGrow { grow(&arena, now: now) }
    }

    /// Takes an entry out of the table and lets it shrink; the entry lives on.
    @inline(__always)
    mutating func remove(_ entry: Entry, _ hash: UInt64, _ arena: inout Arena, now: Int64) {
        if arena.header(entry).isVolatile { volatileCount &-= 1 }
        table.remove(entry.handle, hash, &arena)
        shrinkIfNeeded(&arena, now: now)
    }

    /// Files the bucket of `hash` so that it is looked at once `deadline` has passed.
    @inline(__always)
    mutating func schedule(_ hash: UInt64, _ deadline: Int64, now: Int64) {
        // A key is gone when the clock is past its deadline, so one millisecond later.
        wheel.schedule(table.bucketIndex(hash), at: deadline == .max ? .max : deadline &+ 1, now: now)
    }

    private mutating func grow(_ arena: inout Arena, now: Int64) {
        let (from, to) = table.grow(&arena)
        // The new bucket may hold the earliest deadline of the old one; looking too early is harmless.
        if let time = wheel.time(of: from) { wheel.schedule(to, at: time, now: now) }
    }

    /// Merges buckets until the load is back in bounds; at most a few at a time, and not while a snapshot has written the one and
    /// not the other.
    mutating func shrinkIfNeeded(_ arena: inout Arena, now: Int64, steps: Int = 2) {
        var left = steps
        while left > 0, table.wantsToShrink, image.number < 0 || table.lastMergesAlike {
            let (from, to) = table.shrink(&arena)
            if let time = wheel.time(of: from) {
                wheel.cancel(from)
                wheel.schedule(to, at: time, now: now)
            }
            if from & 1023 == 0 { wheel.truncate(to: from) }
            left -= 1
        }
    }
}

/// A database that was flushed and is being taken apart a slice at a time.
final class FlushedDatabase {
    var database: Database

    init(_ database: consuming Database) { self.database = database }
}
