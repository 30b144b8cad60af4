import Bytes

/// Removing keys whose time has come.
extension Keyspace {
    /// Removes one key that is past its deadline.
    mutating func expire(_ entry: Entry, _ hash: UInt64, in database: Int) {
        preserve(KeyPlace(hash: hash, entry: entry), in: database)
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
                expireBucket(bucket, in: database, micros: micros, budget: &budget)
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

    /// Removes what is due in one bucket and files it again under the earliest deadline left. Each key, and each field of a
    /// hash, takes one from the budget.
    private mutating func expireBucket(_ bucket: Int, in database: Int, micros: Int64, budget: inout Int) {
        if bucket >= databases[database].table.bucketCount { return }
        var due: [Entry] = []
        var hashes: [Entry] = []
        var next = Int64.max
        databases[database].table.visit(bucket, arena) { handle in
            let entry = Entry(handle)
            if let deadline = arena.deadline(entry) {
                if now > deadline { return due.append(entry) }
                next = min(next, deadline)
            }
            if let deadline = fieldDeadline(entry) {
                if now > deadline { hashes.append(entry) } else { next = min(next, deadline) }
            }
        }
        if next != .max { databases[database].wheel.schedule(bucket, at: next &+ 1, now: now) }
        for entry in due {
            // Merging buckets here is harmless: entries are found again by their hash.
            let deadline = arena.deadline(entry) ?? now
            statistics.expiryLag.record(UInt64(max(0, micros &- (deadline &+ 1) &* 1000)))
            expire(entry, hash(arena.key(entry)), in: database)
        }
        budget &-= due.count
        for entry in hashes { expireFields(entry, in: database, micros: micros, budget: &budget) }
    }

    /// Removes what is due in one hash, as far as the budget goes, and files its bucket again.
    private mutating func expireFields(_ entry: Entry, in database: Int, micros: Int64, budget: inout Int) {
        var place = KeyPlace(hash: hash(arena.key(entry)), entry: entry)
        for deadline in expireFields(&place, in: database, budget: &budget) {
            statistics.expiryLag.record(UInt64(max(0, micros &- (deadline &+ 1) &* 1000)))
        }
        if let left = place.entry { scheduleFields(left, place.hash, in: database) }
    }
}
