import Bytes

/// A set of any number of members: the keyspace's own kind of table (`HashTable`) over members that are each one small
/// object (`SetMember`).
///
/// What the table promises the set has from it: it grows and shrinks by one bucket at a time, a cursor survives that, and
/// random choice is exactly uniform at any moment, since there is never a second table to choose between.
///
/// Each set hashes with a key of its own. With one key for all, members would come out of one set in the order in which
/// another's buckets are split: a client that reads a set with SSCAN and adds what it gets to another would fill
/// one bucket of that before the next.
///
/// Costs: finding, adding, removing and choosing O(1) expected, with two cache misses in a large set. Memory: the
/// member's object and 12 to 16 bytes of table, 39 in all for one of 17 bytes.
struct LargeSet: ~Copyable, LargeValue {
    private(set) var table: HashTable<SetMember>
    /// What a snapshot wants before members change.
    var image: ElementImage?

    /// An empty set that hashes with `key`.
    init(key: SipKey) { table = HashTable(key: key) }

    var count: Int { @inline(__always) get { table.count } }

    // MARK: Members

    @inline(__always)
    func contains(_ member: RawSpan, _ arena: borrowing Arena) -> Bool {
        table.find(siphash13(member, table.key), member, arena) != nil
    }

    /// Adds a member; false where it is there already.
    @inline(__always)
    mutating func insert(_ member: RawSpan, _ arena: inout Arena) -> Bool {
        let hash = siphash13(member, table.key)
        if table.find(hash, member, arena) != nil { return false }
        image?.keep(hash, table, arena)
        table.insert(SetMember.make(member, &arena), hash, &arena)
        if table.wantsToGrow { _ = table.grow(&arena) }
        return true
    }

    /// Takes a member away; false where there is none.
    @inline(__always)
    mutating func remove(_ member: RawSpan, _ arena: inout Arena) -> Bool {
        let hash = siphash13(member, table.key)
        guard let handle = table.find(hash, member, arena) else { return false }
        remove(handle, hash, &arena)
        return true
    }

    /// Takes a member away that `random` has chosen.
    @inline(__always)
    mutating func remove(_ handle: Arena.Handle, _ arena: inout Arena) {
        remove(handle, siphash13(arena.member(handle), table.key), &arena)
    }

    @inline(__always)
    private mutating func remove(_ handle: Arena.Handle, _ hash: UInt64, _ arena: inout Arena) {
        image?.keep(hash, table, arena)
        table.remove(handle, hash, &arena)
        SetMember.free(handle, &arena)
        // Two steps for each member, so that a table that grew large is small again before it is empty.
        if mayShrink { _ = table.shrink(&arena) }
        if mayShrink { _ = table.shrink(&arena) }
    }

    private var mayShrink: Bool {
        @inline(__always) get { table.wantsToShrink && (image == nil || table.lastMergesAlike) }
    }

    /// A member chosen uniformly; `nil` in an empty set.
    @inline(__always)
    func random(_ random: inout SeededRandom, _ arena: borrowing Arena) -> Arena.Handle? { table.random(&random, arena) }

    // MARK: All members

    /// Hands all members to `body` until it returns false. The set must not change meanwhile.
    @inline(__always)
    func forEach(_ arena: borrowing Arena, _ body: (Arena.Handle) -> Bool) {
        var goesOn = true
        var index = 0
        while index < table.bucketCount, goesOn {
            table.visit(index, arena) { if goesOn { goesOn = body($0) } }
            index &+= 1
        }
    }

    // MARK: As a value

    borrowing func copy(_ arena: inout Arena) -> LargeSet {
        // Any other key will do, as long as nobody knows the first.
        var copy = LargeSet(key: SipKey(table.key.k0, table.key.k1 &+ 0x9E37_79B9_7F4A_7C15))
        var handles: [Arena.Handle] = []
        for index in 0 ..< table.bucketCount {
            handles.removeAll(keepingCapacity: true)
            table.visit(index, arena) { handles.append($0) }
            for handle in handles { copy.adopt(SetMember.copy(handle, &arena), &arena) }
        }
        return copy
    }

    /// Adds a member that is known not to be there and has been made already.
    private mutating func adopt(_ handle: Arena.Handle, _ arena: inout Arena) {
        table.insert(handle, siphash13(arena.member(handle), table.key), &arena)
        if table.wantsToGrow { _ = table.grow(&arena) }
    }

    mutating func dismantle(_ arena: inout Arena, budget: inout Int) -> Bool {
        while budget > 0 {
            let before = table.count
            let more = table.dismantleLastBucket(&arena) { handle, arena in SetMember.free(handle, &arena) }
            if !more { return false }
            // A bucket costs something even when it is empty.
            budget &-= max(1, before &- table.count)
        }
        return true
    }

    /// Traps where the table's invariants do not hold. O(n), for tests.
    func checkInvariants(_ arena: borrowing Arena) { table.checkInvariants(arena) }
}
