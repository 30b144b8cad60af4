import Bytes
import Wire

/// Client-side caching: the server tells clients when what they hold in their caches is out of date (CLIENT TRACKING).
///
///     a client reads a key  ──▶ its id goes into the tracking table
///     the key changes       ──▶ it leaves the table, and the clients in it are sent its name
///     BCAST                 ──▶ no table: names of changed keys gather for each prefix and leave when the turn ends
///
/// It hears of changes from the effect log, like everybody behind the one door, so that expiry, eviction and every command
/// are covered alike. While no client tracks there is no table, nothing is recorded, and nothing is spent.
struct ClientTracking: ~Copyable {
    /// Clients in tracking mode.
    private(set) var clientCount = 0
    fileprivate var table: TrackingTable
    fileprivate var broadcasts = BroadcastTable()

    init(hashKey: SipKey) { table = TrackingTable(hashKey: hashKey) }

    /// Figures for INFO: keys in the table, clients in its entries, and prefixes.
    var keyCount: Int { table.count }
    var itemCount: Int { table.itemCount }
    var prefixCount: Int { broadcasts.count }
    /// Whether messages of BCAST mode wait for the turn's end.
    var hasDueBroadcasts: Bool { broadcasts.hasDue }

    /// CLIENT TRACKING ON; for a client that tracks already, its new mode. `prefixes` are registered beside those it has.
    mutating func start(
        _ session: Session, _ options: TrackingMode.Options, redirection: UInt64, prefixes: [[UInt8]],
        _ keyspace: inout Keyspace
    ) {
        var mode = session.tracking ?? TrackingMode()
        if session.tracking == nil { clientCount += 1 }
        mode.options = options
        mode.redirection = redirection
        mode.isRedirectionBroken = false
        if options.contains(.broadcast) {
            for prefix in prefixes.isEmpty ? [[]] : prefixes where !mode.prefixes.contains(prefix) {
                broadcasts.register(prefix, session)
                mode.prefixes.append(prefix)
            }
            mode.prefixes.sort { $0.lexicographicallyPrecedes($1) }
        }
        session.tracking = mode
        keyspace.effects.listeners.insert(.tracking)
    }

    /// CLIENT TRACKING OFF, RESET, and the end of a connection. With the last client goes everything.
    mutating func stop(_ session: Session, _ keyspace: inout Keyspace) {
        guard let mode = session.tracking else { return }
        for prefix in mode.prefixes { broadcasts.unregister(prefix, session) }
        session.tracking = nil
        clientCount -= 1
        if clientCount > 0 { return }
        table.removeAll(&keyspace)
        keyspace.effects.listeners.remove(.tracking)
    }
}

/// What changes and reads mean for clients' caches.
extension Context {
    /// A command of `client`, or nobody, had an effect.
    mutating func trackEffect(_ effect: Effect, by client: Session?, _ keyspace: inout Keyspace) {
        if tracking.clientCount == 0 { return }
        switch effect {
        case .key(let event, _, let key):
            // Time has removed the key, or the server: not the client whose command came upon it.
            let cause = event.isSpontaneous ? nil : client
            tracking.broadcasts.note(key, by: cause?.id ?? 0)
            invalidate(key, sparing: cause, &keyspace)
        case .flushCommand, .swapped:
            // Redis lets caches be wrong after SWAPDB.
            invalidateAll(&keyspace)
        case .flushed, .remark, .unitBegan, .unitEnded: break
        }
    }

    /// Sends the name of a key to those who have read it. One in NOLOOP mode is spared what it did itself.
    private mutating func invalidate(_ key: [UInt8], sparing client: Session?, _ keyspace: inout Keyspace) {
        for id in tracking.table.take(key.bytes, &keyspace) {
            guard let session = sessions[id], let mode = session.tracking, !mode.options.contains(.broadcast) else { continue }
            if session === client, mode.options.contains(.noLoop) { continue }
            sendInvalidation(.key(key), to: session)
        }
    }

