import Bytes

/// Collections at the door: finding one of the right type, packed ones in one block, large ones as objects.
extension Keyspace {
    // MARK: Finding

    /// Finds a key for reading, as `read` does, whose value must be of `type`.
    @inline(__always)
    mutating func read(_ key: RawSpan, as type: ValueType) throws(CommandError) -> Entry? {
        guard let entry = read(key) else { return nil }
        if arena.header(entry).type != type { throw .wrongType }
        return entry
    }

    /// Finds a key that the command may change, as `write` does, whose value must be of `type`.
    @inline(__always)
    mutating func write(_ key: RawSpan, as type: ValueType) throws(CommandError) -> KeyPlace {
        let place = write(key)
        if let entry = place.entry, arena.header(entry).type != type { throw .wrongType }
        return place
    }

    /// The same where the command reads the value too, as `readToWrite` does.
    @inline(__always)
    mutating func readToWrite(_ key: RawSpan, as type: ValueType) throws(CommandError) -> KeyPlace {
        let place = readToWrite(key)
        if let entry = place.entry, arena.header(entry).type != type { throw .wrongType }
        return place
    }

    // MARK: Making and removing

    /// Gives a key that is not there a value in one block of `length` bytes, their contents undefined. The caller writes them and
    /// then reports the change.
    @discardableResult
    mutating func addBlock(
        _ key: RawSpan, _ place: inout KeyPlace, _ type: ValueType, _ encoding: Encoding, length: Int
    ) -> Entry {
        precondition(!place.exists)
        let entry = arena.makeBytes(
            key: key, deadline: firstDeadline(key), type: type, encoding: encoding, length: length)
        add(entry, place.hash, isNew: !place.isDiscarded)
        place.entry = entry
        return entry
    }

    /// Gives a key that is not there an empty listpack.
    @discardableResult
    mutating func addListpack(
        _ key: RawSpan, _ place: inout KeyPlace, _ type: ValueType, _ encoding: Encoding = .listpack
    ) -> Entry {
        let entry = addBlock(key, &place, type, encoding, length: Listpack.emptySize)
        var pack = arena.mutableBytes(entry)
        Listpack.initialize(&pack)
        return entry
    }

    /// Gives a key that is not there a large value.
    @discardableResult
    mutating func addObject(
        _ key: RawSpan, _ place: inout KeyPlace, _ type: ValueType, _ encoding: Encoding, index: UInt32
    ) -> Entry {
        precondition(!place.exists)
        let entry = arena.makeObject(
            key: key, deadline: firstDeadline(key), type: type, encoding: encoding, index: index)
        add(entry, place.hash, isNew: !place.isDiscarded)
        place.entry = entry
        return entry
    }

    /// Puts a large value in the place of a packed one, which has been copied into it. Key, deadline and access data stay.
    mutating func convertToObject(_ place: inout KeyPlace, _ encoding: Encoding, index: UInt32) {
        guard let entry = place.entry else { preconditionFailure("no value to convert") }
        let header = arena.header(entry)
        let key = arena.key(entry).array
        let object = arena.makeObject(
            key: key.bytes, deadline: arena.deadline(entry), type: header.type, encoding: encoding, index: index)
        arena.setAccess(object, header.access)
        exchange(entry, for: object, place.hash, wasVolatile: header.isVolatile)
        free(entry)
        place.entry = object
    }

    /// Puts a block of `length` bytes, their contents undefined, in the place of any other value of the same type. Key, deadline
    /// and access data stay.
    @discardableResult
    mutating func convertToBlock(_ place: inout KeyPlace, _ encoding: Encoding, length: Int) -> Entry {
        guard let entry = place.entry else { preconditionFailure("no value to convert") }
        let header = arena.header(entry)
        let key = arena.key(entry).array
        let block = arena.makeBytes(
            key: key.bytes, deadline: arena.deadline(entry), type: header.type, encoding: encoding, length: length)
        arena.setAccess(block, header.access)
        exchange(entry, for: block, place.hash, wasVolatile: header.isVolatile)
        free(entry)
        place.entry = block
        return block
    }

    /// Takes a key away without a word, for a command that puts another value there and reports that.
    mutating func discard(_ place: inout KeyPlace) {
        guard let entry = place.entry else { return }
        databases[selected].remove(entry, place.hash, &arena, now: now)
        free(entry)
        place.entry = nil
        place.isDiscarded = true
    }

    // MARK: Packed values

    /// Gives the block of a packed value another length. Bytes beyond the old one are undefined.
    mutating func resizeBlock(_ place: inout KeyPlace, to length: Int) -> Entry {
        guard let entry = place.entry else { preconditionFailure("no value to resize") }
        let result = arena.resizePacked(entry, to: length)
        if result != entry {
            exchange(entry, for: result, place.hash, wasVolatile: arena.header(result).isVolatile)
            place.entry = result
        }
        return result
    }

    /// Turns `removing` bytes at `position` of a listpack into `inserting`, which the caller writes.
    @discardableResult
    mutating func spliceListpack(
        _ place: inout KeyPlace, at position: Int, removing: Int, inserting: Int
    ) -> Entry {
        guard let entry = place.entry else { preconditionFailure("no listpack to change") }
        let used = arena.byteCount(entry)
        let needed = used &+ inserting &- removing
        if inserting <= removing {
            var pack = arena.mutableBytes(entry)
            Listpack.splice(&pack, used: used, at: position, removing: removing, inserting: inserting)
            return needed == used ? entry : resizeBlock(&place, to: needed)
        }
        let grown = resizeBlock(&place, to: needed)
        var pack = arena.mutableBytes(grown)
        Listpack.splice(&pack, used: used, at: position, removing: removing, inserting: inserting)
        return grown
    }

    /// Inserts an element at `position` of a listpack. Returns the position behind it.
    @discardableResult
    mutating func insert(_ text: RawSpan, at position: Int, _ place: inout KeyPlace) -> Int {
        let encoding = Listpack.Encoding(text)
        let entry = spliceListpack(&place, at: position, removing: 0, inserting: encoding.size)
        var pack = arena.mutableBytes(entry)
        Listpack.adjustCount(&pack, by: 1)
        return Listpack.write(encoding, text, at: position, into: &pack)
    }

    /// Adds an element at the end of a listpack.
    mutating func append(_ text: RawSpan, _ place: inout KeyPlace) {
        guard let entry = place.entry else { preconditionFailure("no listpack to change") }
        insert(text, at: arena.byteCount(entry) &- 1, &place)
    }

    /// Puts another element in the place of the one at `position` of a listpack. Returns the position behind it.
    @discardableResult
    mutating func replace(at position: Int, with text: RawSpan, _ place: inout KeyPlace) -> Int {
        guard let entry = place.entry else { preconditionFailure("no listpack to change") }
        let encoding = Listpack.Encoding(text)
        let old = Listpack.size(arena.bytes(entry), position)
        let changed = spliceListpack(&place, at: position, removing: old, inserting: encoding.size)
        var pack = arena.mutableBytes(changed)
        return Listpack.write(encoding, text, at: position, into: &pack)
    }

    /// Takes `count` elements out of a listpack, from the one at `position` on.
    mutating func remove(at position: Int, count: Int, _ place: inout KeyPlace) {
        guard let entry = place.entry else { preconditionFailure("no listpack to change") }
        var end = position
        for _ in 0 ..< count { end = Listpack.next(arena.bytes(entry), end) }
        var pack = arena.mutableBytes(entry)
        Listpack.adjustCount(&pack, by: -count)
        spliceListpack(&place, at: position, removing: end &- position, inserting: 0)
    }
}
