import Bytes

/// One change, as subsystems behind the one door see it.
enum Effect: Equatable, Sendable {
    case key(KeyEvent, database: Int, key: [UInt8])
    /// Worth a notification, but no change: a read that found nothing, or that a key is new, told besides the change that
    /// made it.
    case remark(KeyEvent, database: Int, key: [UInt8])
    /// FLUSHDB; FLUSHALL is one for each database that was not empty.
    case flushed(database: Int)
    /// FLUSHDB or FLUSHALL, once, whatever there was to flush.
    case flushCommand
    /// SWAPDB.
    case swapped(Int, Int)
    /// The changes from here to `unitEnded` belong together: they are of one transaction, and persistence keeps all of
    /// them or none. A unit without changes leaves no mark.
    case unitBegan
    case unitEnded

    /// What happened, where it happened to one key.
    var event: KeyEvent? {
        if case .key(let event, _, _) = self { event } else { nil }
    }
}

/// Who wants to hear of changes. The sets are disjoint reasons for recording; when the last goes, recording ends.
struct EffectListeners: OptionSet, Sendable {
    let rawValue: UInt16

    /// Some client watches keys.
    static let watch = EffectListeners(rawValue: 1 << 0)
    /// Some client's cache is kept valid.
    static let tracking = EffectListeners(rawValue: 1 << 1)
    /// Keyspace notifications are switched on.
    static let notifications = EffectListeners(rawValue: 1 << 2)
    /// Some client waits for a key.
    static let blocking = EffectListeners(rawValue: 1 << 3)
    /// A test looks on: what is handed out is kept in the transcript too.
    static let inspection = EffectListeners(rawValue: 1 << 4)
    /// Notifications of reads that find nothing are wanted.
    static let misses = EffectListeners(rawValue: 1 << 5)
    /// Notifications of new keys are wanted.
    static let creations = EffectListeners(rawValue: 1 << 6)
    /// Some memcached client is shown what is evicted.
    static let evictions = EffectListeners(rawValue: 1 << 9)
}

/// The one door's ledger: every change of a key passes here.
///
/// Counting is free of cost; the changes themselves are kept only while somebody listens, until the end of the command
/// (or of the slice of background work) that made them, so that a server without listeners pays one increment per change.
struct EffectLog {
    /// Changes since the start, for `rdb_changes_since_last_save` and for telling whether a command changed anything.
    private(set) var changeCount: UInt64 = 0
    private(set) var isRecording = false
    var listeners: EffectListeners = [] {
        didSet { isRecording = !listeners.isEmpty }
    }
    private(set) var effects: [Effect] = []
    private var unit = Unit.none

    private enum Unit {
        case none
        /// Nothing in it has changed yet.
        case open
        /// Its beginning is marked.
        case marked
    }

    @inline(__always)
    mutating func note(_ event: KeyEvent, _ database: Int, _ entry: Entry, _ arena: borrowing Arena) {
        changeCount &+= 1
        if isRecording { record(event, database, arena.key(entry)) }
    }

    /// A further event of a change that is counted once.
    @inline(__always)
    mutating func mention(_ event: KeyEvent, _ database: Int, _ entry: Entry, _ arena: borrowing Arena) {
        if isRecording { record(event, database, arena.key(entry)) }
    }

    /// A read found nothing under `key`.
    @inline(__always)
    mutating func noteMiss(_ database: Int, _ key: RawSpan) {
        if isRecording { recordMiss(database, key) }
    }

    private mutating func recordMiss(_ database: Int, _ key: RawSpan) {
        if listeners.contains(.misses) { effects.append(.remark(.keymiss, database: database, key: key.array)) }
    }

    /// `key` is there now and was not before; the change itself is told with its own event.
    mutating func noteCreation(_ database: Int, _ key: RawSpan) {
        if listeners.contains(.creations) { effects.append(.remark(.new, database: database, key: key.array)) }
    }

    /// The same for the key of an entry.
    mutating func noteCreation(_ database: Int, _ entry: Entry, _ arena: borrowing Arena) {
        if listeners.contains(.creations) { noteCreation(database, arena.key(entry)) }
    }

    /// FLUSHDB and FLUSHALL, once.
    mutating func noteFlushCommand() {
        if isRecording { effects.append(.flushCommand) }
    }

    /// One database emptied by FLUSHDB or FLUSHALL.
    mutating func noteFlush(_ database: Int, keys: Int) {
        changeCount &+= UInt64(keys)
        if isRecording { append(.flushed(database: database)) }
    }

    mutating func noteSwap(_ first: Int, _ second: Int) {
        changeCount &+= 1
        if isRecording { append(.swapped(first, second)) }
    }

    private mutating func record(_ event: KeyEvent, _ database: Int, _ key: RawSpan) {
        if listeners == .blocking, !event.bringsValue { return }
        append(.key(event, database: database, key: key.array))
    }

    private mutating func append(_ effect: Effect) {
        if unit == .open {
            unit = .marked
            effects.append(.unitBegan)
        }
        effects.append(effect)
    }

    /// Whether the changes made now belong together.
    var isInUnit: Bool { unit != .none }

    mutating func beginUnit() { unit = .open }

    mutating func endUnit() {
        if unit == .marked, isRecording { effects.append(.unitEnded) }
        unit = .none
    }

    /// How many of the recorded effects have been handed over.
    private var handedOver = 0

    /// Whether everything that was recorded has been handed over.
    var isEmpty: Bool { handedOver == effects.count }

    /// Hands over the next effect; `nil` when there is none left. Whoever is handed one may cause more, and may ask itself.
    mutating func next() -> Effect? {
        if isEmpty {
            // The room is kept for the next command, unless it is that of a command on very many keys.
            effects.removeAll(keepingCapacity: effects.capacity <= 1024)
            handedOver = 0
            return nil
        }
        let effect = effects[handedOver]
        handedOver += 1
        if listeners.contains(.inspection) { transcript.append(effect) }
        return effect
    }

    /// Hands over all that is left.
    mutating func drain() -> [Effect] {
        var result: [Effect] = []
        while let effect = next() { result.append(effect) }
        return result
    }

    /// What was handed over while a test looked on.
    private var transcript: [Effect] = []

    /// The transcript since the last call.
    mutating func takeTranscript() -> [Effect] {
        _ = drain()
        defer { transcript.removeAll() }
        return transcript
    }
}