    /// Tells every client in tracking mode to forget all it has.
    private mutating func invalidateAll(_ keyspace: inout Keyspace) {
        for session in sessions.byID.values where session.tracking != nil { sendInvalidation(.everything, to: session) }
        tracking.table.removeAll(&keyspace)
    }

    /// A command of a client in tracking mode has run: notes what it has read. CLIENT CACHING was for this one, unless that
    /// is what it was, or for the transaction that it belongs to.
    mutating func concludeTracked(_ command: Command, _ arguments: Arguments, _ keyspace: inout Keyspace) {
        if let run = scripts.run { return rememberKeys(of: run, command, &keyspace) }
        rememberKeys(command, arguments, &keyspace)
        if session.transaction == nil, !command.name.hasPrefix("client|") { session.tracking?.isCachingGiven = false }
    }

    private mutating func rememberKeys(_ command: Command, _ arguments: Arguments, _ keyspace: inout Keyspace) {
        guard command.flags.contains(.readonly), command.flags.isDisjoint(with: [.pubsub, .runsScript]),
            session.tracking?.remembersReads == true, let positions = command.keyPositions(arguments)
        else { return }
        for (position, _) in positions { remember(arguments[position], &keyspace) }
    }

    /// A command that a script has called.
    private mutating func rememberKeys(of run: ScriptRun, _ command: Command, _ keyspace: inout Keyspace) {
        if !command.flags.contains(.readonly) || session.tracking?.remembersReads != true { return }
        for key in run.trackedKeys { remember(key.bytes, &keyspace) }
    }

    private mutating func remember(_ key: RawSpan, _ keyspace: inout Keyspace) {
        tracking.table.add(key, client: session.id, &keyspace)
        let limit = configuration.trackingTableMaxKeys
        if limit > 0, tracking.keyCount > limit { evictTrackedKey(&keyspace) }
    }

    /// Drops a tracked key, whose clients are told as if it had changed.
    private mutating func evictTrackedKey(_ keyspace: inout Keyspace) {
        guard let (key, ids) = tracking.table.takeAny(&keyspace) else { return }
        for id in ids {
            guard let session = sessions[id], let mode = session.tracking, !mode.options.contains(.broadcast) else { continue }
            sendInvalidation(.key(key), to: session)
        }
    }

    /// One slice of bringing the table back under a limit that was lowered. True while more is left.
    mutating func trimTracking(_ keyspace: inout Keyspace, keys budget: Int) -> Bool {
        let limit = configuration.trackingTableMaxKeys
        if limit == 0 { return false }
        var left = budget
        while tracking.keyCount > limit {
            if left == 0 { return true }
            evictTrackedKey(&keyspace)
            left -= 1
        }
        return false
    }

    /// The end of a turn: sends the names of changed keys to the clients in BCAST mode.
    mutating func sendBroadcasts() {
        for broadcast in tracking.broadcasts.takeDue() {
            if let message = broadcast.message() {
                for session in broadcast.clients.values {
                    if session.tracking?.options.contains(.noLoop) != true {
                        sendInvalidation(.keys(message), to: session)
                    } else if let rest = broadcast.message(sparing: session.id) {
                        sendInvalidation(.keys(rest), to: session)
                    }
                }
            }
            broadcast.forget()
        }
    }
}

extension Session {
    /// CLIENT CACHING was for the command that has run, or was refused, or for the transaction that it has ended. `nil` stands
    /// for one that there is not.
    func endCaching(_ command: Command?) {
        if tracking?.isCachingGiven != true || transaction != nil || command?.name.hasPrefix("client|") == true { return }
        tracking?.isCachingGiven = false
    }
}

extension Engine.Core {
    /// Forgets that a client tracked: its connection is gone.
    mutating func stopTracking(_ session: Session) { context.tracking.stop(session, &keyspace) }

    mutating func trimTracking(keys budget: Int) -> Bool { context.trimTracking(&keyspace, keys: budget) }
}
