/// How connections come and go.
extension EventLoop {
    /// Asks the owner about an accepted socket, and serves or refuses it.
    func welcome(_ arrival: Arrival) {
        let connection = Connection(
            descriptor: arrival.descriptor, peer: arrival.peer, listener: arrival.listener, now: time)
        switch admission?.admit(connection) {
        case .serve(let handler):
            tally.accepted &+= 1
            register(connection, handler)
        case .refuse(let text):
            tally.refused &+= 1
            connection.state = .closed
            SocketCalls.refuse(arrival.descriptor, text)
        case nil:
            connection.state = .closed
            SocketCalls.close(arrival.descriptor, afterReplies: false)
        }
    }

    /// Serves a connected, non-blocking stream socket that came from elsewhere than a listener. The loop owns it from
    /// here.
    @discardableResult
    package func adopt(
        _ descriptor: Int32, peer: SocketAddress, listener: Listener? = nil,
        handler makeHandler: (Connection) -> any ConnectionHandler
    ) -> Connection {
        let connection = Connection(descriptor: descriptor, peer: peer, listener: listener, now: time)
        register(connection, makeHandler(connection))
        return connection
    }

    private func register(_ connection: Connection, _ handler: any ConnectionHandler) {
        connection.handler = handler
        table.insert(connection)
        do {
            try backend.add(connection.descriptor, token: connection.token, interest: connection.interest)
        } catch {
            doom(connection, .failed(error.code))
        }
    }

    // MARK: Leaving

    /// Closes a connection without sending what waits. Takes effect at the end of the phase.
    package func close(_ connection: Connection) { doom(connection, .requested) }

    /// Reads no more from a connection, and closes it when its output has been sent.
    package func closeAfterFlush(_ connection: Connection) { finish(connection, .requested) }

    func finish(_ connection: Connection, _ reason: CloseReason) {
        if connection.state != .open { return }
        connection.state = .closing
        connection.closeReason = reason
        setNeedsFlush(connection)
    }

    /// Nothing moves on this connection from here on.
    func doom(_ connection: Connection, _ reason: CloseReason) {
        if connection.state >= .doomed { return }
        connection.closeReason = reason
        connection.state = .doomed
        doomed.append(connection)
    }

    /// Closes the doomed. Their handlers are told, and may doom others.
    func reap() {
        while let connection = doomed.popLast() {
            if connection.state == .closed { continue }
            table.remove(connection)
            backend.remove(connection.descriptor)
            SocketCalls.close(connection.descriptor, afterReplies: connection.flags.contains(.graceful))
            connection.state = .closed
            let handler = connection.handler
            connection.handler = nil
            handler?.closed(connection, connection.closeReason)
        }
    }

    /// Closes every connection at once, after one last attempt to send what waits for each.
    package func closeAll() {
        isHolding = false
        for connection in table.all { closeAfterFlush(connection) }
        queue.removeAll { $0.flags.remove(.queued) }
        flush()
        for connection in table.all { doom(connection, .requested) }
        reap()
    }
}
