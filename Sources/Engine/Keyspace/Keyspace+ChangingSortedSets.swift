import Bytes

/// Sorted sets at the door: changing. What outgrows its block becomes a large value here and nowhere else.
extension Keyspace {
    // MARK: Scores

    /// Asks `change` for the score of a member of the sorted set at `place`, given the one it has if it is there, and sets it;
    /// `nil` leaves all as it is. The place must be that of `key`; a sorted set is made where there is none. The caller
    /// reports the change.
    @inline(__always)
    mutating func setScore(
        of member: RawSpan, in key: RawSpan, _ place: inout KeyPlace, _ limits: SortedSetLimits,
        _ change: (Double?) -> Double?
    ) {
        if let entry = place.entry {
            if !isPacked(entry) {
                return sortedSets[arena.objectIndex(entry)].update(member, &arena, change)
            }
            if let position = PackedSortedSet.find(arena.bytes(entry), member) {
                let old = PackedSortedSet.score(arena.bytes(entry), position)
                guard let score = change(old), score != old else { return }
                return moveInPack(member, at: position, to: score, &place)
            }
        }
        guard let score = change(nil) else { return }
        add(member, score: score, to: key, &place, limits)
    }

    /// Adds a member that is not there.
    private mutating func add(
        _ member: RawSpan, score: Double, to key: RawSpan, _ place: inout KeyPlace, _ limits: SortedSetLimits
    ) {
        let length = member.byteCount
        if let entry = place.entry {
            let count = rankedCount(entry) &+ 1
            if limits.allowsListpack(count: count, longest: length, size: arena.byteCount(entry) &+ length) {
                let position = PackedSortedSet.place(arena.bytes(entry), for: member, score)
                return insertPair(member, score, at: position, &place)
            }
            unpack(&place)
            return sortedSets[arena.objectIndex(place.entry ?? entry)].insert(member, score: score, &arena)
        }
        if limits.allowsListpack(count: 1, longest: length, size: length) {
            addListpack(key, &place, .sortedSet)
            insertPair(member, score, at: Listpack.first, &place)
        } else {
            let index = makeSortedSet()
            sortedSets[index].insert(member, score: score, &arena)
            addObject(key, &place, .sortedSet, .skiplist, index: index)
        }
    }

    /// An empty large sorted set that belongs to no key yet.
    mutating func makeSortedSet() -> UInt32 {
        // Clients get to see random numbers. What they cannot see is the key that this one is hidden in.
        sortedSets.add(LargeSortedSet(key: SipKey(hashKey.k0, hashKey.k1 ^ random.next())))
    }

    /// Turns a packed sorted set into a large one.
    private mutating func unpack(_ place: inout KeyPlace) {
        guard let entry = place.entry else { preconditionFailure("no value to convert") }
        // A copy, since the block may not be looked at while the arena changes.
        let pack = arena.bytes(entry).array
        let index = makeSortedSet()
        var position = Listpack.first
        while !Listpack.isEnd(pack.bytes, position) {
            let score = PackedSortedSet.score(pack.bytes, position)
            // A damaged file may have had a member twice.
            Listpack.withText(pack.bytes, position) {
                if sortedSets[index].find($0, arena) == nil { sortedSets[index].insert($0, score: score, &arena) }
            }
            position = PackedSortedSet.next(pack.bytes, position)
        }
        convertToObject(&place, .skiplist, index: index)
    }

    // MARK: Pairs of a packed one

    private mutating func insertPair(_ member: RawSpan, _ score: Double, at position: Int, _ place: inout KeyPlace) {
        let first = Listpack.Encoding(member)
        let second = PackedSortedSet.ScoreEncoding(score)
        let entry = spliceListpack(&place, at: position, removing: 0, inserting: first.size &+ second.encoding.size)
        var pack = arena.mutableBytes(entry)
        Listpack.adjustCount(&pack, by: 2)
        second.write(at: Listpack.write(first, member, at: position, into: &pack), into: &pack)
    }

