import Bytes
import Wire

/// Single members: SADD, SREM, SMOVE, SISMEMBER, SMISMEMBER, SCARD, SMEMBERS and SSCAN.
enum MemberCommands {
    static let rows: [Command] = [sadd, srem, smove, sismember, smismember, scard, smembers, sscan]

    // MARK: Changing

    static let sadd = Command(
        "sadd", arity: -3, .set, [.write, .denyOOM, .fast],
        keys: [.range("RW insert", 1)],
        since: "1.0.0", complexity: "O(1) for each member, so O(N) for N of them.",
        summary: "Adds members to a set, and tells how many are new to it.",
        arguments: "key:key#0 member:string*"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        var place = try keyspace.write(arguments[1], as: .set)
        let limits = context.setLimits
        var added = 0
        for index in 2 ..< arguments.count {
            if keyspace.addMember(arguments[index], to: arguments[1], &place, limits) { added &+= 1 }
        }
        if added > 0, let entry = place.entry { keyspace.changed(.sadd, entry) }
        reply.integer(added)
    }

    static let srem = Command(
        "srem", arity: -3, .set, [.write, .fast],
        keys: [.range("RW delete", 1)],
        since: "1.0.0", complexity: "O(N) where N is the number of members to be removed.",
        summary: "Takes members out of a set, and tells how many there were.",
        arguments: "key:key#0 member:string*"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        var place = try keyspace.write(arguments[1], as: .set)
        var removed = 0
        for index in 2 ..< arguments.count {
            guard let entry = place.entry, keyspace.memberCount(entry) > 0 else { break }
            if keyspace.removeMember(arguments[index], &place) { removed &+= 1 }
        }
        if removed > 0 { keyspace.finishRemoval(.srem, place) }
        reply.integer(removed)
    }

    static let smove = Command(
        "smove", arity: 4, .set, [.write, .fast],
        keys: [.range("RW access delete", 1), .range("RW insert", 2)],
        since: "1.0.0", complexity: "O(1)",
        summary: "Moves a member from one set to another.",
        arguments: "source:key#0 destination:key#1 member:string"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        var source = keyspace.write(arguments[1])
        var target = keyspace.write(arguments[2])
        guard let from = source.entry else { return reply.integer(0) }
        try keyspace.requireSet(from)
        if let to = target.entry {
            try keyspace.requireSet(to)
            if to == from { return reply.integer(keyspace.isMember(arguments[3], from) ? 1 : 0) }
        }
        if !keyspace.removeMember(arguments[3], &source) { return reply.integer(0) }
        keyspace.finishRemoval(.srem, source)
        if keyspace.addMember(arguments[3], to: arguments[2], &target, context.setLimits), let to = target.entry {
            keyspace.changed(.sadd, to)
        }
        reply.integer(1)
    }

    // MARK: Reading

    static let sismember = Command(
        "sismember", arity: 3, .set, [.readonly, .fast],
        keys: [.range("RO", 1)],
        since: "1.0.0", complexity: "O(1)",
        summary: "Whether a set has a member.",
        arguments: "key:key#0 member:string"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = try keyspace.read(arguments[1], as: .set) else { return reply.integer(0) }
        reply.integer(keyspace.isMember(arguments[2], entry) ? 1 : 0)
    }

    static let smismember = Command(
        "smismember", arity: -3, .set, [.readonly, .fast],
        keys: [.range("RO access", 1)],
        since: "6.2.0", complexity: "O(N) where N is the number of members asked for.",
        summary: "Which of several members a set has.",
        arguments: "key:key#0 member:string*"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let entry = try keyspace.read(arguments[1], as: .set)
        reply.array(arguments.count - 2)
        for index in 2 ..< arguments.count {
            let isMember = entry.map { keyspace.isMember(arguments[index], $0) } ?? false
            reply.integer(isMember ? 1 : 0)
        }
    }

    static let scard = Command(
        "scard", arity: 2, .set, [.readonly, .fast],
        keys: [.range("RO", 1)],
        since: "1.0.0", complexity: "O(1)",
        summary: "How many members a set has.",
        arguments: "key:key#0"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = try keyspace.read(arguments[1], as: .set) else { return reply.integer(0) }
        reply.integer(keyspace.memberCount(entry))
    }

    static let smembers = Command(
        "smembers", arity: 2, .set, [.readonly],
        keys: [.range("RO access", 1)],
        since: "1.0.0", complexity: "O(N) where N is the number of members.",
        summary: "All members of a set.",
        arguments: "key:key#0", tips: ["nondeterministic_output_order"]
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let entry = try keyspace.read(arguments[1], as: .set) else { return reply.set(0) }
        reply.set(keyspace.memberCount(entry))
        reply.members(entry, keyspace)
    }

    static let sscan = Command(
        "sscan", arity: -3, .set, [.readonly],
        keys: [.range("RO access", 1)],
        since: "2.8.0",
        complexity: "O(1) for every call, O(N) for an iteration until the cursor is 0 again, N being the number of members.",
        summary: "A part of the members of a set, and a cursor to go on from.",
        arguments: "key:key#0 cursor:integer pattern:pattern=MATCH? count:integer=COUNT?",
        tips: ["nondeterministic_output"]
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let cursor = try ScanRequest.cursor(arguments[2])
        guard let entry = try keyspace.read(arguments[1], as: .set) else {
            reply.array(2)
            reply.bulk("0")
            return reply.array(0)
        }
        let request = try ScanRequest(arguments, cursor: 2)
        var found = MemberList()
        let next = keyspace.scanMembers(entry, from: cursor, wanted: request.count, into: &found)
        var shown: [Int] = []
        for index in 0 ..< found.count where request.matches(found[index], arguments) { shown.append(index) }
        reply.array(2)
        reply.bulk(NumberText(next).bytes)
        reply.array(shown.count)
        for index in shown { reply.bulk(found[index]) }
    }
}

extension Keyspace {
    /// Throws where a key holds something else than a set.
    func requireSet(_ entry: Entry) throws(CommandError) {
        if arena.header(entry).type != .set { throw .wrongType }
    }

    /// Reports that members were taken out of a set, and removes its key if they were the last.
    mutating func finishRemoval(_ event: KeyEvent, _ place: KeyPlace) {
        guard let entry = place.entry else { return }
        changed(event, entry)
        if memberCount(entry) == 0 { remove(place) }
    }
}

extension ReplyWriter {
    /// All members of a set, as many bulk strings. The caller has announced them.
    @inline(__always)
    mutating func members(_ entry: Entry, _ keyspace: borrowing Keyspace) {
        keyspace.forEachMember(entry) {
            bulk($0)
            return true
        }
    }

    mutating func members(_ list: borrowing MemberList) {
        for index in 0 ..< list.count { bulk(list[index]) }
    }
}
