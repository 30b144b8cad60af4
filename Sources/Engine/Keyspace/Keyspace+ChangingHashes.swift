import Bytes

/// Hashes at the door: changing. What outgrows its form moves to the next one here and nowhere else. Callers report the
/// change, and have `scheduleFields` called where a deadline was set.
extension Keyspace {
    // MARK: Setting

    /// Gives a field of the hash at `place`, which must be that of `key`, a value; a hash is made where there is none. Returns
    /// whether the field was there already.
    @inline(__always)
    @discardableResult
    mutating func setField(
        _ name: RawSpan, _ value: RawSpan, in key: RawSpan, _ place: inout KeyPlace, _ limits: HashLimits,
        _ change: LargeHash.Deadline = .clear
    ) -> Bool {
        guard let entry = place.entry else {
            addHash(key, &place, name, value, change, limits)
            return false
        }
        switch hashForm(entry) {
        case .table:
            return hashes[arena.objectIndex(entry)].set(name, value, change, now: now, &arena, &garbage)
        case .listpack:
            if case .at = change { break }
            if !limits.allows(name, value, size: arena.byteCount(entry)) { break }
            let wasThere = setPacked(name, value, entry, &place)
            keepWithin(limits, &place, width: 2)
            return wasThere
        case .listpackEx: break
        }
        return setConverting(name, value, entry, &place, change, limits)
    }

    private mutating func addHash(
        _ key: RawSpan, _ place: inout KeyPlace, _ name: RawSpan, _ value: RawSpan, _ change: LargeHash.Deadline,
        _ limits: HashLimits
    ) {
        if limits.entries > 0, limits.allows(name, value, size: Listpack.emptySize) {
            if case .at(let deadline) = change {
                addListpack(key, &place, .hash, .listpackEx)
                insertField(name, value, deadline, at: Listpack.first, &place)
                return
            }
            let (first, second) = (Listpack.Encoding(name), Listpack.Encoding(value))
            let size = first.size &+ second.size
            let entry = addBlock(key, &place, .hash, .listpack, length: Listpack.emptySize &+ size)
            var pack = arena.mutableBytes(entry)
            Listpack.initialize(&pack)
            Listpack.splice(
                &pack, used: Listpack.emptySize, at: Listpack.first, removing: 0, inserting: size)
            Listpack.adjustCount(&pack, by: 2)
            let next = Listpack.write(first, name, at: Listpack.first, into: &pack)
            Listpack.write(second, value, at: next, into: &pack)
            return
        }
        let index = makeHash()
        hashes[index].set(name, value, change, now: now, &arena, &garbage)
        addObject(key, &place, .hash, .hashtable, index: index)
    }

    /// Sets a field of a listpack without deadlines.
    @inline(__always)
    private mutating func setPacked(
        _ name: RawSpan, _ value: RawSpan, _ entry: Entry, _ place: inout KeyPlace
    ) -> Bool {
        if let offset = Listpack.find(arena.bytes(entry), name, from: Listpack.first, every: 2) {
            replace(at: Listpack.next(arena.bytes(entry), offset), with: value, &place)
            return true
        }
        let (first, second) = (Listpack.Encoding(name), Listpack.Encoding(value))
        let end = Listpack.end(arena.bytes(entry))
        let grown = spliceListpack(&place, at: end, removing: 0, inserting: first.size &+ second.size)
        var pack = arena.mutableBytes(grown)
        Listpack.adjustCount(&pack, by: 2)
        let next = Listpack.write(first, name, at: end, into: &pack)
        Listpack.write(second, value, at: next, into: &pack)
        return false
    }

    /// Sets a field of a hash in one block that has deadlines, or gets one, or has become too large for its block.
    private mutating func setConverting(
        _ name: RawSpan, _ value: RawSpan, _ entry: Entry, _ place: inout KeyPlace, _ change: LargeHash.Deadline,
        _ limits: HashLimits
    ) -> Bool {
        if !limits.allows(name, value, size: arena.byteCount(entry)) {
            let table = convertToTable(&place)
            return hashes[table].set(name, value, change, now: now, &arena, &garbage)
        }
        if hashForm(entry) == .listpack { convertToVolatile(&place) }
        let (wasThere, before) = takeVolatile(name, &place)
        let deadline: Int64? =
            switch change {
            case .clear: nil
            case .keep: before
            case .at(let time): time
            }
        insertField(name, value, deadline, at: nil, &place)
        keepWithin(limits, &place, width: 3)
        return wasThere
    }

    /// Takes a field out of a listpack with deadlines, where it is there. Returns whether it was and when it would have gone.
    private mutating func takeVolatile(_ name: RawSpan, _ place: inout KeyPlace) -> (Bool, Int64?) {
        guard let entry = place.entry else { preconditionFailure("no hash to change") }
        let found = Listpack.find(arena.bytes(entry), name, from: Listpack.first, every: 3)
        guard let found else { return (false, nil) }
        let before = deadline(of: .offset(found), in: entry)
        remove(at: found, count: 3, &place)
        // One past its deadline was not there.
        if let before, now > before { return (false, nil) }
        return (true, before)
    }

    /// Puts a field into a listpack with deadlines: at `offset`, or where its deadline belongs.
    private mutating func insertField(
        _ name: RawSpan, _ value: RawSpan, _ deadline: Int64?, at offset: Int?, _ place: inout KeyPlace
    ) {
        guard let entry = place.entry else { preconditionFailure("no hash to change") }
        let at = offset ?? volatileOffset(deadline, arena.bytes(entry))
        let (first, second, third) = (
            Listpack.Encoding(name), Listpack.Encoding(value), Listpack.Encoding(deadline ?? 0)
        )
        let size = first.size &+ second.size &+ third.size
        let grown = spliceListpack(&place, at: at, removing: 0, inserting: size)
        var pack = arena.mutableBytes(grown)
        Listpack.adjustCount(&pack, by: 3)
        var next = Listpack.write(first, name, at: at, into: &pack)
        next = Listpack.write(second, value, at: next, into: &pack)
        Listpack.write(third, name, at: next, into: &pack)
    }

