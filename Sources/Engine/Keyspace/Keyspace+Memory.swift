import Bytes

/// What the keyspace's own structures take.
extension Keyspace {
    /// Tables of keys, those of flushed databases included: buckets, which are the arena's, and directories.
    var tableMemory: Int {
        var total = 0
        for index in 0 ..< databases.count {
            total += databases[index].table.bucketMemory + databases[index].table.directoryMemory
        }
        for old in flushed { total += old.database.table.bucketMemory + old.database.table.directoryMemory }
        return total
    }

    /// The part of that which is not the arena's.
    var directoryMemory: Int {
        var total = 0
        for index in 0 ..< databases.count { total += databases[index].table.directoryMemory }
        return total
    }

    /// The wheels of deadlines.
    var timerMemory: Int {
        var total = 0
        for index in 0 ..< databases.count { total += databases[index].wheel.allocatedBytes }
        return total
    }

    /// The numbers of large values and what they hold outside of the arena.
    var objectMemory: Int {
        lists.allocatedBytes + sets.allocatedBytes + hashes.allocatedBytes + sortedSets.allocatedBytes
    }

    /// Whether there are large values that nobody refers to any more.
    var hasBuriedObjects: Bool { lists.hasBuried || sets.hasBuried || hashes.hasBuried || sortedSets.hasBuried }
}
