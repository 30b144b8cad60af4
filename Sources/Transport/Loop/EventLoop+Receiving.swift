import Bytes

/// From the socket to the handler.
extension EventLoop {
    /// One receive, and what follows from it.
    func read(_ connection: Connection) {
        guard connection.state == .open, !connection.flags.contains(.paused), let handler = connection.handler
        else { return }
        if connection.direct > 0 { return readDirectly(connection, handler) }
        // Safe: the span covers only what the kernel has just written, and no handler can reach the loop's
        // receiving phase, so that the memory is not written while the span is in use.
        let memory = unsafe readBuffer.memory
        let outcome = unsafe SocketCalls.receive(connection.descriptor, into: memory)
        if case .bytes(let count) = outcome, count > 0 {
            account(received: count, of: memory.count, connection)
            let bytes = unsafe RawSpan(_unsafeStart: memory.baseAddress!, byteCount: count)
            handler.received(bytes, from: connection)
        } else {
            readNothing(connection, outcome)
        }
    }

    private func readDirectly(_ connection: Connection, _ handler: any ConnectionHandler) {
        var outcome: SocketCalls.Outcome?
        handler.receivedDirectly(from: connection) { buffer in
            precondition(outcome == nil, "one fill per call")
            let wanted = connection.direct
            var received = 0
            // Safe: the kernel writes within the free space lent by the buffer.
            _ = unsafe buffer.fill(minimum: 1) { space in
                let space = unsafe UnsafeMutableRawBufferPointer(rebasing: space.prefix(wanted))
                let result = unsafe SocketCalls.receive(connection.descriptor, into: space)
                outcome = result
                guard case .bytes(let count) = result else { return 0 }
                received = count
                if count > 0 { account(received: count, of: space.count, connection) }
                return count
            }
            connection.direct = wanted - received
            return received
        }
        if let outcome { readNothing(connection, outcome) }
    }

    @inline(__always)
    private func account(received count: Int, of room: Int, _ connection: Connection) {
        tally.receives &+= 1
        tally.bytesReceived &+= UInt64(count)
        connection.received &+= UInt64(count)
        connection.movedAt = time
        // A short receive has emptied the socket, and the kernel will report what comes after; a full one has perhaps
        // not, and it will not. After a hang-up there is no further report at all.
        if count == room || connection.flags.contains(.hungUp) { setUnread(connection) }
    }

    private func readNothing(_ connection: Connection, _ outcome: SocketCalls.Outcome) {
        switch outcome {
        case .bytes(0): endInput(connection)
        case .bytes, .wouldBlock: break
        case .failed(let code): doom(connection, .failed(code))
        }
    }

    /// The peer has said its last word. It is still sent what it is owed: `printf 'PING\r\n' | nc` half-closes.
    private func endInput(_ connection: Connection) { finish(connection, .peerClosed) }

    /// The kernel reported the end. What was sent before it is still in the socket.
    func hangUp(_ connection: Connection, broken: Bool) {
        connection.flags.insert(.hungUp)
        if connection.state == .open, !connection.flags.contains(.paused) {
            setUnread(connection)
        } else if broken {
            // Nobody is left to send to, and nothing more is wanted from it.
            doom(connection, .peerClosed)
        }
    }

    // MARK: Left-over input

    func setUnread(_ connection: Connection) {
        if connection.state != .open || !connection.flags.insert(.unread).inserted { return }
        unread.append(connection)
    }

    /// Takes the list of the turn before, so that connections found full in this one wait for the next. Their flags
    /// stay, so that an event does not get them a second receive.
    func takeUnread() -> [Connection] {
        if unread.isEmpty { return [] }
        defer { unread = [] }
        return unread
    }

    func readAgain(_ connection: Connection) {
        connection.flags.remove(.unread)
        read(connection)
    }
}
