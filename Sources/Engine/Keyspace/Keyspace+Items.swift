import Bytes
import Wire

/// How an item is to be stored.
enum StoreMode {
    case set, add, replace, append, prepend, cas
}

/// What became of it.
enum StoreResult {
    case stored, notStored, exists, notFound
    /// The key holds something that is not a string.
    case wrongType
}

/// What memcached's storage commands bring.
struct ItemToStore: ~Escapable {
    let key: RawSpan
    let value: RawSpan
    var mode = StoreMode.set
    var flags: UInt32 = 0
    var life = ItemLife.forEver
    /// The unique that the present value must have; 0 for any.
    var unique: UInt64 = 0
    /// Whether a value newer than `unique` may be replaced, too, by one that is stale from the start.
    var allowsStale = false
    /// Whether the key was given in base64.
    var hasBinaryKey = false

    @_lifetime(copy key, copy value)
    init(_ key: RawSpan, _ value: RawSpan) {
        self.key = key
        self.value = value
    }
}

/// Items: strings as memcached's clients store and change them.
extension Keyspace {
    /// Finds a string for reading, as `read` does; anything else is a miss.
    @inline(__always)
    mutating func readItem(_ key: RawSpan, _ hash: UInt64) -> Entry? {
        guard let entry = read(key, hash), arena.header(entry).isString else { return nil }
        return entry
    }

    /// The place of an entry that was only read, and is to be changed after all.
    mutating func placeToChange(_ entry: Entry, _ hash: UInt64) -> KeyPlace {
        let place = KeyPlace(hash: hash, entry: entry)
        preserve(place, in: selected)
        return place
    }

    /// Stores an item, or says why not; leaves `place` at its key.
    mutating func store(_ item: ItemToStore, _ place: inout KeyPlace) -> StoreResult {
        place = find(item.key)
        guard let entry = place.entry else {
            switch item.mode {
            case .set, .add: put(item, &place, stale: [])
            case .cas: return .notFound
            case .replace, .append, .prepend: return .notStored
            }
            return .stored
        }
        if !arena.header(entry).isString { return .wrongType }
        switch item.mode {
        case .add:
            touch(entry)
            return .notStored
        case .set, .replace: put(item, &place, stale: [])
        case .cas:
            let annotation = arena.annotation(entry) ?? Annotation()
            if item.unique != 0, annotation.unique == item.unique {
                put(item, &place, stale: [])
            } else if item.unique != 0, item.allowsStale, isOlder(item.unique, annotation) {
                putStale(item, &place, annotation)
            } else {
                return .exists
            }
        case .append, .prepend:
            if item.unique != 0, item.unique != arena.annotation(entry)?.unique { return .exists }
            extend(item, &place, entry)
        }
        return .stored
    }

    /// Whether a unique is from before the present value. One that nobody has asked for yet would be newer than all.
    private func isOlder(_ unique: UInt64, _ annotation: Annotation) -> Bool {
        annotation.unique == 0 ? unique <= lastUnique : unique < annotation.unique
    }

    /// A value from a client that came too late: better than the one that is there, but stale, and it lives no longer.
    private mutating func putStale(_ item: ItemToStore, _ place: inout KeyPlace, _ old: Annotation) {
        let deadline = place.entry.flatMap { arena.deadline($0) }
        var state = old.state.intersection(.leased)
        state.insert(.stale)
        put(item, &place, stale: state)
        setDeadline(&place, deadline, nil)
    }

    private mutating func put(_ item: ItemToStore, _ place: inout KeyPlace, stale: LeaseState) {
        if item.life == .over, stale.isEmpty {
            // It is gone before anybody can see it.
            remove(place)
            place.entry = nil
            return
        }
        var state = stale
        if item.hasBinaryKey { state.insert(.binaryKey) }
        let annotation = Annotation(flags: item.flags, state: state, unique: 0)
        if annotation.isEmpty {
            setString(item.key, &place, item.value, item.life.change)
        } else {
            setAnnotated(item.key, &place, item.value, annotation, item.life.change)
        }
    }

    /// Gives `key` a string value with an annotation, in one allocation at most.
    private mutating func setAnnotated(
        _ key: RawSpan, _ place: inout KeyPlace, _ value: RawSpan, _ annotation: Annotation, _ change: DeadlineChange
    ) {
        var deadline: Int64?
        if case .at(let time) = change { deadline = time }
        let encoding: Encoding = value.byteCount <= 44 ? .embstr : .raw
        let made: Entry
        if value.byteCount <= 20, let integer = Int64(decimal: value) {
            made = arena.makeInteger(key: key, deadline: deadline, annotation: annotation, value: integer)
        } else if overwrite(&place, encoding, value, deadline) {
            if let entry = place.entry { arena.setAnnotation(entry, annotation) }
            return
        } else {
            made = arena.makeString(
                key: key, deadline: deadline, annotation: annotation, encoding: encoding, value: value)
        }
        put(made, &place, .set)
        // Reporting the change took the state for the old value's.
        if let entry = place.entry { arena.setAnnotation(entry, annotation) }
    }

