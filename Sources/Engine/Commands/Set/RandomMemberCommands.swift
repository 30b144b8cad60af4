import Bytes
import Wire

/// SPOP and SRANDMEMBER: members chosen at random, each with the same chance whatever the set is kept in.
///
/// A part of the members is drawn from a table one by one. From a block, and from a table that most of is wanted of, it is
/// chosen in one pass over all members (`SelectionSampling`): nothing has to be remembered, and nothing is drawn twice.
enum RandomMemberCommands {
    static let rows: [Command] = [spop, srandmember]

    // MARK: SPOP

    static let spop = Command(
        "spop", arity: -2, .set, [.write, .fast],
        keys: [.range("RW access delete", 1)],
        since: "1.0.0", complexity: "O(1), or O(N) where N is the count.",
        summary: "Takes one or several members, chosen at random, out of a set.",
        arguments: "key:key#0 count:integer@3.2.0?", tips: ["nondeterministic_output"]
    ) { arguments, keyspace, reply, context throws(CommandError) in
        if arguments.count > 3 { throw .syntax }
        if arguments.count == 3 {
            let count = try arguments.integer(2, orThrow: .notPositive("value"))
            if count < 0 { throw .notPositive("value") }
            return try popMembers(Int(count), arguments[1], &keyspace, &reply, context.setLimits)
        }
        var place = try keyspace.write(arguments[1], as: .set)
        guard let entry = place.entry else { return reply.null() }
        let position = keyspace.randomMember(entry)
        keyspace.withMember(position, of: entry) { reply.bulk($0) }
        keyspace.removeMember(at: position, &place)
        keyspace.finishRemoval(.spop, place)
    }

    private static func popMembers(
        _ count: Int, _ key: RawSpan, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter, _ limits: SetLimits
    ) throws(CommandError) {
        var place = try keyspace.write(key, as: .set)
        guard count > 0, let entry = place.entry else { return reply.set(0) }
        let size = keyspace.memberCount(entry)
        if count >= size {
            reply.set(size)
            reply.members(entry, keyspace)
            keyspace.changed(.spop, entry)
            keyspace.remove(place)
            return
        }
        reply.set(count)
        let form = keyspace.setForm(entry)
        // What is left of a set that was nearly emptied is kept as if it had been put together now; so does Redis.
        let isRemade = (size - count) * 5 <= count
        if form == .table {
            for _ in 0 ..< count {
                let position = keyspace.randomMember(entry)
                keyspace.withMember(position, of: entry) { reply.bulk($0) }
                keyspace.removeMember(at: position, &place)
            }
            if isRemade { keyspace.convertSet(&place, keyspace.members(entry), limits) }
        } else {
            let rest = sample(count, of: size, entry, &keyspace, &reply)
            keyspace.convertSet(&place, rest, limits, form: isRemade ? nil : form)
        }
        if let left = place.entry { keyspace.changed(.spop, left) }
    }

    /// Replies with `count` members of a set of `size`, and returns the others.
    private static func sample(
        _ count: Int, of size: Int, _ entry: Entry, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) -> MemberList {
        var sampling = SelectionSampling(count, of: size, random: keyspace.random)
        var rest = MemberList()
        keyspace.forEachMember(entry) {
            if sampling.takesNext() { reply.bulk($0) } else { rest.append($0) }
            return true
        }
        keyspace.random = sampling.random
        return rest
    }

    // MARK: SRANDMEMBER

    static let srandmember = Command(
        "srandmember", arity: -2, .set, [.readonly],
        keys: [.range("RO access", 1)],
        since: "1.0.0", complexity: "O(1), or O(N) where N is the absolute value of the count.",
        summary: "One or several members of a set, chosen at random.",
        arguments: "key:key#0 count:integer@2.6.0?", tips: ["nondeterministic_output"]
    ) { arguments, keyspace, reply, context throws(CommandError) in
        if arguments.count > 3 { throw .syntax }
        if arguments.count == 3 {
            let count = try arguments.integer(2)
            if count == .min { throw .outsideRange(-.max ... .max) }
            guard let entry = try keyspace.read(arguments[1], as: .set), count != 0 else { return reply.array(0) }
            if count > 1 { return chooseDifferent(Int(count), entry, &keyspace, &reply) }
            return draw(Int(count.magnitude), entry, &keyspace, &reply, &context)
        }
        guard let entry = try keyspace.read(arguments[1], as: .set) else { return reply.null() }
        keyspace.withMember(keyspace.randomMember(entry), of: entry) { reply.bulk($0) }
    }

    /// Each one chosen among all, so that some may come more than once.
    private static func draw(
        _ count: Int, _ entry: Entry, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter, _ context: inout Context
    ) {
        reply.array(count)
        for number in 0 ..< count {
            keyspace.withMember(keyspace.randomMember(entry), of: entry) { reply.bulk($0) }
            if number & 1023 == 1023 {
                // There is no bound on what may be asked for, but there may be one on what may wait to be sent.
                context.enforceLimits(context.session, input: 0, output: reply.output.allocated)
                if context.session.ending != nil { return }
            }
        }
    }

    /// So many different ones, or all.
    private static func chooseDifferent(
        _ count: Int, _ entry: Entry, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) {
        let size = keyspace.memberCount(entry)
        if count >= size {
            reply.array(size)
            return reply.members(entry, keyspace)
        }
        reply.array(count)
        // A third of the members: from there on, drawing some twice costs more than passing by the others.
        if keyspace.setForm(entry) != .table || count >= size / 3 {
            _ = sample(count, of: size, entry, &keyspace, &reply)
            return
        }
        var drawn: Set<Arena.Handle> = []
        drawn.reserveCapacity(count)
        while drawn.count < count {
            let position = keyspace.randomMember(entry)
            guard case .handle(let handle) = position, drawn.insert(handle).inserted else { continue }
            keyspace.withMember(position, of: entry) { reply.bulk($0) }
        }
    }
}
