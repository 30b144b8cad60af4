import Bytes

/// Makes entries of decoded records: in the arena, but in no table, so that nobody sees a value of which only a part has come.
struct ValueBuilder: ~Copyable {
    private var open: OpenValue?

    /// A large value some of whose elements are still to come.
    private struct OpenValue {
        let head: RecordBatch.Record
        let key: [UInt8]
        let index: UInt32
    }

    /// Takes over a record. Returns the entry that it is, or completes; `nil` where there is more to come, or nothing in it.
    @inline(__always)
    mutating func take(
        _ record: RecordBatch.Record, _ batch: borrowing RecordBatch, _ keyspace: inout Keyspace
    ) throws(DecodingStop) -> Entry? {
        let key = batch.text(record.key)
        switch record.kind {
        case .text:
            return keyspace.arena.makeString(
                key: key, deadline: record.deadline, encoding: record.encoding, value: batch.text(record.value))
        case .integer: return keyspace.arena.makeInteger(key: key, deadline: record.deadline, value: record.number)
        case .block: return makeBlock(record, batch, &keyspace)
        default: return try takePart(record, batch, &keyspace)
        }
    }

    private func makeBlock(
        _ record: RecordBatch.Record, _ batch: borrowing RecordBatch, _ keyspace: inout Keyspace
    ) -> Entry {
        let entry = keyspace.arena.makeBytes(
            key: batch.text(record.key), deadline: record.deadline, type: record.type, encoding: record.encoding,
            length: record.value.count)
        keyspace.arena.write(batch.text(record.value), to: entry, at: 0)
        return entry
    }

    private mutating func takePart(
        _ record: RecordBatch.Record, _ batch: borrowing RecordBatch, _ keyspace: inout Keyspace
    ) throws(DecodingStop) -> Entry? {
        switch record.kind {
        case .begin:
            open = OpenValue(
                head: record, key: batch.text(record.key).array, index: keyspace.makeLargeValue(record.type))
            return nil
        case .end: return finish(&keyspace)
        case .empty, .database, .annotation: return nil
        default:
            guard let open else { preconditionFailure("an element of no value") }
            if keyspace.add(record, batch, to: open.index) { return nil }
            let type = open.head.type == .hash ? "Hash listpack" : "A value"
            throw .broken("\(type) with dup elements")
        }
    }

    /// Completes a large value; one without elements is none.
    private mutating func finish(_ keyspace: inout Keyspace) -> Entry? {
        guard let value = open else { return nil }
        open = nil
        if keyspace.isEmptyLargeValue(value.head.type, value.index) {
            keyspace.bury(value.head.type, value.index)
            return nil
        }
        return keyspace.arena.makeObject(
            key: value.key.bytes, deadline: value.head.deadline, type: value.head.type, encoding: value.head.encoding,
            index: value.index)
    }

    /// Gives up what is half done.
    mutating func abandon(_ keyspace: inout Keyspace) {
        if let open { keyspace.bury(open.head.type, open.index) }
        open = nil
    }
}

extension Keyspace {
    /// An empty large value that belongs to no key yet.
    fileprivate mutating func makeLargeValue(_ type: ValueType) -> UInt32 {
        switch type {
        case .list: lists.add(QuickList(listLimits))
        case .set: makeTable()
        case .hash: makeHash()
        case .sortedSet: makeSortedSet()
        case .string, .stream: preconditionFailure("\(type) has no large values")
        }
    }

    fileprivate func isEmptyLargeValue(_ type: ValueType, _ index: UInt32) -> Bool {
        switch type {
        case .list: lists[index].count == 0
        case .set: sets[index].count == 0
        case .hash: hashes[index].count == 0
        case .sortedSet: sortedSets[index].count == 0
        case .string, .stream: preconditionFailure("\(type) has no large values")
        }
    }

    /// Adds an element to a large value. False where it is there already.
    @inline(__always)
    fileprivate mutating func add(
        _ record: RecordBatch.Record, _ batch: borrowing RecordBatch, to index: UInt32
    ) -> Bool {
        let text = batch.text(record.key)
        switch record.kind {
        case .member: return sets[index].insert(text, &arena)
        case .field:
            let change: LargeHash.Deadline = record.deadline.map { .at($0) } ?? .clear
            let count = hashes[index].count
            hashes[index].set(text, batch.text(record.value), change, now: now, &arena, &garbage)
            return hashes[index].count > count
        case .ranked:
            let score = Double(bitPattern: UInt64(bitPattern: record.number))
            let count = sortedSets[index].count
            sortedSets[index].update(text, &arena) { $0 == nil ? score : nil }
            return sortedSets[index].count > count
        case .element: lists[index].push(text, .tail, &arena)
        case .packedBlock:
            lists[index].append(.packed(copying: text, count: Int(record.number), spare: 0, &arena), &arena)
        case .plainBlock: lists[index].append(.plain(text, &arena), &arena)
        default: preconditionFailure("no element")
        }
        return true
    }
}
