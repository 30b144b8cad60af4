import Bytes
import Wire

extension Session {
    /// The letters by which CLIENT LIST tells clients apart, in Redis's order.
    fileprivate var letters: String {
        let letters: [(Bool, String)] = [
            (conditions.contains(.monitor), "O"),
            (isSubscriber, "P"),
            (transaction != nil, "x"),
            (isHeld, "b"),
            (tracking != nil, "t"),
            (tracking?.isRedirectionBroken ?? false, "R"),
            (tracking?.options.contains(.broadcast) ?? false, "B"),
            (watching.isTouched, "d"),
            (ending == .afterReplies, "c"),
            (ending == .now, "A"),
            (isUnixSocket, "U"),
            (isExemptFromEviction, "e"),
        ]
        let those = letters.filter(\.0).map(\.1).joined()
        return those.isEmpty ? "N" : those
    }
}

extension Context {
    /// A client's line of CLIENT LIST, without the line feed. `position` is the size of the running client's own
    /// output, which is in the reply writer at that time. Fields newer than Redis 7.0 stand at its end.
    func description(of session: Session, _ position: Int) -> String {
        let isRunning = session === self.session
        let located = isRunning ? 0 : session.backlog?.parser.locatedBytes ?? 0
        let input = isRunning ? inputCount : session.pendingInput - located
        let output = isRunning ? position : session.pendingOutput
        let queued = session.transaction?.summary
        let queueMemory = queued?.memory ?? 0
        let memory = session.memory(output: session.outputMemory)
        let subscriptions = session.subscriptions
        let command = session.lastCommand < 0 ? "NULL" : commands.rows[session.lastCommand].name
        return """
            id=\(session.id) addr=\(session.peerAddress) laddr=\(session.localAddress) fd=\(session.descriptor) \
            name=\(session.name) age=\((now - session.createdAt) / 1000) idle=\((now - session.lastActive) / 1000) \
            flags=\(session.letters) db=\(session.database) sub=\(subscriptions.channels.count) \
            psub=\(subscriptions.patterns.count) ssub=\(subscriptions.shardChannels.count) \
            multi=\(queued?.count ?? -1) qbuf=\(input) qbuf-free=0 argv-mem=\(located) multi-mem=\(queueMemory) \
            rbs=\(session.outputMemory) rbp=\(session.peakOutput) obl=\(output) oll=0 omem=\(session.outputMemory) \
            tot-mem=\(memory) events=\(output > 0 && !isRunning ? "rw" : "r") cmd=\(command) user=\(session.userName) \
            redir=\(session.redirectionNumber) resp=\(session.protocolVersion.rawValue) \
            lib-name=\(session.libraryName) lib-ver=\(session.libraryVersion) watch=\(session.watching.count)
            """
    }
}
