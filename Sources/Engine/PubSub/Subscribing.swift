import Bytes
import Wire

extension TopicKind {
    /// The first words of confirmations.
    var subscribed: StaticString {
        switch self {
        case .channel: "subscribe"
        case .pattern: "psubscribe"
        case .shardChannel: "ssubscribe"
        }
    }

    var unsubscribed: StaticString {
        switch self {
        case .channel: "unsubscribe"
        case .pattern: "punsubscribe"
        case .shardChannel: "sunsubscribe"
        }
    }
}

/// The work of the commands that subscribe and unsubscribe. They confirm each name by itself, with a push, whether or not
/// it changes anything. CLIENT REPLY does not silence pushes.
extension Context {
    mutating func subscribe(_ names: Arguments, to kind: TopicKind, _ reply: inout ReplyWriter) {
        divertPush(&reply)
        for index in 1 ..< names.count {
            pubsub.subscribe(session, to: names[index], kind)
            confirm(kind.subscribed, names[index], kind, &reply)
        }
        divertPush(&reply)
    }

    /// Without names: from all, and if there are none that is confirmed too.
    mutating func unsubscribe(_ names: Arguments, from kind: TopicKind, _ reply: inout ReplyWriter) {
        divertPush(&reply)
        for index in 1 ..< max(1, names.count) {
            pubsub.unsubscribe(session, from: names[index], kind)
            confirm(kind.unsubscribed, names[index], kind, &reply)
        }
        if names.count == 1 { unsubscribeFromAll(kind, &reply) }
        divertPush(&reply)
    }

    private mutating func unsubscribeFromAll(_ kind: TopicKind, _ reply: inout ReplyWriter) {
        if session.subscriptions[kind].count == 0 {
            reply.push(3)
            reply.bulk(kind.unsubscribed)
            reply.null()
            reply.integer(session.subscriptions.count(with: kind))
        }
        while let name = pubsub.unsubscribeFirst(session, kind) { confirm(kind.unsubscribed, name.bytes, kind, &reply) }
    }

    private func confirm(_ word: StaticString, _ name: RawSpan, _ kind: TopicKind, _ reply: inout ReplyWriter) {
        reply.push(3)
        reply.bulk(word)
        reply.bulk(name)
        reply.integer(session.subscriptions.count(with: kind))
    }
}
