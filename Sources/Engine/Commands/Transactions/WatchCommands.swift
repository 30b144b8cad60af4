import Bytes
import Wire

/// WATCH and UNWATCH: EXEC on condition that nobody changed certain keys.
enum WatchCommands {
    static let rows: [Command] = [watch, unwatch]

    static let watch = Command(
        "watch", arity: -2, .transactions, [.noScript, .loading, .stale, .fast, .allowBusy, .immediate],
        keys: [.range("RO", 1, last: -1)],
        since: "2.2.0", complexity: "O(1) for every key.",
        summary: "Makes the next EXEC run nothing if one of the keys is changed before.",
        arguments: "key:key#0*"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let session = context.session
        if session.transaction != nil { throw .text("ERR WATCH inside MULTI is not allowed") }
        // What has happened cannot get worse.
        if session.watching.isTouched { return reply.ok() }
        keyspace.effects.listeners.insert(.watch)
        for index in 1 ..< arguments.count {
            let key = WatchedKey(database: keyspace.selected, bytes: arguments[index].array)
            context.watches.watch(key, keyspace.state(of: key), by: session)
        }
        reply.ok()
    }

    static let unwatch = Command(
        "unwatch", arity: 1, .transactions, [.noScript, .loading, .stale, .fast, .allowBusy],
        since: "2.2.0", complexity: "O(1)",
        summary: "Watches no keys any more, and forgets that some were changed."
    ) { _, keyspace, reply, context throws(CommandError) in
        context.unwatch(context.session, &keyspace)
        reply.ok()
    }
}
