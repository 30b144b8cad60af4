import Wire

/// From the one door to those who listen: after each command, and after each slice of background work, what was recorded
/// is handed to every subsystem in turn. One line each, in this order: watched keys, tracking, notifications, blocked clients.
///
/// A subsystem may cause further changes (a client that was waiting takes what it waited for); they are routed in their
/// turn until nothing is left.
enum EffectRouting {
    /// After a slice of background work.
    @inline(__always)
    static func run(_ keyspace: inout Keyspace, _ context: inout Context) {
        if keyspace.effects.isRecording { route(by: nil, &keyspace, &context) }
    }

    /// After a command, whose reply has been written.
    @inline(__always)
    static func run(
        after command: Command, _ arguments: Arguments, _ keyspace: inout Keyspace, _ context: inout Context
    ) {
        if keyspace.effects.isRecording { conclude(command, arguments, &keyspace, &context) }
    }

    private static func conclude(
        _ command: Command, _ arguments: Arguments, _ keyspace: inout Keyspace, _ context: inout Context
    ) {
        route(by: context.session, &keyspace, &context)
        // What the command read is remembered last: it was read after what the command found changed or expired.
        if context.session.tracking != nil { context.concludeTracked(command, arguments, &keyspace) }
    }

    private static func route(by client: Session?, _ keyspace: inout Keyspace, _ context: inout Context) {
        drain(by: client, &keyspace, &context)
        if context.blocked.hasReady, context.mayBlock {
            context.serveBlocked(&keyspace) { drain(by: $0, &$1, &$2) }
        }
        if context.blocked.lists.isEmpty { keyspace.effects.listeners.remove(.blocking) }
    }

    private static func drain(by client: Session?, _ keyspace: inout Keyspace, _ context: inout Context) {
        while let effect = keyspace.effects.next() { hand(effect, by: client, &keyspace, &context) }
        if context.watches.isEmpty { keyspace.effects.listeners.remove(.watch) }
    }

    private static func hand(
        _ effect: Effect, by client: Session?, _ keyspace: inout Keyspace, _ context: inout Context
    ) {
        context.watches.note(effect, keyspace)
        context.trackEffect(effect, by: client, &keyspace)
        context.notify(of: effect)
        context.blocked.note(effect)
        context.noteEviction(effect)
    }
}
