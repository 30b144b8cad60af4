/// When which bucket of a hash table must be looked at, because a key in it falls due.
///
/// A hierarchical timer wheel (Varghese and Lauck, "Hashed and hierarchical timing wheels", SOSP 1987) whose timers
/// are *buckets*, not keys: a bucket is filed under a time that is never later than the earliest deadline in it.
///
///     level 0   64 slots of 1 ms       ┌──┬──┬──┬ … ┐   a slot is a first-in-first-out list of buckets, linked
///     level 1   64 slots of 64 ms      ├──┼──┼──┼ … ┤   through one 16-byte node per bucket
///     level 2   64 slots of 4 s        ├──┼──┼──┼ … ┤
///     …         11 levels: all of Int64
///
/// Filing buckets makes the common cases free. A key with a later deadline than its bucket's costs one comparison;
/// extending a deadline (a session that is used) costs nothing, the bucket is merely looked at once for no reason; removing a
/// key costs nothing. It takes 3 to 4 bytes per volatile key, where a timer for each would take 16 or more.
///
/// A time's level is the highest base-64 digit in which it differs from `now`, its slot that digit. When `now`
/// reaches a slot of a higher level, the slot's whole list is moved in O(1) to a list of buckets to be refiled, and that one is
/// worked off by whoever has the time: no call does more than its caller's budget allows.
///
/// Invariants: a filed bucket's `when` is after `now` or it is in the due or refile list; `occupied` has the bit
/// of exactly the non-empty slots.
struct ExpiryWheel: ~Copyable {
    static let levels = 11
    private static let dueList = levels * 64
    private static let refileList = levels * 64 + 1
    private static let listCount = levels * 64 + 2
    /// Marks a link that names a list instead of a node.
    private static let listMark: UInt32 = 1 << 31

    struct Node: BitwiseCopyable {
        var when: Int64
        /// Neighbour's number, or `listMark` and the list at either end.
        var next: UInt32
        var previous: UInt32
    }

    private var nodes = SegmentedArray(empty: Node(when: .max, next: 0, previous: 0))
    private var heads: [UInt32] = []
    private var tails: [UInt32] = []
    private var occupied: [UInt64] = []
    /// Everything before this millisecond has been handed out or waits in the due and refile lists.
    private(set) var now: Int64 = 0
    /// Buckets filed.
    private(set) var count = 0

    init() {}

    /// Memory in use, in bytes.
    var allocatedBytes: Int { nodes.allocatedBytes + heads.count * 8 }

    private mutating func prepare(_ current: Int64) {
        if !heads.isEmpty { return }
        heads = [UInt32](repeating: 0, count: Self.listCount)
        tails = heads
        for list in 0 ..< Self.listCount {
            heads[list] = Self.listMark | UInt32(list)
            tails[list] = heads[list]
        }
        occupied = [UInt64](repeating: 0, count: Self.levels)
        now = current
    }

    /// Makes sure that bucket `id` is looked at by `when`; does nothing where it will be earlier. O(1).
    @inline(__always)
    mutating func schedule(_ id: Int, at when: Int64, now current: Int64) {
        if nodes[id].when <= when { return }
        prepare(current)
        file(id, at: when)
    }

    /// Forgets bucket `id`. O(1).
    mutating func cancel(_ id: Int) {
        if nodes[id].when == .max { return }
        unlink(id)
        nodes[id].when = .max
        count -= 1
    }

    /// The time that bucket `id` is filed under.
    func time(of id: Int) -> Int64? { nodes[id].when == .max ? nil : nodes[id].when }

    /// Whether bucket `id` is filed at all. O(1).
    @inline(__always)
    func isFiled(_ id: Int) -> Bool { nodes[id].when != .max }

    /// The first buckets of the list that is worked off next: none that is in another list is filed for an earlier time.
    func nextFiled(limit: Int) -> [Int] {
        if count == 0 { return [] }
        let lists = [Self.dueList, Self.refileList].filter { !isEmpty($0) } + (nextSlot().map { [$0.list] } ?? [])
        var found: [Int] = []
        for list in lists {
            var id = heads[list]
            while id & Self.listMark == 0, found.count < limit {
                found.append(Int(id))
                id = nodes[Int(id)].next
            }
            if !found.isEmpty { break }
        }
        return found
    }

    /// Gives back memory for buckets numbered `count` and up, none of which may be filed.
    mutating func truncate(to count: Int) { nodes.truncate(to: count) }

    /// The next bucket whose time has come, no longer filed; `nil` when there is none or `budget` is used up. Each
    /// bucket handed out or refiled takes one from `budget`.
    mutating func popDue(now target: Int64, budget: inout Int) -> Int? {
        if count == 0 {
            now = max(now, target)
            return nil
        }
        advance(to: target)
        while budget > 0 {
            budget -= 1
            if let id = takeFirst(of: Self.dueList) {
                nodes[id].when = .max
                count -= 1
                return id
            }
            guard let id = takeFirst(of: Self.refileList) else { return nil }
            let when = nodes[id].when
            append(id, to: list(for: when))
        }
        return nil
    }

