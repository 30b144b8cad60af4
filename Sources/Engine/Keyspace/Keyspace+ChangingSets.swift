import Bytes

/// Sets at the door: changing. What outgrows its form moves to the next one here and nowhere else.
extension Keyspace {
    // MARK: Adding

    /// Adds a member to the set at `place`, which must be that of `key`; a set is made where there is none. False where it is a
    /// member already. The caller reports the change.
    @inline(__always)
    mutating func addMember(
        _ member: RawSpan, to key: RawSpan, _ place: inout KeyPlace, _ limits: SetLimits
    ) -> Bool {
        guard let entry = place.entry else {
            var list = MemberList()
            list.append(member)
            addSet(key, &place, list, limits)
            return true
        }
        switch setForm(entry) {
        case .table: return sets[arena.objectIndex(entry)].insert(member, &arena)
        case .intset: return addToIntset(member, entry, &place, limits)
        case .listpack: return addToListpack(member, entry, &place, limits)
        }
    }

    private mutating func addToIntset(
        _ member: RawSpan, _ entry: Entry, _ place: inout KeyPlace, _ limits: SetLimits
    ) -> Bool {
        guard let integer = Listpack.integer(member) else {
            var list = members(entry)
            list.append(member)
            convertSet(&place, list, limits)
            return true
        }
        guard let grown = insert(integer, intoIntset: entry, &place) else { return false }
        if !limits.allowsIntset(count: Intset.count(arena.bytes(grown))) { convertSet(&place, members(grown), limits) }
        return true
    }

    /// Returns the intset's entry; `nil` where the value was a member already.
    private mutating func insert(_ value: Int64, intoIntset entry: Entry, _ place: inout KeyPlace) -> Entry? {
        let count = Intset.count(arena.bytes(entry))
        let old = Intset.width(arena.bytes(entry))
        let width = max(old, Intset.width(of: value))
        let index: Int
        if width > old {
            // Wider than all there are, so below them or above.
            index = value < 0 ? 0 : count
        } else {
            index = Intset.lowerBound(arena.bytes(entry), value, width: width)
            if index < count, Intset.value(arena.bytes(entry), index, width: width) == value { return nil }
        }
        let grown = resizeBlock(&place, to: Intset.size(count: count &+ 1, width: width))
        var set = arena.mutableBytes(grown)
        if width > old {
            Intset.widen(&set, count: count, from: old, to: width, gap: index == 0 ? 1 : 0)
        } else {
            Intset.shift(&set, from: index, count: count &- index, to: index &+ 1, width: width)
        }
        Intset.writeHeader(&set, width: width, count: count &+ 1)
        Intset.write(value, at: index, width: width, into: &set)
        return grown
    }

    private mutating func addToListpack(
        _ member: RawSpan, _ entry: Entry, _ place: inout KeyPlace, _ limits: SetLimits
    ) -> Bool {
        if Listpack.find(arena.bytes(entry), member, from: Listpack.first) != nil { return false }
        let count = Listpack.count(arena.bytes(entry)) &+ 1
        let length = member.byteCount
        if limits.allowsListpack(count: count, longest: length, size: arena.byteCount(entry) &+ length) {
            append(member, &place)
            return true
        }
        var list = members(entry)
        list.append(member)
        convertToObject(&place, .hashtable, index: makeTable(list))
        return true
    }

    // MARK: Removing

    /// Takes a member out of a set, which may leave it empty: then the caller removes the key. False where it is none.
    @inline(__always)
    mutating func removeMember(_ member: RawSpan, _ place: inout KeyPlace) -> Bool {
        guard let entry = place.entry else { return false }
        switch setForm(entry) {
        case .table: return sets[arena.objectIndex(entry)].remove(member, &arena)
        case .intset:
            guard let integer = Listpack.integer(member), let index = Intset.find(arena.bytes(entry), integer) else {
                return false
            }
            removeMember(at: .index(index), &place)
        case .listpack:
            guard let offset = Listpack.find(arena.bytes(entry), member, from: Listpack.first) else { return false }
            removeMember(at: .offset(offset), &place)
        }
        return true
    }

    /// The same for a member whose position is known.
    @inline(__always)
    mutating func removeMember(at position: MemberPosition, _ place: inout KeyPlace) {
        guard let entry = place.entry else { preconditionFailure("no set to change") }
        switch position {
        case .handle(let handle): sets[arena.objectIndex(entry)].remove(handle, &arena)
        case .offset(let offset): remove(at: offset, count: 1, &place)
        case .index(let index): removeFromIntset(index, entry, &place)
        }
    }

