import Bytes

/// Hashes at the door: reading. A hash is kept in one of three ways, which commands need not know.
///
/// - *listpack*: few and short fields; names and values take turns.
/// - *listpackEx*: the same once a field has had a deadline. Each name and value is followed by the deadline, 0 for none, and
///   fields are in the order of their deadlines, those without at the end: the first tells when something falls due.
/// - *table*: all others, a `LargeHash`.
///
/// A field past its deadline is not there for any of the functions here, whether or not it has been removed.
extension Keyspace {
    /// How a hash is kept.
    enum HashForm { case listpack, listpackEx, table }

    @inline(__always)
    func hashForm(_ entry: Entry) -> HashForm {
        switch arena.header(entry).encoding {
        case .listpack: .listpack
        case .listpackEx: .listpackEx
        default: .table
        }
    }

    /// Where a field is in its hash; good until the hash changes.
    enum FieldPosition {
        /// The offset of its name in a listpack.
        case offset(Int)
        /// The field of a table.
        case field(HashField)
    }

    // MARK: The hash

    /// Finds a key for reading, as `read` does, whose value must be a hash.
    @inline(__always)
    mutating func readHash(_ key: RawSpan) throws(CommandError) -> Entry? {
        let hash = hash(key)
        // Not a licence to change the key; removing fields asks for that.
        var place = KeyPlace(hash: hash, entry: lookUp(key, hash))
        settleFields(&place)
        guard let entry = place.entry else {
            noteMiss(key)
            return nil
        }
        statistics.hits &+= 1
        if touchesOnRead { touch(entry) }
        if arena.header(entry).type != .hash { throw .wrongType }
        return entry
    }

    /// Finds a key that the command may change, as `write` does, whose value must be a hash.
    @inline(__always)
    mutating func writeHash(_ key: RawSpan) throws(CommandError) -> KeyPlace {
        var place = write(key)
        settleFields(&place)
        if let entry = place.entry, arena.header(entry).type != .hash { throw .wrongType }
        return place
    }

    /// How many fields a hash has. O(1), but for one in which fields past their deadlines wait to be removed.
    @inline(__always)
    func fieldCount(_ entry: Entry) -> Int {
        if hasDueFields(entry) { return liveFieldCount(entry) }
        return storedFieldCount(entry)
    }

    /// The same with those past their deadlines. O(1).
    @inline(__always)
    func storedFieldCount(_ entry: Entry) -> Int {
        switch hashForm(entry) {
        case .listpack: Listpack.count(arena.bytes(entry)) / 2
        case .listpackEx: Listpack.count(arena.bytes(entry)) / 3
        case .table: hashes[arena.objectIndex(entry)].count
        }
    }

    private func liveFieldCount(_ entry: Entry) -> Int {
        var count = 0
        forEachField(entry) { _ in
            count += 1
            return true
        }
        return count
    }

    // MARK: Single fields

    /// Finds a field. O(1) expected; O(n) in the few fields of a listpack.
    @inline(__always)
    func findField(_ name: RawSpan, _ entry: Entry) -> FieldPosition? {
        switch hashForm(entry) {
        case .listpack:
            return Listpack.find(arena.bytes(entry), name, from: Listpack.first, every: 2).map { .offset($0) }
        case .listpackEx: return findVolatileField(name, entry)
        case .table:
            guard let field = hashes[arena.objectIndex(entry)].find(name, arena) else { return nil }
            if let deadline = arena.deadline(field), now > deadline { return nil }
            return .field(field)
        }
    }

    private func findVolatileField(_ name: RawSpan, _ entry: Entry) -> FieldPosition? {
        let pack = arena.bytes(entry)
        guard let offset = Listpack.find(pack, name, from: Listpack.first, every: 3) else { return nil }
        let deadline = Listpack.number(pack, Listpack.next(pack, Listpack.next(pack, offset)))
        return deadline != 0 && now > deadline ? nil : .offset(offset)
    }

    /// When a field falls due, in milliseconds since 1970; `nil` when it stays.
    func deadline(of position: FieldPosition, in entry: Entry) -> Int64? {
        switch position {
        case .field(let field): return arena.deadline(field)
        case .offset(let offset):
            if hashForm(entry) == .listpack { return nil }
            let pack = arena.bytes(entry)
            let deadline = Listpack.number(pack, Listpack.next(pack, Listpack.next(pack, offset)))
            return deadline == 0 ? nil : deadline
        }
    }

