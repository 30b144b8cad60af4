import Engine
import Transport

/// The sockets that clients come in by, as the configuration names them; changed as a whole, while clients go on.
final class Listeners {
    private let mailbox: Mailbox
    private let log: Log
    private var tcp: [Acceptor] = []
    private var unix: Acceptor?

    init(mailbox: Mailbox, log: Log) {
        self.mailbox = mailbox
        self.log = log
    }

    /// The port of the first TCP listener, which the kernel chose when 0 was asked for by an embedding program.
    var port: Int? { tcp.first?.listener.port }

    /// Opens what `configuration` names in place of what was open. On failure everything stays as it was.
    func open(_ configuration: Configuration, choosesPort: Bool = false) throws(HostError) {
        var fresh: [Listener] = []
        if configuration.port != 0 || choosesPort {
            // The old ones go first where both cannot be had at once, and come back if the new ones cannot be had.
            let kept = stopOverlapping(configuration)
            do {
                let result = try Listener.tcp(
                    configuration.bind, port: configuration.port, backlog: configuration.tcpBacklog,
                    keepAlive: configuration.tcpKeepalive)
                for failure in result.skipped { log.write(.verbose, "Could not listen on \(failure)") }
                fresh = result.listeners
            } catch {
                tcp += kept.map(accept)
                throw HostError("Could not create server TCP listening socket \(error.address): \(error.cause)")
            }
        }
        for acceptor in tcp { acceptor.stop() }
        tcp = fresh.map(accept)
    }

    /// Opens the Unix socket, once, at start.
    func openUnix(_ configuration: Configuration) throws(HostError) {
        if configuration.unixSocket.isEmpty { return }
        do {
            let permissions = configuration.unixSocketPermissions
            unix = accept(
                try Listener.unix(
                    configuration.unixSocket, permissions: permissions == 0 ? nil : UInt32(permissions),
                    backlog: configuration.tcpBacklog))
        } catch {
            throw HostError("Failed opening Unix socket: \(error)")
        }
    }

    /// New keep-alive settings, for clients to come.
    func setKeepAlive(_ seconds: Int) {
        for acceptor in tcp {
            do { try acceptor.listener.setKeepAlive(seconds) } catch { log.write(.warning, "tcp-keepalive: \(error)") }
        }
    }

    func close() {
        for acceptor in tcp { acceptor.stop() }
        unix?.stop()
        tcp = []
        unix = nil
    }

    private func accept(_ listener: Listener) -> Acceptor {
        Acceptor(listener, mailbox: mailbox) { [log] error in
            log.write(.warning, "Error accepting a client connection: \(error)")
        }
    }

    /// Stops listening on the port that is to be listened on anew; returns the listeners, for the case of failure.
    private func stopOverlapping(_ configuration: Configuration) -> [Listener] {
        let overlapping = tcp.filter { $0.listener.port == configuration.port }
        if overlapping.isEmpty { return [] }
        for acceptor in overlapping { acceptor.stop() }
        tcp.removeAll { acceptor in overlapping.contains { $0 === acceptor } }
        return overlapping.map(\.listener)
    }
}
