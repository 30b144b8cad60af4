import Bytes
import Wire

/// What a client is to drop from its cache.
enum Invalidation {
    case key([UInt8])
    /// An array of names as it goes to the client.
    case keys([UInt8])
    case everything

    /// The channel under which RESP2 clients, which know no push messages, are told what other clients are to drop.
    static let channel: StaticString = "__redis__:invalidate"
}

extension Context {
    /// Sends a message to a client in tracking mode, or to the one it named with REDIRECT.
    ///
    /// RESP3 has push messages for this. RESP2 has none: such a client is told nothing, unless it is the target of a
    /// redirection and subscribed to something, when it gets what looks like a message of a channel.
    mutating func sendInvalidation(_ invalidation: Invalidation, to session: Session) {
        guard let redirection = session.tracking?.redirection else { return }
        var target = session
        if redirection != 0 {
            guard let other = sessions[redirection], other.ending == nil else {
                return reportBrokenRedirection(redirection, to: session)
            }
            target = other
        }
        if target.protocolVersion == .resp2, redirection == 0 || !target.isSubscriber { return }
        deliver(to: target) { reply in
            if reply.version == .resp3 {
                reply.push(2)
                reply.bulk("invalidate")
            } else {
                reply.array(3)
                reply.bulk("message")
                reply.bulk(Invalidation.channel)
            }
            switch invalidation {
            case .key(let key):
                reply.array(1)
                reply.bulk(key.bytes)
            case .keys(let names): reply.raw(names.bytes)
            case .everything: reply.null()
            }
        }
    }

    private mutating func reportBrokenRedirection(_ id: UInt64, to session: Session) {
        session.tracking?.isRedirectionBroken = true
        if session.protocolVersion == .resp2 { return }
        deliver(to: session) { reply in
            reply.push(2)
            reply.bulk("tracking-redir-broken")
            reply.integer(Int64(bitPattern: id))
        }
    }
}
