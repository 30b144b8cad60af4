extension Configuration {
    static let networkDirectives = DirectiveGroup(
        title: "Network",
        directives: [
            Directive(
                "bind", Addresses(\.bind),
                "Addresses to listen on; `*` is every IPv4 address and `::*` every IPv6 one. An "
                    + "address behind `-` may be missing on this machine."),
            Directive("port", WholeNumber(\.port, 0...65535), "TCP port; 0 does not listen on TCP."),
            Directive(
                "tcp-backlog", WholeNumber(\.tcpBacklog, 0...int32), .immutable,
                "Connections the kernel may hold before they are accepted; its own limit, "
                    + "`net.core.somaxconn`, applies too."
            ),
            Directive(
                "tcp-keepalive", WholeNumber(\.tcpKeepalive, 0...int32),
                "Seconds of silence after which a peer is probed; 0 never probes."),
            Directive(
                "unixsocket", Text(\.unixSocket, "path, or `\"\"`"), .immutable,
                "Path of a Unix socket to listen on as well; none when empty."),
            Directive(
                "unixsocketperm", Permissions(\.unixSocketPermissions), .immutable,
                "Permissions of the Unix socket; 0 leaves them to the umask."),
            Directive(
                "protected-mode", YesNo(\.protectedMode),
                "Turns away clients from other machines while the default user has no password."),
        ])

    static let clientDirectives = DirectiveGroup(
        title: "Clients and their limits",
        directives: [
            Directive(
                "maxclients", WholeNumber(\.maxclients, 1...Int(UInt32.max)),
                "Connections at a time; further ones are told so and closed."),
            Directive(
                "timeout", WholeNumber(\.timeout, 0...int32),
                "Seconds after which an idle client is disconnected; 0 never. Subscribers are not idle."),
            Directive(
                "proto-max-bulk-len", Memory(\.protoMaxBulkLength, 1 << 20...Int.max),
                "Longest argument of a request, and so the longest string value."),
            Directive(
                "client-query-buffer-limit", Memory(\.clientQueryBufferLimit, 1 << 20...Int.max),
                "Most input one client may have waiting to be parsed before it is disconnected."),
            Directive(
                "client-output-buffer-limit", OutputLimits(\.clientOutputBufferLimits),
                "Most output that may wait for a client of each class: it is disconnected at the "
                    + "first size at once, and at the second after the seconds. 0 is no limit. `slave` is "
                    + "another word for `replica`."),
            Directive(
                "maxmemory-clients", ShareOfMaxmemory(\.maxmemoryClients),
                "Most memory all clients together may hold; beyond it the biggest are disconnected. "
                    + "0 is no limit."
            ),
            Directive(
                "tracking-table-max-keys", WholeNumber(\.trackingTableMaxKeys, 0...Int.max),
                "Keys remembered for client-side caching; beyond it clients are told to forget some."
                    + " 0 is no limit."
            ),
        ])

    /// The greatest value of settings that Redis keeps in 32 bits.
    static let int32 = Int(Int32.max)
}
