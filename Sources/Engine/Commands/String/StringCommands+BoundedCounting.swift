import Bytes
import Wire

/// INCREX: counting within bounds and for a limited time, which is a rate limiter.
extension StringCommands {
    static let increx = Command(
        "increx", arity: -2, .string, [.write, .denyOOM, .fast],
        keys: [.range("RW access update", 1)],
        since: "8.8.0", complexity: "O(1)",
        summary: "Adds to the number that a key holds, unless that leaves given bounds, and sets its time to live.",
        arguments: """
            key:key#0 condition(nx=NX|xx=XX)? increment(float:double=BYFLOAT|integer:integer=BYINT)? saturate=SATURATE? \
            lowerbound:string=LBOUND? upperbound:string=UBOUND? expiration(seconds:integer=EX|milliseconds:integer=PX\
            |unix-time-seconds:unix-time=EXAT|unix-time-milliseconds:unix-time=PXAT|persist=PERSIST)? enx=ENX?
            """
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let options = try BoundedCountingOptions(arguments)
        if options.isFloat {
            try addFloat(arguments, options, &keyspace, &reply)
        } else {
            try addInteger(arguments, options, &keyspace, &reply)
        }
    }

    private static func addInteger(
        _ arguments: Arguments, _ options: BoundedCountingOptions, _ keyspace: inout Keyspace,
        _ reply: inout ReplyWriter
    ) throws(CommandError) {
        let range = try options.integerRange(arguments)
        let deadline = try options.expiration.deadline(arguments, now: keyspace.now, in: "increx")
        var place = keyspace.write(arguments[1])
        let value = try keyspace.integer(place.entry)
        var outcome: (sum: Int64, applied: Int64)?
        if try options.condition.holds(place.entry, arguments, &keyspace) { outcome = try range.add(to: value) }
        reply.array(2)
        reply.integer(outcome?.sum ?? value)
        reply.integer(outcome?.applied ?? 0)
        guard let outcome, let life = options.life(place, deadline, &keyspace) else { return }
        let wasVolatile = keyspace.isVolatile(place)
        keyspace.setInteger(arguments[1], &place, outcome.sum, life, .incrby)
        mentionLife(life, place, wasVolatile: wasVolatile, &keyspace)
    }

    private static func addFloat(
        _ arguments: Arguments, _ options: BoundedCountingOptions, _ keyspace: inout Keyspace,
        _ reply: inout ReplyWriter
    ) throws(CommandError) {
        let range = try options.floatRange(arguments)
        let deadline = try options.expiration.deadline(arguments, now: keyspace.now, in: "increx")
        var place = keyspace.write(arguments[1])
        let value = try keyspace.longDouble(place.entry)
        if value.isInfinite { throw .text("ERR value cannot be Infinity") }
        var outcome: (sum: LongDouble, applied: LongDouble)?
        if try options.condition.holds(place.entry, arguments, &keyspace) { outcome = try range.add(to: value) }
        let text = (outcome?.sum ?? value).humanText
        reply.array(2)
        reply.double(text: text.bytes)
        reply.double(text: (outcome?.applied ?? LongDouble(0 as Int64)).humanText.bytes)
        guard outcome != nil, let life = options.life(place, deadline, &keyspace) else { return }
        let wasVolatile = keyspace.isVolatile(place)
        keyspace.setText(arguments[1], &place, text.bytes, life, .incrbyfloat)
        mentionLife(life, place, wasVolatile: wasVolatile, &keyspace)
    }

    /// Names the event that comes with another deadline.
    private static func mentionLife(
        _ life: DeadlineChange, _ place: KeyPlace, wasVolatile: Bool, _ keyspace: inout Keyspace
    ) {
        guard let entry = place.entry else { return }
        switch life {
        case .at: keyspace.mention(.expire, entry)
        case .clear where wasVolatile: keyspace.mention(.persist, entry)
        case .clear, .keep: break
        }
    }
}

extension BoundedCountingOptions {
    /// What becomes of the deadline of a key that is written. `nil` where the moment named has passed: then the key, if
    /// it is there, is removed instead.
    fileprivate func life(_ place: KeyPlace, _ deadline: Int64?, _ keyspace: inout Keyspace) -> DeadlineChange? {
        guard let deadline else { return expiration.kind == .persist ? .clear : .keep }
        if onlyWithoutDeadline, keyspace.isVolatile(place) { return .keep }
        if !expiration.isAbsolute || deadline > keyspace.now { return .at(deadline) }
        keyspace.remove(place)
        return nil
    }
}

extension Keyspace {
    /// Whether there is a key and it has a deadline.
    fileprivate func isVolatile(_ place: KeyPlace) -> Bool { place.entry.map { arena.header($0).isVolatile } ?? false }
}
