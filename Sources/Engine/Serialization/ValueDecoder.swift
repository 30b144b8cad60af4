import Bytes

/// Reads one value of the RDB format, of any version and form, and hands it over as it will be kept (`RecordBatch`).
///
///     string                        → text or integer
///     listpack, intset, ziplist …   → a block, or elements if it is larger than this server keeps in one
///     elements                      → a block if they are few and short, else the records of a large value
///     list                          → a block, or the blocks of a large list
///
/// **Resumable.** The bytes at hand may end anywhere. What was read as a whole stays read: the value up to an element, an
/// element. `DecodingStop.incomplete` says how much is wanted before `next` is worth another call, with a cursor that
/// begins where the last one came to rest. A batch that is full is handed over in the middle of a large value.
///
/// **Hostile bytes.** Every block is walked from end to end before anybody else looks at it, so that no function of the
/// structures can trap on it; nothing is allocated for a length that was only claimed. Elements that are there twice are found
/// by the tables and trees that large values are put into; in blocks they are searched for if `rules.isThorough`, and
/// wherever a block is made here.
///
/// Costs: O(bytes). A value in one block is copied once.
struct ValueDecoder {
    let type: SerializedType
    let rules: DecodingRules
    /// The key's record, to which the value is added.
    var head: RecordBatch.Record
    var phase = Phase.start

    enum Phase {
        case start
        case elements(ElementRun)
        case blocks(left: Int, isOpen: Bool)
        case done
    }

    enum Progress {
        case done
        /// The batch is full.
        case paused
    }

    /// `head` has the key's place in the batch, its hash, deadline and access data.
    init(_ type: SerializedType, _ head: RecordBatch.Record, _ rules: DecodingRules) {
        self.type = type
        self.head = head
        self.rules = rules
    }

    /// Reads as much of the value as there is.
    mutating func next(_ input: inout InputCursor, _ batch: inout RecordBatch) throws(DecodingStop) -> Progress {
        while true {
            let mark = input.position
            let (bytes, records, before) = (batch.bytes.count, batch.records.count, phase)
            do throws(DecodingStop) {
                try step(&input, &batch)
            } catch {
                phase = before
                input.rewind(to: mark)
                batch.bytes.truncate(to: bytes)
                batch.records.removeSubrange(records...)
                throw error
            }
            if case .done = phase { return .done }
            if batch.isFull, mayPause { return .paused }
        }
    }

    /// Whether what has been read of the value is in records that need nothing more to come.
    private var mayPause: Bool {
        switch phase {
        case .elements(let run): run.start == nil
        case .blocks(_, let isOpen): isOpen
        case .start, .done: false
        }
    }

    /// Reads what belongs together.
    private mutating func step(_ input: inout InputCursor, _ batch: inout RecordBatch) throws(DecodingStop) {
        switch phase {
        case .start: try begin(&input, &batch)
        case .elements(var run):
            if run.left > 0 {
                try readElement(&run, &input, &batch)
                phase = .elements(run)
            } else {
                phase = .done
                try finish(run, &batch)
            }
        case .blocks(let left, let isOpen):
            if left > 0 { return try readBlock(left, isOpen, &input, &batch) }
            batch.records.append(RecordBatch.Record(isOpen ? .end : .empty))
            phase = .done
        case .done: break
        }
    }

    private mutating func begin(_ input: inout InputCursor, _ batch: inout RecordBatch) throws(DecodingStop) {
        switch type {
        case .string: try readString(&input, &batch)
        case .setIntset, .hashListpack, .hashListpackWithDeadlines, .hashListpackWithDeadlinesDraft, .sortedSetListpack,
            .setListpack, .hashZiplist, .sortedSetZiplist, .hashZipmap:
            phase = .done
            try readCollection(&input, &batch)
        case .listZiplist: phase = .blocks(left: 1, isOpen: false)
        case .listOfZiplists, .listOfBlocks: phase = .blocks(left: try input.length(), isOpen: false)
        case .list: try beginElements(.element, .list, .quicklist, try input.length(), &batch)
        case .set: try beginElements(.member, .set, .hashtable, try input.length(), &batch)
        case .hash: try beginElements(.field, .hash, .hashtable, try input.length(), &batch)
        case .hashWithDeadlines:
            let base = Int64(bitPattern: try input.word())
            if base < 0 || base > ValueDecoder.latestDeadline { throw .broken("a deadline of \(base)") }
            try beginElements(.field, .hash, .hashtable, try input.length(), &batch, deadlinesFrom: base &- 1)
        case .hashWithDeadlinesDraft:
            try beginElements(.field, .hash, .hashtable, try input.length(), &batch, deadlinesFrom: 0)
        case .sortedSet, .sortedSetText:
            try beginElements(.ranked, .sortedSet, .skiplist, try input.length(), &batch)
        }
    }

