import Bytes
import Wire

extension Session {
    /// Whether the client has subscribed to any channel or pattern.
    var isSubscribed: Bool { false }
}

extension Context {
    mutating func emitPushed(_ reply: inout ReplyWriter) {
        if !pushed.isEmpty { reply.output.append(moving: &pushed) }
    }

    mutating func deliver(to session: Session, _ body: (inout ReplyWriter) -> Void) {
        var writer = ReplyWriter(version: session.protocolVersion)
        if session.isLent {
            swap(&writer.output, &pushed)
            body(&writer)
            swap(&writer.output, &pushed)
        } else {
            session.withOutput { output in
                swap(&writer.output, &output)
                body(&writer)
                swap(&writer.output, &output)
            }
            wake(session)
        }
    }

    @discardableResult
    mutating func publish(channel: RawSpan, message: RawSpan) -> Int { 0 }
}
