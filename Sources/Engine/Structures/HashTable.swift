import Bytes

/// What a table must know of its entries: where their key is.
protocol TableLayout {
    @unsafe static func key(at address: UnsafeRawPointer) -> UnsafeRawBufferPointer
}

/// A hash table that grows and shrinks one bucket at a time: linear hashing (Litwin, "Linear hashing: a new tool
/// for file and table addressing", VLDB 1980) over cache-line buckets (as Valkey's table has them).
///
///     bucket, 64 bytes
///     0                8          12        16                                             64
///     ┌────────────────┬──────────┬─────────┬──────┬──────┬──────┬──────┬ … ┬──────┐
///     │ 8 tags         │ overflow │ version │ slot │ slot │ slot │ slot │   │ slot │
///     └────────────────┴──────────┴─────────┴──────┴──────┴──────┴──────┴ … ┴──────┘
///       8 bits of the    next       for       6 bytes each: 40 bits of handle and a
///       hash; 0: empty   bucket     snapshots  fragment, 8 further bits of the hash
///
///     bucket of a hash, with n buckets and 2^l <= n < 2^(l+1):
///         i = hash mod 2^(l+1);  if i >= n then i = hash mod 2^l
///
/// There is no second table and no rehashing phase: when the load passes its bound, bucket n - 2^l is split into
/// itself and bucket n; when it falls, the last bucket is merged back. Each step moves a handful of slots, so no
/// operation ever pays for the table's size, and a lookup always looks at one bucket (and rarely at its overflow).
/// Splitting needs one more bit of each entry's hash. The fragment has it: it holds the aligned group of eight hash
/// bits that the bucket's next split lies in, so that entries are touched for rehashing only every eighth doubling.
///
/// Buckets live in segments of 1,024 (one arena page); the first segment starts with one bucket and doubles until
/// it is whole, copying 64 KiB at most.
///
/// Invariants: a chain's buckets are full but for the last, and none of them is empty unless it is the first; a slot
/// of bucket i has a hash that belongs to i; `count` is the number of slots in use; the tag is never 0.
///
/// Costs: find, insert and remove O(1) expected. A growing table spends 64 / 4.5 bytes per entry, plus overflow; one that
/// entries were removed from, up to 32. Iteration
/// with a cursor survives any resizing between calls (see `scan`), and random choice is exactly uniform.
@safe
struct HashTable<Layout: TableLayout>: ~Copyable {
    static var bucketShift: Int { 6 }
    static var slotsPerBucket: Int { 8 }
    static var segmentBuckets: Int { 1024 }
    static var handleMask: UInt64 { 1 << 40 - 1 }
    /// Mean entries per bucket above which the table grows, times 2.
    static var growLoad: Int { 9 }
    /// Mean entries per bucket below which it shrinks, times 2.
    static var shrinkLoad: Int { 4 }

    var count = 0
    var bucketCount = 0
    var maskLow = 0
    var maskHigh = 0
    var segments = unsafe PlainList<UnsafeMutableRawPointer>()
    /// The longest chain seen, in buckets: the bound for uniform random choice.
    var longestChain = 1
    /// Buckets in overflow chains, for memory accounting.
    var overflowCount = 0
    let key: SipKey

    /// Buckets belong to the arena: whoever drops a table while the arena lives on first takes it apart with
    /// `dismantleLastBucket`.
    init(key: SipKey) { self.key = key }

    // MARK: Addressing

    @inline(__always)
    func bucketIndex(_ hash: UInt64) -> Int {
        let i = Int(truncatingIfNeeded: hash) & maskHigh
        return i >= bucketCount ? i & maskLow : i
    }

    @inline(__always) @unsafe
    func bucket(_ index: Int) -> UnsafeMutableRawPointer {
        unsafe segments.base[index >> 10] + (index & 1023) &<< 6
    }

    /// How many bits of the hash choose bucket `index`.
    @inline(__always)
    func addressBits(_ index: Int) -> Int {
        let level = maskLow.trailingOnes
        return index > maskLow || index < bucketCount &- (maskLow &+ 1) ? level &+ 1 : level
    }

