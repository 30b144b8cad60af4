import Bytes

/// A sorted set of any number of members: a table that finds a member by its bytes, and a tree that has all of them in order.
///
///     table ──handle──▶ member (score, bytes) ◀──handle── leaf slot (score, handle)
///
/// A score is in two places: with the member, so that ZSCORE needs the table only, and in the leaf, so that a search for a place
/// compares numbers that lie side by side.
///
/// Costs: the score of a member O(1) expected; adding, removing, changing a score, ranks and ranges O(log n). Memory: the
/// member's object, 14 to 16 bytes of table and 14 to 21 of tree; 63 to 68 in all for a member of 17 bytes.
struct LargeSortedSet: ~Copyable, LargeValue {
    private(set) var table: HashTable<RankedMember>
    private(set) var tree = CountedTree()
    /// What a snapshot wants before members change.
    var image: ElementImage?

    /// An empty set that hashes with `key`.
    init(key: SipKey) { table = HashTable(key: key) }

    var count: Int { @inline(__always) get { tree.count } }

    // MARK: Members

    /// The member of these bytes.
    @inline(__always)
    func find(_ member: RawSpan, _ arena: borrowing Arena) -> Arena.Handle? {
        table.find(siphash13(member, table.key), member, arena)
    }

    @inline(__always)
    func score(of member: RawSpan, _ arena: borrowing Arena) -> Double? {
        guard let handle = find(member, arena) else { return nil }
        return arena.score(handle)
    }

    /// How many elements are in front of a member, and its score; `nil` where it is none.
    @inline(__always)
    func rank(of member: RawSpan, _ arena: borrowing Arena) -> (rank: Int, score: Double)? {
        guard let handle = find(member, arena) else { return nil }
        let score = arena.score(handle)
        return (tree.rank(of: CountedTree.Element(score: score, member: handle), arena), score)
    }

    /// Asks `change` for the score of a member, given the one it has if it is there, and sets it; `nil` leaves all as it is.
    @inline(__always)
    mutating func update(_ member: RawSpan, _ arena: inout Arena, _ change: (Double?) -> Double?) {
        let hash = siphash13(member, table.key)
        if let handle = table.find(hash, member, arena) {
            let old = arena.score(handle)
            guard let score = change(old), score != old else { return }
            image?.keep(hash, table, arena)
            setScore(handle, score, &arena)
        } else if let score = change(nil) {
            add(RankedMember.make(member, score: score, &arena), hash, &arena)
        }
    }

    /// Adds a member that is known not to be there.
    mutating func insert(_ member: RawSpan, score: Double, _ arena: inout Arena) {
        add(RankedMember.make(member, score: score, &arena), siphash13(member, table.key), &arena)
    }

    @inline(__always)
    private mutating func add(_ handle: Arena.Handle, _ hash: UInt64, _ arena: inout Arena) {
        image?.keep(hash, table, arena)
        table.insert(handle, hash, &arena)
        if table.wantsToGrow { _ = table.grow(&arena) }
        tree.insert(CountedTree.Element(score: arena.score(handle), member: handle), &arena)
    }

    private mutating func setScore(_ handle: Arena.Handle, _ score: Double, _ arena: inout Arena) {
        tree.move(CountedTree.Element(score: arena.score(handle), member: handle), to: score, &arena)
        arena.setScore(handle, score)
    }

    /// Takes a member away; false where there is none.
    @inline(__always)
    mutating func remove(_ member: RawSpan, _ arena: inout Arena) -> Bool {
        let hash = siphash13(member, table.key)
        guard let handle = table.find(hash, member, arena) else { return false }
        tree.remove(CountedTree.Element(score: arena.score(handle), member: handle), &arena)
        LargeSortedSet.forget(handle, hash, image, &table, &arena)
        return true
    }

    /// Takes the elements of the ranks `ranks` away.
    mutating func remove(_ ranks: Range<Int>, _ arena: inout Arena) {
        tree.remove(ranks, &arena) { handle, arena in
            LargeSortedSet.forget(handle, siphash13(arena.rankedMember(handle), table.key), image, &table, &arena)
        }
    }

    /// Frees a member that has left the tree.
    @inline(__always)
    private static func forget(
        _ handle: Arena.Handle, _ hash: UInt64, _ image: ElementImage?, _ table: inout HashTable<RankedMember>,
        _ arena: inout Arena
    ) {
        image?.keep(hash, table, arena)
        table.remove(handle, hash, &arena)
        RankedMember.free(handle, &arena)
        // Two steps for each member, so that a table that grew large is small again before it is empty.
        for _ in 0 ..< 2 where table.wantsToShrink && (image == nil || table.lastMergesAlike) { _ = table.shrink(&arena) }
    }

    // MARK: As a value

    borrowing func copy(_ arena: inout Arena) -> LargeSortedSet {
        // Any other key will do, as long as nobody knows the first.
        var copy = LargeSortedSet(key: SipKey(table.key.k0, table.key.k1 &+ 0x9E37_79B9_7F4A_7C15))
        var link = tree.first
        while link != 0 {
            let leaf = arena.leaf(link)
            for i in 0 ..< leaf.count {
                let handle = RankedMember.copy(leaf.member(i), &arena)
                copy.add(handle, siphash13(arena.rankedMember(handle), copy.table.key), &arena)
            }
            link = leaf.next
        }
        return copy
    }

    mutating func dismantle(_ arena: inout Arena, budget: inout Int) -> Bool {
        // The tree first, then the table, which owns the members.
        while budget > 0 {
            let before = tree.count
            let more = tree.dismantleLastLeaf(&arena)
            budget &-= (before &- tree.count + 7) / 8
            if !more { break }
        }
        while budget > 0 {
            let before = table.count
            let more = table.dismantleLastBucket(&arena) { handle, arena in RankedMember.free(handle, &arena) }
            if !more { return false }
            // A bucket costs something even when it is empty.
            budget &-= max(1, before &- table.count)
        }
        return true
    }

    /// Traps where the invariants of table and tree do not hold, or where they differ. O(n), for tests.
    func checkInvariants(_ arena: borrowing Arena) {
        table.checkInvariants(arena)
        tree.checkInvariants(arena)
        precondition(table.count == tree.count)
        tree.forEach(0 ..< tree.count, arena) {
            precondition(find(arena.rankedMember($0.member), arena) == $0.member)
            return true
        }
    }
}
