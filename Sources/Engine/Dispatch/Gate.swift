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
    }

    private typealias Guard = @Sendable (borrowing Command, borrowing Context) -> Verdict

    /// In the order in which Redis checks, since that decides which error a client sees.
    private static let guards: [Guard] = [
        { command, context in
            context.session.isAuthenticated || command.flags.contains(.noAuth) ? .pass : .refuse(.noAuth)
        },
        { command, context in
            let limit = context.configuration.maxmemory
            if limit == 0 || !command.flags.contains(.denyOOM) { return .pass }
            return context.usedMemory > limit ? .refuse(.outOfMemory) : .pass
        },
        { command, context in
            if !context.session.conditions.contains(.subscribed) || command.flags.contains(.inSubscribedMode) { return .pass }
            return .refuse(.inSubscribedMode(command.name))
        },
        { command, context in
            if !context.conditions.contains(.loading) || command.flags.contains(.loading) { return .pass }
            return .refuse(.text("LOADING Redis is loading the dataset in memory"))
        },
        { command, context in
            let now = context.now
            if now < context.pause.allUntil { return .hold }
            if now < context.pause.writesUntil, command.flags.contains(.write) || command.flags.contains(.mayReplicate) {
                return .hold
            }
            return .pass
        },
    ]

    static func check(_ command: Command, _ context: borrowing Context) -> Verdict {
        for check in guards {
            switch check(command, context) {
            case .pass: continue
            case let verdict: return verdict
            }
        }
        return .pass
    }
}
