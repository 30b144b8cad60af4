import Engine
import Transport

/// The sockets that memcached's clients come in by. There are none while they could not be let in anyway.
extension Listeners {
    /// Opens what `configuration` names in place of what was open. A port that was asked for must be had; the default one need
    /// not: whoever starts a second server, or runs a memcached beside it, has asked for nothing.
    func openMemcached(_ configuration: Configuration) throws(HostError) {
        let port = configuration.memcachedPortInUse
        let earlier = openedMemcached
        stopMemcached()
        if port == 0 { return }
        if !configuration.admitsMemcachedClients {
            let reason = "memcached's clients cannot give the password that requirepass asks for; set memcached-auth-file."
            if configuration.memcachedPort != nil { log.write(.warning, "memcached-port \(port) is closed: \(reason)") }
            return
        }
        do {
            let result = try Listener.tcp(
                configuration.memcachedBind, port: port, backlog: configuration.tcpBacklog,
                keepAlive: configuration.tcpKeepalive, service: Engine.ClientProtocol.memcached.rawValue)
            memcached = result.listeners.map(accept)
            openedMemcached = configuration
            log.write(.notice, "Listening for clients of memcached on port \(port).")
        } catch {
            let text = "Could not listen for clients of memcached on \(error.address): \(error.cause)"
            if configuration.memcachedPort != nil {
                if let earlier { try? openMemcached(earlier) }
                throw HostError(text)
            }
            log.write(.notice, text + "; going on without.")
        }
    }

    func stopMemcached() {
        for acceptor in memcached { acceptor.stop() }
        memcached = []
        openedMemcached = nil
    }
}
