import Bytes
import Wire

/// LEASE: a cached value that many clients want is made anew by one of them.
///
/// The state is the same that memcached's meta commands see: a client of either kind may hold the lease that one of the other
/// waits for. See docs/caching.md.
enum LeaseCommands {
    static let rows: [Command] = [lease]

    static let lease = Command.container(
        "lease", .string, since: "7.0.0",
        summary: "A container of commands that let one client renew a cached value.",
        [get, invalidate])

    static let get = Command(
        "lease|get", arity: -4, .string, [.write, .denyOOM, .fast],
        keys: [.range("RW access update", 2)],
        since: "7.0.0", complexity: "O(1)",
        summary: "The value of a key, and whether this client is the one to make a new one.",
        arguments: "key:key#0 seconds:integer recache:integer=RECACHE?"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let seconds = try duration(arguments, 3)
        var recache: Int64 = 0
        if arguments.count == 6, arguments.isWord(4, "recache") {
            recache = try duration(arguments, 5)
        } else if arguments.count != 4 {
            throw .syntax
        }
        let key = arguments[2]
        var place = keyspace.readToWrite(key)
        if let entry = place.entry, !keyspace.arena.header(entry).isString { throw .wrongType }
        if place.entry == nil {
            let end = keyspace.now + seconds * 1000
            keyspace.setRawString(key, &place, "".bytes, .clear, .set)
            keyspace.setDeadline(&place, end, .expire)
            keyspace.annotate(&place, Annotation(flags: 0, state: .vacant, unique: 0))
        }
        guard let entry = place.entry else { return reply.null() }
        let moment = ItemLife.until(keyspace.now + recache * 1000)
        let isVacant = keyspace.arena.annotation(entry)?.state.contains(.vacant) == true
        let wants = isVacant || recache > 0 && keyspace.isDueForRenewal(entry, moment)
        let turn = keyspace.takeTurn(&place, wants: wants, until: keyspace.now / 1000 + seconds)
        reply.array(2)
        if let entry = place.entry, !isVacant { try reply.value(entry, &keyspace) } else { reply.null() }
        reply.bulk(status(turn, isVacant: isVacant))
    }

    private static func status(_ turn: Keyspace.Turn, isVacant: Bool) -> StaticString {
        if turn.wins { return "renew" }
        if isVacant { return "wait" }
        return turn.isStale ? "stale" : "fresh"
    }

    static let invalidate = Command(
        "lease|invalidate", arity: -3, .string, [.write, .fast],
        keys: [.range("RW access update", 2)],
        since: "7.0.0", complexity: "O(1)",
        summary: "Marks the value of a key as stale: it is served until somebody has made a new one.",
        arguments: "key:key#0 seconds:integer?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        if arguments.count > 4 { throw .syntax }
        let seconds = arguments.count == 4 ? try duration(arguments, 3) : nil
        var place = keyspace.write(arguments[2])
        guard let entry = place.entry else { return reply.integer(0) }
        if !keyspace.arena.header(entry).isString { throw .wrongType }
        keyspace.invalidate(&place)
        if let seconds {
            // A stale value lives no longer than it would have.
            let end = keyspace.now + seconds * 1000
            let old = place.entry.flatMap { keyspace.arena.deadline($0) }
            if old ?? .max > end { keyspace.prolong(&place, .until(end)) }
        }
        reply.integer(1)
    }

    private static func duration(_ arguments: Arguments, _ index: Int) throws(CommandError) -> Int64 {
        let seconds = try arguments.integer(index)
        if seconds <= 0 || seconds > LeaseState.longestLease {
            throw .outsideRange(1 ... LeaseState.longestLease)
        }
        return seconds
    }
}
