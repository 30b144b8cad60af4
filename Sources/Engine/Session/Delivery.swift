import Bytes
import Wire

/// From one client's request, or from no request at all, to other clients: messages, invalidations, what MONITOR shows.
///
/// A message is written once, in each dialect that somebody speaks, and then given to all its receivers: `deliver` copies it
/// behind what already waits for them, or lets them share its large parts. A receiver is announced to the host once, however
/// many messages it gets before it is sent them, and closed when it does not read (`client-output-buffer-limit`).
///
/// The client whose own request is running has lent its output to the reply writer. What it is to be told is put aside and
/// follows the reply, so that it never stands in the middle of one.
extension Context {
    /// Adds a message to what waits for a client. False when it is being closed, which may be because of this message.
    @discardableResult
    mutating func deliver(_ message: borrowing OutputBuffer, to session: Session) -> Bool {
        if session.ending != nil { return false }
        if session.isLent {
            pushed.append(contentsOf: message)
            return true
        }
        session.output.append(contentsOf: message)
        announce(session)
        return session.ending == nil
    }

    /// The same for bytes that are whole messages.
    @discardableResult
    mutating func deliver(_ message: RawSpan, to session: Session) -> Bool {
        if session.ending != nil { return false }
        if session.isLent {
            pushed.append(message)
            return true
        }
        session.output.append(message)
        announce(session)
        return session.ending == nil
    }

    /// The same for a message to one client, written by `body` in the dialect that this client speaks.
    @discardableResult
    mutating func deliver(to session: Session, _ body: (inout ReplyWriter) -> Void) -> Bool {
        if session.ending != nil { return false }
        var writer = ReplyWriter(version: session.protocolVersion)
        if session.isLent {
            swap(&writer.output, &pushed)
            body(&writer)
            swap(&writer.output, &pushed)
            return true
        }
        session.exchangeOutput(&writer.output, lending: true)
        body(&writer)
        session.exchangeOutput(&writer.output, lending: false)
        announce(session)
        return session.ending == nil
    }

    /// Tells the host once that a client has output, and closes one that has too much.
    @inline(__always)
    private mutating func announce(_ session: Session) {
        if !session.isAnnounced {
            session.isAnnounced = true
            session.announcedAt = now
            addressed.append(session)
        }
        enforceOutputLimit(session, session.outputMemory)
        if session.ending != nil { wake(session) }
        session.recount()
        enforceClientMemory()
    }

    /// Before and after a command writes pushes: CLIENT REPLY does not keep them from the client, so while its replies are
    /// taken back they are written elsewhere.
    mutating func divertPush(_ reply: inout ReplyWriter) {
        if session.isMuted { swap(&reply.output, &pushed) }
    }

    /// Lets the running client have what was put aside for it, behind what `reply` holds.
    @inline(__always)
    mutating func emitPushed(_ reply: inout ReplyWriter) {
        if !pushed.isEmpty { reply.output.append(moving: &pushed) }
    }

    /// The same in front of a reply that is still to be written: Redis lets a client that publishes to itself see the message
    /// before the count. In a transaction it would stand in the middle of EXEC's reply.
    mutating func emitPushedFirst(_ reply: inout ReplyWriter) {
        if !session.isMuted, !isExecuting { emitPushed(&reply) }
    }
}
