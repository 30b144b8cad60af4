import Bytes

/// Iteration with a cursor, random choice and the check of invariants.
extension HashTable {
    /// Hands the entries of one bucket to `body` and returns the cursor of the next; 0 starts and ends.
    ///
    /// The cursor is a position in the order of bit-reversed hashes, in which every bucket covers one interval
    /// whatever the table's size (Redis's `dictScan`, due to P. Noordhuis). So whoever starts at 0 and goes on until
    /// 0 sees every entry that was in the table all the while at least once, though it may have grown or
    /// shrunk between any two calls. O(1) expected.
    func scan(_ cursor: UInt64, _ arena: borrowing Arena, _ body: (Arena.Handle) -> Void) -> UInt64 {
        if count == 0 { return 0 }
        let index = bucketIndex(cursor)
        visit(index, arena, body)
        let mask = UInt64(1) << UInt64(addressBits(index)) &- 1
        var next = (cursor | ~mask).bitReversed
        next &+= 1
        return next.bitReversed
    }

    /// Hands the entries of bucket `index` to `body`.
    func visit(_ index: Int, _ arena: borrowing Arena, _ body: (Arena.Handle) -> Void) {
        var bucket: UnsafeMutableRawPointer? = unsafe bucket(index)
        while let current = unsafe bucket {
            var used = unsafe ~HashTable.zeroBytes(HashTable.tags(current)) & 0x8080_8080_8080_8080
            while used != 0 {
                body(unsafe HashTable.slot(current, used.trailingZeroBitCount >> 3) & HashTable.handleMask)
                used &= used &- 1
            }
            unsafe bucket = HashTable.overflow(current, arena)
        }
    }

    /// An entry chosen uniformly. O(1) expected.
    ///
    /// A bucket and a rank below the longest chain's capacity are drawn until the bucket has that rank, so each
    /// entry has the same chance however full its bucket is. Several are drawn before the first is looked at, so that the buckets'
    /// cache misses overlap.
    func random(_ random: inout SeededRandom, _ arena: borrowing Arena) -> Arena.Handle? {
        if count == 0 { return nil }
        let ranks = longestChain &* HashTable.slotsPerBucket
        var draws = InlineArray<4, (bucket: Int, rank: Int)>(repeating: (0, 0))
        while true {
            for i in 0 ..< 4 {
                draws[i] = (random.next(below: bucketCount), random.next(below: ranks))
                unsafe prefetchAddress(bucket(draws[i].bucket))
            }
            for i in 0 ..< 4 {
                if let chosen = entry(draws[i].rank, inBucket: draws[i].bucket, arena) { return chosen }
            }
        }
    }

    /// The entry at `rank` in a bucket and its overflow; `nil` where it has fewer.
    @inline(__always)
    private func entry(_ rank: Int, inBucket index: Int, _ arena: borrowing Arena) -> Arena.Handle? {
        var rank = rank
        var bucket = unsafe bucket(index)
        // All buckets of a chain are full but the last.
        while rank >= HashTable.slotsPerBucket {
            guard let next = unsafe HashTable.overflow(bucket, arena) else { return nil }
            unsafe bucket = next
            rank &-= HashTable.slotsPerBucket
        }
        var used = unsafe ~HashTable.zeroBytes(HashTable.tags(bucket)) & 0x8080_8080_8080_8080
        while rank > 0, used != 0 {
            used &= used &- 1
            rank &-= 1
        }
        if used == 0 { return nil }
        return unsafe HashTable.slot(bucket, used.trailingZeroBitCount >> 3) & HashTable.handleMask
    }

    /// Checks what the essay promises; traps where it does not hold. O(n), for tests.
    func checkInvariants(_ arena: borrowing Arena) {
        var seen = 0
        var overflows = 0
        precondition(bucketCount == 0 ? count == 0 : maskLow < bucketCount && bucketCount <= maskHigh)
        for index in 0 ..< bucketCount {
            var bucket = unsafe bucket(index)
            var first = true
            while true {
                let tags = unsafe HashTable.tags(bucket)
                let used = 8 &- HashTable.zeroBytes(tags).nonzeroBitCount
                let next = unsafe HashTable.overflow(bucket, arena)
                precondition(unsafe next == nil || used == 8, "a bucket before the last has a hole")
                precondition(first || used > 0, "an overflow bucket is empty")
                for i in 0 ..< 8 where tags >> UInt64(i * 8) & 0xFF != 0 {
                    let slot = unsafe HashTable.slot(bucket, i)
                    let bytes = unsafe Layout.key(at: arena.address(slot & HashTable.handleMask))
                    let hash = unsafe siphash13(RawSpan(_unsafeBytes: bytes), key)
                    precondition(bucketIndex(hash) == index, "an entry is in another's bucket")
                    precondition(HashTable.tag(hash) == tags >> UInt64(i * 8) & 0xFF, "a tag is wrong")
                    precondition(
                        HashTable.fragment(hash, addressBits: addressBits(index)) == slot >> 40, "a fragment is wrong")
                    seen += 1
                }
                first = false
                guard let next = unsafe next else { break }
                unsafe bucket = next
                overflows += 1
            }
        }
        precondition(seen == count && overflows == overflowCount)
    }
}

extension UInt64 {
    /// The bits in opposite order.
    var bitReversed: UInt64 {
        var v = byteSwapped
        v = (v >> 4 & 0x0F0F_0F0F_0F0F_0F0F) | (v & 0x0F0F_0F0F_0F0F_0F0F) << 4
        v = (v >> 2 & 0x3333_3333_3333_3333) | (v & 0x3333_3333_3333_3333) << 2
        return (v >> 1 & 0x5555_5555_5555_5555) | (v & 0x5555_5555_5555_5555) << 1
    }
}
