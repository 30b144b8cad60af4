import Bytes
import Wire

/// A client's transaction, from MULTI to its end.
extension Context {
    mutating func beginTransaction() {
        session.transaction = Transaction()
        session.conditions.insert(.multi)
    }

    /// Keeps a request of the running client for EXEC. One that will not be run anyway is not kept.
    mutating func queue(_ number: Int, _ command: Command, _ arguments: Arguments) {
        guard let transaction = session.transaction, !transaction.isSpoilt, !session.watching.isTouched else { return }
        transaction.append(number, command.flags, arguments)
        enforceInputLimit(session, transaction.summary.memory)
    }

    /// Forgets a client's queued requests and watched keys, and that some were changed.
    mutating func endTransaction(_ session: Session, _ keyspace: inout Keyspace) {
        session.transaction = nil
        session.conditions.remove(.multi)
        unwatch(session, &keyspace)
    }

    /// Forgets the keys that a client watches, and that some were changed.
    mutating func unwatch(_ session: Session, _ keyspace: inout Keyspace) {
        session.watching.isTouched = false
        if session.watching.count == 0 { return }
        watches.unwatch(session)
        if watches.isEmpty { keyspace.effects.listeners.remove(.watch) }
    }

    /// Flags that decide about a command now: those of EXEC are its requests' too.
    func flags(of command: Command) -> CommandFlags {
        guard command.flags.contains(.runsQueue), let summary = session.transaction?.summary else { return command.flags }
        let permissions: CommandFlags = [.loading, .stale]
        return command.flags
            .subtracting(permissions.subtracting(summary.commonFlags))
            .union(summary.unitedFlags.subtracting(permissions))
    }
}
