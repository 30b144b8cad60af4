import Bytes
import Wire

/// SINTER, SUNION and SDIFF, and their forms that store the result.
enum SetAlgebraCommands {
    static let rows: [Command] = [sinter, sinterstore, sunion, sunionstore, sdiff, sdiffstore]

    private static let sources: [KeySpec] = [.range("RO access", 1, last: -1)]
    private static let storing: [KeySpec] = [.range("OW update", 1), .range("RO access", 2, last: -1)]
    private static let keys = "key:key#0*"
    private static let destinationAndKeys = "destination:key#0 key:key#1*"
    private static let tips = ["nondeterministic_output_order"]

    // MARK: Intersection

    private static let intersecting =
        "O(N*M) at worst, where N is the number of members of the smallest set and M the number of sets."

    static let sinter = Command(
        "sinter", arity: -2, .set, [.readonly], keys: sources,
        since: "1.0.0", complexity: intersecting,
        summary: "The members that all of several sets have.",
        arguments: keys, tips: tips
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let sets = try keyspace.readSets(arguments, 1 ..< arguments.count)
        var list = MemberList()
        keyspace.forEachCommonMember(sets) {
            list.append($0)
            return true
        }
        reply.set(list.count)
        reply.members(list)
    }

    static let sinterstore = Command(
        "sinterstore", arity: -3, .set, [.write, .denyOOM],
        keys: [.range("RW update", 1), .range("RO access", 2, last: -1)],
        since: "1.0.0", complexity: intersecting,
        summary: "Stores the members that all of several sets have.",
        arguments: destinationAndKeys
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let sets = try keyspace.readSets(arguments, 2 ..< arguments.count)
        var list = MemberList()
        keyspace.forEachCommonMember(sets) {
            list.append($0)
            return true
        }
        let limits = context.setLimits
        reply.integer(keyspace.storeSet(arguments[1], list, limits, form: limits.form(of: list), .sinterstore))
    }

    // MARK: Union

    private static let uniting = "O(N) where N is the number of members of all sets."

    static let sunion = Command(
        "sunion", arity: -2, .set, [.readonly], keys: sources,
        since: "1.0.0", complexity: uniting,
        summary: "The members that any of several sets has.",
        arguments: keys, tips: tips
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let sets = try keyspace.readSets(arguments, 1 ..< arguments.count)
        guard let union = keyspace.unite(sets) else { return reply.set(0) }
        reply.union(union, keyspace)
        keyspace.giveUp(union)
    }

    static let sunionstore = Command(
        "sunionstore", arity: -3, .set, [.write, .denyOOM], keys: storing,
        since: "1.0.0", complexity: uniting,
        summary: "Stores the members that any of several sets has.",
        arguments: destinationAndKeys
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let sets = try keyspace.readSets(arguments, 2 ..< arguments.count)
        let table = keyspace.makeTable()
        for case let entry? in sets { keyspace.addMembers(of: entry, except: nil, toTable: table) }
        let limits = context.setLimits
        let count = keyspace.sets[table].count
        if count > max(limits.intsetEntries, limits.listpackEntries) {
            keyspace.storeTable(arguments[1], table, .sunionstore)
            return reply.integer(count)
        }
        var list = MemberList()
        keyspace.sets[table].forEach(keyspace.arena) {
            list.append(keyspace.arena.member($0))
            return true
        }
        keyspace.sets.bury(table, &keyspace.arena)
        reply.integer(keyspace.storeSet(arguments[1], list, limits, form: limits.form(of: list), .sunionstore))
    }

    // MARK: Difference

    static let sdiff = Command(
        "sdiff", arity: -2, .set, [.readonly], keys: sources,
        since: "1.0.0", complexity: uniting,
        summary: "The members of the first set that none of the others has.",
        arguments: keys, tips: tips
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let sets = try keyspace.readSets(arguments, 1 ..< arguments.count)
        var list = MemberList()
        keyspace.forEachMissingMember(sets) {
            list.append($0)
            return true
        }
        reply.set(list.count)
        reply.members(list)
    }

    static let sdiffstore = Command(
        "sdiffstore", arity: -3, .set, [.write, .denyOOM], keys: storing,
        since: "1.0.0", complexity: uniting,
        summary: "Stores the members of the first set that none of the others has.",
        arguments: destinationAndKeys
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let sets = try keyspace.readSets(arguments, 2 ..< arguments.count)
        var list = MemberList()
        keyspace.forEachMissingMember(sets) {
            list.append($0)
            return true
        }
        let limits = context.setLimits
        let keepsForm = keyspace.wouldSubtract(sets) && !keyspace.fitsIntset(sets[0], limits)
        let form = keepsForm ? limits.textForm(of: list) : limits.form(of: list)
        reply.integer(keyspace.storeSet(arguments[1], list, limits, form: form, .sdiffstore))
    }
}

extension Keyspace {
    /// Gives a key these members, or takes the key away where there are none. Returns how many there are.
    fileprivate mutating func storeSet(
        _ key: RawSpan, _ list: borrowing MemberList, _ limits: SetLimits, form: SetForm, _ event: KeyEvent
    ) -> Int {
        var place = write(key)
        if list.count == 0 {
            remove(place)
            return 0
        }
        discard(&place)
        addSet(key, &place, list, limits, form: form)
        if let entry = place.entry { changed(event, entry) }
        return list.count
    }

    /// Gives a key a table.
    fileprivate mutating func storeTable(_ key: RawSpan, _ table: UInt32, _ event: KeyEvent) {
        var place = write(key)
        discard(&place)
        changed(event, addObject(key, &place, .set, .hashtable, index: table))
    }

    /// Frees what a union holds besides its sets.
    mutating func giveUp(_ union: SetUnion) {
        if let table = union.additions { sets.bury(table, &arena) }
    }

    // MARK: The form of a difference

    /// Whether Redis would copy the first set and take the members of the others out of the copy, because looking each
    /// of them up in every other set is more work. It shows in OBJECT ENCODING: a copy that began as a hashtable stays one,
    /// though only integers are left in it.
    fileprivate func wouldSubtract(_ sets: [Entry?]) -> Bool {
        guard let first = sets[0] else { return false }
        let present = sets.compactMap { $0 }
        if present.dropFirst().contains(first) { return false }
        let total = present.reduce(0) { $0 &+ memberCount($1) }
        return memberCount(first) * present.count / 2 > total
    }

    /// Whether a set put together of these members would be an intset.
    fileprivate func fitsIntset(_ entry: Entry?, _ limits: SetLimits) -> Bool {
        guard let entry, limits.allowsIntset(count: memberCount(entry)) else { return false }
        if setForm(entry) == .intset { return true }
        var onlyIntegers = true
        forEachMember(entry) {
            onlyIntegers = Listpack.integer($0) != nil
            return onlyIntegers
        }
        return onlyIntegers
    }
}
