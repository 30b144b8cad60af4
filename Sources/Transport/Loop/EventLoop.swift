import Bytes
import Glibc

/// The executor's readiness loop: it owns all connections, and is owned by one thread, the executor's.
///
/// One turn is three calls by the owner, who does its own work between them:
///
///     wait ──▶ (sample the clock) ──▶ receive ──▶ (timers, log, fsync) ──▶ flush
///                                       │                                    │
///                     one receive per ready socket,              one send per connection
///                     its requests run at once                   that has something to say
///
/// Reading everything before writing anything is worth 6 to 14 % of the processor time of a request: the kernel's
/// receive path and the commands stay in the cache, then its send path does. It also lets the log be written and synced
/// once for all requests of a turn before the first of their replies leaves.
///
/// A request costs one receive and one send, and its share of one wait; interest in a socket is declared once, when it
/// arrives, and again only for a peer that reads too slowly.
///
/// Fairness: a connection gets one receive per turn, of at most the shared buffer's size. If that was filled, it stands
/// in `unread` and has its next turn without waiting. Likewise at most `sendBudget` is sent to one peer per turn, and what
/// answers no request (`setNeedsTurn`) to at most `turnsPerFlush` peers: see `EventLoop+Flushing.swift`.
///
/// Invariants: a connection is in `table` until it is closed; `ready` holds those flagged `ready`, `dirty` the others that
/// are flagged `dirty`, and only those, `unread` those flagged `unread` and `queue` those flagged `queued`; a descriptor is
/// closed after it has left the backend and the table.
package final class EventLoop {
    package let mailbox: Mailbox
    let backend: any ReadinessBackend
    let readBuffer: ReadBuffer
    /// Where the pieces of one send are listed.
    let pieces: PieceList

    var table = ConnectionTable()
    var events: [ReadinessEvent]
    var readyCount = 0
    /// The connections that the present turn's wait found ready. Those of them that get output are sent it from here.
    var ready: [Connection] = []
    /// Connections with output to send that are not `ready`.
    var dirty: [Connection] = []
    /// Connections with output that answers no request, in the order in which they will be sent it.
    var queue = ConnectionQueue()
    /// Connections whose last receive filled the buffer, or which hung up.
    var unread: [Connection] = []
    /// Connections to be closed at the end of the phase.
    var doomed: [Connection] = []
    /// An emptied list, kept for its storage.
    var spare: [Connection] = []

    /// Decides about new connections.
    package weak var admission: (any ConnectionAdmission)?
    var tally = TransportCounters()
    var time: Int64 = 0
    var isHolding = false

    package var counters: TransportCounters {
        get { tally }
        set { tally = newValue }
    }

    /// While set, `flush` sends nothing and output does not keep the loop awake: for an owner that must not let replies
    /// go before a write on another thread is done.
    package var holdsOutput: Bool {
        get { isHolding }
        set { isHolding = newValue }
    }

    /// The time `receive` was given last, in the owner's unit.
    package var now: Int64 { time }

    /// `readBufferSize` is the most that one connection is read in one turn.
    package init(mailbox: Mailbox, backend: any ReadinessBackend, readBufferSize: Int = 64 * 1024) throws(SystemError) {
        self.mailbox = mailbox
        self.backend = backend
        readBuffer = ReadBuffer(capacity: readBufferSize)
        pieces = PieceList()
        events = Array(repeating: ReadinessEvent(token: 0, readiness: []), count: EventLoop.batch)
        try backend.add(mailbox.wakeDescriptor, token: ConnectionTable.wakeToken, interest: .readable)
    }

    deinit {
        backend.remove(mailbox.wakeDescriptor)
        for connection in table.all {
            backend.remove(connection.descriptor)
            SocketCalls.close(connection.descriptor, afterReplies: false)
            connection.state = .closed
            connection.handler = nil
        }
    }

    /// Most events taken from the kernel at once.
    static let batch = 1024

    /// How many connections there are.
    package var connectionCount: Int { table.count }

    /// All connections, in no order. O(n).
    package var connections: [Connection] { table.all }

    // MARK: The turn

    /// Waits until a socket is ready or mail has come, but no longer than `timeout` microseconds (`nil` for ever), and
    /// not at all if work is left over.
    package func wait(timeout: Int64?) {
        readyCount = backend.wait(into: &events, timeout: hasWorkLeft ? 0 : timeout)
    }

    private var hasWorkLeft: Bool {
        !unread.isEmpty || !doomed.isEmpty || !ready.isEmpty || (!isHolding && !(dirty.isEmpty && queue.isEmpty))
    }

    /// Takes in what the wait has found: mail first, then one receive per ready connection. `now` is any clock's time;
    /// connections are stamped with it.
    package func receive(now: Int64) {
        time = now
        let leftOver = takeUnread()
        // The connections are looked up before the first handler runs, with the table in one piece. A handler may then
        // close any of them: that shows in its state, and its slot and number are not given away before `reap`.
        var batch = takeReady()
        let wakes = table.resolve(events, count: readyCount, into: &batch)
        readyCount = 0
        if wakes { openMail() }
        handle(batch.span)
        ready = batch
        for connection in leftOver { readAgain(connection) }
        reap()
    }

    /// The list of ready connections, emptied: what it still held, for want of a flush, goes to `dirty`.
    private func takeReady() -> [Connection] {
        var batch: [Connection] = []
        swap(&batch, &ready)
        for connection in batch { putOff(connection) }
        batch.removeAll(keepingCapacity: true)
        return batch
    }

    /// Has a connection wait for its output with those that are not ready.
    func putOff(_ connection: Connection) {
        if connection.flags.remove(.ready) != nil, connection.flags.contains(.dirty) { dirty.append(connection) }
    }

    private func openMail() {
        for letter in mailbox.take() {
            switch letter {
            case .job(let job): job()
            case .arrival(let arrival): welcome(arrival)
            }
        }
    }

    // A span lends its elements: iterating over the array would count a reference up and down for each.
    private func handle(_ batch: Span<Connection>) {
        for index in batch.indices { handle(batch[index]) }
    }

    @inline(__always)
    private func handle(_ connection: Connection) {
        let readiness = connection.readiness
        if readiness != .readable {
            if readiness.contains(.writable), connection.flags.contains(.blocked) {
                connection.flags.remove(.blocked)
                setNeedsFlush(connection)
            }
            if !readiness.isDisjoint(with: [.inputEnded, .broken]) {
                hangUp(connection, broken: readiness.contains(.broken))
            }
            if !readiness.contains(.readable) { return }
        }
        if !connection.flags.contains(.unread) { read(connection) }
    }

    // MARK: What handlers and the owner ask for

    /// Tells the loop that `connection`'s handler has output. It is sent in the next flush.
    package func setNeedsFlush(_ connection: Connection) {
        if connection.flags.contains(.dirty) || connection.state >= .doomed { return }
        connection.flags.insert(.dirty)
        if !connection.flags.contains(.ready) { dirty.append(connection) }
    }

    /// The same for output that answers no request: it is sent when the connection's turn comes, in this flush or one of
    /// the next. With a reply it leaves at once.
    package func setNeedsTurn(_ connection: Connection) {
        if !connection.flags.isDisjoint(with: [.dirty, .queued, .blocked]) || connection.state >= .doomed { return }
        connection.flags.insert(.queued)
        queue.append(connection)
    }

    /// Stops reading from a connection, so that a client which asks faster than it listens is held back by its own
    /// full socket. What was received already stays the handler's.
    package func pauseReading(_ connection: Connection) {
        if connection.state != .open || !connection.flags.insert(.paused).inserted { return }
        declareInterest(connection)
    }

    package func resumeReading(_ connection: Connection) {
        if connection.state != .open || connection.flags.remove(.paused) == nil { return }
        declareInterest(connection)
        // A peer may have hung up meanwhile; and an edge-triggered backend has reported what is there long ago.
        setUnread(connection)
    }

    /// Tells the kernel what is wanted now, if that is news.
    func declareInterest(_ connection: Connection) {
        var interest: Readiness = []
        if connection.state == .open, !connection.flags.contains(.paused) { interest.insert(.readable) }
        if connection.flags.contains(.blocked) { interest.insert(.writable) }
        if interest == connection.interest { return }
        do {
            try backend.change(connection.descriptor, token: connection.token, interest: interest)
            connection.interest = interest
        } catch {
            doom(connection, .failed(error.code))
        }
    }
}