    /// Hands the name of a field to `body`.
    @inline(__always)
    func withName<Result>(_ position: FieldPosition, of entry: Entry, _ body: (RawSpan) -> Result) -> Result {
        switch position {
        case .field(let field): body(arena.name(field))
        case .offset(let offset): Listpack.withText(arena.bytes(entry), offset, body)
        }
    }

    /// Hands the value of a field to `body`.
    @inline(__always)
    func withValue<Result>(_ position: FieldPosition, of entry: Entry, _ body: (RawSpan) -> Result) -> Result {
        switch position {
        case .field(let field): return body(arena.value(field))
        case .offset(let offset):
            let pack = arena.bytes(entry)
            return Listpack.withText(pack, Listpack.next(pack, offset), body)
        }
    }

    /// A field chosen uniformly; `nil` where there is none. O(1) expected; O(n) in a listpack.
    mutating func randomField(_ entry: Entry) -> FieldPosition? {
        let isDue = hasDueFields(entry)
        if !isDue || hashForm(entry) == .table {
            // While fields past their deadlines wait to be removed, draws may be in vain.
            for _ in 0 ..< 100 {
                guard let position = drawField(entry) else { return nil }
                if !isDue || deadline(of: position, in: entry).map({ now <= $0 }) ?? true { return position }
            }
        }
        let count = liveFieldCount(entry)
        if count == 0 { return nil }
        var rank = random.next(below: count)
        var chosen: FieldPosition?
        forEachField(entry) {
            chosen = $0
            rank -= 1
            return rank >= 0
        }
        return chosen
    }

    private mutating func drawField(_ entry: Entry) -> FieldPosition? {
        let width: Int
        switch hashForm(entry) {
        case .table: return hashes[arena.objectIndex(entry)].random(&random, arena).map { .field($0) }
        case .listpack: width = 2
        case .listpackEx: width = 3
        }
        let index = random.next(below: Listpack.count(arena.bytes(entry)) / width)
        return Listpack.position(arena.bytes(entry), of: index &* width).map { .offset($0) }
    }

    // MARK: All fields

    /// Hands every field to `body`, until that returns false. O(n).
    @inline(__always)
    func forEachField(_ entry: Entry, _ body: (FieldPosition) -> Bool) {
        switch hashForm(entry) {
        case .table:
            hashes[arena.objectIndex(entry)].forEach(arena) {
                if let deadline = arena.deadline($0), now > deadline { return true }
                return body(.field($0))
            }
        case .listpack:
            let pack = arena.bytes(entry)
            var offset = Listpack.first
            while !Listpack.isEnd(pack, offset), body(.offset(offset)) {
                offset = Listpack.next(pack, Listpack.next(pack, offset))
            }
        case .listpackEx:
            let pack = arena.bytes(entry)
            var offset = Listpack.first
            while !Listpack.isEnd(pack, offset) {
                let last = Listpack.next(pack, Listpack.next(pack, offset))
                let deadline = Listpack.number(pack, last)
                if deadline == 0 || now <= deadline, !body(.offset(offset)) { return }
                offset = Listpack.next(pack, last)
            }
        }
    }

    /// Hands fields to `body` from `cursor` on until there were about `wanted`, and returns the cursor to go on from: a hash in one
    /// block is shown as a whole, since it has no places that a cursor could name. Looks at ten buckets for each field wanted, at
    /// most.
    func scanFields(_ entry: Entry, from cursor: UInt64, wanted: Int, _ body: (FieldPosition) -> Void) -> UInt64 {
        guard hashForm(entry) == .table else {
            forEachField(entry) {
                body($0)
                return true
            }
            return 0
        }
        let (product, overflow) = wanted.multipliedReportingOverflow(by: 10)
        var left = overflow ? Int.max : product
        var seen = 0
        var next = cursor
        let index = arena.objectIndex(entry)
        repeat {
            next = hashes[index].table.scan(next, arena) { handle in
                seen &+= 1
                if let deadline = arena.deadline(HashField(handle)), now > deadline { return }
                body(.field(HashField(handle)))
            }
            left &-= 1
        } while next != 0 && left >= 0 && seen < wanted
        return next
    }
}