    /// Where a field with this deadline belongs: behind those that are due no later.
    private func volatileOffset(_ deadline: Int64?, _ pack: RawSpan) -> Int {
        guard let deadline else { return Listpack.end(pack) }
        var offset = Listpack.first
        while !Listpack.isEnd(pack, offset) {
            let last = Listpack.next(pack, Listpack.next(pack, offset))
            let other = Listpack.number(pack, last)
            if other == 0 || other > deadline { break }
            offset = Listpack.next(pack, last)
        }
        return offset
    }

    // MARK: Deadlines

    /// Gives a field that is there a deadline, or takes it away.
    mutating func setDeadline(of position: FieldPosition, _ deadline: Int64?, _ place: inout KeyPlace) {
        guard let entry = place.entry else { preconditionFailure("no hash to change") }
        switch position {
        case .field(let field):
            hashes[arena.objectIndex(entry)].setDeadline(field, deadline, &arena, &garbage)
        case .offset(let offset):
            if self.deadline(of: position, in: entry) == deadline { return }
            let name = Listpack.text(arena.bytes(entry), offset)
            let value = Listpack.text(arena.bytes(entry), Listpack.next(arena.bytes(entry), offset))
            if hashForm(entry) == .listpack { convertToVolatile(&place) }
            _ = takeVolatile(name.bytes, &place)
            insertField(name.bytes, value.bytes, deadline, at: nil, &place)
        }
    }

    // MARK: Removing

    /// Takes a field out of a hash, which may leave it empty: then `finishFieldRemoval` removes the key.
    @inline(__always)
    mutating func removeField(at position: FieldPosition, _ place: inout KeyPlace) {
        guard let entry = place.entry else { preconditionFailure("no hash to change") }
        switch position {
        case .field(let field): hashes[arena.objectIndex(entry)].remove(field, &arena, &garbage)
        case .offset(let offset): remove(at: offset, count: hashForm(entry) == .listpack ? 2 : 3, &place)
        }
    }

    /// Reports a change that took fields away, and removes the key if none is left. Returns whether it did.
    @discardableResult
    mutating func finishFieldRemoval(_ event: KeyEvent, _ place: KeyPlace) -> Bool {
        guard let entry = place.entry else { preconditionFailure("no hash to change") }
        changed(event, entry)
        if storedFieldCount(entry) > 0 { return false }
        remove(place)
        return true
    }

    // MARK: Other forms

    /// A hash in one block that has grown beyond the limits becomes a table.
    @inline(__always)
    private mutating func keepWithin(_ limits: HashLimits, _ place: inout KeyPlace, width: Int) {
        guard let entry = place.entry else { return }
        if Listpack.count(arena.bytes(entry)) > limits.entries.multipliedClamped(by: width) { convertToTable(&place) }
    }

    /// An empty table that belongs to no key yet.
    mutating func makeHash() -> UInt32 {
        // As for sets: clients see random numbers, and not what this one is hidden in.
        hashes.add(LargeHash(key: SipKey(hashKey.k0, hashKey.k1 ^ random.next())))
    }

    /// Moves a hash from its block to a table, and returns the table's number. O(n): as much as a block may hold.
    @discardableResult
    mutating func convertToTable(_ place: inout KeyPlace) -> UInt32 {
        guard let entry = place.entry else { preconditionFailure("no hash to convert") }
        let isVolatile = hashForm(entry) == .listpackEx
        // The fields are made in the arena that the block lies in.
        let copy = arena.bytes(entry).array
        let pack = copy.bytes
        let index = makeHash()
        var offset = Listpack.first
        while !Listpack.isEnd(pack, offset) {
            let second = Listpack.next(pack, offset)
            let third = Listpack.next(pack, second)
            let deadline = isVolatile ? Listpack.number(pack, third) : 0
            Listpack.withText(pack, offset) { name in
                Listpack.withText(pack, second) { value in
                    _ = hashes[index].set(
                        name, value, deadline == 0 ? .clear : .at(deadline), now: now, &arena, &garbage)
                }
            }
            offset = isVolatile ? Listpack.next(pack, third) : third
        }
        convertToObject(&place, .hashtable, index: index)
        return index
    }

    /// Gives every field of a listpack the place of a deadline. O(n).
    private mutating func convertToVolatile(_ place: inout KeyPlace) {
        guard let entry = place.entry else { preconditionFailure("no hash to convert") }
        let copy = arena.bytes(entry).array
        let pack = copy.bytes
        let fields = Listpack.count(pack) / 2
        let none = Listpack.Encoding(0)
        let block = convertToBlock(&place, .listpackEx, length: pack.byteCount &+ fields &* none.size)
        var target = arena.mutableBytes(block)
        Listpack.initialize(&target)
        Listpack.splice(
            &target, used: Listpack.emptySize, at: Listpack.first, removing: 0,
            inserting: target.byteCount &- Listpack.emptySize)
        Listpack.adjustCount(&target, by: fields &* 3)
        var (from, to) = (Listpack.first, Listpack.first)
        while !Listpack.isEnd(pack, from) {
            let next = Listpack.next(pack, Listpack.next(pack, from))
            target.copy(pack.extracting(from ..< next), to: to)
            to = Listpack.write(none, pack, at: to &+ next &- from, into: &target)
            from = next
        }
    }
}

extension Int {
    /// The product, or the largest number where that is too large.
    @inline(__always)
    fileprivate func multipliedClamped(by factor: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}