    private mutating func removeFromIntset(_ index: Int, _ entry: Entry, _ place: inout KeyPlace) {
        let count = Intset.count(arena.bytes(entry)) &- 1
        let width = Intset.width(arena.bytes(entry))
        var set = arena.mutableBytes(entry)
        Intset.shift(&set, from: index &+ 1, count: count &- index, to: index, width: width)
        Intset.writeHeader(&set, width: width, count: count)
        _ = resizeBlock(&place, to: Intset.size(count: count, width: width))
    }

    // MARK: Whole sets

    /// Gives a key that is not there a set of these members, which are all different, in the form that fits them; `form`
    /// asks for one. The caller reports the change.
    mutating func addSet(
        _ key: RawSpan, _ place: inout KeyPlace, _ list: borrowing MemberList, _ limits: SetLimits, form: SetForm? = nil
    ) {
        switch form ?? limits.form(of: list) {
        case .intset:
            let integers = list.integers()
            write(integers, to: addBlock(key, &place, .set, .intset, length: Intset.size(of: integers)))
        case .listpack:
            write(list, to: addBlock(key, &place, .set, .hashtable, length: Listpack.emptySize &+ list.packedSize))
        case .table: addObject(key, &place, .set, .hashtable, index: makeTable(list))
        }
    }

    /// Puts these members, which are all different, in the place of those of a set.
    mutating func convertSet(
        _ place: inout KeyPlace, _ list: borrowing MemberList, _ limits: SetLimits, form: SetForm? = nil
    ) {
        switch form ?? limits.form(of: list) {
        case .intset:
            let integers = list.integers()
            write(integers, to: convertToBlock(&place, .intset, length: Intset.size(of: integers)))
        case .listpack:
            write(list, to: convertToBlock(&place, .hashtable, length: Listpack.emptySize &+ list.packedSize))
        case .table: convertToObject(&place, .hashtable, index: makeTable(list))
        }
    }

    private mutating func write(_ integers: [Int64], to entry: Entry) {
        let width = Intset.width(for: integers)
        var set = arena.mutableBytes(entry)
        Intset.writeHeader(&set, width: width, count: integers.count)
        for (index, value) in integers.enumerated() { Intset.write(value, at: index, width: width, into: &set) }
    }

    private mutating func write(_ list: borrowing MemberList, to entry: Entry) {
        var pack = arena.mutableBytes(entry)
        Listpack.initialize(&pack)
        var offset = Listpack.first
        Listpack.splice(&pack, used: Listpack.emptySize, at: offset, removing: 0, inserting: list.packedSize)
        for index in 0 ..< list.count {
            offset = Listpack.write(Listpack.Encoding(list[index]), list[index], at: offset, into: &pack)
        }
        Listpack.adjustCount(&pack, by: list.count)
    }

    private mutating func makeTable(_ list: borrowing MemberList) -> UInt32 {
        let index = makeTable()
        for i in 0 ..< list.count { _ = sets[index].insert(list[i], &arena) }
        return index
    }

    // MARK: Tables of their own

    /// An empty table that belongs to no key yet: it becomes a key's value, or is given up with `sets.bury`.
    mutating func makeTable() -> UInt32 {
        // Clients get to see random numbers. What they cannot see is the key that this one is hidden in.
        sets.add(LargeSet(key: SipKey(hashKey.k0, hashKey.k1 ^ random.next())))
    }

    /// Adds those members of a set to a table that `excluded` does not have. O(n); a part at a time, so that no copy of the
    /// whole set is made.
    mutating func addMembers(of entry: Entry, except excluded: Entry?, toTable index: UInt32) {
        var list = MemberList()
        var cursor: UInt64 = 0
        repeat {
            list.removeAll()
            cursor = scanMembers(entry, from: cursor, wanted: 256, into: &list)
            for i in 0 ..< list.count {
                if let excluded, isMember(list[i], excluded) { continue }
                _ = sets[index].insert(list[i], &arena)
            }
        } while cursor != 0
    }
}

extension SetLimits {
    /// The form that fits these members.
    func form(of list: borrowing MemberList) -> Keyspace.SetForm {
        if list.holdsOnlyIntegers, allowsIntset(count: list.count) { return .intset }
        return textForm(of: list)
    }

    /// The same among those that OBJECT ENCODING calls a hashtable.
    func textForm(of list: borrowing MemberList) -> Keyspace.SetForm {
        allowsListpack(count: list.count, longest: list.longest, size: list.packedSize) ? .listpack : .table
    }
}
