/// From the one door to those who listen: after each command, and after each slice of background work, what was recorded
/// is handed to every subsystem in turn. One line each, in this order: watched keys, tracking, notifications, blocked clients.
///
/// A subsystem may cause further changes (a client that was waiting takes what it waited for); they are routed in their
/// turn until nothing is left.
enum EffectRouting {
    @inline(__always)
    static func run(_ keyspace: inout Keyspace, _ context: inout Context) {
        if keyspace.effects.isRecording { route(&keyspace, &context) }
    }

    private static func route(_ keyspace: inout Keyspace, _ context: inout Context) {
        while !keyspace.effects.isEmpty {
            for effect in keyspace.effects.drain() { hand(effect, &keyspace, &context) }
        }
        if context.watches.isEmpty { keyspace.effects.listeners.remove(.watch) }
    }

    private static func hand(_ effect: Effect, _ keyspace: inout Keyspace, _ context: inout Context) {
        context.watches.note(effect, keyspace)
    }
}
