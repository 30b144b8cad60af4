import Bytes

/// Who listens to what: channels, patterns of channels, and shard channels, which have names of their own.
///
/// A message is published in three steps: the channel's subscribers are looked up, the patterns that match it are found
/// (`PatternIndex`), and each subscriber is given a copy (`Context.publish`). Messages are not kept: whoever subscribes later,
/// or is cut off because it does not read, does not get them.
struct PubSub: ~Copyable {
    private(set) var channels = TopicRegistry(.channel)
    private(set) var patterns = TopicRegistry(.pattern)
    private(set) var shardChannels = TopicRegistry(.shardChannel)
    private var patternIndex: PatternIndex
    var traffic = ChannelTraffic()
    /// Clients that subscribe to something.
    private(set) var clientCount = 0
    private let key: SipKey

    /// The key keeps outsiders from making names collide.
    init(key: SipKey) {
        self.key = key
        patternIndex = PatternIndex(key: key)
    }

    @inline(__always)
    func hash(_ name: RawSpan) -> UInt64 { siphash13(name, key) }

    /// The subscribers of a channel or shard channel, or of just this pattern.
    func find(_ name: RawSpan, _ kind: TopicKind) -> Topic? {
        switch kind {
        case .channel: channels.find(name, hash(name))
        case .pattern: patterns.find(name, hash(name))
        case .shardChannel: shardChannels.find(name, hash(name))
        }
    }

    /// The patterns that match a channel.
    @inline(__always)
    func matchingPatterns(_ channel: RawSpan) -> [Topic] {
        patternIndex.count == 0 ? [] : patternIndex.matches(channel, in: patterns)
    }

    // MARK: Subscribing

    /// Does nothing if the client subscribes to this already.
    mutating func subscribe(_ session: Session, to name: RawSpan, _ kind: TopicKind) {
        let wasSubscriber = session.isSubscriber
        let hash = hash(name)
        switch kind {
        case .channel: _ = channels.subscribe(session, to: name, hash)
        case .shardChannel: _ = shardChannels.subscribe(session, to: name, hash)
        case .pattern:
            if let topic = patterns.subscribe(session, to: name, hash), topic.subscribers.count == 1 {
                patternIndex.insert(name, topic.number)
            }
        }
        note(session, wasSubscriber)
    }

    /// Does nothing if the client does not subscribe to this.
    mutating func unsubscribe(_ session: Session, from name: RawSpan, _ kind: TopicKind) {
        let wasSubscriber = session.isSubscriber
        let hash = hash(name)
        switch kind {
        case .channel: _ = channels.unsubscribe(session, from: name, hash)
        case .shardChannel: _ = shardChannels.unsubscribe(session, from: name, hash)
        case .pattern: forget(patterns.unsubscribe(session, from: name, hash))
        }
        note(session, wasSubscriber)
    }

    /// Ends the client's oldest subscription of a kind and returns its topic's name; `nil` when there is none.
    mutating func unsubscribeFirst(_ session: Session, _ kind: TopicKind) -> [UInt8]? {
        let wasSubscriber = session.isSubscriber
        let topic: Topic?
        switch kind {
        case .channel: topic = channels.unsubscribeFirst(session)
        case .shardChannel: topic = shardChannels.unsubscribeFirst(session)
        case .pattern:
            topic = patterns.unsubscribeFirst(session)
            forget(topic)
        }
        note(session, wasSubscriber)
        return topic?.name
    }

    /// Ends all of a client's subscriptions: it is gone, or starts anew.
    mutating func remove(_ session: Session) {
        for kind in [TopicKind.channel, .shardChannel, .pattern] {
            while unsubscribeFirst(session, kind) != nil {}
        }
    }

    private mutating func forget(_ pattern: Topic?) {
        guard let pattern, pattern.subscribers.isEmpty else { return }
        let name = pattern.name
        patternIndex.remove(name.bytes, pattern.number)
    }

    private mutating func note(_ session: Session, _ wasSubscriber: Bool) {
        if session.isSubscriber == wasSubscriber { return }
        clientCount += wasSubscriber ? -1 : 1
        session.limitClass = wasSubscriber ? .normal : .pubsub
        session.restrictSubscriber()
    }

    /// Bytes held, about, besides what subscriptions take, which is the sessions' own.
    var ownMemory: Int {
        if clientCount == 0 { return 0 }
        return channels.ownMemory + patterns.ownMemory + shardChannels.ownMemory + patternIndex.memory
    }

    func checkInvariants() {
        #if DEBUG
        channels.checkInvariants()
        patterns.checkInvariants()
        shardChannels.checkInvariants()
        patternIndex.checkInvariants()
        traffic.checkInvariants()
        precondition(patternIndex.count == patterns.count)
        #endif
    }
}

extension Session {
    var isSubscriber: Bool { !subscriptions.isEmpty }

    /// A RESP2 client that subscribes may not do much else, because it could not tell a message from a reply. To be called
    /// when it becomes a subscriber, or none, and when it changes its protocol.
    func restrictSubscriber() {
        if isSubscriber && protocolVersion == .resp2 {
            conditions.insert(.subscribed)
        } else {
            conditions.remove(.subscribed)
        }
    }
}
