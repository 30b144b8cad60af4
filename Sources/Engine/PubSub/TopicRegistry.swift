import Bytes

/// The topics of one kind and who subscribes to them.
///
///     names ──▶ Topic ──▶ [subscriber, subscriber, …]          what a message needs
///                              ▲ │
///                     position │ ▼ number
///     pairs ──▶ Subscription ◀──▶ Subscription …               one client's, in order of subscribing
///
/// A subscription knows where its client stands among the topic's subscribers, and the subscriber there knows the
/// subscription's number. So subscribing and unsubscribing are O(1), whatever the topic's audience and however much the client
/// subscribes to: the last subscriber takes the place of one that leaves. A client that goes costs as many steps as it has
/// subscriptions. Redis searches the list of the channel's clients for it.
///
/// Costs: about 60 bytes for each subscription, 130 and the name for each topic.
///
/// Invariants: a topic has subscribers; `names` has every topic and `pairs` every subscription in use.
struct TopicRegistry: ~Copyable {
    let kind: TopicKind
    private var topics: [Topic?] = []
    private var freeTopics: [UInt32] = []
    private var names = HashIndex()
    private var subscriptions = SegmentedArray<Subscription>(empty: Subscription())
    private var subscriptionCount: UInt32 = 0
    private var freeSubscription = Subscription.none
    private var pairs = HashIndex()
    private var nameBytes = 0

    init(_ kind: TopicKind) { self.kind = kind }

    /// Topics that somebody subscribes to.
    var count: Int { names.count }

    /// All topics, in no order.
    var all: [Topic] { topics.compactMap { $0 } }

    subscript(number: UInt32) -> Topic { topics[Int(number)]! }

    /// The topic of this name, if anybody subscribes to it.
    @inline(__always)
    func find(_ name: RawSpan, _ hash: UInt64) -> Topic? {
        names.find(hash) { isTopic($0, name) }.map { self[$0] }
    }

    private func isTopic(_ number: UInt32, _ name: RawSpan) -> Bool {
        let own = self[number].name
        return own.bytes.equals(name)
    }

    // MARK: Subscribing

    /// Adds a client to a topic's subscribers; `nil` if it is one already. The topic is new if it has one subscriber.
    mutating func subscribe(_ session: Session, to name: RawSpan, _ hash: UInt64) -> Topic? {
        let topic: Topic
        if let known = find(name, hash) {
            if subscription(of: session, to: known.number) != nil { return nil }
            topic = known
        } else {
            topic = add(name, hash)
        }
        let number = takeNumber()
        var list = session.subscriptions[kind]
        subscriptions[Int(number)] = Subscription(
            sessionID: session.id, topic: topic.number, position: UInt32(topic.subscribers.count), previous: list.last)
        if list.last == Subscription.none { list.first = number } else { subscriptions[Int(list.last)].next = number }
        list.last = number
        list.count += 1
        session.subscriptions[kind] = list
        topic.subscribers.append(Subscriber(session: session, subscription: number))
        pairs.insert(TopicRegistry.pair(session.id, topic.number), number)
        return topic
    }

    /// Takes a client off a topic's subscribers; `nil` if it is none of them. The topic is gone if it has none left.
    mutating func unsubscribe(_ session: Session, from name: RawSpan, _ hash: UInt64) -> Topic? {
        guard let topic = find(name, hash), let number = subscription(of: session, to: topic.number) else { return nil }
        remove(number, session, topic)
        return topic
    }

    /// Ends the client's oldest subscription.
    mutating func unsubscribeFirst(_ session: Session) -> Topic? {
        let number = session.subscriptions[kind].first
        if number == Subscription.none { return nil }
        let topic = self[subscriptions[Int(number)].topic]
        remove(number, session, topic)
        return topic
    }

    private mutating func remove(_ number: UInt32, _ session: Session, _ topic: Topic) {
        let leaving = subscriptions[Int(number)]
        var list = session.subscriptions[kind]
        if leaving.previous == Subscription.none {
            list.first = leaving.next
        } else {
            subscriptions[Int(leaving.previous)].next = leaving.next
        }
        if leaving.next == Subscription.none {
            list.last = leaving.previous
        } else {
            subscriptions[Int(leaving.next)].previous = leaving.previous
        }
        list.count -= 1
        session.subscriptions[kind] = list

        let last = topic.subscribers.removeLast()
        if last.subscription != number {
            topic.subscribers[Int(leaving.position)] = last
            subscriptions[Int(last.subscription)].position = leaving.position
        }
        pairs.remove(TopicRegistry.pair(session.id, topic.number), number)
        subscriptions[Int(number)].next = freeSubscription
        freeSubscription = number
        if topic.subscribers.isEmpty { remove(topic) }
        if pairs.count == 0 { forgetNumbers() }
    }

    // MARK: Numbers

    private mutating func add(_ name: RawSpan, _ hash: UInt64) -> Topic {
        let number = freeTopics.popLast() ?? UInt32(topics.count)
        let topic = Topic(number: number, name: name.array, hash: hash)
        if number == topics.count { topics.append(topic) } else { topics[Int(number)] = topic }
        names.insert(hash, number)
        nameBytes += name.byteCount
        return topic
    }

    private mutating func remove(_ topic: Topic) {
        names.remove(topic.hash, topic.number)
        topics[Int(topic.number)] = nil
        freeTopics.append(topic.number)
        nameBytes -= topic.name.count
    }

    private mutating func takeNumber() -> UInt32 {
        if freeSubscription != Subscription.none {
            defer { freeSubscription = subscriptions[Int(freeSubscription)].next }
            return freeSubscription
        }
        defer { subscriptionCount += 1 }
        return subscriptionCount
    }

    /// Nobody subscribes to anything: gives the memory back.
    private mutating func forgetNumbers() {
        topics = []
        freeTopics = []
        subscriptions.truncate(to: 0)
        subscriptionCount = 0
        freeSubscription = Subscription.none
    }

    private func subscription(of session: Session, to topic: UInt32) -> UInt32? {
        pairs.find(TopicRegistry.pair(session.id, topic)) {
            let found = subscriptions[Int($0)]
            return found.sessionID == session.id && found.topic == topic
        }
    }

    /// The hash of a client and a topic. Both numbers are the server's own, so nobody outside can choose them.
    private static func pair(_ session: UInt64, _ topic: UInt32) -> UInt64 {
        let spread = session &* 0x9E37_79B9_7F4A_7C15
        let mixed = (spread ^ spread &>> 32 &+ UInt64(topic)) &* 0xD6E8_FEB8_6659_FD93
        return mixed ^ mixed &>> 32
    }

    /// Bytes held, about, besides what subscriptions take.
    var ownMemory: Int {
        let all = count * Topic.baseMemory + nameBytes + pairs.count * 16 + subscriptions.allocatedBytes + names.memory + pairs.memory
        return max(0, all - pairs.count * Subscription.memory)
    }

    func checkInvariants() {
        #if DEBUG
        names.checkInvariants()
        pairs.checkInvariants()
        var members = 0
        for topic in all {
            precondition(!topic.subscribers.isEmpty && self[topic.number] === topic)
            for (position, subscriber) in topic.subscribers.enumerated() {
                let own = subscriptions[Int(subscriber.subscription)]
                precondition(own.sessionID == subscriber.session.id && own.topic == topic.number)
                precondition(own.position == UInt32(position))
                precondition(subscription(of: subscriber.session, to: topic.number) == subscriber.subscription)
            }
            members += topic.subscribers.count
        }
        precondition(members == pairs.count && all.count == names.count)
        #endif
    }
}