    @inline(__always)
    static func tag(_ hash: UInt64) -> UInt64 { max(1, hash >> 56) }

    @inline(__always)
    static func fragment(_ hash: UInt64, addressBits: Int) -> UInt64 {
        hash &>> UInt64(truncatingIfNeeded: addressBits & ~7) & 0xFF
    }

    /// 0x80 in every byte of `word` that is zero, exactly.
    @inline(__always)
    static func zeroBytes(_ word: UInt64) -> UInt64 {
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        return ~((word & low &+ low) | word | low)
    }

    @inline(__always) @unsafe
    static func slot(_ bucket: UnsafeMutableRawPointer, _ i: Int) -> UInt64 {
        // Reads two bytes before the slot, which for slot 0 are the version's, so as never to read past the bucket.
        unsafe bucket.loadUnaligned(fromByteOffset: 14 &+ i &* 6, as: UInt64.self) >> 16
    }

    @inline(__always) @unsafe
    static func setSlot(_ bucket: UnsafeMutableRawPointer, _ i: Int, tag: UInt64, value: UInt64) {
        let offset = 14 &+ i &* 6
        let before = unsafe bucket.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
        unsafe bucket.storeBytes(of: value << 16 | UInt64(before), toByteOffset: offset, as: UInt64.self)
        unsafe bucket.storeBytes(of: UInt8(truncatingIfNeeded: tag), toByteOffset: i, as: UInt8.self)
    }

    @inline(__always) @unsafe
    static func tags(_ bucket: UnsafeMutableRawPointer) -> UInt64 { unsafe bucket.load(as: UInt64.self) }

    @inline(__always) @unsafe
    static func overflow(_ bucket: UnsafeMutableRawPointer, _ arena: borrowing Arena) -> UnsafeMutableRawPointer? {
        let link = unsafe bucket.load(fromByteOffset: 8, as: UInt32.self)
        return link == 0 ? nil : unsafe arena.address(UInt64(link) << 3)
    }

    // MARK: Operations

    /// Starts loading the bucket of `hash`, for a batch of lookups to come.
    @inline(__always)
    func prefetch(_ hash: UInt64) {
        if bucketCount > 0 { unsafe prefetchAddress(bucket(bucketIndex(hash))) }
    }

    /// Starts loading the first entry whose tag matches `hash`, and names it: its bucket should have arrived by now.
    @inline(__always) @discardableResult
    func prefetchEntries(_ hash: UInt64, _ arena: borrowing Arena) -> Arena.Handle? {
        if bucketCount == 0 { return nil }
        let bucket = unsafe bucket(bucketIndex(hash))
        let matches = unsafe HashTable.zeroBytes(HashTable.tags(bucket) ^ HashTable.tag(hash) &* 0x0101_0101_0101_0101)
        if matches == 0 { return nil }
        let handle = unsafe HashTable.slot(bucket, matches.trailingZeroBitCount >> 3) & HashTable.handleMask
        let entry = unsafe arena.address(handle)
        unsafe prefetchAddress(entry)
        // A small value may reach into the next line.
        unsafe prefetchAddress(entry + 64)
        return handle
    }

    /// The entry with this key, if there is one. `hash` must be the key's. O(1) expected.
    @inline(__always)
    func find(_ hash: UInt64, _ key: RawSpan, _ arena: borrowing Arena) -> Arena.Handle? {
        if count == 0 { return nil }
        let pattern = HashTable.tag(hash) &* 0x0101_0101_0101_0101
        var bucket = unsafe bucket(bucketIndex(hash))
        return unsafe key.withUnsafeBytes { wanted in
            while true {
                var matches = unsafe HashTable.zeroBytes(HashTable.tags(bucket) ^ pattern)
                while matches != 0 {
                    let i = matches.trailingZeroBitCount >> 3
                    let handle = unsafe HashTable.slot(bucket, i) & HashTable.handleMask
                    let candidate = unsafe Layout.key(at: arena.address(handle))
                    if unsafe sameBytes(candidate, wanted) { return handle }
                    matches &= matches &- 1
                }
                guard let next = unsafe HashTable.overflow(bucket, arena) else { return nil }
                unsafe bucket = next
            }
        }
    }

