import Bytes
import Wire

extension Context {
    /// Sends a message to all who listen to a channel, and to all who listen to a pattern that it matches. Returns how many
    /// copies that makes. Whoever has something to publish calls this: PUBLISH, and notifications of changes.
    ///
    /// What clients publish is noted for PUBSUB STATS. What the server does is not: there are as many channels for
    /// notifications as there are keys.
    @discardableResult
    mutating func publish(channel: RawSpan, message: RawSpan, isNoted: Bool = false) -> Int {
        let hash = pubsub.hash(channel)
        var edition = Edition()
        if let topic = pubsub.channels.find(channel, hash) { distribute(&edition, topic, .message, channel, message) }
        for topic in pubsub.matchingPatterns(channel) {
            distribute(&edition, topic, .patternMessage(topic.name), channel, message)
        }
        if isNoted {
            pubsub.traffic.note(channel, hash, isShard: false, delivered: edition.delivered, dropped: edition.dropped)
        }
        return edition.delivered + edition.dropped
    }

    /// What a client publishes to a shard channel, which patterns do not concern.
    @discardableResult
    mutating func publish(shardChannel channel: RawSpan, message: RawSpan) -> Int {
        let hash = pubsub.hash(channel)
        var edition = Edition()
        if let topic = pubsub.shardChannels.find(channel, hash) {
            distribute(&edition, topic, .shardMessage, channel, message)
        }
        pubsub.traffic.note(channel, hash, isShard: true, delivered: edition.delivered, dropped: edition.dropped)
        return edition.delivered + edition.dropped
    }

    /// Gives each subscriber of a topic its copy.
    private mutating func distribute(
        _ edition: inout Edition, _ topic: Topic, _ heading: Edition.Heading, _ channel: RawSpan, _ message: RawSpan
    ) {
        edition.resp2.truncate(to: 0)
        edition.resp3.truncate(to: 0)
        for subscriber in topic.subscribers {
            let session = subscriber.session
            let isDelivered: Bool
            if session.protocolVersion == .resp2 {
                if edition.resp2.position == 0 {
                    Edition.write(&edition.resp2, &edition.body, heading, channel, message)
                }
                isDelivered = deliver(edition.resp2.output, to: session)
            } else {
                if edition.resp3.position == 0 {
                    Edition.write(&edition.resp3, &edition.body, heading, channel, message)
                }
                isDelivered = deliver(edition.resp3.output, to: session)
            }
            if isDelivered { edition.delivered &+= 1 } else { edition.dropped &+= 1 }
        }
    }
}

/// One message on its way to many: written once in each protocol that somebody speaks, however many they are. A large message
/// is in memory once for all of them; what stands before it is copied.
private struct Edition: ~Copyable {
    enum Heading {
        case message, shardMessage
        case patternMessage([UInt8])
    }

    /// Messages of this size are shared. Copying less is cheaper than a chunk of output to itself, and the one behind it.
    static let sharedSize = 4096

    var resp2 = ReplyWriter(version: .resp2)
    var resp3 = ReplyWriter(version: .resp3)
    /// The message as a bulk string, which is the same in both protocols and behind all headings.
    var body: SharedBytes?
    var delivered = 0
    var dropped = 0

    static func write(
        _ writer: inout ReplyWriter, _ body: inout SharedBytes?, _ heading: Heading, _ channel: RawSpan, _ message: RawSpan
    ) {
        switch heading {
        case .message:
            writer.push(3)
            writer.bulk("message")
        case .shardMessage:
            writer.push(3)
            writer.bulk("smessage")
        case .patternMessage(let pattern):
            writer.push(4)
            writer.bulk("pmessage")
            writer.bulk(pattern.bytes)
        }
        writer.bulk(channel)
        if message.byteCount < sharedSize { return writer.bulk(message) }
        if body == nil { body = SharedBytes(block: UInt8(ascii: "$"), message) }
        writer.output.append(shared: body!)
    }
}
