/// What a table itself takes, its entries aside.
extension HashTable {
    /// Bytes of buckets in the arena.
    var bucketMemory: Int {
        let count = unsafe segments.count
        if count == 0 { return 0 }
        let first = bucketCount <= 1 ? 1 : 1 << (Int.bitWidth - (bucketCount - 1).leadingZeroBitCount)
        return (min(first, HashTable.segmentBuckets) << 6) + (count - 1) * (HashTable.segmentBuckets << 6)
            + overflowCount * 64
    }

    /// Bytes of the directory, on the heap.
    var directoryMemory: Int { unsafe segments.allocatedBytes }
}
