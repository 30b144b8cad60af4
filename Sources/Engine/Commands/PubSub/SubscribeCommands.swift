import Bytes
import Wire

/// SUBSCRIBE and its like, and their opposites.
enum SubscribeCommands {
    static let rows: [Command] = [
        subscribe, psubscribe, ssubscribe, unsubscribe, punsubscribe, sunsubscribe,
    ]

    private static let flags: CommandFlags = [.pubsub, .noScript, .loading, .stale, .inSubscribedMode]

    static let subscribe = Command(
        "subscribe", arity: -2, .pubsub, flags,
        since: "2.0.0", complexity: "O(N) where N is the number of channels to subscribe to.",
        summary: "From now on, sends this connection what is published to the channels.",
        arguments: "channel:string*"
    ) { arguments, _, reply, context throws(CommandError) in context.subscribe(arguments, to: .channel, &reply) }

    static let psubscribe = Command(
        "psubscribe", arity: -2, .pubsub, flags,
        since: "2.0.0", complexity: "O(N) where N is the number of patterns to subscribe to.",
        summary: "From now on, sends this connection what is published to channels that match one of the patterns.",
        arguments: "pattern:pattern*"
    ) { arguments, _, reply, context throws(CommandError) in context.subscribe(arguments, to: .pattern, &reply) }

    static let ssubscribe = Command(
        "ssubscribe", arity: -2, .pubsub, flags,
        keys: [.range("not_key", 1, last: -1)],
        since: "7.0.0", complexity: "O(N) where N is the number of shard channels to subscribe to.",
        summary: "From now on, sends this connection what is published to the shard channels.",
        arguments: "shardchannel:string*"
    ) { arguments, _, reply, context throws(CommandError) in
        if context.isExecuting { throw .text("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client") }
        context.subscribe(arguments, to: .shardChannel, &reply)
    }

    static let unsubscribe = Command(
        "unsubscribe", arity: -1, .pubsub, flags,
        since: "2.0.0", complexity: "O(N) where N is the number of channels to unsubscribe.",
        summary: "Ends the subscription to the channels, or to all channels.",
        arguments: "channel:string?*"
    ) { arguments, _, reply, context throws(CommandError) in context.unsubscribe(arguments, from: .channel, &reply) }

    static let punsubscribe = Command(
        "punsubscribe", arity: -1, .pubsub, flags,
        since: "2.0.0", complexity: "O(N) where N is the number of patterns to unsubscribe.",
        summary: "Ends the subscription to the patterns, or to all patterns.",
        arguments: "pattern:pattern?*"
    ) { arguments, _, reply, context throws(CommandError) in context.unsubscribe(arguments, from: .pattern, &reply) }

    static let sunsubscribe = Command(
        "sunsubscribe", arity: -1, .pubsub, flags,
        keys: [.range("not_key", 1, last: -1)],
        since: "7.0.0", complexity: "O(N) where N is the number of shard channels to unsubscribe.",
        summary: "Ends the subscription to the shard channels, or to all shard channels.",
        arguments: "shardchannel:string?*"
    ) { arguments, _, reply, context throws(CommandError) in
        context.unsubscribe(arguments, from: .shardChannel, &reply)
    }
}
