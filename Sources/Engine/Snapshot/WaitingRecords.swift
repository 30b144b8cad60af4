import Bytes

/// Large values that a snapshot has come to, and that wait to be written: the last one to come is the first to go on.
///
/// Every command that may change a value asks whether it is among them, so that this is answered by a table. O(1) for everything.
struct WaitingRecords {
    /// What a record is known by: the number of a large value in the store of its type, or the entry of one in a block.
    private enum Name: Hashable {
        case value(ValueType, UInt32)
        case entry(Arena.Handle)
    }

    private var records: [Snapshot.LargeRecord] = []
    private var places: [Name: Int] = [:]

    var isEmpty: Bool { @inline(__always) get { records.isEmpty } }
    var all: [Snapshot.LargeRecord] { records }

    mutating func append(_ record: Snapshot.LargeRecord) {
        places[WaitingRecords.name(record)] = records.count
        records.append(record)
    }

    mutating func popLast() -> Snapshot.LargeRecord? {
        guard let last = records.popLast() else { return nil }
        places[WaitingRecords.name(last)] = nil
        return last
    }

    /// The place of the record of a large value, or of what `entry` holds in a block.
    func place(of type: ValueType, _ index: UInt32) -> Int? { places[.value(type, index)] }
    func place(of entry: Entry) -> Int? { places[.entry(entry.handle)] }

    subscript(place: Int) -> Snapshot.LargeRecord {
        get { records[place] }
        set { records[place] = newValue }
    }

    /// Takes out a record; the last one gets its place.
    mutating func remove(at place: Int) -> Snapshot.LargeRecord {
        records.swapAt(place, records.count - 1)
        let removed = records.removeLast()
        places[WaitingRecords.name(removed)] = nil
        if place < records.count { places[WaitingRecords.name(records[place])] = place }
        return removed
    }

    private static func name(_ record: Snapshot.LargeRecord) -> Name {
        if let index = record.index { return .value(record.type, index) }
        return .entry(record.entry.handle)
    }
}