    /// Writes a value over that of an annotated entry, where it fits.
    private mutating func overwrite(
        _ place: inout KeyPlace, _ encoding: Encoding, _ value: RawSpan, _ deadline: Int64?
    ) -> Bool {
        guard let entry = place.entry else { return false }
        let header = arena.header(entry)
        if !header.isAnnotated || header.isVolatile != (deadline != nil) { return false }
        if !arena.overwriteString(entry, encoding: encoding, value: value) { return false }
        setDeadline(&place, deadline, nil)
        touch(entry)
        changed(.set, entry)
        return true
    }

    /// Adds to a value, in front or behind. Flags and life stay.
    private mutating func extend(_ item: ItemToStore, _ place: inout KeyPlace, _ entry: Entry) {
        let length = textLength(entry)
        if item.mode == .append {
            let grown = prepareBytes(item.key, &place, length: length &+ item.value.byteCount)
            arena.write(item.value, to: grown, at: length)
            markUnread(grown)
            changed(.append, grown)
        } else {
            var whole = ByteBuffer(capacity: length &+ item.value.byteCount)
            whole.append(item.value)
            whole.append(text(entry))
            setRawString(item.key, &place, whole.bytes, .keep, .append)
        }
    }

    /// Notes that nobody has read the value as it is now.
    func markUnread(_ entry: Entry) {
        arena.setHeader(entry, EntryHeader(bits: arena.header(entry).bits & ~EntryHeader.fetched))
    }

    /// Gives an item another life. That is not a change of its value: its unique stays.
    mutating func prolong(_ place: inout KeyPlace, _ life: ItemLife) {
        switch life {
        case .over:
            remove(place)
            place.entry = nil
        case .forEver:
            setDeadline(&place, nil, nil)
            if let entry = place.entry { effects.note(.persist, selected, entry, arena) }
        case .until(let time):
            setDeadline(&place, time, nil)
            if let entry = place.entry { effects.note(.expire, selected, entry, arena) }
        }
    }

    // MARK: Numbers

    enum Arithmetic {
        case changed(UInt64)
        case notFound, notNumber, mismatch, wrongType
    }

    /// Adds to, or takes from, the unsigned number that an item's text begins with. Sums wrap around at 64 bits, differences
    /// stop at 0. A number that got shorter is filled up with spaces, so that the length stays.
    mutating func add(
        _ delta: UInt64, down: Bool, to key: RawSpan, unique: UInt64 = 0, _ place: inout KeyPlace
    ) -> Arithmetic {
        place = find(key)
        guard let entry = place.entry else { return .notFound }
        let header = arena.header(entry)
        if !header.isString { return .wrongType }
        let length = textLength(entry)
        // As to memcached, a text of this length is no number, whatever it begins with.
        if length == 0 || length >= 512 * 1024 { return .notNumber }
        if unique != 0, arena.annotation(entry)?.unique != unique { return .mismatch }
        guard let old = number(entry) else { return .notNumber }
        let new = down ? (delta > old ? 0 : old &- delta) : old &+ delta
        let digits = Keyspace.decimalLength(new)
        let state = arena.annotation(entry)?.state ?? []
        if digits >= length, let small = Int64(exactly: new) {
            setInteger(key, &place, small, .keep, .incrby)
        } else {
            var text = ByteBuffer(capacity: max(digits, length))
            text.append(decimal: new)
            text.append(repeating: UInt8(ascii: " "), count: max(0, length &- digits))
            setText(key, &place, text.bytes, .keep, .incrby)
        }
        guard let result = place.entry else { return .notFound }
        if digits <= length {
            // To memcached this is the same item as before, so what is known of it stays.
            if header.isFetched { arena.setHeader(result, EntryHeader(bits: arena.header(result).bits | EntryHeader.fetched)) }
            if var annotation = arena.annotation(result) {
                annotation.state = state
                arena.setAnnotation(result, annotation)
            }
        } else {
            markUnread(result)
        }
        return .changed(new)
    }

    private mutating func number(_ entry: Entry) -> UInt64? { MemcachedNumber.unsigned64(text(entry)) }

    private static func decimalLength(_ number: UInt64) -> Int {
        if let small = Int64(exactly: number) { return Bytes.decimalLength(small) }
        return number < 10_000_000_000_000_000_000 ? 19 : 20
    }
}
