import Bytes

/// A key of a database that some client watches.
struct WatchedKey: Hashable {
    var database: Int
    var bytes: [UInt8]
}

/// How a client found a key when it said WATCH.
enum WatchedState {
    case absent
    case present
    /// Past its deadline and not yet removed. It is as good as absent: its removal is no change.
    case stale
}

/// What a session knows of its own watching.
struct Watching {
    /// Its first record in the table, negative for none, and how many there are.
    var first: Int32 = -1
    var count: Int32 = 0
    /// Whether a watched key was changed: EXEC will run nothing.
    var isTouched = false
}

/// Who watches which key.
///
///     heads    (0, "stock") ──▶ 4 ──▶ 1        one list of records for each watched key
///     records  4: session A, stock   ──▶ 7     … and one for each session
///              1: session B, stock
///              7: session A, price
///
/// A record stands for one key watched by one session, and is in two lists: the key's, linked both ways, and the
/// session's. A change of a key costs one lookup and one step for each session that watches it. A session whose key was
/// changed is told so (`isTouched`) and watches nothing any more, so it is never told twice. Keys that nobody watches
/// are looked up only while there are watched ones.
///
/// A record remembers whether its key was there. That stays true for as long as the record lives, since every change
/// ends it; and so FLUSHALL, after which nobody could say which keys there were, needs no look into the data.
///
/// Invariants: a session is at most once in a key's list; a key without records has no head; `count` is the number of
/// records in use, the others are in the list of free ones.
struct WatchTable {
    struct Record {
        /// `nil` while the record is free.
        var session: Session?
        var key: WatchedKey
        var state: WatchedState
        /// Neighbours in the key's list, negative at its ends. A free record's `next` is the next free one.
        var next: Int32
        var previous: Int32
        var nextOfSession: Int32
    }

    /// What one key costs that one session watches, the key's own bytes aside.
    static let recordMemory = MemoryLayout<Record>.stride

    /// Records whose memory is kept when nobody watches any more.
    private static let recordsKept = 1024

    private(set) var heads: [WatchedKey: Int32] = [:]
    private(set) var records: [Record] = []
    private var firstFree: Int32 = -1
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// Bytes of the keys that are watched, and of the heads of their lists; what their records take is the sessions' own.
    var ownMemory: Int {
        heads.capacity * (MemoryLayout<WatchedKey>.stride + MemoryLayout<Int32>.stride) + keyBytes
            + max(0, records.capacity - count) * WatchTable.recordMemory
    }

    /// Bytes of keys with the headers of their arrays.
    private var keyBytes = 0
    var keyCount: Int { heads.count }

    /// Adds a key to those that `session` watches. O(1), but for finding out whether it is among them already: that takes
    /// as many steps as the shorter list of the two has.
    mutating func watch(_ key: WatchedKey, _ state: WatchedState, by session: Session) {
        let head = heads[key] ?? -1
        if isWatched(key, head, by: session) { return }
        let record = Record(
            session: session, key: key, state: state, next: head, previous: -1, nextOfSession: session.watching.first)
        let index = allocate(record)
        if head >= 0 { records[Int(head)].previous = index } else { keyBytes += key.bytes.count + 32 }
        heads[key] = index
        session.watching.first = index
        session.watching.count += 1
        count += 1
    }

    private func isWatched(_ key: WatchedKey, _ head: Int32, by session: Session) -> Bool {
        var (ofKey, ofSession) = (head, session.watching.first)
        while ofKey >= 0, ofSession >= 0 {
            if records[Int(ofKey)].session === session || records[Int(ofSession)].key == key { return true }
            ofKey = records[Int(ofKey)].next
            ofSession = records[Int(ofSession)].nextOfSession
        }
        return false
    }

    private mutating func allocate(_ record: Record) -> Int32 {
        let index = firstFree
        if index < 0 {
            records.append(record)
            return Int32(records.count - 1)
        }
        firstFree = records[Int(index)].next
        records[Int(index)] = record
        return index
    }

    /// Ends a session's watching. O(1) for each key it watches.
    mutating func unwatch(_ session: Session) {
        var index = session.watching.first
        while index >= 0 {
            let next = records[Int(index)].nextOfSession
            unlink(index)
            index = next
        }
        session.watching.first = -1
        session.watching.count = 0
        if isEmpty, records.count > WatchTable.recordsKept {
            records = []
            firstFree = -1
        }
    }

    /// Takes a record out of its key's list and frees it.
    private mutating func unlink(_ index: Int32) {
        let record = records[Int(index)]
        if record.next >= 0 { records[Int(record.next)].previous = record.previous }
        if record.previous >= 0 {
            records[Int(record.previous)].next = record.next
        } else {
            heads[record.key] = record.next >= 0 ? record.next : nil
            if record.next < 0 { keyBytes -= record.key.bytes.count + 32 }
        }
        records[Int(index)].session = nil
        records[Int(index)].key.bytes = []
        records[Int(index)].next = firstFree
        firstFree = index
        count -= 1
    }

    func checkInvariants() {
        assert(count == records.count { $0.session != nil })
        var seen = 0
        for (key, head) in heads {
            var (previous, index): (Int32, Int32) = (-1, head)
            var sessions: Set<UInt64> = []
            assert(head >= 0)
            while index >= 0 {
                let record = records[Int(index)]
                assert(record.key == key && record.previous == previous)
                assert(record.session.map { sessions.insert($0.id).inserted && !$0.watching.isTouched } ?? false)
                (previous, index) = (index, record.next)
                seen += 1
            }
        }
        assert(seen == count)
        var free = 0
        var index = firstFree
        while index >= 0 {
            assert(records[Int(index)].session == nil)
            free += 1
            index = records[Int(index)].next
        }
        assert(free + count == records.count)
    }

    /// Hands each record of a key to `judge`, which says how its session finds the key now, or `nil` if to it the key has
    /// changed.
    mutating func review(_ key: WatchedKey, _ judge: (WatchedState) -> WatchedState?) {
        var index = heads[key] ?? -1
        while index >= 0 {
            let record = records[Int(index)]
            if let state = judge(record.state) {
                records[Int(index)].state = state
            } else if let session = record.session {
                session.watching.isTouched = true
                unwatch(session)
            }
            index = record.next
        }
    }
}
