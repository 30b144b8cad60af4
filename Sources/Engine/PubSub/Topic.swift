/// A channel, or a pattern, that somebody subscribes to.
final class Topic {
    /// Its place in its registry.
    let number: UInt32
    let name: [UInt8]
    /// The hash of its name, and of a pattern its ends.
    let hash: UInt64
    /// Whom to tell, close together, since that is what is read for every message.
    var subscribers: [Subscriber] = []

    init(number: UInt32, name: [UInt8], hash: UInt64) {
        self.number = number
        self.name = name
        self.hash = hash
    }

    /// What a topic costs besides its name and its subscribers, about.
    static let baseMemory = 128
}

struct Subscriber {
    let session: Session
    /// The number of its subscription.
    let subscription: UInt32
}

/// The three kinds of topics, each with names of its own.
enum TopicKind {
    case channel, pattern, shardChannel
}

/// What one client subscribes to, as lists through the registries' subscriptions, in order of subscribing.
struct Subscriptions {
    struct List {
        var first = Subscription.none
        var last = Subscription.none
        var count: UInt32 = 0
    }

    var channels = List()
    var patterns = List()
    var shardChannels = List()

    subscript(kind: TopicKind) -> List {
        get {
            switch kind {
            case .channel: channels
            case .pattern: patterns
            case .shardChannel: shardChannels
            }
        }
        set {
            switch kind {
            case .channel: channels = newValue
            case .pattern: patterns = newValue
            case .shardChannel: shardChannels = newValue
            }
        }
    }

    var isEmpty: Bool { channels.count == 0 && patterns.count == 0 && shardChannels.count == 0 }

    /// The number that a confirmation tells: channels and patterns are counted together, shard channels by themselves.
    func count(with kind: TopicKind) -> Int {
        kind == .shardChannel ? Int(shardChannels.count) : Int(channels.count) + Int(patterns.count)
    }

    var memory: Int { (count(with: .channel) + count(with: .shardChannel)) * Subscription.memory }
}

/// One client's interest in one topic.
struct Subscription: BitwiseCopyable {
    var sessionID: UInt64 = 0
    var topic: UInt32 = 0
    /// Where the client stands among the topic's subscribers.
    var position: UInt32 = 0
    /// Its neighbours among the client's subscriptions.
    var previous = Subscription.none
    var next = Subscription.none

    static var none: UInt32 { .max }

    /// What one costs: itself, its place among the topic's subscribers, and its node in the index.
    static let memory = 24 + 16 + 16
}
