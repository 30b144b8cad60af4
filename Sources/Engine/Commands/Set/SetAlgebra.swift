import Bytes
import Wire

/// Several sets put together: intersection, union and difference, member by member.
///
/// Nothing is copied that need not be: the members of an intersection or a difference are handed out while one set
/// is gone through, and a union is its largest set and a table of what the others add to it.
extension Keyspace {
    /// The sets at the arguments of `range`, in their order; `nil` where there is no key. Throws where one is no set.
    mutating func readSets(_ arguments: Arguments, _ range: Range<Int>) throws(CommandError) -> [Entry?] {
        var result: [Entry?] = []
        result.reserveCapacity(range.count)
        for index in range { result.append(try read(arguments[index], as: .set)) }
        return result
    }

    // MARK: Intersection

    /// Hands every member that all sets have to `body`, until that returns false. O(N·M) for M sets, the smallest of which has
    /// N members.
    func forEachCommonMember(_ sets: [Entry?], _ body: (RawSpan) -> Bool) {
        var others: [Entry] = []
        for entry in sets {
            guard let entry else { return }
            if !others.contains(entry) { others.append(entry) }
        }
        others.sort { memberCount($0) < memberCount($1) }
        let smallest = others.removeFirst()
        forEachMember(smallest) { member in
            for other in others where !isMember(member, other) { return true }
            return body(member)
        }
    }

    // MARK: Difference

    /// Hands every member of the first set that no other has to `body`, until that returns false.
    ///
    /// Either each is looked for in the others, largest first; or, where that is more work, the others are united
    /// first. So it takes O(N) for N members of all sets at most.
    mutating func forEachMissingMember(_ sets: [Entry?], _ body: (RawSpan) -> Bool) {
        guard let first = sets[0] else { return }
        var others = sets.dropFirst().compactMap { $0 }
        if others.contains(first) { return }
        let count = memberCount(first)
        let total = others.reduce(0) { $0 &+ memberCount($1) }
        if count.multipliedReportingOverflow(by: others.count).partialValue <= count &+ total &* 2 {
            others.sort { memberCount($0) > memberCount($1) }
            forEachMember(first) { member in
                for other in others where isMember(member, other) { return true }
                return body(member)
            }
        } else {
            let table = makeTable()
            for other in others { addMembers(of: other, except: nil, toTable: table) }
            forEachMember(first) { self.sets[table].contains($0, arena) || body($0) }
            self.sets.bury(table, &arena)
        }
    }

    // MARK: Union

    /// A union under way: one of its sets, and a table with what the others add to that.
    struct SetUnion {
        var largest: Entry
        /// To be given up with `sets.bury`; `nil` where there is only one set.
        var additions: UInt32?
    }

    /// Unites sets; `nil` where there are none. Stops when there are `limit` members: then some may be missing. O(N) for N members
    /// of all sets but the largest.
    mutating func unite(_ sets: [Entry?], limit: Int = .max) -> SetUnion? {
        let sets = sets.compactMap { $0 }
        guard let largest = sets.max(by: { memberCount($0) < memberCount($1) }) else { return nil }
        var union = SetUnion(largest: largest)
        for entry in sets where entry != largest && count(union) < limit {
            let table = union.additions ?? makeTable()
            union.additions = table
            addMembers(of: entry, except: largest, toTable: table)
        }
        return union
    }

    func count(_ union: SetUnion) -> Int {
        memberCount(union.largest) &+ (union.additions.map { sets[$0].count } ?? 0)
    }
}

extension ReplyWriter {
    /// All members of a union.
    mutating func union(_ union: Keyspace.SetUnion, _ keyspace: borrowing Keyspace) {
        set(keyspace.count(union))
        members(union.largest, keyspace)
        guard let table = union.additions else { return }
        keyspace.sets[table].forEach(keyspace.arena) {
            bulk(keyspace.arena.member($0))
            return true
        }
    }
}
