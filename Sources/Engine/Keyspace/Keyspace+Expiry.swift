import Bytes

/// Removing keys whose time has come.
extension Keyspace {
    /// Removes one key that is past its deadline.
    mutating func expire(_ entry: Entry, _ hash: UInt64, in database: Int) {
        effects.note(.expired, database, entry, arena)
        statistics.expired &+= 1
        databases[database].remove(entry, hash, &arena, now: now)
        free(entry)
    }

    /// One slice of the expiry cycle over all databases: hands out due buckets until `budget` is used up, of which each
    /// bucket and each key removed takes one. Returns false when nothing more is due now. `micros` is `now` in
    /// microseconds, for the lag.
    mutating func expireDue(micros: Int64, budget: inout Int) -> Bool {
        if !expiresActively || holdsExpiry { return false }
        for database in 0 ..< databases.count {
            while budget > 0, let bucket = databases[database].wheel.popDue(now: now, budget: &budget) {
                budget &-= expireBucket(bucket, in: database, micros: micros)
            }
            if budget <= 0 { return true }
        }
        return false
    }

    /// When the cycle has something to do next, in milliseconds since 1970.
    func nextExpiry() -> Int64? {
        if !expiresActively || holdsExpiry { return nil }
        var earliest: Int64?
        for database in 0 ..< databases.count {
            if let time = databases[database].wheel.nextEvent() { earliest = min(time, earliest ?? .max) }
        }
        return earliest
    }

    /// Removes what is due in one bucket and files it again under the earliest deadline left. Returns how many keys that
    /// were.
    private mutating func expireBucket(_ bucket: Int, in database: Int, micros: Int64) -> Int {
        if bucket >= databases[database].table.bucketCount { return 0 }
        var due: [Entry] = []
        var next = Int64.max
        databases[database].table.visit(bucket, arena) { handle in
            guard let deadline = arena.deadline(Entry(handle)) else { return }
            if now > deadline { due.append(Entry(handle)) } else { next = min(next, deadline) }
        }
        if next != .max { databases[database].wheel.schedule(bucket, at: next &+ 1, now: now) }
        for entry in due {
            // Merging buckets here is harmless: entries are found again by their hash.
            let deadline = arena.deadline(entry) ?? now
            statistics.expiryLag.record(UInt64(max(0, micros &- (deadline &+ 1) &* 1000)))
            expire(entry, hash(arena.key(entry)), in: database)
        }
        return due.count
    }
}
