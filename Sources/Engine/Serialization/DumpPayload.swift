import Bytes

/// What DUMP gives and RESTORE takes: a value, and behind it the format's version and a checksum, ten bytes in all.
enum DumpPayload {
    private static let footerSize = 10

    /// Whether the version is one that can be read, and the checksum right. O(n).
    static func isIntact(_ payload: RawSpan, checkingSum: Bool) -> Bool {
        let end = payload.byteCount &- 8
        if end < 2 { return false }
        let version = Int(payload.byte(end &- 2)) | Int(payload.byte(end &- 1)) << 8
        if version > FormatVersion.latest { return false }
        return !checkingSum || crc64(payload.extracting(0 ..< end)) == payload.word(at: end)
    }

    /// The value under a key, ready to be built.
    static func decode(_ payload: RawSpan, key: RawSpan, _ rules: DecodingRules) throws(CommandError) -> RecordBatch {
        var batch = RecordBatch()
        var input = InputCursor(payload.extracting(0 ..< payload.byteCount &- footerSize))
        do throws(DecodingStop) {
            guard let type = SerializedType(rawValue: try input.byte()) else { throw .unknown("a value") }
            var head = RecordBatch.Record(.text)
            head.key = batch.add(key)
            var decoder = ValueDecoder(type, head, rules)
            // A full batch is gone on with: all of the value is to be here before anything is made of it.
            while case .paused = try decoder.next(&input, &batch) {}
        } catch {
            throw .text("ERR Bad data format")
        }
        return batch
    }
}

extension Keyspace {
    /// The value of an entry as DUMP gives it.
    func dumpPayload(_ entry: Entry, compressing: Bool) -> ByteBuffer {
        var payload = ByteBuffer()
        var encoder = ValueEncoder(entry, self, compressing ? .all : .none)
        payload.append(encoder.type.rawValue)
        encoder.finish(&payload, self)
        let version = encoder.type.version
        payload.append(UInt8(version))
        payload.append(0)
        payload.append(word: crc64(payload.bytes))
        return payload
    }

    /// Makes an entry of the records of one key. `nil` where they contradict each other, or hold nothing.
    mutating func build(_ batch: borrowing RecordBatch) -> Entry? {
        var builder = ValueBuilder()
        for record in batch.records {
            do throws(DecodingStop) {
                if let entry = try builder.take(record, batch, &self) { return entry }
            } catch {
                builder.abandon(&self)
                return nil
            }
        }
        return nil
    }

    /// Puts a new entry in the place of what a key held, and reports it.
    mutating func restore(_ entry: Entry, at place: inout KeyPlace, _ access: UInt32) {
        discard(&place)
        add(entry, place.hash, isNew: !place.isDiscarded)
        arena.setAccess(entry, access)
        scheduleFields(entry, place.hash, in: selected)
        place.entry = entry
        changed(.restore, entry)
    }
}

extension SerializedType {
    /// The oldest version of the format, from Redis 7.0's on, that has values of this type.
    var version: Int {
        switch self {
        case .hashWithDeadlines, .hashListpackWithDeadlines: FormatVersion.withFieldDeadlines
        default: FormatVersion.standard
        }
    }
}

extension Context {
    /// How values are decoded: for a client that may have made them up, or as a file's.
    func decodingRules(_ keyspace: borrowing Keyspace, forClient: Bool) -> DecodingRules {
        let isThorough =
            switch configuration.sanitizeDumpPayload {
            case .no: false
            case .yes: true
            case .clients: forClient
            }
        return DecodingRules(
            configuration, lists: keyspace.listLimits, isThorough: isThorough, hashKey: keyspace.hashKey)
    }

    /// The access data of a key that comes with what a payload or a file says of its use, as far as the policy of eviction
    /// asks for that.
    func access(_ loaded: RecordBatch.LoadedAccess, _ keyspace: borrowing Keyspace) -> UInt32 {
        switch loaded {
        case .idle(let seconds) where !configuration.maxmemoryPolicy.countsUses:
            return keyspace.accessRule.idle(seconds: Int(clamping: seconds))
        case .frequency(let frequency) where configuration.maxmemoryPolicy.countsUses:
            return keyspace.accessRule.counted(UInt32(frequency))
        default: return keyspace.accessRule.fresh
        }
    }
}
