import Bytes

/// All strings of a heap, each once.
///
///     buckets  ┌──┐        records                                   bytes
///          …   │ 7│──▶ 7: [offset|count|hash|next]──▶ 3: […]         …KEYSARGVuser:1000…
///
/// Interning makes equality of strings equality of handles, which is what table lookups live on. The bytes of all strings
/// lie one behind the other in a single buffer: a new string costs a copy and no allocation, and dropping all strings
/// of a script is one truncation. Collecting garbage copies the live ones to a fresh buffer; handles stay.
///
/// The hash is Lua 5.1's: of long strings it takes about 32 bytes only. It decides the order in which `pairs` visits a table,
/// and scripts have come to rely on seeing the order they know from Redis.
///
/// Costs: interning is O(n) in the string's length (a comparison and a copy), reading O(1).
/// Invariants: every record in use is in the chain of its hash; free records are in the free list and in no chain.
struct StringStore: ~Copyable {
    struct Record: BitwiseCopyable {
        var offset: Int
        /// Negative for a record that is free.
        var count: Int32
        var hash: UInt32
        /// The next one in the bucket's chain, or in the free list; negative at the end.
        var next: Int32
        var isMarked = false
    }

    private(set) var buffer = ByteBuffer()
    private(set) var records: [Record] = []
    private var buckets = [Int32](repeating: -1, count: 256)
    private var firstFree: Int32 = -1
    private(set) var liveCount = 0

    /// Memory, in bytes.
    var memory: Int { buffer.count + records.count * MemoryLayout<Record>.stride }

    @inline(__always)
    func hash(_ string: Value) -> UInt32 { records[string.index].hash }

    @inline(__always)
    func count(_ string: Value) -> Int { Int(records[string.index].count) }

    @_lifetime(borrow self)
    @inline(__always)
    func bytes(_ string: Value) -> RawSpan {
        let record = records[string.index]
        let bytes = buffer.bytes
        return bytes.extracting(record.offset ..< record.offset &+ Int(record.count))
    }

    static func hash(of bytes: RawSpan) -> UInt32 {
        let count = bytes.byteCount
        var hash = UInt32(truncatingIfNeeded: count)
        let step = count &>> 5 &+ 1
        var index = count
        while index >= step {
            hash ^= (hash &<< 5) &+ (hash &>> 2) &+ UInt32(bytes.byte(index &- 1))
            index &-= step
        }
        return hash
    }

    /// The string of these bytes, which must not lie in this store.
    mutating func intern(_ bytes: RawSpan) -> Value {
        let hash = StringStore.hash(of: bytes)
        var index = buckets[Int(hash) & (buckets.count &- 1)]
        while index >= 0 {
            let record = records[Int(index)]
            if record.hash == hash, Int(record.count) == bytes.byteCount,
                buffer.bytes.extracting(record.offset ..< record.offset &+ bytes.byteCount).equals(bytes)
            {
                return Value(string: Int(index))
            }
            index = record.next
        }
        return add(bytes, hash)
    }

    private mutating func add(_ bytes: RawSpan, _ hash: UInt32) -> Value {
        if liveCount >= buckets.count { growBuckets() }
        let bucket = Int(hash) & (buckets.count &- 1)
        let record = Record(
            offset: buffer.count, count: Int32(bytes.byteCount), hash: hash, next: buckets[bucket])
        buffer.append(bytes)
        let index: Int
        if firstFree >= 0 {
            index = Int(firstFree)
            firstFree = records[index].next
            records[index] = record
        } else {
            index = records.count
            records.append(record)
        }
        buckets[bucket] = Int32(index)
        liveCount &+= 1
        return Value(string: index)
    }

    private mutating func growBuckets() {
        buckets = [Int32](repeating: -1, count: buckets.count * 2)
        for index in records.indices where records[index].count >= 0 { link(index) }
    }

    private mutating func link(_ index: Int) {
        let bucket = Int(records[index].hash) & (buckets.count &- 1)
        records[index].next = buckets[bucket]
        buckets[bucket] = Int32(index)
    }

    // MARK: Letting go

    /// What there is now, for `reset`.
    struct Extent: BitwiseCopyable {
        var records = 0
        var bytes = 0
    }

    var extent: Extent { Extent(records: records.count, bytes: buffer.count) }

    /// Forgets every string made since `extent` was taken. No string of before may have been collected in between:
    /// `Heap` takes care to mark those.
    mutating func reset(to extent: Extent) {
        for index in extent.records ..< records.count where records[index].count >= 0 {
            unlink(Int32(index))
            liveCount &-= 1
        }
        records.removeLast(records.count - extent.records)
        firstFree = -1
        // Those of before are never moved behind one of later: collecting keeps the order of their bytes.
        buffer.truncate(to: extent.bytes)
    }

    private mutating func unlink(_ index: Int32) {
        let record = records[Int(index)]
        let bucket = Int(record.hash) & (buckets.count &- 1)
        if buckets[bucket] == index {
            buckets[bucket] = record.next
            return
        }
        var before = buckets[bucket]
        while records[Int(before)].next != index { before = records[Int(before)].next }
        records[Int(before)].next = record.next
    }

    /// Whether the string was not marked before.
    @inline(__always)
    mutating func mark(_ string: Value) { records[string.index].isMarked = true }

    /// Frees what is not marked, but for the first `kept` strings, and moves the bytes of the rest together.
    mutating func sweep(keeping kept: Int) {
        var fresh = ByteBuffer(capacity: buffer.count)
        firstFree = -1
        buckets = [Int32](repeating: -1, count: buckets.count)
        liveCount = 0
        for index in records.indices {
            let record = records[index]
            if record.count >= 0, record.isMarked || index < kept {
                let offset = fresh.count
                fresh.append(buffer.bytes.extracting(record.offset ..< record.offset &+ Int(record.count)))
                records[index].offset = offset
                records[index].isMarked = false
                link(index)
                liveCount &+= 1
            } else {
                records[index].count = -1
                records[index].isMarked = false
                records[index].next = firstFree
                firstFree = Int32(index)
            }
        }
        buffer = fresh
    }

    func checkInvariants() {
        var seen = 0
        for (bucket, head) in buckets.enumerated() {
            var index = head
            while index >= 0 {
                let record = records[Int(index)]
                assert(record.count >= 0 && Int(record.hash) & (buckets.count - 1) == bucket)
                assert(record.hash == StringStore.hash(of: bytes(Value(string: Int(index)))))
                seen += 1
                index = record.next
            }
        }
        assert(seen == liveCount)
    }
}
