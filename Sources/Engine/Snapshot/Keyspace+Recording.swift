import Bytes

/// Writing the records of a snapshot: whole ones where the stream is between two, large ones in pieces.
extension Keyspace {
    /// Writes the entries of a bucket, which `snapshot.entries` lists. Large ones are put on the list of those that wait.
    mutating func writeEntries(ofDatabase number: Int) {
        var entries: [Entry] = []
        Swift.swap(&entries, &snapshot.entries)
        snapshot.keysWritten &+= entries.count
        for entry in entries {
            let isLarge = isLargeRecord(entry)
            let header = arena.header(entry)
            var record = Snapshot.LargeRecord(
                entry: entry, database: number,
                encoder: EntryEncoder(entry, self, snapshot.compression, access: snapshot.access), type: header.type)
            if isLarge {
                if header.form == .object { record.index = arena.objectIndex(entry) }
                record.encoder.value.version = snapshot.number
                snapshot.waiting.append(record)
            } else {
                writeWhole(record)
            }
        }
        Swift.swap(&entries, &snapshot.entries)
    }

    private func isLargeRecord(_ entry: Entry) -> Bool {
        switch arena.header(entry).form {
        case .inline, .integer: false
        case .blob: arena.byteCount(entry) > Snapshot.largeBytes
        case .object: objectCount(entry) > Snapshot.largeCount
        }
    }

    /// Writes all of a record: into the stream, or behind the large value that is half written.
    mutating func writeWhole(_ record: Snapshot.LargeRecord) {
        var record = record
        select(record.database)
        var lane = ByteBuffer()
        let waits = snapshot.current != nil
        // Taken out, because the encoder reads the keyspace meanwhile.
        if waits { Swift.swap(&lane, &snapshot.early) } else { Swift.swap(&lane, &snapshot.output) }
        var budget = Int.max
        while record.encoder.next(&lane, self, budget: &budget) { budget = .max }
        if waits { Swift.swap(&lane, &snapshot.early) } else { Swift.swap(&lane, &snapshot.output) }
        handOver()
    }

    /// Writes a piece of the large value at hand. False when that was the last: then what waited behind it follows.
    mutating func writePiece(budget: Int) -> Bool {
        guard var record = snapshot.current else { return false }
        snapshot.current = nil
        var budget = budget
        var lane = ByteBuffer()
        Swift.swap(&lane, &snapshot.output)
        let isUnfinished = record.encoder.next(&lane, self, budget: &budget)
        Swift.swap(&lane, &snapshot.output)
        if isUnfinished {
            snapshot.current = record
        } else {
            if let image = record.image { snapshot.output.append(kept: image) }
            release(record)
            var early = ByteBuffer()
            Swift.swap(&early, &snapshot.early)
            snapshot.output.append(early.bytes)
        }
        handOver()
        return isUnfinished
    }

    /// Says which database the next record belongs to.
    mutating func select(_ number: Int) {
        if number == snapshot.selected { return }
        snapshot.selected = number
        if snapshot.current != nil {
            snapshot.early.append(database: number)
        } else {
            snapshot.output.append(database: number)
        }
    }

    /// Gives the sink what has come together.
    private mutating func handOver() {
        if snapshot.output.count >= Snapshot.chunkSize { snapshot.sink?.append(&snapshot.output) }
    }
}

extension ByteBuffer {
    /// What became of elements before they changed.
    fileprivate mutating func append(kept image: ElementImage) {
        var kept = ByteBuffer()
        Swift.swap(&kept, &image.kept)
        append(kept.bytes)
    }

    /// That the records which follow are in another database.
    fileprivate mutating func append(database: Int) {
        append(RecordMark.database)
        append(length: database)
    }
}
