import Bytes

/// Removing fields whose time has come.
///
/// A hash knows the earliest deadline of its fields, and the bucket that its key is in is filed in the database's expiry wheel
/// for that time just as for the deadlines of keys. So fields go on time, and nothing is paid for hashes without deadlines.
extension Keyspace {
    /// The time before which no field of a hash falls due; `Int64.max` when none ever does. O(1).
    @inline(__always)
    func earliestFieldDeadline(_ entry: Entry) -> Int64 {
        switch hashForm(entry) {
        case .listpack: return .max
        case .table: return hashes[arena.objectIndex(entry)].earliestDeadline
        case .listpackEx:
            let pack = arena.bytes(entry)
            if Listpack.isEnd(pack, Listpack.first) { return .max }
            let deadline = Listpack.number(pack, Listpack.next(pack, Listpack.next(pack, Listpack.first)))
            return deadline == 0 ? .max : deadline
        }
    }

    /// Whether a hash may have fields past their deadlines.
    @inline(__always)
    func hasDueFields(_ entry: Entry) -> Bool { earliestFieldDeadline(entry) < now }

    /// The same for an entry of any type.
    @inline(__always)
    func fieldDeadline(_ entry: Entry) -> Int64? {
        if arena.header(entry).type != .hash { return nil }
        let deadline = earliestFieldDeadline(entry)
        return deadline == .max ? nil : deadline
    }

    /// Files the bucket of a key in the wheel of its database under the deadlines of its fields, if it is a hash that has some. To be
    /// called when a field got a deadline, and when a key has come to another place.
    mutating func scheduleFields(_ entry: Entry, _ hash: UInt64, in database: Int) {
        guard let deadline = fieldDeadline(entry) else { return }
        hasHadFieldDeadlines = true
        databases[database].schedule(hash, deadline, now: now)
    }

    /// Fields removed by a command that comes upon a hash before the expiry cycle does; further ones stay hidden until that.
    private static let fieldsAtOnce = 64

    /// Removes fields that are past their deadlines from what a command has found; if none is left, the key too.
    @inline(__always)
    mutating func settleFields(_ place: inout KeyPlace) {
        guard let entry = place.entry else { return }
        let header = arena.header(entry)
        if header.type != .hash || header.encoding == .listpack { return }
        if hasDueFields(entry), !holdsExpiry { settle(entry, &place) }
    }

    private mutating func settle(_ entry: Entry, _ place: inout KeyPlace) {
        var budget = Keyspace.fieldsAtOnce
        expireFields(&place, in: selected, budget: &budget)
    }

    /// Removes due fields of a hash of a database, each taking one from `budget`, until that is used up or none is left; if the hash
    /// is empty then, its key. Returns their deadlines.
    @discardableResult
    mutating func expireFields(_ place: inout KeyPlace, in database: Int, budget: inout Int) -> [Int64] {
        guard let entry = place.entry else { return [] }
        preserve(place, in: database)
        let previous = selected
        selected = database
        defer { selected = previous }
        let expired: [Int64]
        if hashForm(entry) == .table {
            expired = hashes[arena.objectIndex(entry)].expire(now: now, budget: &budget, &arena, &garbage)
        } else {
            // Those of a listpack are its first ones.
            expired = duePacked(entry)
            if !expired.isEmpty { remove(at: Listpack.first, count: expired.count &* 3, &place) }
            budget &-= expired.count
        }
        if expired.isEmpty { return [] }
        statistics.expiredFields &+= UInt64(expired.count)
        if finishFieldRemoval(.hexpired, place) { place.entry = nil }
        return expired
    }

    /// The deadlines that have passed at the beginning of a listpack.
    private func duePacked(_ entry: Entry) -> [Int64] {
        let pack = arena.bytes(entry)
        var offset = Listpack.first
        var expired: [Int64] = []
        while !Listpack.isEnd(pack, offset) {
            let last = Listpack.next(pack, Listpack.next(pack, offset))
            let deadline = Listpack.number(pack, last)
            if deadline == 0 || now <= deadline { break }
            expired.append(deadline)
            offset = Listpack.next(pack, last)
        }
        return expired
    }
}
