import Bytes

/// A HyperLogLog that a command is changing, and where its key is.
struct HyperLogLogPlace {
    var place: KeyPlace
    var encoding: HyperLogLog.Encoding
    var isChanged = false
    /// Whether the door has heard of the change already.
    var isReported = false
}

/// Changing HyperLogLogs where they are in the keyspace.
extension Keyspace {
    /// The encoding of an entry's HyperLogLog; throws when it holds anything else.
    func hyperLogLogEncoding(_ entry: Entry) throws(CommandError) -> HyperLogLog.Encoding {
        let header = arena.header(entry)
        if !header.isString { throw .wrongType }
        if header.form != .integer, let encoding = HyperLogLog.encoding(arena.bytes(entry)) {
            return encoding
        }
        throw .notHyperLogLog
    }

    /// Finds the HyperLogLog of a key for writing, an empty one being made where there is none.
    mutating func openHyperLogLog(_ key: RawSpan) throws(CommandError) -> HyperLogLogPlace {
        var place = write(key)
        if let entry = place.entry {
            return HyperLogLogPlace(place: place, encoding: try hyperLogLogEncoding(entry))
        }
        let entry = prepareBytes(key, &place, length: HyperLogLog.emptySize)
        var bytes = arena.mutableBytes(entry)
        HyperLogLog.makeEmpty(&bytes)
        return HyperLogLogPlace(place: place, encoding: .sparse, isChanged: true)
    }

    /// Marks the cached count as stale and reports what has changed under `event`.
    mutating func closeHyperLogLog(_ key: RawSpan, _ target: inout HyperLogLogPlace, _ event: KeyEvent) {
        if !target.isChanged { return }
        let entry = prepareBytes(
            key, &target.place, length: target.place.entry.map { arena.byteCount($0) } ?? 0)
        var bytes = arena.mutableBytes(entry)
        HyperLogLog.invalidateCache(&bytes)
        if !target.isReported { changed(event, entry) }
    }

    /// Lifts a register to at least `value`. `cursor` is where to look for it in a list of runs, and
    /// afterwards where to look for a higher one.
    mutating func raise(
        _ register: Int, to value: UInt8, _ key: RawSpan, _ target: inout HyperLogLogPlace,
        _ cursor: inout SparseRegisters.Cursor, sparseLimit: Int
    ) throws(CommandError) {
        guard let entry = target.place.entry else { preconditionFailure("a HyperLogLog without its key") }
        if target.encoding == .dense { return raiseDense(register, to: value, entry, &target) }
        if value > SparseRegisters.greatest { return try outgrow(register, to: value, key, &target) }
        guard let found = SparseRegisters.find(register, in: arena.bytes(entry), from: cursor) else {
            throw .corruptedHyperLogLog
        }
        cursor = found.cursor
        if found.run.value >= value { return }
        let edit = SparseRegisters.Edit(found, value: value)
        let length = arena.byteCount(entry)
        if edit.growth > 0, length + edit.growth > sparseLimit {
            return try outgrow(register, to: value, key, &target)
        }
        let grown = prepareBytes(key, &target.place, length: max(length, length + edit.growth))
        var bytes = arena.mutableBytes(grown)
        let end = SparseRegisters.apply(edit, to: &bytes, length: length)
        _ = prepareBytes(key, &target.place, length: end)
        target.isChanged = true
    }

    /// Gives a HyperLogLog the dense encoding. A new string takes the place of the old one, since growing
    /// that would leave it room that it never needs.
    mutating func makeDense(
        _ key: RawSpan, _ target: inout HyperLogLogPlace, _ event: KeyEvent
    ) throws(CommandError) {
        guard target.encoding == .sparse, let entry = target.place.entry else { return }
        var registers = UnpackedRegisters()
        if !registers.merge(arena.bytes(entry), .sparse) { throw .corruptedHyperLogLog }
        var dense = ByteBuffer(capacity: HyperLogLog.denseSize)
        dense.append(arena.bytes(entry).extracting(0 ..< HyperLogLog.headerSize))
        dense.append(repeating: 0, count: DenseRegisters.byteCount)
        var bytes = dense.mutableBytes
        HyperLogLog.setEncoding(&bytes, .dense)
        DenseRegisters.pack(registers.bytes, into: &bytes)
        setRawString(key, &target.place, dense.bytes, .keep, event)
        target.encoding = .dense
        target.isReported = true
    }

    /// Writes the count that the registers give into the string.
    mutating func cacheCount(_ count: UInt64, _ key: RawSpan) {
        var place = find(key)
        guard let entry = place.entry else { return }
        let prepared = prepareBytes(key, &place, length: arena.byteCount(entry))
        var bytes = arena.mutableBytes(prepared)
        HyperLogLog.setCachedCount(&bytes, count)
        changed(.reencoded, prepared)
    }

    /// Lifts a register of a list of runs that cannot show its value, or would be too long with it.
    private mutating func outgrow(
        _ register: Int, to value: UInt8, _ key: RawSpan, _ target: inout HyperLogLogPlace
    ) throws(CommandError) {
        try makeDense(key, &target, .pfadd)
        if let entry = target.place.entry { raiseDense(register, to: value, entry, &target) }
    }

    private mutating func raiseDense(
        _ register: Int, to value: UInt8, _ entry: Entry, _ target: inout HyperLogLogPlace
    ) {
        var bytes = arena.mutableBytes(entry)
        if DenseRegisters.raise(register, to: value, in: &bytes) { target.isChanged = true }
    }
}
