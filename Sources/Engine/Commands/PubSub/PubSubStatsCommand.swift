import Bytes
import Wire

/// PUBSUB STATS, which Redis does not have: where messages go, and who does not keep up.
extension PubSubCommands {
    static let stats = Command(
        "pubsub|stats", arity: -2, .pubsub, flags,
        since: "7.0.0",
        complexity: "O(N) where N is the number of channels reported and their subscribers",
        summary: "Messages published, delivered and dropped by channel, and how far its slowest subscriber is behind.",
        arguments: "pattern:pattern?"
    ) { arguments, _, reply, context throws(CommandError) in
        let filter = try onePattern(arguments)
        let records = context.pubsub.traffic.all.filter { filter.matches($0.name) }
        reply.array(records.count)
        for record in records { write(record, &reply, context) }
    }

    private static func write(
        _ record: ChannelTraffic.Record, _ reply: inout ReplyWriter, _ context: borrowing Context
    ) {
        let topic = context.pubsub.find(record.name.bytes, record.isShard ? .shardChannel : .channel)
        let slowest = topic.flatMap { SubscriberLag.slowest(of: $0, now: context.now) }
        reply.map(9)
        reply.bulk("channel")
        reply.bulk(record.name.bytes)
        reply.bulk("type")
        reply.bulk(record.isShard ? "shard" : "channel")
        reply.bulk("published")
        reply.integer(Int64(clamping: record.published))
        reply.bulk("delivered")
        reply.integer(Int64(clamping: record.delivered))
        reply.bulk("dropped")
        reply.integer(Int64(clamping: record.dropped))
        reply.bulk("subscribers")
        reply.integer(topic?.subscribers.count ?? 0)
        reply.bulk("slowest-client")
        reply.integer(Int64(slowest?.client ?? 0))
        reply.bulk("lag-bytes")
        reply.integer(slowest?.bytes ?? 0)
        reply.bulk("lag-milliseconds")
        reply.integer(slowest?.milliseconds ?? 0)
    }
}

/// How far a subscriber is behind: what waits for it, and for how long it has not had everything.
struct SubscriberLag {
    let client: UInt64
    let bytes: Int
    let milliseconds: Int64

    /// The subscriber for whom most is waiting; `nil` when all have everything.
    static func slowest(of topic: Topic, now: Int64) -> SubscriberLag? {
        var slowest: Session?
        for subscriber in topic.subscribers where subscriber.session.pendingOutput > slowest?.pendingOutput ?? 0 {
            slowest = subscriber.session
        }
        return slowest.map {
            SubscriberLag(client: $0.id, bytes: $0.pendingOutput, milliseconds: max(0, now - $0.announcedAt))
        }
    }
}
