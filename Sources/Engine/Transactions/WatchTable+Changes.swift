import Bytes

/// What changes of the data mean to those who watch.
extension WatchTable {
    /// Takes notice of a change. O(1) for that of a key which nobody watches.
    mutating func note(_ effect: Effect, _ keyspace: borrowing Keyspace) {
        if isEmpty { return }
        switch effect {
        case .key(let event, let database, let key):
            review(WatchedKey(database: database, bytes: key)) { state in
                event == .expired && state == .stale ? .absent : nil
            }
        case .flushed(let database): noteFlush(database)
        case .swapped(let first, let second): noteSwap(first, second, keyspace)
        case .remark, .flushCommand, .unitBegan, .unitEnded: break
        }
    }

    /// A database was emptied: changed are the keys that were there. O(n) in the number of watched keys.
    private mutating func noteFlush(_ database: Int) {
        for key in heads.keys where key.database == database {
            review(key) { $0 == .present ? nil : .absent }
        }
    }

    /// Two databases have exchanged their contents: changed is what was there or is there now. `keyspace` is as it is
    /// afterwards. O(n) in the number of watched keys.
    private mutating func noteSwap(_ first: Int, _ second: Int, _ keyspace: borrowing Keyspace) {
        if first == second { return }
        for key in heads.keys where key.database == first || key.database == second {
            let found = keyspace.state(of: key)
            review(key) { $0 == .present || found == .present ? nil : found }
        }
    }

    /// Whether a key that `session` watches has passed its deadline since, removed or not.
    func hasExpired(_ session: Session, _ keyspace: borrowing Keyspace) -> Bool {
        var index = session.watching.first
        while index >= 0 {
            let record = records[Int(index)]
            if record.state == .present, keyspace.state(of: record.key) != .present { return true }
            index = record.nextOfSession
        }
        return false
    }
}

extension Keyspace {
    /// How a key is found by one who watches it. Nothing is counted, touched or removed.
    borrowing func state(of key: WatchedKey) -> WatchedState {
        let bytes = key.bytes.bytes
        guard let handle = databases[key.database].table.find(hash(bytes), bytes, arena) else { return .absent }
        return isPastDeadline(Entry(handle)) ? .stale : .present
    }
}
