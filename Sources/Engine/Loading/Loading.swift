import Bytes

/// Data on their way from a file into the keyspace.
struct Loading: ~Copyable {
    private(set) var builder = ValueBuilder()
    /// The database that the records at hand belong to.
    private(set) var database = 0
    private let options: LoadingOptions
    /// Whether access data are counts of uses.
    private let countsUses: Bool
    private(set) var keysLoaded: UInt64 = 0
    private(set) var keysExpired: UInt64 = 0
    private(set) var keysEmpty: UInt64 = 0
    private(set) var emptyKeys: [String] = []
    /// What stood in front of the key that comes next.
    private var annotation: Annotation?
    /// The large value that is half there: its key's hash and access data, and whether it is loaded at all.
    private var openHead: RecordBatch.Record?

    init(_ options: LoadingOptions, countsUses: Bool) {
        self.options = options
        self.countsUses = countsUses
    }

    /// Puts all keys of a batch into the keyspace, which must be at rest.
    mutating func take(_ batch: borrowing RecordBatch, _ keyspace: inout Keyspace) throws(FileFault) {
        let count = batch.records.count
        for index in 0 ..< count {
            // The buckets of keys to come are fetched while this one is made.
            if index &+ Loading.lookahead < count {
                keyspace.databases[database].table.prefetch(batch.records[index &+ Loading.lookahead].hash)
            }
            try take(batch.records[index], batch, &keyspace)
        }
    }

    private static let lookahead = 6

    @inline(__always)
    private mutating func take(
        _ record: RecordBatch.Record, _ batch: borrowing RecordBatch, _ keyspace: inout Keyspace
    ) throws(FileFault) {
        switch record.kind {
        case .database: return try select(record.number, keyspace)
        case .annotation:
            return annotation = Annotation(
                flags: UInt32(truncatingIfNeeded: record.number),
                state: LeaseState(rawValue: UInt32(truncatingIfNeeded: record.number >> 32)), unique: record.hash)
        case .empty: return skipEmpty(batch.text(record.key))
        case .begin: openHead = record
        default: break
        }
        let entry: Entry?
        do throws(DecodingStop) {
            entry = try builder.take(record, batch, &keyspace)
        } catch {
            builder.abandon(&keyspace)
            throw FileFault(error.reason)
        }
        let head = record.kind == .end ? openHead ?? record : record
        if record.kind == .end, entry == nil { keysEmpty &+= 1 }
        if let entry { try add(entry, head, &keyspace) }
    }

    /// Counts a key without elements, and remembers the names of the first.
    private mutating func skipEmpty(_ key: RawSpan) {
        if keysEmpty < 10 { emptyKeys.append(key.text) }
        keysEmpty &+= 1
    }

    private mutating func select(_ number: Int64, _ keyspace: borrowing Keyspace) throws(FileFault) {
        if number >= Int64(keyspace.databases.count) {
            throw FileFault("it has a database \(number), and this server is configured to have \(keyspace.databases.count)")
        }
        database = Int(number)
    }

    @inline(__always)
    private mutating func add(
        _ made: Entry, _ head: RecordBatch.Record, _ keyspace: inout Keyspace
    ) throws(FileFault) {
        let entry = annotated(made, &keyspace)
        if let deadline = head.deadline, options.dropsExpired, deadline < keyspace.now {
            keyspace.free(entry)
            keysExpired &+= 1
            return
        }
        if !keyspace.adopt(entry, head.hash, in: database, replacing: options.replacesKeys) {
            let key = keyspace.arena.key(entry).escapedText
            keyspace.free(entry)
            throw FileFault("it has the key '\(key)' of database \(database) twice")
        }
        keyspace.arena.setAccess(entry, keyspace.access(head.access, countsUses: countsUses))
        keysLoaded &+= 1
    }

    /// The entry with the annotation that stood in front of its key, if one did.
    @inline(__always)
    private mutating func annotated(_ entry: Entry, _ keyspace: inout Keyspace) -> Entry {
        guard let annotation else { return entry }
        self.annotation = nil
        if !keyspace.arena.header(entry).isString { return entry }
        keyspace.lastUnique = max(keyspace.lastUnique, annotation.unique)
        return keyspace.arena.withAnnotation(entry, annotation)
    }

    mutating func abandon(_ keyspace: inout Keyspace) { builder.abandon(&keyspace) }
}

/// How a file is loaded.
package struct LoadingOptions: Sendable, Equatable {
    /// Keys that are past their deadlines are left out.
    package var dropsExpired = true
    /// A key that is there already is replaced; otherwise it is an error.
    package var replacesKeys = false

    package init() {}
}

extension Keyspace {
    /// Puts an entry into a table, without a word to those who listen. False where the key is there, and is not to be replaced.
    @inline(__always)
    fileprivate mutating func adopt(_ entry: Entry, _ hash: UInt64, in database: Int, replacing: Bool) -> Bool {
        if let old = databases[database].table.find(hash, arena.key(entry), arena).map({ Entry($0) }) {
            if !replacing { return false }
            databases[database].remove(old, hash, &arena, now: now)
            free(old)
        }
        databases[database].insert(entry, hash, &arena, now: now)
        if arena.header(entry).type == .hash { scheduleFields(entry, hash, in: database) }
        return true
    }

    /// The access data of a key that comes with what a payload or a file says of its use, as far as the policy of eviction
    /// asks for that.
    func access(_ loaded: RecordBatch.LoadedAccess, countsUses: Bool) -> UInt32 {
        switch loaded {
        case .idle(let seconds) where !countsUses: accessRule.idle(seconds: Int(clamping: seconds))
        case .frequency(let frequency) where countsUses: accessRule.counted(UInt32(frequency))
        default: accessRule.fresh
        }
    }
}
