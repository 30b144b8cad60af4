import Bytes

/// Growing, shrinking and the upkeep of chains.
extension HashTable {
    var wantsToGrow: Bool { @inline(__always) get { count &* 2 > bucketCount &* HashTable.growLoad } }
    var wantsToShrink: Bool {
        @inline(__always) get { bucketCount > 1 && count &* 2 < bucketCount &* HashTable.shrinkLoad }
    }

    mutating func makeFirstBucket(_ arena: inout Arena) {
        addSegment(arena.allocateZeroed(1 << HashTable.bucketShift), arena)
        bucketCount = 1
        maskLow = 0
        maskHigh = 1
    }

    /// Splits one bucket. Returns which one and the new bucket that took the rest, for indexes kept by bucket.
    mutating func grow(_ arena: inout Arena) -> (from: Int, to: Int) {
        let from = bucketCount &- (maskLow &+ 1)
        let to = bucketCount
        let level = maskLow.trailingOnes
        makeRoom(forBucket: to, &arena)
        bucketCount &+= 1
        if bucketCount > maskHigh {
            maskLow = maskHigh
            maskHigh = maskHigh << 1 | 1
        }
        // The new address has one bit more; the fragment must be renewed when that leaves its group of eight.
        let renew = (level &+ 1) & 7 == 0
        let bit = UInt64(level & 7)
        let source = unsafe bucket(from)
        let target = unsafe bucket(to)
        unsafe target.storeBytes(of: source.load(fromByteOffset: 12, as: UInt32.self), toByteOffset: 12, as: UInt32.self)
        overflowCount &-= unsafe HashTable.redistribute(source, &arena) { tag, value, arena in
            let goes = value >> (40 &+ bit) & 1 == 1
            let kept = unsafe renew ? HashTable.renewed(value, level &+ 1, key, arena) : value
            unsafe append(to: goes ? target : source, tag: tag, value: kept, &arena)
        }
        return (from, to)
    }

    /// Merges the last bucket back into the one it was split from; returns both numbers. Needs `bucketCount > 1`.
    mutating func shrink(_ arena: inout Arena) -> (from: Int, to: Int) {
        precondition(bucketCount > 1)
        let from = bucketCount &- 1
        if from <= maskLow {
            maskHigh = maskLow
            maskLow >>= 1
        }
        let to = from &- (maskLow &+ 1)
        let level = maskLow.trailingOnes
        bucketCount &-= 1
        let renew = (level &+ 1) & 7 == 0
        let source = unsafe bucket(from)
        let target = unsafe bucket(to)
        if renew {
            overflowCount &-= unsafe HashTable.redistribute(target, &arena) { tag, value, arena in
                unsafe append(to: target, tag: tag, value: HashTable.renewed(value, level, key, arena), &arena)
            }
        }
        overflowCount &-= unsafe HashTable.redistribute(source, &arena) { tag, value, arena in
            let kept = unsafe renew ? HashTable.renewed(value, level, key, arena) : value
            unsafe append(to: target, tag: tag, value: kept, &arena)
        }
        if from & (HashTable.segmentBuckets &- 1) == 0 { dropLastSegment(&arena) }
        if bucketCount < HashTable.segmentBuckets, bucketCount & (bucketCount &- 1) == 0 {
            resizeFirstSegment(to: bucketCount, copying: bucketCount, &arena)
        }
        return (from, to)
    }

    /// The slot with the fragment for an address of `bits` bits, from the entry's key.
    @unsafe
    static func renewed(_ value: UInt64, _ bits: Int, _ key: SipKey, _ arena: borrowing Arena) -> UInt64 {
        let handle = value & handleMask
        let bytes = unsafe Layout.key(at: arena.address(handle))
        let hash = unsafe siphash13(RawSpan(_unsafeBytes: bytes), key)
        return handle | fragment(hash, addressBits: bits) << 40
    }

