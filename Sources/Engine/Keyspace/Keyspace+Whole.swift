import Bytes

/// Operations on whole databases, and on a key between two of them.
extension Keyspace {
    /// Keys of the selected database, expired ones not yet removed included.
    var keyCount: Int { databases[selected].table.count }

    /// Empties a database in O(1): its table is put aside and taken apart by `dismantle`. Returns the keys it had.
    @discardableResult
    mutating func flush(_ database: Int) -> Int {
        if databases[database].table.bucketCount == 0 { return 0 }
        let count = clear(database)
        effects.noteFlush(database, keys: count)
        return count
    }

    /// The same without a word to anybody: what was there is about to be back.
    @discardableResult
    mutating func clear(_ database: Int) -> Int {
        let count = databases[database].table.count
        if databases[database].table.bucketCount == 0 { return 0 }
        let old = databases.exchange(database, Database(key: hashKey))
        flushed.append(FlushedDatabase(old))
        return count
    }

    /// Takes apart up to `buckets` buckets of flushed databases. True while more is left.
    mutating func dismantle(buckets: Int) -> Bool {
        // What the snapshot wants of a database stays until it is written.
        if snapshot.isWriting, flushed.contains(where: { $0.database.image.number >= 0 }) || snapshot.hasLargeRecords {
            return false
        }
        var left = buckets
        while let last = flushed.last {
            while left > 0, dismantleBucket(last) { left -= 1 }
            if left == 0 { return true }
            flushed.removeLast()
        }
        return false
    }

    private mutating func dismantleBucket(_ flushed: FlushedDatabase) -> Bool {
        var entries: [Entry] = []
        let more = flushed.database.table.dismantleLastBucket(&arena) { handle, _ in entries.append(Entry(handle)) }
        for entry in entries { free(entry) }
        statistics.lazyFreed &+= UInt64(entries.count)
        return more
    }

    /// Exchanges the contents of two databases in O(1).
    mutating func swap(_ first: Int, _ second: Int) {
        databases.swapAt(first, second)
        effects.noteSwap(first, second)
    }

    /// Moves the value and deadline of `from` to the key `to`, replacing what was there. O(1): the value moves.
    mutating func rename(_ from: KeyPlace, to key: RawSpan) {
        guard let source = from.entry else { return }
        let target = find(key)
        effects.noteCreation(selected, key)
        changed(.renameFrom, source)
        databases[selected].remove(source, from.hash, &arena, now: now)
        if let old = target.entry {
            databases[selected].remove(old, target.hash, &arena, now: now)
            free(old)
        }
        let entry = arena.withKey(source, key)
        databases[selected].insert(entry, target.hash, &arena, now: now)
        scheduleFields(entry, target.hash, in: selected)
        changed(.renameTo, entry)
    }

    /// Moves a key to another database, where it must not exist. O(1).
    mutating func move(_ place: KeyPlace, to database: Int) {
        guard let entry = place.entry else { return }
        preserve(KeyPlace(hash: place.hash, entry: nil), in: database)
        effects.noteCreation(database, entry, arena)
        changed(.moveFrom, entry)
        databases[selected].remove(entry, place.hash, &arena, now: now)
        databases[database].insert(entry, place.hash, &arena, now: now)
        scheduleFields(entry, place.hash, in: database)
        effects.note(.moveTo, database, entry, arena)
    }

    /// Copies the value and deadline of `source` to `key` in `database`, replacing what is there. O(n).
    mutating func copy(_ source: Entry, to key: RawSpan, in database: Int) {
        let entry = copied(source, key: key)
        let previous = selected
        selected = database
        let target = find(key)
        if let old = target.entry {
            databases[database].remove(old, target.hash, &arena, now: now)
            free(old)
        }
        databases[database].insert(entry, target.hash, &arena, now: now)
        scheduleFields(entry, target.hash, in: database)
        effects.noteCreation(database, key)
        changed(.copyTo, entry)
        selected = previous
    }

    private mutating func copied(_ source: Entry, key: RawSpan) -> Entry {
        let header = arena.header(source)
        if header.form != .object { return arena.copy(source, key: key) }
        let index = copyObject(header.type, arena.objectIndex(source))
        let entry = arena.makeObject(
            key: key, deadline: arena.deadline(source), type: header.type, encoding: header.encoding, index: index)
        arena.setAccess(entry, header.access)
        return entry
    }

    /// A key of the selected database chosen uniformly, none that is past its deadline. O(1) expected; more only
    /// while expiry is held and nearly all keys are past theirs.
    mutating func randomEntry() -> Entry? {
        // Each draw that fails removes a key, so this ends.
        while !holdsExpiry {
            guard let entry = drawEntry() else { return nil }
            if !expireIfDue(entry) { return entry }
        }
        for _ in 0 ..< 100 {
            guard let entry = drawEntry() else { return nil }
            if !isPastDeadline(entry) { return entry }
        }
        return firstLiveEntry()
    }

    private mutating func drawEntry() -> Entry? { databases[selected].table.random(&random, arena).map { Entry($0) } }

    private func firstLiveEntry() -> Entry? {
        var bucket: [Entry] = []
        for index in 0 ..< bucketCount {
            bucket.removeAll(keepingCapacity: true)
            gather(bucket: index, in: selected, into: &bucket)
            if let entry = bucket.first(where: { !isPastDeadline($0) }) { return entry }
        }
        return nil
    }

    /// Hands every live entry of a bucket to `body` and returns the next cursor; see `HashTable.scan`.
    func scan(_ cursor: UInt64, _ body: (Entry) -> Void) -> UInt64 {
        databases[selected].table.scan(cursor, arena) { handle in
            let entry = Entry(handle)
            if let deadline = arena.deadline(entry), now > deadline { return }
            body(entry)
        }
    }
}
