import Bytes
import Wire

/// PUBLISH and SPUBLISH.
enum PublishCommands {
    static let rows: [Command] = [publish, spublish]

    static let publish = Command(
        "publish", arity: 3, .pubsub, [.pubsub, .loading, .stale, .fast, .mayReplicate],
        since: "2.0.0",
        complexity: "O(N+M) where N is the number of clients subscribed to the receiving channel and M is the total "
            + "number of subscribed patterns (by any client).",
        summary: "Sends a message to everybody who listens to the channel, and tells how many copies that were.",
        arguments: "channel:string message:string"
    ) { arguments, _, reply, context throws(CommandError) in
        let copies = context.publish(channel: arguments[1], message: arguments[2], isNoted: true)
        context.emitPushedFirst(&reply)
        reply.integer(copies)
    }

    static let spublish = Command(
        "spublish", arity: 3, .pubsub, [.pubsub, .loading, .stale, .fast, .mayReplicate],
        keys: [.range("not_key", 1)],
        since: "7.0.0", complexity: "O(N) where N is the number of clients subscribed to the receiving shard channel.",
        summary: "Sends a message to everybody who listens to the shard channel, and tells how many copies that were.",
        arguments: "shardchannel:string message:string"
    ) { arguments, _, reply, context throws(CommandError) in
        let copies = context.publish(shardChannel: arguments[1], message: arguments[2])
        context.emitPushedFirst(&reply)
        reply.integer(copies)
    }
}
