import Bytes

/// Reads an RDB file, of version 1 to 12 of Redis's or Valkey's, out of whatever part of it is at hand.
///
///     header ─▶ mark or key ─▶ value ─▶ mark or key … ─▶ end ─▶ checksum
///
/// It does no I/O: whoever reads the file lends its bytes, drops those that were used, and hands over batches that are full. It
/// keeps nothing but what the next key comes with. What it does not know (streams, functions, values of modules) is refused
/// with where it is, or left out if the rules say so and its end can be found (`InputCursor+Unknown.swift`).
///
/// Costs: O(bytes), and the checksum's eight table look-ups for each eight of them.
package struct FileDecoder {
    package enum Status: Equatable {
        /// All of the input is used but for an element that is incomplete; there must be so many bytes, at least.
        case needsInput(Int)
        case batchFull
        /// The file ends where the bytes end that were used.
        case finished
    }

    private enum State {
        case header
        case record
        case value(ValueDecoder)
        case checksum
        case finished
    }

    private let rules: DecodingRules
    private let verifiesChecksum: Bool
    private var state = State.header
    private var head = RecordBatch.Record(.text)
    private var version = 0
    private var checksum: UInt64 = 0
    private var lastKey: [UInt8] = []
    /// Bytes used so far.
    package private(set) var offset = 0
    /// What the file says of itself: who wrote it, when, and how much memory it had.
    package private(set) var producer = ""
    package private(set) var createdAt: Int64 = 0
    package private(set) var usedMemory: Int64 = 0
    /// Values, libraries and the like that were left out.
    package private(set) var skipped = 0

    package init(_ rules: DecodingRules, verifiesChecksum: Bool) {
        self.rules = rules
        self.verifiesChecksum = verifiesChecksum
    }

    /// Reads on. `rest` is how many bytes follow `input` in the file, at most. Returns how many bytes of `input` were used.
    package mutating func decode(
        _ input: RawSpan, rest: Int, into batch: inout RecordBatch
    ) throws(FileFault) -> (used: Int, Status) {
        var cursor = InputCursor(input, rest: rest)
        // Whole elements before this are used, and in the checksum.
        var used = 0
        do throws(DecodingStop) {
            while true {
                if case .finished = state { return (used, .finished) }
                let isFull = try step(&cursor, &batch)
                sum(input, used ..< cursor.position)
                used = cursor.position
                if isFull { return (used, .batchFull) }
            }
        } catch {
            if case .value = state {
                // The decoder of the value has gone back to what is incomplete, and no further.
                sum(input, used ..< cursor.position)
                used = cursor.position
            }
            if case .incomplete(let needed) = error { return (used, .needsInput(needed &- used)) }
            throw fault(error)
        }
    }

    /// Takes bytes into the checksum. They are in front of the checksum itself, or state says otherwise.
    private mutating func sum(_ input: RawSpan, _ range: Range<Int>) {
        offset &+= range.count
        if case .finished = state { return }
        if verifiesChecksum { checksum = crc64(input.extracting(range), continuing: checksum) }
    }

    /// Reads one element of the file; of a value, all there is. True if the batch is full.
    private mutating func step(_ input: inout InputCursor, _ batch: inout RecordBatch) throws(DecodingStop) -> Bool {
        switch state {
        case .header: try readHeader(&input)
        case .record: try readRecord(&input, &batch)
        case .value(var decoder):
            let progress: ValueDecoder.Progress
            do throws(DecodingStop) {
                progress = try decoder.next(&input, &batch)
            } catch {
                state = .value(decoder)
                throw error
            }
            if progress == .done { endKey() } else { state = .value(decoder) }
            return batch.isFull
        case .checksum: try readChecksum(&input)
        case .finished: break
        }
        return false
    }

    private mutating func endKey() {
        head = RecordBatch.Record(.text)
        state = .record
    }

    private mutating func readHeader(_ input: inout InputCursor) throws(DecodingStop) {
        try input.need(9)
        let start = input.position
        try input.skip(9)
        let magic = input.bytes.extracting(start ..< start &+ 5)
        let digits = input.bytes.extracting(start &+ 5 ..< start &+ 9)
        if !magic.equals(("REDIS" as StaticString).bytes) { throw .broken("Wrong signature trying to load DB from file") }
        for i in 0 ..< 4 {
            let digit = Int(digits.byte(i)) - 48
            version = version * 10 + (0 ... 9 ~= digit ? digit : 1_000_000)
        }
        if version < 1 || version > FormatVersion.latest {
            throw .broken("Can't handle RDB format version \(digits.text)")
        }
        state = .record
    }

    /// Reads what stands between two values: a mark, or a key.
    private mutating func readRecord(_ input: inout InputCursor, _ batch: inout RecordBatch) throws(DecodingStop) {
        let start = input.position
        let (bytes, previous) = (batch.bytes.count, head)
        do throws(DecodingStop) {
            try readMark(try input.byte(), &input, &batch)
        } catch {
            input.rewind(to: start)
            batch.bytes.truncate(to: bytes)
            head = previous
            throw error
        }
    }

    private mutating func readMark(
        _ mark: UInt8, _ input: inout InputCursor, _ batch: inout RecordBatch
    ) throws(DecodingStop) {
        switch mark {
        case RecordMark.deadlineMillis: head.deadline = Int64(bitPattern: try input.word())
        case RecordMark.deadlineSeconds: head.deadline = Int64(Int32(bitPattern: try input.halfWord())) &* 1000
        case RecordMark.idleTime: head.access = .idle(seconds: Int64(try input.length()))
        case RecordMark.frequency: head.access = .frequency(try input.byte())
        case RecordMark.database:
            var record = RecordBatch.Record(.database)
            record.number = Int64(try input.length())
            batch.records.append(record)
        case RecordMark.sizes:
            for _ in 0 ..< 2 { _ = try input.length() }
        case RecordMark.slotInfo:
            for _ in 0 ..< 3 { _ = try input.length() }
        case RecordMark.field: try readField(&input, &batch)
        case RecordMark.end: state = version >= 5 ? .checksum : .finished
        case RecordMark.functionLibrary, RecordMark.functionDraft, RecordMark.moduleData:
            if !rules.skipsUnknown { throw .unknown(InputCursor.describe(mark)) }
            try input.skipUnknown(mark)
            skipped &+= 1
        default: try readKey(mark, &input, &batch)
        }
    }

    private mutating func readKey(
        _ mark: UInt8, _ input: inout InputCursor, _ batch: inout RecordBatch
    ) throws(DecodingStop) {
        head.key = try batch.add(try input.text(), of: input.bytes)
        lastKey = batch.text(head.key).array
        if let type = SerializedType(rawValue: mark) {
            head.hash = siphash13(batch.text(head.key), rules.hashKey)
            state = .value(ValueDecoder(type, head, rules))
            return
        }
        if !rules.skipsUnknown { throw .unknown(InputCursor.describe(mark)) }
        try input.skipUnknown(mark)
        skipped &+= 1
        endKey()
    }

    /// Reads a field about the file.
    private mutating func readField(_ input: inout InputCursor, _ batch: inout RecordBatch) throws(DecodingStop) {
        let start = batch.bytes.count
        let name = try batch.add(try input.text(), of: input.bytes)
        let value = try batch.add(try input.text(), of: input.bytes)
        let number = Int64(decimal: batch.text(value)) ?? 0
        switch batch.text(name).text {
        case "redis-ver", "valkey-ver": producer = batch.text(value).text
        case "ctime": createdAt = number
        case "used-mem": usedMemory = number
        case "memcached-item":
            if let annotation = Annotation(fieldText: batch.text(value)) {
                var record = RecordBatch.Record(.annotation)
                record.number = Int64(annotation.flags) | Int64(annotation.state.rawValue) << 32
                record.hash = annotation.unique
                batch.records.append(record)
            }
        // All others may be ignored: that is what they are for.
        default: break
        }
        batch.bytes.truncate(to: start)
    }

    private mutating func readChecksum(_ input: inout InputCursor) throws(DecodingStop) {
        let expected = try input.word()
        state = .finished
        // Zero says that whoever wrote the file did not care.
        if verifiesChecksum, expected != 0, expected != checksum {
            throw .broken("RDB CRC error: the file's checksum is not that of its contents")
        }
    }

    // MARK: Faults

    /// What is wrong with the file, and where.
    private func fault(_ stop: DecodingStop) -> FileFault {
        let key = lastKey.isEmpty ? "" : ", at or behind the key '\(lastKey.bytes.escapedText)'"
        switch stop {
        case .incomplete: return FileFault("Unexpected EOF reading RDB file, behind byte \(offset)\(key)")
        case .broken(let what): return FileFault("\(what), behind byte \(offset)\(key)")
        case .unknown(let what):
            return FileFault(
                "it holds \(what), which this server does not know, behind byte \(offset)\(key) "
                    + "(rdb-unknown-values skip would leave that out)")
        }
    }
}

/// Why a file cannot be loaded.
package struct FileFault: Error, Equatable {
    package let message: String

    package init(_ message: String) { self.message = message }
}