    /// Gives the member of the pair at `position` another score.
    private mutating func moveInPack(
        _ member: RawSpan, at position: Int, to score: Double, _ place: inout KeyPlace
    ) {
        guard let entry = place.entry else { preconditionFailure("no sorted set to change") }
        let next = PackedSortedSet.next(arena.bytes(entry), position)
        let target = PackedSortedSet.place(arena.bytes(entry), for: member, score)
        if target == position || target == next {
            // Between the same neighbours: only the score is written anew.
            let encoding = PackedSortedSet.ScoreEncoding(score)
            let at = Listpack.next(arena.bytes(entry), position)
            let changed = spliceListpack(&place, at: at, removing: next &- at, inserting: encoding.encoding.size)
            var pack = arena.mutableBytes(changed)
            encoding.write(at: at, into: &pack)
            return
        }
        remove(at: position, count: 2, &place)
        insertPair(member, score, at: target > position ? target &- (next &- position) : target, &place)
    }

    // MARK: Removing

    /// Takes a member out of a sorted set, which may leave it empty: then the caller removes the key. False where it is none.
    @inline(__always)
    mutating func removeRanked(_ member: RawSpan, _ place: inout KeyPlace) -> Bool {
        guard let entry = place.entry else { return false }
        if !isPacked(entry) { return sortedSets[arena.objectIndex(entry)].remove(member, &arena) }
        guard let position = PackedSortedSet.find(arena.bytes(entry), member) else { return false }
        remove(at: position, count: 2, &place)
        return true
    }

    /// Takes the elements of `ranks` away, reports it, and removes the key if they were all there were. O(log n + m); O(1)
    /// for all of them.
    mutating func removeRanked(_ ranks: Range<Int>, _ place: inout KeyPlace, _ event: KeyEvent) {
        guard let entry = place.entry, !ranks.isEmpty else { return }
        if ranks.count == rankedCount(entry) {
            changed(event, entry)
            remove(place)
            return
        }
        if isPacked(entry) {
            let position = PackedSortedSet.position(arena.bytes(entry), ofRank: ranks.lowerBound)
            remove(at: position, count: 2 &* ranks.count, &place)
        } else {
            sortedSets[arena.objectIndex(entry)].remove(ranks, &arena)
        }
        if let left = place.entry { changed(event, left) }
    }

    // MARK: Whole sorted sets

    /// Gives a key these elements, whatever it held before, or takes it away where there are none. Returns how many there are.
    mutating func storeSortedSet(
        _ key: RawSpan, _ list: borrowing RankedList, _ limits: SortedSetLimits, _ event: KeyEvent
    ) -> Int {
        var place = write(key)
        if list.count == 0 {
            remove(place)
            return 0
        }
        discard(&place)
        let members = list.packedSize
        if limits.allowsListpack(count: list.count, longest: list.longest, size: members) {
            addPacked(key, &place, list)
        } else {
            let index = makeSortedSet()
            list.forEach { sortedSets[index].insert($0, score: $1, &arena) }
            addObject(key, &place, .sortedSet, .skiplist, index: index)
        }
        if let entry = place.entry { changed(event, entry) }
        return list.count
    }

    private mutating func addPacked(_ key: RawSpan, _ place: inout KeyPlace, _ list: borrowing RankedList) {
        let size = Listpack.emptySize &+ list.packedSize
        let entry = addBlock(key, &place, .sortedSet, .listpack, length: size)
        var pack = arena.mutableBytes(entry)
        Listpack.initialize(&pack)
        var position = Listpack.first
        Listpack.splice(&pack, used: Listpack.emptySize, at: position, removing: 0, inserting: list.packedSize)
        list.forEach { member, score in
            position = Listpack.write(Listpack.Encoding(member), member, at: position, into: &pack)
            position = PackedSortedSet.ScoreEncoding(score).write(at: position, into: &pack)
        }
        Listpack.adjustCount(&pack, by: 2 &* list.count)
    }
}
