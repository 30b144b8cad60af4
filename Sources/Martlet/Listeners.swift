import Engine
import Transport

/// The sockets that clients come in by, as the configuration names them; changed as a whole, while clients go on.
final class Listeners {
    private let mailbox: Mailbox
    let log: Log
    private var tcp: [Acceptor] = []
    private var unix: Acceptor?
    /// Where memcached's clients come in.
    var memcached: [Acceptor] = []
    /// What they were opened with, to return to when something else cannot be had.
    var openedMemcached: Configuration?
    /// What `tcp` was opened by.
    private(set) var opened: Configuration?

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
            // One port cannot be listened on twice: the old ones go first, and come back if the new ones cannot be had.
            let overlaps = tcp.contains { $0.listener.port == configuration.port }
            if overlaps { stopTCP() }
            do {
                fresh = try listen(configuration)
            } catch {
                if overlaps, let opened { tcp = try listen(opened).map(accept) }
                throw error
            }
        }
        stopTCP()
        tcp = fresh.map(accept)
        opened = configuration
        opened?.port = port ?? 0
    }

    private func listen(_ configuration: Configuration) throws(HostError) -> [Listener] {
        do {
            let result = try Listener.tcp(
                configuration.bind, port: configuration.port, backlog: configuration.tcpBacklog,
                keepAlive: configuration.tcpKeepalive)
            for failure in result.skipped { log.write(.verbose, "Could not listen on \(failure)") }
            return result.listeners
        } catch {
            throw HostError("Could not create server TCP listening socket \(error.address): \(error.cause)")
        }
    }

    private func stopTCP() {
        for acceptor in tcp { acceptor.stop() }
        tcp = []
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
        for acceptor in tcp + memcached {
            do { try acceptor.listener.setKeepAlive(seconds) } catch { log.write(.warning, "tcp-keepalive: \(error)") }
        }
    }

    func close() {
        stopTCP()
        stopMemcached()
        unix?.stop()
        unix = nil
    }

    func accept(_ listener: Listener) -> Acceptor {
        Acceptor(listener, mailbox: mailbox) { [log] error in
            log.write(.warning, "Error accepting a client connection: \(error)")
        }
    }
}
