import Bytes

/// A hash of any number of fields: the keyspace's own kind of table (`HashTable`) over fields that are each one object of the
/// arena (`HashField`), and, once a field has a deadline, a tree of the buckets' earliest ones (`DeadlineTree`).
///
/// The table grows and shrinks by one bucket at a time, a cursor survives that, and random choice is exactly uniform at any
/// moment. Each hash has a hash key of its own, for the reason that `LargeSet` tells.
///
/// Invariants: `volatileCount` is the number of fields with a deadline; a bucket's time in the tree is no later than the
/// earliest deadline in it; the tree is empty while there is no such field.
///
/// Costs: finding, setting, removing and choosing O(1) expected; a deadline O(log n). Memory: the field's object, 12 to 16 bytes
/// of table, and for a field with a deadline 8 and a fifth of 9 bytes: 54 in all for a name and a value of 16 bytes.
struct LargeHash: ~Copyable, LargeValue {
    private(set) var table: HashTable<HashFieldLayout>
    private(set) var deadlines = DeadlineTree()
    /// What a snapshot wants before fields change.
    var image: ElementImage?
    /// Fields that have a deadline.
    private(set) var volatileCount = 0

    /// What setting a field does with the deadline that it had.
    enum Deadline {
        case clear
        case keep
        case at(Int64)
    }

    /// An empty hash that hashes with `key`.
    init(key: SipKey) { table = HashTable(key: key) }

    /// How many fields there are, those past their deadlines included.
    var count: Int { @inline(__always) get { table.count } }

    /// No deadline is earlier than this.
    var earliestDeadline: Int64 { @inline(__always) get { deadlines.earliest } }

    // MARK: Fields

    @inline(__always)
    func find(_ name: RawSpan, _ arena: borrowing Arena) -> HashField? {
        if table.count == 0 { return nil }
        return table.find(siphash13(name, table.key), name, arena).map { HashField($0) }
    }

    /// Gives a field a value, and makes it where there is none. Returns whether one was there that `now` was not past.
    @inline(__always)
    @discardableResult
    mutating func set(
        _ name: RawSpan, _ value: RawSpan, _ change: Deadline = .clear, now: Int64, _ arena: inout Arena,
        _ garbage: inout [Garbage]
    ) -> Bool {
        let hash = siphash13(name, table.key)
        image?.keep(hash, table, arena)
        guard let handle = table.find(hash, name, arena) else {
            insert(name, value, change, hash, &arena)
            return false
        }
        let old = HashField(handle)
        let before = arena.deadline(old)
        let isLive = before.map { $0 >= now } ?? true
        let deadline: Int64? =
            switch change {
            case .clear: nil
            // A field that is past its deadline is a new one.
            case .keep: isLive ? before : nil
            case .at(let time): time
            }
        let new = arena.changed(old, value: value, deadline: deadline, &garbage)
        if new != old { table.replace(handle, with: new.handle, hash, arena) }
        if before != deadline { noteDeadline(hash, before: before, after: deadline, &arena) }
        return isLive
    }

    private mutating func insert(
        _ name: RawSpan, _ value: RawSpan, _ change: Deadline, _ hash: UInt64, _ arena: inout Arena
    ) {
        var deadline: Int64?
        if case .at(let time) = change { deadline = time }
        adopt(arena.makeField(name, value, deadline: deadline), hash, &arena)
    }

    /// Adds a field that is known not to be there.
    @inline(__always)
    private mutating func adopt(_ field: HashField, _ hash: UInt64, _ arena: inout Arena) {
        table.insert(field.handle, hash, &arena)
        if let deadline = arena.deadline(field) { noteDeadline(hash, before: nil, after: deadline, &arena) }
        if table.wantsToGrow { grow(&arena) }
    }

    @inline(__always)
    private mutating func grow(_ arena: inout Arena) {
        let (from, to) = table.grow(&arena)
        deadlines.split(from, to, count: table.bucketCount, &arena)
    }

    /// Takes a field away that is there.
    @inline(__always)
    mutating func remove(_ field: HashField, _ arena: inout Arena, _ garbage: inout [Garbage]) {
        let hash = siphash13(arena.name(field), table.key)
        image?.keep(hash, table, arena)
        table.remove(field.handle, hash, &arena)
        if arena.header(field).isVolatile { noteDeadline(hash, before: 0, after: nil, &arena) }
        arena.free(field, &garbage)
        // Two steps for each field, so that a table that grew large is small again before it is empty.
        if mayShrink { shrink(&arena) }
        if mayShrink { shrink(&arena) }
    }

    private var mayShrink: Bool {
        @inline(__always) get { table.wantsToShrink && (image == nil || table.lastMergesAlike) }
    }

    private mutating func shrink(_ arena: inout Arena) {
        let (from, to) = table.shrink(&arena)
        deadlines.merge(from, to, &arena)
    }

