import Bytes

/// The versions of buckets, by which a snapshot knows what it has written.
///
/// A bucket's version is the number of the last snapshot that has its entries; they are all in it, or none of them is. A
/// bucket that is split gives its version to both halves. Two buckets may only be merged while their versions are equal:
/// whoever takes entries out asks `lastMergesAlike` first, and otherwise leaves the table larger than it need be.
extension HashTable {
    @inline(__always)
    func version(_ index: Int) -> UInt32 { unsafe bucket(index).load(fromByteOffset: 12, as: UInt32.self) }

    /// Marks bucket `index` as written by a snapshot.
    @inline(__always)
    func setVersion(_ index: Int, _ version: UInt32) {
        unsafe bucket(index).storeBytes(of: version, toByteOffset: 12, as: UInt32.self)
    }

    /// Gives bucket `index` a version, 0 standing for none; false where it has that already.
    @inline(__always)
    func claim(_ index: Int, _ version: UInt32) -> Bool {
        if version == 0 { return true }
        if self.version(index) == version { return false }
        setVersion(index, version)
        return true
    }

    /// Whether the last bucket and the one it would be merged into are of one version.
    var lastMergesAlike: Bool {
        let last = bucketCount &- 1
        let mask = last <= maskLow ? maskLow >> 1 : maskLow
        return version(last) == version(last &- (mask &+ 1))
    }

    /// Starts loading bucket `index`, for a walk that comes to it soon.
    @inline(__always)
    func prefetch(bucket index: Int) {
        if index < bucketCount { unsafe prefetchAddress(bucket(index)) }
    }

    /// Starts loading the entries of bucket `index`, those of its overflow left out; the bucket should be there by now.
    @inline(__always)
    func prefetchEntries(ofBucket index: Int, _ arena: borrowing Arena) {
        if index >= bucketCount { return }
        let bucket = unsafe bucket(index)
        var used = unsafe ~HashTable.zeroBytes(HashTable.tags(bucket)) & 0x8080_8080_8080_8080
        while used != 0 {
            let handle = unsafe HashTable.slot(bucket, used.trailingZeroBitCount >> 3) & HashTable.handleMask
            let entry = unsafe arena.address(handle)
            unsafe prefetchAddress(entry)
            unsafe prefetchAddress(entry + 64)
            used &= used &- 1
        }
    }
}
