import Bytes

/// Keyspace notifications: what happens to keys, published on channels that are named after the key or after the event,
/// as `notify-keyspace-events` asks for.
///
///     K   __keyspace@<database>__:<key>       the event's name
///     E   __keyevent@<database>__:<event>     the key
///
/// Events come from the effect log, hence in the order in which the keys changed; and only while something is asked for,
/// so that a server without notifications spends nothing on them. Those of a command leave when it has replied.
extension Context {
    /// Publishes an event, if its class is asked for.
    mutating func notify(of effect: Effect) {
        switch effect {
        case .key(let event, let database, let key), .remark(let event, let database, let key):
            if pubsub.clientCount == 0 { return }
            if configuration.notifyKeyspaceEvents.isDisjoint(with: event.notificationClass) { return }
            publish(event, database, key)
        case .flushed, .flushCommand, .swapped, .unitBegan, .unitEnded: break
        }
    }

    private mutating func publish(_ event: KeyEvent, _ database: Int, _ key: [UInt8]) {
        let name = Array(event.rawValue.utf8)
        if configuration.notifyKeyspaceEvents.contains(.keyspace) {
            publish(channel: KeyspaceChannel.name("keyspace", database, key).bytes, message: name.bytes)
        }
        if configuration.notifyKeyspaceEvents.contains(.keyevent) {
            publish(channel: KeyspaceChannel.name("keyevent", database, name).bytes, message: key.bytes)
        }
    }
}

private enum KeyspaceChannel {
    static func name(_ kind: String, _ database: Int, _ subject: [UInt8]) -> [UInt8] {
        Array("__\(kind)@\(database)__:".utf8) + subject
    }
}

extension EffectLog {
    /// Listens for what `notify-keyspace-events` asks for.
    mutating func adopt(_ events: Configuration.KeyspaceEvents) {
        listeners.remove([.notifications, .misses, .creations])
        if events.isDisjoint(with: [.keyspace, .keyevent]) || events.isSubset(of: [.keyspace, .keyevent]) { return }
        listeners.insert(.notifications)
        if events.contains(.keyMiss) { listeners.insert(.misses) }
        if events.contains(.new) { listeners.insert(.creations) }
    }
}
