import Wire

/// MONITOR.
enum MonitorCommand {
    static let monitor = Command(
        "monitor", arity: 1, .server, [.admin, .noScript, .loading, .stale],
        since: "1.0.0", complexity: "None",
        summary: "Shows this connection every command that the server runs, until RESET."
    ) { _, _, reply, context throws(CommandError) in
        if !context.mayBlock { throw .text("ERR MONITOR isn't allowed for DENY BLOCKING client") }
        // Redis says nothing to a client that is one already.
        if context.session.conditions.contains(.monitor) { return }
        context.startMonitoring()
        reply.ok()
    }
}
