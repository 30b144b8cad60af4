import Bytes

/// Writing strings: the part of the door that string, bitmap and HyperLogLog commands use.
extension Keyspace {
    /// Gives `key` a string value; text that is an integer is kept as one. `place` must be the key's.
    ///
    /// A value that takes the same room as the one before is written over it: no allocation.
    @inline(__always)
    mutating func setString(
        _ key: RawSpan, _ place: inout KeyPlace, _ value: RawSpan, _ change: DeadlineChange = .clear,
        _ event: KeyEvent = .set
    ) {
        if value.byteCount <= 20, let integer = Int64(decimal: value) {
            setInteger(key, &place, integer, change, event)
        } else {
            setText(key, &place, value, change, event)
        }
    }

    /// The same, but what looks like an integer stays text (the result of INCRBYFLOAT does).
    @inline(__always)
    mutating func setText(
        _ key: RawSpan, _ place: inout KeyPlace, _ value: RawSpan, _ change: DeadlineChange = .clear,
        _ event: KeyEvent = .set
    ) {
        let change = lifetime(key, place, change)
        let encoding: Encoding = value.byteCount <= 44 ? .embstr : .raw
        if let entry = place.entry {
            let header = arena.header(entry)
            if header.isString, keepsShape(header, change), arena.overwriteString(entry, encoding: encoding, value: value) {
                finish(&place, entry, change, event)
                return
            }
        }
        let deadline = newDeadline(place, change)
        put(arena.makeString(key: key, deadline: deadline, encoding: encoding, value: value), &place, event)
    }

    /// Gives `key` an integer value.
    mutating func setInteger(
        _ key: RawSpan, _ place: inout KeyPlace, _ value: Int64, _ change: DeadlineChange = .clear, _ event: KeyEvent = .set
    ) {
        let change = lifetime(key, place, change)
        if let entry = place.entry {
            let header = arena.header(entry)
            if header.form == .integer, keepsShape(header, change) {
                arena.setInteger(entry, value)
                if event == .set { markUnread(entry) }
                finish(&place, entry, change, event)
                return
            }
        }
        let deadline = newDeadline(place, change)
        put(arena.makeInteger(key: key, deadline: deadline, value: value), &place, event)
    }

    /// Gives `key` the text `value` as it stands, never as an integer (what APPEND and SETRANGE leave behind).
    mutating func setRawString(
        _ key: RawSpan, _ place: inout KeyPlace, _ value: RawSpan, _ change: DeadlineChange, _ event: KeyEvent
    ) {
        let change = lifetime(key, place, change)
        let deadline = newDeadline(place, change)
        put(arena.makeString(key: key, deadline: deadline, encoding: .raw, value: value), &place, event)
    }

    /// Makes the string of `key` raw bytes of exactly `length`, created or extended with zeros, for change in place
    /// through `arena.mutableBytes`. The caller reports the change with `changed`. Returns the entry.
    mutating func prepareBytes(_ key: RawSpan, _ place: inout KeyPlace, length: Int) -> Entry {
        if let entry = place.entry {
            let wasVolatile = arena.header(entry).isVolatile
            var current = entry
            if arena.header(entry).form == .integer {
                let integer = arena.integer(entry)
                current = arena.makeString(
                    key: key, deadline: arena.deadline(entry), annotation: arena.annotation(entry), encoding: .raw,
                    length: decimalLength(integer))
                var digits = ByteBuffer(capacity: 24)
                digits.append(decimal: integer)
                arena.write(digits.bytes, to: current, at: 0)
                arena.setAccess(current, arena.header(entry).access)
                free(entry)
            }
            let result = arena.resizeString(current, to: length)
            if result != entry { exchange(entry, for: result, place.hash, wasVolatile: wasVolatile) }
            place.entry = result
            return result
        }
        let result = arena.makeZeroedString(key: key, deadline: firstDeadline(key), length: length)
        add(result, place.hash)
        place.entry = result
        return result
    }

    // MARK: Shared steps

    /// Whether a write keeps the entry's room for a deadline as it is, and the entry has no annotation to think of.
    @inline(__always)
    private func keepsShape(_ header: EntryHeader, _ change: DeadlineChange) -> Bool {
        let shape = header.bits & (EntryHeader.volatile | EntryHeader.annotated)
        return switch change {
        case .keep: shape & EntryHeader.annotated == 0
        case .clear: shape == 0
        case .at: shape == EntryHeader.volatile
        }
    }

    @inline(__always)
    private mutating func finish(
        _ place: inout KeyPlace, _ entry: Entry, _ change: DeadlineChange, _ event: KeyEvent
    ) {
        if case .at(let deadline) = change { setDeadline(&place, deadline, nil) }
        if touchesOnRead { arena.setAccess(entry, accessRule.replaced(arena.header(entry).access)) }
        changed(event, entry)
    }

    private func newDeadline(_ place: KeyPlace, _ change: DeadlineChange) -> Int64? {
        switch change {
        case .clear: nil
        case .at(let deadline): deadline
        case .keep: place.entry.flatMap { arena.deadline($0) }
        }
    }

    /// Adds a new entry, or puts it in the place of the one that was there, which is freed.
    mutating func put(_ made: Entry, _ place: inout KeyPlace, _ event: KeyEvent) {
        var entry = made
        if let old = place.entry {
            let header = arena.header(old)
            if header.isAnnotated, event != .set { entry = inherit(entry, from: old) }
            arena.setAccess(entry, accessRule.replaced(header.access))
            exchange(old, for: entry, place.hash, wasVolatile: header.isVolatile)
            free(old)
        } else {
            add(entry, place.hash)
        }
        place.entry = entry
        changed(event, entry)
    }
}
