/// Numbers by hash: where the record with a given hash is, in whatever store its user keeps records.
///
/// Chains of small nodes, in buckets that are split one at a time (linear hashing, Litwin 1980, as in `HashTable`): adding one
/// number splits at most one bucket and removing one joins at most two, so nothing ever pays for the index's size.
///
///     buckets   │ 0 │ 1 │ 2 │ 3 │ 4 │ 5 │ …      nodes   [hash|next|number] [hash|next|number] …
///                 │                                 ▲
///                 └─────────────────────────────────┘
///
/// There is one bucket for each number, about. The index compares hashes (32 bits of them); whether the record is the one that
/// is meant, its user says. Several numbers may have one hash. Sixteen bytes for each number.
///
/// Invariants: a node is in the chain of its hash's bucket or in the list of free ones; an empty index holds no memory.
struct HashIndex: ~Copyable {
    private struct Node: BitwiseCopyable {
        var hash: UInt32 = 0
        var next = HashIndex.none
        var number: UInt32 = 0
    }

    private static var none: UInt32 { .max }
    private static var firstLevel: UInt32 { 3 }

    private var heads = SegmentedArray<UInt32>(empty: none)
    private var nodes = SegmentedArray<Node>(empty: Node())
    /// Nodes ever used, and the first of those that are free again.
    private var nodeCount: UInt32 = 0
    private var free = none
    /// Buckets below `split` are divided by one bit more than `level`.
    private var level = firstLevel
    private var split: UInt32 = 0
    private(set) var count = 0

    private var bucketCount: Int { 1 << Int(level) + Int(split) }

    @inline(__always)
    private func bucket(_ hash: UInt32) -> Int {
        let short = hash & (1 &<< level &- 1)
        return Int(short < split ? hash & (2 &<< level &- 1) : short)
    }

    @inline(__always)
    private func short(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash) }

    /// The first number with this hash for which `matches` holds.
    @inline(__always)
    func find(_ hash: UInt64, _ matches: (UInt32) -> Bool) -> UInt32? {
        if count == 0 { return nil }
        let hash = short(hash)
        var place = heads[bucket(hash)]
        while place != HashIndex.none {
            let node = nodes[Int(place)]
            if node.hash == hash, matches(node.number) { return node.number }
            place = node.next
        }
        return nil
    }

    /// Adds a number, without asking whether it is there.
    mutating func insert(_ hash: UInt64, _ number: UInt32) {
        let place: UInt32
        if free != HashIndex.none {
            place = free
            free = nodes[Int(place)].next
        } else {
            place = nodeCount
            nodeCount += 1
        }
        let home = bucket(short(hash))
        nodes[Int(place)] = Node(hash: short(hash), next: heads[home], number: number)
        heads[home] = place
        count += 1
        if count > bucketCount { splitBucket() }
    }

    /// Removes a number, which must be there.
    mutating func remove(_ hash: UInt64, _ number: UInt32) {
        let home = bucket(short(hash))
        var before = HashIndex.none
        var place = heads[home]
        while nodes[Int(place)].number != number || nodes[Int(place)].hash != short(hash) {
            before = place
            place = nodes[Int(place)].next
            precondition(place != HashIndex.none, "a number was not in the index")
        }
        let next = nodes[Int(place)].next
        if before == HashIndex.none { heads[home] = next } else { nodes[Int(before)].next = next }
        nodes[Int(place)].next = free
        free = place
        count -= 1
        if count == 0 {
            self = HashIndex()
        } else if count < bucketCount / 2, bucketCount > 1 << Int(HashIndex.firstLevel) {
            joinBuckets()
        }
    }

    private mutating func splitBucket() {
        var place = heads[Int(split)]
        let (low, high) = (Int(split), Int(split) + 1 << Int(level))
        heads[low] = HashIndex.none
        heads[high] = HashIndex.none
        let bit: UInt32 = 1 &<< level
        split += 1
        if split == bit {
            level += 1
            split = 0
        }
        while place != HashIndex.none {
            let next = nodes[Int(place)].next
            let home = nodes[Int(place)].hash & bit == 0 ? low : high
            nodes[Int(place)].next = heads[home]
            heads[home] = place
            place = next
        }
    }

    private mutating func joinBuckets() {
        if split == 0 {
            level -= 1
            split = 1 &<< level
        }
        split -= 1
        let (low, high) = (Int(split), Int(split) + 1 << Int(level))
        var place = heads[high]
        while place != HashIndex.none {
            let next = nodes[Int(place)].next
            nodes[Int(place)].next = heads[low]
            heads[low] = place
            place = next
        }
        heads[high] = HashIndex.none
        heads.truncate(to: bucketCount)
    }

    /// Bytes held.
    var memory: Int { heads.allocatedBytes + nodes.allocatedBytes }

    func checkInvariants() {
        #if DEBUG
        var seen = 0
        for home in 0 ..< bucketCount {
            var place = heads[home]
            while place != HashIndex.none {
                precondition(bucket(nodes[Int(place)].hash) == home)
                place = nodes[Int(place)].next
                seen += 1
            }
        }
        precondition(seen == count)
        var unused = free
        while unused != HashIndex.none {
            unused = nodes[Int(unused)].next
            seen += 1
        }
        precondition(seen == Int(nodeCount))
        #endif
    }
}
