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

    /// Writes what is left of a large value, if this is one that waits.
    private mutating func finishRecord(of entry: Entry) {
        if let current = snapshot.current, current.entry == entry {
            while writePiece(budget: .max) {}
        } else if let index = snapshot.waiting.firstIndex(where: { $0.entry == entry }) {
            writeWhole(snapshot.waiting.remove(at: index))
        }
    }
}
