import Bytes

/// Looking at keys without using them, and at many at once.
extension Keyspace {
    /// Finds a key for reading: counts a hit or miss, but leaves its access data alone, as EXISTS, TYPE and TTL do. Nobody
    /// hears of a miss if it `isQuiet`, as those of OBJECT are.
    mutating func glance(_ key: RawSpan, isQuiet: Bool = false) -> Entry? {
        guard let entry = lookUp(key, hash(key)) else {
            if isQuiet { statistics.misses &+= 1 } else { noteMiss(key) }
            return nil
        }
        statistics.hits &+= 1
        return entry
    }

    /// Whether a database has a key; one that is past its deadline is removed.
    mutating func contains(_ key: RawSpan, in database: Int) -> Bool {
        let previous = selected
        selected = database
        defer { selected = previous }
        return lookUp(key, hash(key)) != nil
    }

    /// The entry of a key even when it is past its deadline. Nothing is counted, touched or removed.
    func locate(_ key: RawSpan) -> Entry? {
        databases[selected].table.find(hash(key), key, arena).map { Entry($0) }
    }

    @inline(__always)
    func isPastDeadline(_ entry: Entry) -> Bool {
        guard let deadline = arena.deadline(entry) else { return false }
        return now > deadline
    }

    /// Whether an entry of the selected database is past its deadline; then it is removed, unless expiry is held.
    mutating func expireIfDue(_ entry: Entry) -> Bool {
        if !isPastDeadline(entry) { return false }
        if !holdsExpiry { expire(entry, hash(arena.key(entry)), in: selected) }
        return true
    }

    // MARK: Many keys

    /// Buckets of the selected database's table.
    var bucketCount: Int { databases[selected].table.bucketCount }

    /// Adds the entries of one bucket, those past their deadlines included.
    func gather(bucket: Int, in database: Int, into entries: inout [Entry]) {
        databases[database].table.visit(bucket, arena) { entries.append(Entry($0)) }
    }

    /// Adds entries bucket by bucket from `cursor` on until there are `wanted`, those past their deadlines included.
    /// Returns the cursor to go on from. Looks at ten buckets for each entry wanted, at most: so that no call
    /// takes long in a table that is nearly empty.
    func gather(from cursor: UInt64, wanted: Int, into entries: inout [Entry]) -> UInt64 {
        var (left, isEndless) = wanted.multipliedReportingOverflow(by: 10)
        if isEndless { left = .max }
        var next = cursor
        repeat {
            next = databases[selected].table.scan(next, arena) { entries.append(Entry($0)) }
            left &-= 1
        } while next != 0 && left >= 0 && entries.count < wanted
        return next
    }
}
