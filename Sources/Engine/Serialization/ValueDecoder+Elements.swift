import Bytes

/// Values that are written element by element: large ones, and small ones of types that have no other form in the format.
extension ValueDecoder {
    /// The elements of a value, as far as they have been read.
    struct ElementRun {
        let kind: RecordBatch.Record.Kind
        let type: ValueType
        let total: Int
        var left: Int
        /// The value's first record, and the bytes in front of its elements, as long as it may become a block.
        var start: (record: Int, bytes: Int)?
        /// Bytes of the longest text that limits are about.
        var longest = 0
        var holdsOnlyIntegers = true
        /// Fields come with their deadlines, as distances from here.
        var deadlineBase: Int64?
    }

    /// Adds the record that a large value begins with; it may be taken back when all elements are known.
    mutating func beginElements(
        _ kind: RecordBatch.Record.Kind, _ type: ValueType, _ encoding: Encoding, _ count: Int, _ batch: inout RecordBatch,
        deadlinesFrom base: Int64? = nil
    ) throws(DecodingStop) {
        if count == 0 {
            phase = .done
            return emitEmpty(&batch)
        }
        var run = ElementRun(kind: kind, type: type, total: count, left: count)
        run.deadlineBase = base
        run.start = (batch.records.count, batch.bytes.count)
        if !mayBePacked(run) { run.start = nil }
        emitBegin(type, encoding, count: count, &batch)
        phase = .elements(run)
    }

    /// Whether the elements read so far, and those that are to come, may fit one block.
    private func mayBePacked(_ run: ElementRun) -> Bool {
        switch run.type {
        case .set:
            run.holdsOnlyIntegers && rules.sets.allowsIntset(count: run.total)
                || rules.sets.allowsListpack(count: run.total, longest: run.longest, size: 0)
        case .hash: run.deadlineBase == nil && run.total <= rules.hashes.entries && run.longest <= rules.hashes.longest
        case .sortedSet: rules.sortedSets.allowsListpack(count: run.total, longest: run.longest, size: 0)
        case .list, .string, .stream: false
        }
    }

    /// Reads one element.
    mutating func readElement(
        _ run: inout ElementRun, _ input: inout InputCursor, _ batch: inout RecordBatch
    ) throws(DecodingStop) {
        var record = RecordBatch.Record(run.kind)
        if let base = run.deadlineBase {
            let distance = try input.length()
            if distance > ValueDecoder.latestDeadline { throw .broken("a deadline of \(distance)") }
            if distance > 0 { record.deadline = base &+ Int64(distance) }
        }
        record.key = try batch.add(try input.text(), of: input.bytes)
        run.longest = max(run.longest, record.key.count)
        switch run.kind {
        case .field:
            record.value = try batch.add(try input.text(), of: input.bytes)
            run.longest = max(run.longest, record.value.count)
        case .ranked:
            let score = try readScore(&input)
            if score.isNaN { throw .broken("a score that is no number") }
            record.number = Int64(bitPattern: score.bitPattern)
        case .member:
            if run.holdsOnlyIntegers { run.holdsOnlyIntegers = Listpack.integer(batch.text(record.key)) != nil }
        default: break
        }
        batch.records.append(record)
        run.left &-= 1
        if run.start != nil, !mayBePacked(run) { run.start = nil }
    }

    private func readScore(_ input: inout InputCursor) throws(DecodingStop) -> Double {
        if type == .sortedSet { return Double(bitPattern: try input.word()) }
        switch try input.byte() {
        case 253: return .nan
        case 254: return .infinity
        case 255: return -.infinity
        case let length:
            let start = input.position
            try input.skip(Int(length))
            guard let score = Double(text: input.bytes.extracting(start ..< input.position)) else {
                throw .broken("a score that is no number")
            }
            return score
        }
    }

    /// After the last element: makes a block of them, if they fit one.
    mutating func finish(_ run: ElementRun, _ batch: inout RecordBatch) throws(DecodingStop) {
        guard let (first, bytes) = run.start, let (block, encoding) = try packed(run, from: first &+ 1, batch) else {
            return batch.records.append(RecordBatch.Record(.end))
        }
        batch.records.removeSubrange(first...)
        batch.bytes.truncate(to: bytes)
        emitBlock(batch.add(block.bytes), run.type, encoding, &batch)
    }

    /// The elements in the records from `first` on as one block; `nil` where they do not fit.
    private func packed(
        _ run: ElementRun, from first: Int, _ batch: borrowing RecordBatch
    ) throws(DecodingStop) -> (block: [UInt8], Encoding)? {
        if hasDuplicates(first, batch) { throw .broken("an element that is there twice") }
        var builder = ListpackBuilder()
        var encoding = Encoding.listpack
        switch run.type {
        case .set:
            if run.holdsOnlyIntegers, rules.sets.allowsIntset(count: run.total) { return (intset(first, batch), .intset) }
            for record in batch.records[first...] { builder.append(batch.text(record.key)) }
            encoding = .hashtable
            let fits = rules.sets.allowsListpack(count: run.total, longest: run.longest, size: builder.size)
            if !fits { return nil }
        case .sortedSet:
            for record in ranked(first, batch) {
                builder.append(batch.text(record.key))
                builder.append(score: Double(bitPattern: UInt64(bitPattern: record.number)))
            }
        default:
            for record in batch.records[first...] {
                builder.append(batch.text(record.key))
                builder.append(batch.text(record.value))
            }
        }
        var block = ByteBuffer(capacity: builder.size)
        _ = builder.finish(into: &block)
        return (block.bytes.array, encoding)
    }

    private func intset(_ first: Int, _ batch: borrowing RecordBatch) -> [UInt8] {
        var values: [Int64] = []
        for record in batch.records[first...] {
            if let value = Listpack.integer(batch.text(record.key)) { values.append(value) }
        }
        values.sort()
        let width = Intset.width(for: values)
        var block = ByteBuffer(capacity: Intset.size(of: values))
        block.append(repeating: 0, count: Intset.size(of: values))
        var set = block.mutableBytes
        Intset.writeHeader(&set, width: width, count: values.count)
        for (index, value) in values.enumerated() { Intset.write(value, at: index, width: width, into: &set) }
        return block.bytes.array
    }

    /// The records of a sorted set's elements in ascending order.
    private func ranked(_ first: Int, _ batch: borrowing RecordBatch) -> [RecordBatch.Record] {
        var order = Array(batch.records.indices[first...])
        order.sort { a, b in
            let (left, right) = (batch.records[a], batch.records[b])
            let (low, high) = (
                Double(bitPattern: UInt64(bitPattern: left.number)), Double(bitPattern: UInt64(bitPattern: right.number))
            )
            return low == high ? batch.text(left.key).compare(batch.text(right.key)) < 0 : low < high
        }
        return order.map { batch.records[$0] }
    }

    /// Whether two of the records from `first` on have the same text. By their hashes alone: in a block's few elements two texts that
    /// differ have the same one once in 10^14 times.
    private func hasDuplicates(_ first: Int, _ batch: borrowing RecordBatch) -> Bool {
        var hashes: [UInt64] = []
        hashes.reserveCapacity(batch.records.count - first)
        for record in batch.records[first...] { hashes.append(siphash13(batch.text(record.key), rules.hashKey)) }
        return hashes.hasDuplicates
    }
}

extension [UInt64] {
    /// Whether two of these numbers are equal. O(n log n).
    var hasDuplicates: Bool {
        let sorted = sorted()
        return zip(sorted, sorted.dropFirst()).contains { $0 == $1 }
    }
}
