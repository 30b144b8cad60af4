import Bytes

/// The walk of a snapshot through all tables.
extension Keyspace {
    // MARK: Beginning and end

    /// Begins a snapshot of all data as they are now. One must not be running.
    mutating func beginSnapshot(
        to sink: any SnapshotSink, _ options: SnapshotOptions, access: RecordedAccess, usedMemory: Int,
        completion: ((SnapshotOutcome) -> Void)? = nil
    ) {
        precondition(snapshot.sink == nil, "a snapshot is running")
        snapshot.sink = sink
        snapshot.completion = completion
        snapshot.options = options
        snapshot.access = access
        snapshot.compression = options.compresses ? .upTo(Snapshot.longestCompressed) : .none
        snapshot.number &+= 1
        snapshot.startedAt = now
        snapshot.keyCount = 0
        snapshot.keysWritten = 0
        snapshot.selected = -1
        snapshot.isWriting = true
        snapshot.output.append(fileVersion: fileVersion)
        snapshot.output.append(fieldsAt: now, usedMemory: usedMemory, isLogBase: options.isLogBase)
        for number in 0 ..< databases.count {
            let count = databases[number].table.count
            // A table without keys has no part in this: whatever is in it later came later.
            databases[number].image = DatabaseImage(number: count > 0 ? number : -1)
            if count == 0 { continue }
            snapshot.keyCount += count
            snapshot.output.append(database: number, keys: count, volatileKeys: databases[number].volatileCount)
            snapshot.selected = number
        }
    }

    /// Gives up the snapshot that is under way: nothing is left of it, and nobody is told.
    mutating func abandonSnapshot() {
        snapshot.sink?.abandon()
        endWriting()
        snapshot.sink = nil
        snapshot.completion = nil
    }

    /// The image is complete, or no longer wanted: changes need not be announced any more.
    private mutating func endWriting() {
        snapshot.isWriting = false
        let records = snapshot.waiting.all + [snapshot.current].compactMap { $0 }
        snapshot.current = nil
        snapshot.waiting = WaitingRecords()
        for record in records { release(record) }
        snapshot.output.removeAll(keeping: 0)
        snapshot.early.removeAll(keeping: 0)
        for number in 0 ..< databases.count { databases[number].image = DatabaseImage() }
        for old in flushed { old.database.image = DatabaseImage() }
    }

    /// Forgets a snapshot whose sink is done, or has failed. Returns whom to tell.
    mutating func concludeSnapshot() -> ((SnapshotOutcome) -> Void)? {
        let completion = snapshot.completion
        if snapshot.isWriting {
            abandonSnapshot()
        } else {
            snapshot.sink = nil
            snapshot.completion = nil
        }
        return completion
    }

    // MARK: Slices

    /// Writes some more of the image, until about `budget` bytes were looked at. False when the image is complete: then the sink has
    /// been told, and what is left is its affair.
    mutating func advanceSnapshot(budget: Int) -> Bool {
        var left = budget
        while left > 0 {
            if snapshot.current != nil || startWaiting() {
                let piece = pieceBudget(left)
                _ = writePiece(budget: piece)
                left -= piece
            } else if !walk(&left) {
                finishImage()
                return false
            }
        }
        return true
    }

    /// How much of a large value is written at once: more when much waits behind it, so that what waits stays bounded.
    private func pieceBudget(_ budget: Int) -> Int { max(4096, max(budget, snapshot.early.count >> 6)) }

    private mutating func startWaiting() -> Bool {
        guard let next = snapshot.waiting.popLast() else { return false }
        select(next.database)
        snapshot.output.append(next.head.bytes)
        snapshot.current = next
        return true
    }

    /// Writes the end of the image, and leaves the rest to the sink.
    private mutating func finishImage() {
        snapshot.output.append(RecordMark.end)
        snapshot.sink?.append(&snapshot.output)
        snapshot.sink?.finish()
        endWriting()
    }

    /// Writes the next buckets, those of flushed databases first. False when none is left.
    private mutating func walk(_ budget: inout Int) -> Bool {
        for index in flushed.indices where flushed[index].database.image.number >= 0 {
            let old = flushed[index]
            while budget > 0, snapshot.waiting.isEmpty {
                let number = old.database.image.number
                if !old.database.takeBucket(&snapshot.entries, version: snapshot.number, arena) { break }
                writeBucket(ofDatabase: number, &budget)
            }
            return true
        }
        for index in 0 ..< databases.count where databases[index].image.number >= 0 {
            while budget > 0, snapshot.waiting.isEmpty {
                let number = databases[index].image.number
                if !databases[index].takeBucket(&snapshot.entries, version: snapshot.number, arena) { break }
                writeBucket(ofDatabase: number, &budget)
            }
            return true
        }
        return false
    }

    /// What a bucket costs besides the bytes of its entries: a cache miss or two.
    private static var bucketCost: Int { 128 }

    @inline(__always)
    private mutating func writeBucket(ofDatabase number: Int, _ budget: inout Int) {
        let before = snapshot.output.count
        writeEntries(ofDatabase: number)
        budget &-= Keyspace.bucketCost &+ max(0, snapshot.output.count &- before)
    }
}

extension Database {
    /// Lists the entries of the next bucket that is not of `version`, and gives it that. False, and the image of this database is
    /// complete, when there is none.
    fileprivate mutating func takeBucket(_ entries: inout [Entry], version: UInt32, _ arena: borrowing Arena) -> Bool {
        while image.cursor < table.bucketCount {
            let bucket = image.cursor
            image.cursor &+= 1
            // What is to come next is asked for from memory now.
            table.prefetch(bucket: bucket &+ 6)
            table.prefetchEntries(ofBucket: bucket &+ 2, arena)
            if takeBucket(bucket, &entries, version: version, arena) { return true }
        }
        image.number = -1
        return false
    }

    /// The same for one bucket; false where it is of that version already.
    mutating func takeBucket(
        _ bucket: Int, _ entries: inout [Entry], version: UInt32, _ arena: borrowing Arena
    ) -> Bool {
        if table.version(bucket) == version { return false }
        table.setVersion(bucket, version)
        entries.removeAll(keepingCapacity: true)
        table.visit(bucket, arena) { entries.append(Entry($0)) }
        return true
    }
}