    /// Adds an entry whose key is not in the table. O(1); the caller then calls `grow` while `wantsToGrow`.
    mutating func insert(_ handle: Arena.Handle, _ hash: UInt64, _ arena: inout Arena) {
        if bucketCount == 0 { makeFirstBucket(&arena) }
        let index = bucketIndex(hash)
        let value = handle | HashTable.fragment(hash, addressBits: addressBits(index)) << 40
        unsafe append(to: bucket(index), tag: HashTable.tag(hash), value: value, &arena)
        count &+= 1
    }

    /// Puts `new` in the place of `old`, which has the same key.
    mutating func replace(_ old: Arena.Handle, with new: Arena.Handle, _ hash: UInt64, _ arena: borrowing Arena) {
        guard let place = unsafe locate(old, hash, arena) else { preconditionFailure("no such entry") }
        let fragment = unsafe HashTable.slot(place.bucket, place.index) & ~HashTable.handleMask
        unsafe HashTable.setSlot(
            place.bucket, place.index, tag: HashTable.tag(hash), value: fragment | new)
    }

    /// Takes an entry out; the entry itself stays. O(1); the caller then calls `shrink` while `wantsToShrink`.
    mutating func remove(_ handle: Arena.Handle, _ hash: UInt64, _ arena: inout Arena) {
        guard let place = unsafe locate(handle, hash, arena) else { preconditionFailure("no such entry") }
        unsafe vacate(place, first: bucket(bucketIndex(hash)), &arena)
        count &-= 1
    }

    /// Whether the table has this entry. O(1).
    func contains(_ handle: Arena.Handle, _ hash: UInt64, _ arena: borrowing Arena) -> Bool {
        unsafe locate(handle, hash, arena) != nil
    }

    @unsafe struct Place {
        var bucket: UnsafeMutableRawPointer
        var index: Int
    }

    @unsafe
    func locate(_ handle: Arena.Handle, _ hash: UInt64, _ arena: borrowing Arena) -> Place? {
        if bucketCount == 0 { return nil }
        let pattern = HashTable.tag(hash) &* 0x0101_0101_0101_0101
        var bucket = unsafe bucket(bucketIndex(hash))
        while true {
            var matches = unsafe HashTable.zeroBytes(HashTable.tags(bucket) ^ pattern)
            while matches != 0 {
                let i = matches.trailingZeroBitCount >> 3
                if unsafe HashTable.slot(bucket, i) & HashTable.handleMask == handle {
                    return unsafe Place(bucket: bucket, index: i)
                }
                matches &= matches &- 1
            }
            guard let next = unsafe HashTable.overflow(bucket, arena) else { return nil }
            unsafe bucket = next
        }
    }
}

/// Whether two runs of bytes are equal; inlined, because keys are short.
@inline(__always)
func sameBytes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    let n = a.count
    if n != b.count { return false }
    if n == 0 { return true }
    guard let a = a.baseAddress, let b = b.baseAddress else { return false }
    // Safe: every load below lies within the first n bytes of both.
    if n >= 8 {
        var i = 0
        while i &+ 8 <= n {
            if unsafe a.loadUnaligned(fromByteOffset: i, as: UInt64.self)
                != b.loadUnaligned(fromByteOffset: i, as: UInt64.self)
            { return false }
            i &+= 8
        }
        return unsafe a.loadUnaligned(fromByteOffset: n &- 8, as: UInt64.self)
            == b.loadUnaligned(fromByteOffset: n &- 8, as: UInt64.self)
    }
    for i in 0 ..< n where unsafe a.load(fromByteOffset: i, as: UInt8.self) != b.load(fromByteOffset: i, as: UInt8.self) {
        return false
    }
    return true
}

extension Int {
    /// The number of consecutive ones from the low end.
    @inline(__always) var trailingOnes: Int { (~self).trailingZeroBitCount }
}
