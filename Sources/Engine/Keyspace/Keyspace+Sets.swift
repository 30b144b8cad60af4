import Bytes

/// Sets at the door: reading. A set is kept in one of three ways, which commands need not know.
///
/// - *intset*: only integers, and few of them.
/// - *listpack*: few and short members, one of them at least not an integer when it came. OBJECT ENCODING calls it a hashtable,
///   as Redis 7.0 does, which has no such sets.
/// - *table*: all others, a `LargeSet`.
extension Keyspace {
    /// How a set is kept.
    enum SetForm { case intset, listpack, table }

    @inline(__always)
    func setForm(_ entry: Entry) -> SetForm {
        let header = arena.header(entry)
        if header.form == .object { return .table }
        return header.encoding == .intset ? .intset : .listpack
    }

    /// Where a member is in its set; good until the set changes.
    enum MemberPosition {
        /// Its place in the order of an intset.
        case index(Int)
        /// The offset of its element in a listpack.
        case offset(Int)
        /// The member of a table.
        case handle(Arena.Handle)
    }

    // MARK: Single members

    /// How many members a set has. O(1).
    @inline(__always)
    func memberCount(_ entry: Entry) -> Int {
        switch setForm(entry) {
        case .table: sets[arena.objectIndex(entry)].count
        case .intset: Intset.count(arena.bytes(entry))
        case .listpack: Listpack.count(arena.bytes(entry))
        }
    }

    /// Whether a set has a member. O(1) expected; O(log n) in an intset, O(n) in the few members of a listpack.
    @inline(__always)
    func isMember(_ member: RawSpan, _ entry: Entry) -> Bool {
        switch setForm(entry) {
        case .table: return sets[arena.objectIndex(entry)].contains(member, arena)
        case .intset:
            guard let integer = Listpack.integer(member) else { return false }
            return Intset.find(arena.bytes(entry), integer) != nil
        case .listpack: return Listpack.find(arena.bytes(entry), member, from: Listpack.first) != nil
        }
    }

    /// A member chosen uniformly. O(1) expected; O(n) in a listpack.
    @inline(__always)
    mutating func randomMember(_ entry: Entry) -> MemberPosition {
        switch setForm(entry) {
        case .table:
            guard let handle = sets[arena.objectIndex(entry)].random(&random, arena) else {
                preconditionFailure("an empty set")
            }
            return .handle(handle)
        case .intset: return .index(random.next(below: Intset.count(arena.bytes(entry))))
        case .listpack:
            let index = random.next(below: Listpack.count(arena.bytes(entry)))
            guard let offset = Listpack.position(arena.bytes(entry), of: index) else {
                preconditionFailure("a listpack without its elements")
            }
            return .offset(offset)
        }
    }

    /// Hands the text of a member to `body`.
    @inline(__always)
    func withMember(_ position: MemberPosition, of entry: Entry, _ body: (RawSpan) -> Void) {
        switch position {
        case .handle(let handle): body(arena.member(handle))
        case .index(let index): body(NumberText(Intset.value(arena.bytes(entry), index)).bytes)
        case .offset(let offset): Listpack.withText(arena.bytes(entry), offset, body)
        }
    }

    // MARK: All members

    /// Hands the text of every member to `body`, until that returns false: in ascending order where they are an intset, otherwise
    /// in any. O(n).
    @inline(__always)
    func forEachMember(_ entry: Entry, _ body: (RawSpan) -> Bool) {
        switch setForm(entry) {
        case .table: sets[arena.objectIndex(entry)].forEach(arena) { body(arena.member($0)) }
        case .intset:
            let set = arena.bytes(entry)
            let width = Intset.width(set)
            for index in 0 ..< Intset.count(set) {
                if !body(NumberText(Intset.value(set, index, width: width)).bytes) { return }
            }
        case .listpack:
            let pack = arena.bytes(entry)
            var offset = Listpack.first
            while !Listpack.isEnd(pack, offset), Listpack.withText(pack, offset, body) {
                offset = Listpack.next(pack, offset)
            }
        }
    }

    /// Copies all members. O(n).
    func members(_ entry: Entry) -> MemberList {
        var list = MemberList()
        forEachMember(entry) {
            list.append($0)
            return true
        }
        return list
    }

    /// Copies members from `cursor` on until there are about `wanted`, and returns the cursor to go on from: a set in one block is
    /// shown as a whole, since it has no places that a cursor could name. Looks at ten buckets for each member wanted, at most.
    func scanMembers(_ entry: Entry, from cursor: UInt64, wanted: Int, into list: inout MemberList) -> UInt64 {
        guard setForm(entry) == .table else {
            forEachMember(entry) {
                list.append($0)
                return true
            }
            return 0
        }
        let (product, overflow) = wanted.multipliedReportingOverflow(by: 10)
        var left = overflow ? Int.max : product
        var next = cursor
        let index = arena.objectIndex(entry)
        repeat {
            next = sets[index].table.scan(next, arena) { list.append(arena.member($0)) }
            left &-= 1
        } while next != 0 && left >= 0 && list.count < wanted
        return next
    }
}
