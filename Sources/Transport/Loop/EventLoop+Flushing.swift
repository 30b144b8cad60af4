import Bytes
import Glibc

/// From the handlers' output to the sockets.
///
/// Replies leave in the turn in which they were written. What answers no request, such as a message to a thousand
/// subscribers, is sent to some peers in each turn, first come, first served. Between two such portions requests are read and
/// answered, so that a large audience makes nobody wait; and what is published meanwhile joins what still waits for a peer,
/// so that under load one send carries several messages. Sending is nine tenths of what a delivered message costs.
extension EventLoop {
    /// The most that one peer is sent in one turn, so that a client fetching gigabytes does not starve the others.
    static let sendBudget = 1024 * 1024

    /// Peers that are sent what answers no request, in one turn: some hundreds of microseconds' work.
    static let turnsPerFlush = 128
    /// And no more than these bytes, give or take one peer's.
    static let bytesPerFlush = 4 * 1024 * 1024

    /// Sends what waits for all connections that were marked since the last flush, and for some of those in the queue; and
    /// closes what is to be closed. Whoever is told that another connection was closed finds it so: what is closed without
    /// a last word is closed first.
    package func flush() {
        reap()
        if isHolding {
            putOffReady()
        } else {
            if !ready.isEmpty { flushReady() }
            if !dirty.isEmpty { flushDirty() }
        }
        if !isHolding, !queue.isEmpty { flushQueue() }
        reap()
    }

    private func flushQueue() {
        let start = tally.bytesSent
        for _ in 0 ..< EventLoop.turnsPerFlush where tally.bytesSent &- start < EventLoop.bytesPerFlush {
            guard let connection = queue.popFirst() else { return }
            connection.flags.remove(.queued)
            flush(connection)
        }
    }

    private func putOffReady() {
        for connection in ready { putOff(connection) }
        ready.removeAll(keepingCapacity: true)
    }

    private func flushReady() {
        var batch: [Connection] = []
        swap(&batch, &ready)
        flush(batch.span)
        batch.removeAll(keepingCapacity: true)
        ready = batch
    }

    private func flush(_ batch: Span<Connection>) {
        for index in batch.indices { flushIfDirty(batch[index]) }
    }

    @inline(__always)
    private func flushIfDirty(_ connection: Connection) {
        // From here on, new output of this connection waits for the next flush.
        if connection.flags.remove(.ready) != nil, connection.flags.remove(.dirty) != nil { flush(connection) }
    }

    private func flushDirty() {
        var connections = spare
        spare = []
        swap(&connections, &dirty)
        for connection in connections {
            connection.flags.remove(.dirty)
            flush(connection)
        }
        connections.removeAll(keepingCapacity: true)
        spare = connections
    }

    private enum Progress {
        case everything
        /// The kernel has no more room.
        case blocked
        /// There is room, but this peer's budget is used up.
        case budgetSpent
        case failed(Int32)
    }

    @inline(__always)
    private func flush(_ connection: Connection) {
        guard connection.state < .doomed, !connection.flags.contains(.blocked), let handler = connection.handler
        else { return }
        var progress = Progress.everything
        handler.withOutput { output in progress = send(&output, to: connection) }
        switch progress {
        case .everything: sentEverything(connection, handler)
        case .blocked:
            connection.flags.insert([.blocked, .behind])
            declareInterest(connection)
        case .budgetSpent:
            connection.flags.insert(.behind)
            setNeedsFlush(connection)
        case .failed(let code): doom(connection, .failed(code))
        }
    }

    @inline(__always)
    private func sentEverything(_ connection: Connection, _ handler: any ConnectionHandler) {
        if connection.state == .closing {
            if connection.closeReason == .requested { connection.flags.insert(.graceful) }
            doom(connection, connection.closeReason)
        } else if !connection.flags.isDisjoint(with: [.behind, .paused]) {
            connection.flags.remove(.behind)
            if connection.interest.contains(.writable) { declareInterest(connection) }
            handler.drained(connection)
        }
    }

    @inline(__always)
    private func send(_ output: inout OutputBuffer, to connection: Connection) -> Progress {
        var budget = EventLoop.sendBudget
        while true {
            let offer = pieces.gather(output, limit: budget)
            if offer.byteCount == 0 { return output.isEmpty ? .everything : .budgetSpent }
            // Safe: the pieces point into `output`, which is not touched until the kernel has copied them.
            switch unsafe SocketCalls.send(connection.descriptor, offer.pieces) {
            case .bytes(let count):
                output.consume(count)
                tally.sends &+= 1
                tally.bytesSent &+= UInt64(count)
                connection.sent &+= UInt64(count)
                connection.movedAt = time
                if count < offer.byteCount { return .blocked }
                if output.isEmpty { return .everything }
                budget &-= count
            case .wouldBlock: return .blocked
            case .failed(let code): return .failed(code)
            }
        }
    }
}

/// The list of pieces for one gathering send, made once and used for every send of a loop.
@safe
final class PieceList {
    private let vectors: UnsafeMutableBufferPointer<iovec>

    init() {
        unsafe vectors = .allocate(capacity: 64)
        unsafe vectors.initialize(repeating: iovec())
    }

    deinit { unsafe vectors.deallocate() }

    /// The front of `output`, at most `limit` bytes of it. The addresses are good until `output` is changed.
    @inline(__always)
    func gather(_ output: borrowing OutputBuffer, limit: Int) -> Offer {
        if limit <= 0 || output.isEmpty { return unsafe Offer(pieces: .init(rebasing: vectors.prefix(0)), byteCount: 0) }
        var used = unsafe output.gather(into: vectors)
        var total = 0
        for index in 0 ..< used {
            let length = unsafe vectors[index].iov_len
            if total &+ length >= limit {
                unsafe vectors[index].iov_len = limit &- total
                total = limit
                used = index &+ 1
                break
            }
            total &+= length
        }
        return unsafe Offer(pieces: .init(rebasing: vectors.prefix(used)), byteCount: total)
    }

    @safe
    struct Offer {
        let pieces: UnsafeMutableBufferPointer<iovec>
        let byteCount: Int
    }
}
