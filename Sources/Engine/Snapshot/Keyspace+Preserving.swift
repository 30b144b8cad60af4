import Bytes

/// What a snapshot does before anything changes.
extension Keyspace {
    /// Called before a key is changed or made, or a change becomes possible: writes what the snapshot still wants of it.
    @inline(__always)
    mutating func preserve(_ place: KeyPlace, in database: Int) {
        if snapshot.isWriting { write(place, in: database) }
    }

    private mutating func write(_ place: KeyPlace, in database: Int) {
        preserveBucket(of: place.hash, in: database)
        if let entry = place.entry, snapshot.hasLargeRecords { finishRecord(of: entry) }
    }

    private mutating func preserveBucket(of hash: UInt64, in database: Int) {
        let number = databases[database].image.number
        if number < 0 { return }
        let bucket = databases[database].table.bucketIndex(hash)
        if databases[database].takeBucket(bucket, &snapshot.entries, version: snapshot.number, arena) {
            writeEntries(ofDatabase: number)
        }
    }

    // MARK: Large values

    /// Has a large value that waits, or is half written, keep its elements as they are before they change; one that is not a table
    /// is written to its end.
    private mutating func finishRecord(of entry: Entry) {
        if let current = snapshot.current, isMeant(current, entry) {
            if current.hasTable { shareCurrent() } else { while writePiece(budget: .max) {} }
        } else if let place = waitingPlace(of: entry) {
            if snapshot.waiting[place].hasTable { shareWaiting(place) } else { writeWhole(snapshot.waiting.remove(at: place)) }
        }
    }

    /// Whether a record is that of an entry's value. A large value has a number, which stays when the entry moves.
    private func isMeant(_ record: Snapshot.LargeRecord, _ entry: Entry) -> Bool {
        guard let index = record.index else { return record.entry == entry }
        let header = arena.header(entry)
        return header.form == .object && header.type == record.type && arena.objectIndex(entry) == index
    }

    private func waitingPlace(of entry: Entry) -> Int? {
        let header = arena.header(entry)
        if header.form == .object { return snapshot.waiting.place(of: header.type, arena.objectIndex(entry)) }
        return snapshot.waiting.place(of: entry)
    }

    /// What is listed to be written next lies in a bucket that is not kept any more, so that it is written before any change; only
    /// the first change begins to keep the others.
    private mutating func shareCurrent() {
        guard var record = snapshot.current else { return }
        var lane = ByteBuffer()
        Swift.swap(&lane, &snapshot.output)
        record.encoder.value.finishParts(&lane, self)
        Swift.swap(&lane, &snapshot.output)
        if record.image == nil {
            record.image = record.encoder.value.share(self)
            attach(record.image, record)
        }
        snapshot.current = record
    }

    private mutating func shareWaiting(_ place: Int) {
        var record = snapshot.waiting[place]
        if record.image != nil { return }
        // The head is what the entry says now, and the number of elements what there are now.
        var head = ByteBuffer()
        var budget = 0
        _ = record.encoder.next(&head, self, budget: &budget)
        record.head = head.bytes.array
        record.image = record.encoder.value.share(self)
        attach(record.image, record)
        snapshot.waiting[place] = record
    }

    private mutating func attach(_ image: ElementImage?, _ record: Snapshot.LargeRecord) {
        guard let index = record.index else { return }
        switch record.type {
        case .set: sets[index].image = image
        case .hash: hashes[index].image = image
        case .sortedSet: sortedSets[index].image = image
        case .string, .list, .stream: break
        }
    }

    /// Lets go of a large value that is written, or not wanted any more.
    mutating func release(_ record: Snapshot.LargeRecord) {
        if record.image != nil { attach(nil, record) }
        if record.isOrphan, let index = record.index { bury(record.type, index) }
    }

    /// Takes over a large value that no entry refers to any more, if it is still to be written. False if it is not.
    mutating func adopt(_ type: ValueType, _ index: UInt32) -> Bool {
        if !snapshot.hasLargeRecords { return false }
        if let current = snapshot.current, current.type == type, current.index == index {
            snapshot.current?.isOrphan = true
            return true
        }
        guard let place = snapshot.waiting.place(of: type, index) else { return false }
        snapshot.waiting[place].isOrphan = true
        return true
    }
}

extension Snapshot.LargeRecord {
    /// Whether elements can be kept one bucket at a time.
    fileprivate var hasTable: Bool { index != nil && type != .list }
}
