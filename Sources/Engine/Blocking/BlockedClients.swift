import Bytes
import Wire

/// Clients whose requests are held back: until a key has something for them, until a time, until a pause ends.
///
/// A client that waits costs nothing while it does. Those who wait for keys stand in `WaitingLists` and are found when a key
/// changes; those with a deadline are filed in a timer wheel, the same kind that keys expire by; those that a pause holds
/// back are a list that is looked at when it ends. No turn looks at who merely waits.
///
/// What a client is told is written to its output at once, when it becomes due. Its further requests run later in the turn,
/// from `released`: in the middle of another client's command they would come too early.
struct BlockedClients: ~Copyable {
    /// What a blocked client waits for.
    struct Wait {
        let session: Session
        /// What it is told when nothing happens in time.
        let onTimeout: BlockedReply
        /// What it does with the first key that is ready; `nil` where it waits for time only.
        let taking: Taking?
    }

    /// How a command goes on when one of its keys is there.
    struct Taking {
        let type: ValueType
        /// How many elements it must have.
        let least: Int
        let take: KeyTaking
    }

    private var waits = SlotArray<Wait>()
    private(set) var lists = WaitingLists()
    /// Waits by their number, as the wheel's buckets.
    private var wheel = ExpiryWheel()
    /// Keys that became ready, in the order in which they did.
    private var ready: [WaitingLists.Key] = []
    /// Clients that are no longer held back and may have requests to run.
    private(set) var released: [Session] = []
    /// Clients that CLIENT PAUSE holds back, in the order of their requests.
    private var paused: [Session] = []

    /// Those of them that have not gone.
    private var pausedCount = 0

    /// Clients that are held back.
    var count: Int { waits.count + pausedCount }
    /// Those that do not wait for ever.
    var timedCount: Int { wheel.count }

    // MARK: Waiting

    /// Holds a client back until `deadline` (milliseconds since 1970) has passed, or one of `keys` has a value to take from.
    mutating func add(
        _ session: Session, until deadline: Int64?, onTimeout: BlockedReply, keys: [WaitingLists.Key] = [],
        taking: Taking? = nil, now: Int64
    ) {
        let number = waits.insert(
            Wait(session: session, onTimeout: onTimeout, taking: taking))
        session.waiting = .blocked(number)
        lists.add(number, to: keys)
        // A deadline has passed when the clock is beyond it: the time that is promised is the least.
        if let deadline { wheel.schedule(number, at: deadline == .max ? .max - 1 : deadline + 1, now: now) }
    }

    /// Lets go of a client that waits for keys or for time, wherever it stands.
    @discardableResult
    mutating func remove(_ number: Int) -> Wait {
        wheel.cancel(number)
        lists.remove(number)
        let wait = waits.remove(number)
        wait.session.waiting = nil
        return wait
    }

    func wait(_ number: Int) -> Wait { waits[number] }

    /// Holds a client back until the pause ends.
    mutating func hold(_ session: Session) {
        session.waiting = .paused
        paused.append(session)
        pausedCount += 1
    }

    /// Lets the requests of a client run again.
    mutating func release(_ session: Session) { released.append(session) }

    /// Forgets a client that is gone.
    mutating func forget(_ session: Session) {
        switch session.waiting {
        case .blocked(let number): remove(number)
        case .paused:
            // It stays in the list, and is told apart by this when the pause ends.
            session.waiting = nil
            pausedCount -= 1
        case .script: session.waiting = nil
        case .dumping, .watching, nil: break
        }
        if !released.isEmpty { released.removeAll { $0 === session } }
    }

    // MARK: Becoming due

    /// When the next deadline passes, or the wheel has something to do.
    func nextDeadline() -> Int64? { wheel.nextEvent() }

    /// Takes the next client whose time is up.
    mutating func popDue(now: Int64) -> Wait? {
        var budget = Int.max
        guard let number = wheel.popDue(now: now, budget: &budget) else { return nil }
        return remove(number)
    }

    /// Ends the waiting of all that the pause held back.
    mutating func releasePaused() {
        for session in paused {
            guard case .paused = session.waiting else { continue }
            session.waiting = nil
            released.append(session)
        }
        paused.removeAll()
        pausedCount = 0
    }

    mutating func takeReleased() -> [Session] {
        defer { released.removeAll(keepingCapacity: true) }
        return released
    }

    // MARK: Keys

    /// Notes that a key may have become ready.
    mutating func note(_ key: WaitingLists.Key) {
        if lists.markReady(key) { ready.append(key) }
    }

    /// Notes that every key of a database may have: another one's data has taken its place.
    mutating func noteAll(of database: Int) {
        // In an order that does not depend on hashing.
        let keys = lists.keys.filter { $0.database == database }
        for key in keys.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) { note(key) }
    }

    /// The keys that became ready since the last call, in order.
    mutating func takeReady() -> [WaitingLists.Key] {
        for key in ready { lists.unmarkReady(key) }
        defer { ready.removeAll(keepingCapacity: true) }
        return ready
    }

    var hasReady: Bool { !ready.isEmpty }
}

/// What a blocking command does with a key that holds a value of the right type: it replies, changes the key through the door, or
/// throws the error to reply with.
typealias KeyTaking =
    @Sendable (RawSpan, KeyPlace, inout Keyspace, inout ReplyWriter, inout Context) throws(CommandError) -> Void
