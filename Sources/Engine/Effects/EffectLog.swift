import Bytes

/// One change of one key, as subsystems behind the one door see it.
struct Effect: Equatable, Sendable {
    var event: KeyEvent
    var database: Int
    var key: [UInt8]
}

/// The one door's ledger: every change of a key passes here.
///
/// Counting is free of cost; the changes themselves are kept only while somebody reads them at the end of the batch
/// (`isRecording`), so that a server without a log or listeners pays one increment per change.
struct EffectLog {
    /// Changes since the start, for `rdb_changes_since_last_save` and for telling whether a command changed anything.
    private(set) var changeCount: UInt64 = 0
    var isRecording = false
    private(set) var effects: [Effect] = []

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

    /// A change that concerns whole databases: FLUSHALL, SWAPDB.
    mutating func noteWholesale(_ changes: Int) { changeCount &+= UInt64(changes) }

    private mutating func record(_ event: KeyEvent, _ database: Int, _ key: RawSpan) {
        effects.append(Effect(event: event, database: database, key: key.array))
    }

    /// Hands over what was recorded since the last call.
    mutating func drain() -> [Effect] {
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }
}