    // MARK: Deadlines

    /// Gives a field that is there a deadline, or takes it away.
    mutating func setDeadline(
        _ field: HashField, _ deadline: Int64?, _ arena: inout Arena, _ garbage: inout [Garbage]
    ) {
        let before = arena.deadline(field)
        if before == deadline { return }
        let hash = siphash13(arena.name(field), table.key)
        image?.keep(hash, table, arena)
        let new = arena.withDeadline(field, deadline, &garbage)
        if new != field { table.replace(field.handle, with: new.handle, hash, arena) }
        noteDeadline(hash, before: before, after: deadline, &arena)
    }

    /// Keeps the count and the tree in step. A deadline that went is left in the tree, to be found gone at its time.
    private mutating func noteDeadline(_ hash: UInt64, before: Int64?, after: Int64?, _ arena: inout Arena) {
        if (before == nil) != (after == nil) { volatileCount &+= after == nil ? -1 : 1 }
        if let after {
            deadlines.lower(table.bucketIndex(hash), to: after, count: table.bucketCount, &arena)
        } else if volatileCount == 0 {
            deadlines.removeAll(&arena)
        }
    }

    /// Removes fields that `now` is past the deadlines of, bucket by bucket, each taking one from `budget`, until that is used up
    /// or none is left. Returns their deadlines.
    mutating func expire(
        now: Int64, budget: inout Int, _ arena: inout Arena, _ garbage: inout [Garbage]
    ) -> [Int64] {
        var expired: [Int64] = []
        var due: [HashField] = []
        while budget > 0, let bucket = deadlines.firstBucket(before: now, arena) {
            due.removeAll(keepingCapacity: true)
            var next = Int64.max
            table.visit(bucket, arena) { handle in
                guard let deadline = arena.deadline(HashField(handle)) else { return }
                if deadline < now { due.append(HashField(handle)) } else { next = min(next, deadline) }
            }
            deadlines.set(bucket, to: next, &arena)
            for field in due {
                if let deadline = arena.deadline(field) { expired.append(deadline) }
                remove(field, &arena, &garbage)
            }
            budget &-= max(1, due.count)
        }
        return expired
    }

    // MARK: All fields

    /// Hands all fields to `body` until it returns false. The hash must not change meanwhile.
    @inline(__always)
    func forEach(_ arena: borrowing Arena, _ body: (HashField) -> Bool) {
        var goesOn = true
        var index = 0
        while index < table.bucketCount, goesOn {
            table.visit(index, arena) { if goesOn { goesOn = body(HashField($0)) } }
            index &+= 1
        }
    }

    /// A field chosen uniformly; `nil` in an empty hash.
    @inline(__always)
    func random(_ random: inout SeededRandom, _ arena: borrowing Arena) -> HashField? {
        table.random(&random, arena).map { HashField($0) }
    }

    // MARK: As a value

    borrowing func copy(_ arena: inout Arena) -> LargeHash {
        // Any other key will do, as long as nobody knows the first.
        var copy = LargeHash(key: SipKey(table.key.k0, table.key.k1 &+ 0x9E37_79B9_7F4A_7C15))
        var fields: [HashField] = []
        for index in 0 ..< table.bucketCount {
            fields.removeAll(keepingCapacity: true)
            table.visit(index, arena) { fields.append(HashField($0)) }
            for field in fields {
                let hash = siphash13(arena.name(field), copy.table.key)
                copy.adopt(arena.copy(field), hash, &arena)
            }
        }
        return copy
    }

    mutating func dismantle(_ arena: inout Arena, budget: inout Int) -> Bool {
        var garbage: [Garbage] = []
        deadlines.removeAll(&arena)
        while budget > 0 {
            let before = table.count
            let more = table.dismantleLastBucket(&arena) { handle, arena in arena.free(HashField(handle), &garbage) }
            // A bucket costs something even when it is empty, and a large block as much as many fields.
            budget &-= max(1, before &- table.count)
            for block in garbage {
                budget &-= block.size >> 12
                block.free()
            }
            garbage.removeAll(keepingCapacity: true)
            if !more { return false }
        }
        return true
    }

    /// Traps where the essay's promises are not kept. O(n), for tests.
    func checkInvariants(_ arena: borrowing Arena) {
        table.checkInvariants(arena)
        deadlines.checkInvariants(count: table.bucketCount, arena)
        var found = 0
        for bucket in 0 ..< table.bucketCount {
            let time = deadlines.time(of: bucket, arena)
            table.visit(bucket, arena) {
                guard let deadline = arena.deadline(HashField($0)) else { return }
                precondition(time <= deadline, "a bucket's time is later than a deadline in it")
                found += 1
            }
        }
        precondition(found == volatileCount && (found > 0 || deadlines.isEmpty))
    }
}