    /// Later deadlines of fields are not taken for such: Redis draws the line at 46 bits.
    static let latestDeadline = Int64(1) << 46

    private mutating func readString(_ input: inout InputCursor, _ batch: inout RecordBatch) throws(DecodingStop) {
        let text = try input.text()
        head.type = .string
        if case .integer(let integer) = text {
            head.kind = .integer
            head.number = integer
        } else {
            head.value = try batch.add(text, of: input.bytes)
            let bytes = batch.text(head.value)
            if bytes.byteCount <= 20, let integer = Int64(decimal: bytes) {
                head.kind = .integer
                head.number = integer
            } else {
                head.kind = .text
                head.encoding = bytes.byteCount <= 44 ? .embstr : .raw
            }
        }
        batch.records.append(head)
        phase = .done
    }

    // MARK: Records

    /// Adds the key with a value in one block.
    func emitBlock(_ place: RecordBatch.Place, _ type: ValueType, _ encoding: Encoding, _ batch: inout RecordBatch) {
        var record = head
        record.kind = .block
        record.type = type
        record.encoding = encoding
        record.value = place
        batch.records.append(record)
    }

    /// Adds the key with a large value, of which `count` elements follow.
    func emitBegin(_ type: ValueType, _ encoding: Encoding, count: Int, _ batch: inout RecordBatch) {
        var record = head
        record.kind = .begin
        record.type = type
        record.encoding = encoding
        record.number = Int64(count)
        batch.records.append(record)
    }

    func emitEmpty(_ batch: inout RecordBatch) {
        var record = head
        record.kind = .empty
        batch.records.append(record)
    }

    // MARK: Lists

    /// Reads a block of a list.
    private mutating func readBlock(
        _ left: Int, _ isOpen: Bool, _ input: inout InputCursor, _ batch: inout RecordBatch
    ) throws(DecodingStop) {
        let kind = type == .listOfBlocks ? try input.length() : BlockKind.packed
        if kind != BlockKind.packed && kind != BlockKind.plain { throw .broken("a list's block of the kind \(kind)") }
        var place = try batch.add(try input.text(), of: input.bytes)
        if place.count == 0 { throw .broken("a list's block without bytes") }
        var count = 1
        if kind == BlockKind.packed {
            if type != .listOfBlocks { place = try repack(place, &batch) }
            guard let elements = Listpack.checkedCount(batch.text(place)) else { throw .broken(integrityFault) }
            count = elements
        }
        if count == 0 { return phase = .blocks(left: left &- 1, isOpen: isOpen) }
        if left == 1, !isOpen, kind == BlockKind.packed, rules.lists.isPacked(bytes: place.count, count: count) {
            phase = .done
            return emitBlock(place, .list, .quicklist, &batch)
        }
        if !isOpen { emitBegin(.list, .quicklist, count: left, &batch) }
        var record = RecordBatch.Record(kind == BlockKind.plain ? .plainBlock : .packedBlock)
        record.key = place
        record.number = Int64(count)
        if kind == BlockKind.packed, place.count > ListNode.largestPack {
            unpackElements(place, &batch)
        } else {
            batch.records.append(record)
        }
        phase = .blocks(left: left &- 1, isOpen: true)
    }

    /// Adds the elements of a listpack that is too large for a block one by one.
    private func unpackElements(_ place: RecordBatch.Place, _ batch: inout RecordBatch) {
        forEachPlace(of: place, &batch) { element, batch in
            var record = RecordBatch.Record(.element)
            record.key = element
            batch.records.append(record)
        }
    }
}
