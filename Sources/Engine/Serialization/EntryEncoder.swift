import Bytes

/// Writes one key as it stands in a file: annotation, deadline, access data, type, key and value.
///
///     250, name, value     its annotation, where there is one
///     252 + 8 bytes        deadline in milliseconds, where there is one
///     248 + length         seconds since the last use │ either of these, where
///     249 + 1 byte         frequency of use           │ the policy of eviction asks for it
///     type, key, value
///
/// The head is written by the first call of `next`, the value by this and those that follow; see `ValueEncoder` for what must not
/// happen in between.
struct EntryEncoder {
    var value: ValueEncoder
    private let entry: Entry
    private let access: RecordedAccess
    private var hasBegun = false

    init(
        _ entry: Entry, _ keyspace: borrowing Keyspace, _ compression: TextCompression, access: RecordedAccess = .none
    ) {
        self.entry = entry
        self.access = access
        value = ValueEncoder(entry, keyspace, compression)
    }

    /// Writes some more of the key, until about `budget` bytes were looked at, which are taken from it. True while more is left.
    @inline(__always)
    mutating func next(_ output: inout ByteBuffer, _ keyspace: borrowing Keyspace, budget: inout Int) -> Bool {
        if !hasBegun {
            hasBegun = true
            writeHead(&output, keyspace)
        }
        return value.next(&output, keyspace, budget: &budget)
    }

    private func writeHead(_ output: inout ByteBuffer, _ keyspace: borrowing Keyspace) {
        if let annotation = keyspace.arena.annotation(entry) { output.append(annotation) }
        if let deadline = keyspace.arena.deadline(entry) {
            output.append(RecordMark.deadlineMillis)
            output.append(word: UInt64(bitPattern: deadline))
        }
        switch access {
        case .none: break
        case .idleTime:
            output.append(RecordMark.idleTime)
            output.append(length: keyspace.idleSeconds(entry))
        case .frequency(let minutes):
            let frequency = AccessFrequency(bits: keyspace.arena.header(entry).access)
            output.append(RecordMark.frequency)
            output.append(UInt8(clamping: frequency.decayed(now: keyspace.now, minutes: minutes)))
        }
        output.append(value.type.rawValue)
        let key = keyspace.arena.key(entry)
        output.append(serialized: key, compressing: value.compression.includes(key.byteCount))
    }
}

/// What of a key's access data is written with it.
enum RecordedAccess: Equatable {
    case none
    case idleTime
    /// Frequencies fall by one for each so many minutes.
    case frequency(decayMinutes: Int)

    init(_ configuration: borrowing Configuration) {
        let policy = configuration.maxmemoryPolicy
        self =
            policy.countsUses
            ? .frequency(decayMinutes: configuration.lfuDecayTime) : policy.ranksByLastUse ? .idleTime : .none
    }
}
