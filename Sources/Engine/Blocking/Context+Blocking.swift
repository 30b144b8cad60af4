import Bytes
import Wire

/// Waiting, as commands ask for it.
extension Context {
    /// Takes from the first of the keys that is there; where none is, the client waits for them.
    ///
    /// This is all that BLPOP and its like consist of, beside what they take. `keys` are the arguments that name the keys,
    /// `timeout` is the one with the seconds to wait. A key with less than `least` elements is not enough. Where the client
    /// may not wait, it is told `instead`.
    mutating func takeOrWait(
        _ arguments: Arguments, keys: Range<Int>, _ type: ValueType, least: Int = 1, timeout: Int,
        instead: BlockedReply = .nullArray, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter,
        _ take: @escaping KeyTaking
    ) throws(CommandError) {
        let deadline = try deadline(arguments[timeout])
        for index in keys {
            let place = try keyspace.write(arguments[index], as: type)
            guard let entry = place.entry else { continue }
            if least == 1 || keyspace.elementCount(entry) >= least {
                return try take(arguments[index], place, &keyspace, &reply, &self)
            }
        }
        if !mayBlock { return instead.write(to: &reply) }
        var awaited: [WaitingLists.Key] = []
        for index in keys {
            awaited.append(WaitingLists.Key(database: keyspace.selected, bytes: arguments[index].array))
        }
        blocked.add(
            session, until: deadline, onTimeout: .nullArray, keys: awaited,
            taking: BlockedClients.Taking(type: type, least: least, take: take), now: now)
        keyspace.effects.listeners.insert(.blocking)
    }

    /// Holds the running client back until `deadline` passes; the reply comes then. Only where `mayBlock`.
    mutating func block(until deadline: Int64?, _ reply: BlockedReply) {
        blocked.add(session, until: deadline, onTimeout: reply, now: now)
    }

    /// When a client that waits for `seconds` from now on, which may be a fraction, has waited long enough; `nil` for never.
    func deadline(_ seconds: RawSpan) throws(CommandError) -> Int64? {
        guard let number = LongDouble(text: seconds) else {
            throw .text("ERR timeout is not a float or out of range")
        }
        // What is out of range for milliseconds counts as negative, as a conversion by the processor makes it.
        guard let milliseconds = number.roundedUpInteger(times: 1000), milliseconds >= 0 else {
            throw .text("ERR timeout is negative")
        }
        if milliseconds == 0 { return nil }
        let (deadline, isFar) = now.addingReportingOverflow(milliseconds)
        return isFar ? nil : deadline
    }

    /// Tells a blocked client what ended its waiting. Its further requests run later in the turn.
    mutating func release(_ wait: BlockedClients.Wait, _ answer: BlockedReply) {
        respond(to: wait.session) { reply, _ in answer.write(to: &reply) }
        blocked.release(wait.session)
    }

    /// Writes a reply to a client that waited for it, and leaves it out where the client does not want any.
    mutating func respond(to session: Session, _ body: (inout ReplyWriter, inout Context) -> Void) {
        var reply = ReplyWriter(version: session.protocolVersion)
        session.exchangeOutput(&reply.output, lending: true)
        let mark = reply.position
        body(&reply, &self)
        if session.isMuted { reply.truncate(to: mark) }
        if session.replyMode == .skipping { session.replyMode = .on }
        session.exchangeOutput(&reply.output, lending: false)
        if reply.errorCount > 0 {
            statistics.countError(reply.lastErrorCode)
            if session.lastCommand >= 0 { statistics.commands[session.lastCommand].failed &+= 1 }
        }
    }
}

/// What a blocked client is told when nothing happened in time.
enum BlockedReply: Equatable {
    case integer(Int64)
    case null
    case nullArray
    case integers([Int64])
    case error(String)

    func write(to reply: inout ReplyWriter) {
        switch self {
        case .integer(let value): reply.integer(value)
        case .error(let text): reply.error(text)
        case .null: reply.null()
        case .nullArray: reply.nullArray()
        case .integers(let values):
            reply.array(values.count)
            for value in values { reply.integer(value) }
        }
    }
}
