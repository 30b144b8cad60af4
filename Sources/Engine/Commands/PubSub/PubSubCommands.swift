import Bytes
import Wire

/// PUBSUB, which tells who subscribes to what.
enum PubSubCommands {
    static let rows: [Command] = SubscribeCommands.rows + PublishCommands.rows + [pubsub]

    static let pubsub = Command.container(
        "pubsub", .pubsub, since: "2.8.0",
        summary: "A container of commands about channels and their subscribers.",
        [channels, help, numpat, numsub, shardchannels, shardnumsub, stats])

    static let flags: CommandFlags = [.pubsub, .loading, .stale]

    static let channels = Command(
        "pubsub|channels", arity: -2, .pubsub, flags,
        since: "2.8.0",
        complexity: "O(N) where N is the number of active channels, and assuming constant time pattern matching "
            + "(relatively short channels and patterns)",
        summary: "The channels that have subscribers, or those of them that match a pattern.",
        arguments: "pattern:pattern?"
    ) { arguments, _, reply, context throws(CommandError) in
        let pattern = try onePattern(arguments)
        list(context.pubsub.channels.all, pattern, &reply)
    }

    static let shardchannels = Command(
        "pubsub|shardchannels", arity: -2, .pubsub, flags,
        since: "7.0.0",
        complexity: "O(N) where N is the number of active shard channels, and assuming constant time pattern matching "
            + "(relatively short shard channels).",
        summary: "The shard channels that have subscribers, or those of them that match a pattern.",
        arguments: "pattern:pattern?"
    ) { arguments, _, reply, context throws(CommandError) in
        let pattern = try onePattern(arguments)
        list(context.pubsub.shardChannels.all, pattern, &reply)
    }

    static let numsub = Command(
        "pubsub|numsub", arity: -2, .pubsub, flags,
        since: "2.8.0", complexity: "O(N) for the NUMSUB subcommand, where N is the number of requested channels",
        summary: "How many subscribers each of the channels has, those to patterns left out.",
        arguments: "channel:string?*"
    ) { arguments, _, reply, context throws(CommandError) in count(.channel, arguments, &reply, context) }

    static let shardnumsub = Command(
        "pubsub|shardnumsub", arity: -2, .pubsub, flags,
        since: "7.0.0",
        complexity: "O(N) for the SHARDNUMSUB subcommand, where N is the number of requested shard channels",
        summary: "How many subscribers each of the shard channels has.",
        arguments: "shardchannel:string?*"
    ) { arguments, _, reply, context throws(CommandError) in count(.shardChannel, arguments, &reply, context) }

    static let numpat = Command(
        "pubsub|numpat", arity: 2, .pubsub, flags,
        since: "2.8.0", complexity: "O(1)",
        summary: "How many different patterns are subscribed to."
    ) { _, _, reply, context throws(CommandError) in reply.integer(context.pubsub.patterns.count) }

    static let help = Command(
        "pubsub|help", arity: 2, .pubsub, [.loading, .stale], groupCategory: false,
        since: "6.2.0", complexity: "O(1)",
        summary: "Lists the subcommands of PUBSUB."
    ) { _, _, reply, _ throws(CommandError) in
        HelpReply.write(
            "PUBSUB",
            [
                "CHANNELS [<pattern>]",
                "    Return the currently active channels matching a <pattern> (default: '*').",
                "NUMPAT", "    Return number of subscriptions to patterns.",
                "NUMSUB [<channel> ...]",
                "    Return the number of subscribers for the specified channels, excluding",
                "    pattern subscriptions(default: no channels).",
                "SHARDCHANNELS [<pattern>]",
                "    Return the currently active shard level channels matching a <pattern> (default: '*').",
                "SHARDNUMSUB [<shardchannel> ...]",
                "    Return the number of subscribers for the specified shard level channel(s)",
                "STATS [<pattern>]",
                "    Return what was published to channels matching a <pattern> (default: '*'), of the",
                "    1024 that were published to last, and how far their slowest subscriber is behind.",
            ], &reply)
    }

    /// The position of the only pattern there may be.
    static func onePattern(_ arguments: Arguments) throws(CommandError) -> GlobFilter {
        if arguments.count > 3 { throw .subcommandSyntax(of: "pubsub", arguments[1].quotedText) }
        return GlobFilter(arguments.count == 3 ? arguments[2].array : nil)
    }

    private static func list(_ topics: [Topic], _ filter: GlobFilter, _ reply: inout ReplyWriter) {
        let names = topics.lazy.map(\.name).filter { filter.matches($0) }
        reply.array(names.count)
        for name in names { reply.bulk(name.bytes) }
    }

    private static func count(
        _ kind: TopicKind, _ arguments: Arguments, _ reply: inout ReplyWriter, _ context: borrowing Context
    ) {
        reply.array((arguments.count - 2) * 2)
        for index in 2 ..< arguments.count {
            reply.bulk(arguments[index])
            reply.integer(context.pubsub.find(arguments[index], kind)?.subscribers.count ?? 0)
        }
    }
}

/// A pattern that names may have to match.
struct GlobFilter {
    private let pattern: [UInt8]?

    init(_ pattern: [UInt8]?) { self.pattern = pattern }

    func matches(_ name: [UInt8]) -> Bool {
        guard let pattern else { return true }
        return GlobPattern(pattern.bytes).matches(name.bytes)
    }
}