extension EventLoop {
    /// What must hold between two phases.
    func checkInvariants() {
        #if DEBUG
        table.checkInvariants()
        precondition(doomed.isEmpty && table.all.allSatisfy { $0.state < .doomed && $0.handler != nil })
        for connection in table.all {
            let isListed = dirty.contains { $0 === connection }
            precondition(!connection.flags.contains(.ready) || ready.contains { $0 === connection })
            precondition(isListed == (connection.flags.contains(.dirty) && !connection.flags.contains(.ready)))
            precondition(connection.flags.contains(.unread) == unread.contains { $0 === connection })
            precondition(!connection.flags.contains(.blocked) || connection.interest.contains(.writable))
        }
        precondition(table.all.allSatisfy { $0.flags.contains(.queued) == queue.contains($0) })
        precondition(dirty.allSatisfy { $0.flags.contains(.dirty) } && unread.allSatisfy { $0.flags.contains(.unread) })
        #endif
    }
}

extension Connection.State: Comparable {
    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What a loop has done since it was made, or since its owner reset it.
package struct TransportCounters: Equatable, Sendable {
    package var accepted: UInt64 = 0
    package var refused: UInt64 = 0
    package var bytesReceived: UInt64 = 0
    package var bytesSent: UInt64 = 0
    /// Receives and sends that moved bytes.
    package var receives: UInt64 = 0
    package var sends: UInt64 = 0

    package init() {}
}