    /// Empties a chain, keeping only its first bucket, and hands every slot it had to `body`. Returns how many
    /// overflow buckets were freed.
    @unsafe
    private static func redistribute(
        _ first: UnsafeMutableRawPointer, _ arena: inout Arena,
        _ body: (UInt64, UInt64, inout Arena) -> Void
    ) -> Int {
        // The chain is detached before the first slot is handed out, since `body` may append to it.
        var bucket: UnsafeMutableRawPointer? = unsafe first
        var link: UInt32 = 0
        var freed = 0
        var copy: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)
        while let current = unsafe bucket {
            let tags = unsafe HashTable.tags(current)
            let next = unsafe current.load(fromByteOffset: 8, as: UInt32.self)
            unsafe withUnsafeMutableBytes(of: &copy) { saved in
                unsafe saved.copyMemory(from: UnsafeRawBufferPointer(start: current, count: 64))
            }
            if unsafe current == first {
                unsafe current.storeBytes(of: 0, as: UInt64.self)
                unsafe current.storeBytes(of: 0, toByteOffset: 8, as: UInt32.self)
            } else {
                arena.release(UInt64(link) << 3)
                freed &+= 1
            }
            for i in 0 ..< HashTable.slotsPerBucket {
                let tag = tags >> UInt64(i &* 8) & 0xFF
                if tag == 0 { continue }
                let value = unsafe withUnsafeMutableBytes(of: &copy) { unsafe HashTable.slot($0.baseAddress!, i) }
                body(tag, value, &arena)
            }
            link = next
            unsafe bucket = next == 0 ? nil : arena.address(UInt64(next) << 3)
        }
        return freed
    }

    /// Puts a slot into the chain that starts at `first`.
    @unsafe
    func findRoom(_ first: UnsafeMutableRawPointer, _ arena: borrowing Arena) -> (UnsafeMutableRawPointer, Int) {
        var bucket = unsafe first
        var length = 1
        while let next = unsafe HashTable.overflow(bucket, arena) {
            unsafe bucket = next
            length &+= 1
        }
        return unsafe (bucket, length)
    }

    @unsafe
    mutating func append(
        to first: UnsafeMutableRawPointer, tag: UInt64, value: UInt64, _ arena: inout Arena
    ) {
        let (last, length) = unsafe findRoom(first, arena)
        let free = unsafe HashTable.zeroBytes(HashTable.tags(last))
        if free != 0 {
            unsafe HashTable.setSlot(last, free.trailingZeroBitCount >> 3, tag: tag, value: value)
            return
        }
        let handle = arena.allocateZeroed(64)
        overflowCount &+= 1
        longestChain = max(longestChain, length &+ 1)
        unsafe last.storeBytes(of: UInt32(handle >> 3), toByteOffset: 8, as: UInt32.self)
        unsafe HashTable.setSlot(arena.address(handle), 0, tag: tag, value: value)
    }

    /// Empties a slot; the chain's last slot moves into the hole, and an overflow bucket left empty is freed.
    @unsafe
    mutating func vacate(_ place: Place, first: UnsafeMutableRawPointer, _ arena: inout Arena) {
        var last = unsafe first
        var beforeLast: UnsafeMutableRawPointer?
        while let next = unsafe HashTable.overflow(last, arena) {
            unsafe beforeLast = last
            unsafe last = next
        }
        if unsafe last != place.bucket {
            let used = unsafe ~HashTable.zeroBytes(HashTable.tags(last)) & 0x8080_8080_8080_8080
            let i = used.trailingZeroBitCount >> 3
            let tag = unsafe HashTable.tags(last) >> UInt64(i &* 8) & 0xFF
            unsafe HashTable.setSlot(place.bucket, place.index, tag: tag, value: HashTable.slot(last, i))
            unsafe last.storeBytes(of: 0, toByteOffset: i, as: UInt8.self)
        } else {
            unsafe last.storeBytes(of: 0, toByteOffset: place.index, as: UInt8.self)
        }
        if let beforeLast = unsafe beforeLast, unsafe HashTable.tags(last) == 0 {
            let link = unsafe beforeLast.load(fromByteOffset: 8, as: UInt32.self)
            unsafe beforeLast.storeBytes(of: 0, toByteOffset: 8, as: UInt32.self)
            arena.release(UInt64(link) << 3)
            overflowCount &-= 1
        }
    }

    // MARK: Segments

    private mutating func addSegment(_ handle: Arena.Handle, _ arena: borrowing Arena) {
        unsafe segments.append(arena.address(handle))
    }

    private mutating func makeRoom(forBucket index: Int, _ arena: inout Arena) {
        if index >= HashTable.segmentBuckets {
            if index & (HashTable.segmentBuckets &- 1) == 0 {
                addSegment(arena.allocateZeroed(HashTable.segmentBuckets << HashTable.bucketShift), arena)
            }
        } else if index & (index &- 1) == 0 {
            resizeFirstSegment(to: index &* 2, copying: index, &arena)
        }
    }

    private mutating func resizeFirstSegment(to buckets: Int, copying kept: Int, _ arena: inout Arena) {
        let fresh = arena.allocateZeroed(buckets << HashTable.bucketShift)
        // Safe: both hold at least `kept` buckets.
        let old = unsafe segments[0]
        unsafe arena.address(fresh).copyMemory(from: old, byteCount: kept << HashTable.bucketShift)
        unsafe arena.release(arena.handle(old))
        unsafe segments[0] = arena.address(fresh)
    }

    private mutating func dropLastSegment(_ arena: inout Arena) {
        guard let segment = unsafe segments.popLast() else { preconditionFailure("no segment is left") }
        unsafe arena.release(arena.handle(segment))
    }

    /// Takes the entries of the last bucket out, for dismantling a table in slices: hands each to `body` and
    /// drops the bucket. Returns false when nothing was left.
    mutating func dismantleLastBucket(_ arena: inout Arena, _ body: (Arena.Handle, inout Arena) -> Void) -> Bool {
        if bucketCount == 0 { return false }
        let index = bucketCount &- 1
        overflowCount &-= unsafe HashTable.redistribute(bucket(index), &arena) { _, value, arena in
            body(value & HashTable.handleMask, &arena)
            count &-= 1
        }
        bucketCount = index
        if index & (HashTable.segmentBuckets &- 1) == 0 { dropLastSegment(&arena) }
        return true
    }
}