    /// When `popDue` next has something to do: `now` or earlier when it does already, `nil` when nothing is filed.
    func nextEvent() -> Int64? {
        if count == 0 { return nil }
        if !isEmpty(Self.dueList) || !isEmpty(Self.refileList) { return now }
        return nextSlot()?.time
    }

    // MARK: Filing

    private func list(for when: Int64) -> Int {
        if when <= now { return Self.dueList }
        let level = (63 - (when ^ now).leadingZeroBitCount) / 6
        return level * 64 + Int(when >> Int64(level * 6) & 63)
    }

    private mutating func file(_ id: Int, at when: Int64) {
        if nodes[id].when == .max { count += 1 } else { unlink(id) }
        nodes[id].when = when
        append(id, to: list(for: when))
    }

    private func isEmpty(_ list: Int) -> Bool { heads[list] & Self.listMark != 0 }

    private mutating func append(_ id: Int, to list: Int) {
        let last = tails[list]
        var node = nodes[id]
        node.next = Self.listMark | UInt32(list)
        node.previous = last
        nodes[id] = node
        if last & Self.listMark != 0 { heads[list] = UInt32(id) } else { nodes[Int(last)].next = UInt32(id) }
        tails[list] = UInt32(id)
        if list < Self.dueList { occupied[list >> 6] |= 1 << UInt64(list & 63) }
    }

    private mutating func unlink(_ id: Int) {
        let node = nodes[id]
        if node.previous & Self.listMark != 0 {
            heads[Int(node.previous ^ Self.listMark)] = node.next
        } else {
            nodes[Int(node.previous)].next = node.next
        }
        if node.next & Self.listMark != 0 {
            let list = Int(node.next ^ Self.listMark)
            tails[list] = node.previous
            if isEmpty(list), list < Self.dueList { occupied[list >> 6] &= ~(1 << UInt64(list & 63)) }
        } else {
            nodes[Int(node.next)].previous = node.previous
        }
    }

    private mutating func takeFirst(of list: Int) -> Int? {
        let head = heads[list]
        if head & Self.listMark != 0 { return nil }
        unlink(Int(head))
        return Int(head)
    }

    // MARK: Time

    private func nextSlot() -> (time: Int64, list: Int)? {
        for level in 0 ..< Self.levels {
            let shift = Int64(level * 6)
            let digit = UInt64(now >> shift & 63)
            // Slots behind the current digit; the shift by 64 for digit 63 leaves none.
            let later = digit == 63 ? 0 : occupied[level] & ~(UInt64(2) << digit &- 1)
            if later == 0 { continue }
            let slot = Int64(later.trailingZeroBitCount)
            let above = level == Self.levels - 1 ? 0 : (now >> (shift + 6)) << (shift + 6)
            return (above | slot << shift, level * 64 + Int(slot))
        }
        return nil
    }

    private mutating func advance(to target: Int64) {
        while let (time, list) = nextSlot(), time <= target {
            now = time
            splice(list, to: list < 64 ? Self.dueList : Self.refileList)
        }
        now = max(now, target)
    }

    /// Moves a whole list behind another in O(1).
    private mutating func splice(_ list: Int, to other: Int) {
        let (first, last) = (heads[list], tails[list])
        heads[list] = Self.listMark | UInt32(list)
        tails[list] = heads[list]
        occupied[list >> 6] &= ~(1 << UInt64(list & 63))
        let end = tails[other]
        if end & Self.listMark != 0 { heads[other] = first } else { nodes[Int(end)].next = first }
        nodes[Int(first)].previous = end
        nodes[Int(last)].next = Self.listMark | UInt32(other)
        tails[other] = last
    }

    /// Checks what the essay promises; traps where it does not hold. O(n), for tests.
    func checkInvariants() {
        if heads.isEmpty { return precondition(count == 0) }
        var seen = 0
        for list in 0 ..< Self.listCount {
            var previous = Self.listMark | UInt32(list)
            var id = heads[list]
            if list < Self.dueList {
                precondition(isEmpty(list) == (occupied[list >> 6] >> UInt64(list & 63) & 1 == 0))
            }
            while id & Self.listMark == 0 {
                let node = nodes[Int(id)]
                precondition(node.previous == previous)
                precondition(node.when != .max)
                precondition(list >= Self.dueList || self.list(for: node.when) == list, "filed in the wrong slot")
                previous = id
                id = node.next
                seen += 1
            }
            precondition(id == Self.listMark | UInt32(list) && tails[list] == previous)
        }
        precondition(seen == count)
    }
}
