import Bytes
import Wire

/// The guards between a request and its command: one ordered list, each driven by flags of the row and conditions of
/// client and server. An ordinary request of an ordinary client passes without looking at any of them.
enum Gate {
    /// What becomes of a request.
    enum Verdict {
        case pass
        case refuse(CommandError)
        /// The client waits, and the request with it.
        case hold
        /// The request waits for EXEC.
        case queue
    }

    /// Given a command, the flags that decide about it now (those of EXEC are its requests' too), and all else.
    private typealias Guard = @Sendable (borrowing Command, CommandFlags, borrowing Context) -> Verdict

    /// In the order in which Redis checks, since that decides which error a client sees.
    private static let guards: [Guard] = [
        { _, flags, context in
            // Without conditions nobody comes here, so the command asks again; but it must not be queued.
            if !flags.contains(.debug) || context.allowsDebug { return .pass }
            return .refuse(.debugNotAllowed)
        },
        { _, flags, context in
            context.session.isAuthenticated || flags.contains(.noAuth) ? .pass : .refuse(.noAuth)
        },
        { _, flags, context in
            if !context.session.conditions.contains(.multi) || !flags.contains(.noMulti) { return .pass }
            return .refuse(.text("ERR Command not allowed inside a transaction"))
        },
        { _, flags, context in
            if !context.isOutOfMemory { return .pass }
            // What is queued takes memory too.
            let isQueued = context.session.conditions.contains(.multi) && !flags.contains(.endsTransaction)
            return isQueued || flags.contains(.denyOOM) ? .refuse(.outOfMemory) : .pass
        },
        { _, flags, context in
            let isRefused = !flags.isDisjoint(with: [.write, .reportsHealth])
            return isRefused && context.conditions.contains(.unsaved) ? .refuse(.cannotSave) : .pass
        },
        { _, flags, context in
            if !context.conditions.contains(.replicasWanted) || !flags.contains(.write) { return .pass }
            return .refuse(.text("NOREPLICAS Not enough good replicas to write."))
        },
        { command, flags, context in
            if !context.session.conditions.contains(.subscribed) || flags.contains(.inSubscribedMode) { return .pass }
            return .refuse(.inSubscribedMode(command.name))
        },
        { _, flags, context in
            if !context.conditions.contains(.loading) || flags.contains(.loading) { return .pass }
            return .refuse(.text("LOADING Redis is loading the dataset in memory"))
        },
        { _, flags, context in
            if !context.conditions.contains(.busy) || flags.contains(.allowBusy) { return .pass }
            return .refuse(.busyWithScript)
        },
        { _, flags, context in
            // As to Redis, who monitors is a kind of replica: one that is shown commands and gives none.
            let usesKeys: CommandFlags = [.write, .readonly, .mayReplicate]
            if !context.session.conditions.contains(.monitor) || flags.isDisjoint(with: usesKeys) { return .pass }
            return .refuse(.text("ERR Replica can't interact with the keyspace"))
        },
        { _, flags, context in
            if context.session.conditions.contains(.monitor) { return .pass }
            let now = context.now
            if now < context.pause.allUntil { return .hold }
            if now < context.pause.writesUntil, flags.contains(.write) || flags.contains(.mayReplicate) { return .hold }
            return .pass
        },
        { _, flags, context in
            context.session.conditions.contains(.multi) && !flags.contains(.immediate) ? .queue : .pass
        },
    ]

    static func check(_ command: Command, _ arguments: Arguments, _ context: borrowing Context) -> Verdict {
        var flags = context.flags(of: command)
        if command.flags.contains(.runsScript) { flags = context.scriptFlags(flags, command, arguments) }
        return check(command, flags, context)
    }

    /// The same for a command whose flags are its row's.
    static func check(_ command: Command, _ context: borrowing Context) -> Verdict {
        check(command, context.flags(of: command), context)
    }

    private static func check(_ command: Command, _ flags: CommandFlags, _ context: borrowing Context) -> Verdict {
        for check in guards {
            switch check(command, flags, context) {
            case .pass: continue
            case let verdict: return verdict
            }
        }
        return .pass
    }
}
