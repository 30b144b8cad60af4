import Bytes
import Wire

/// From a change to those who wait for it.
///
/// Keys that may have become ready are collected while a command runs. When it is done, a transaction with all its
/// commands, they are served in the order in which they became ready: each key's clients in the order in which they came,
/// as long as it has a value of the type that they want. What a client takes may make other keys ready (BLMOVE does);
/// those come after the ones that were.
///
/// A client is served from the key that became ready, though another of its keys may stand in front in its command.
extension BlockedClients {
    /// Notes which keys a change may have made ready.
    mutating func note(_ effect: Effect) {
        switch effect {
        case .key(_, let database, let key): note(WaitingLists.Key(database: database, bytes: key))
        case .swapped(let first, let second):
            noteAll(of: first)
            noteAll(of: second)
        default: break
        }
    }
}

extension Context {
    /// Serves the clients that wait for keys which became ready. `afterEach` is called when one has been served, to hand on
    /// what it changed.
    mutating func serveBlocked(
        _ keyspace: inout Keyspace, afterEach: (Session, inout Keyspace, inout Context) -> Void
    ) {
        let running = (session: session, database: keyspace.selected, touches: keyspace.touchesOnRead)
        let memo = keyspace.memo
        keyspace.memo = KeyMemo()
        while blocked.hasReady {
            for key in blocked.takeReady() { serve(key, &keyspace, afterEach) }
        }
        session = running.session
        keyspace.selected = running.database
        keyspace.touchesOnRead = running.touches
        keyspace.memo = memo
    }

    private mutating func serve(
        _ key: WaitingLists.Key, _ keyspace: inout Keyspace,
        _ afterEach: (Session, inout Keyspace, inout Context) -> Void
    ) {
        var next = blocked.lists.first(key)
        while let current = next {
            next = blocked.lists.next(current)
            keyspace.selected = key.database
            let place = keyspace.find(key.bytes.bytes)
            guard let entry = place.entry else { return }
            let type = keyspace.arena.header(entry).type
            guard let taking = blocked.wait(current.waiter).taking, taking.type == type else { continue }
            // Who wants more than there is lets the next one pass.
            if taking.least > 1, keyspace.elementCount(entry) < taking.least { continue }
            let wait = blocked.remove(current.waiter)
            session = wait.session
            keyspace.touchesOnRead = !session.leavesNoTouch
            if keyspace.touchesOnRead { keyspace.touch(entry) }
            respond(to: session) { reply, context in
                do throws(CommandError) {
                    try taking.take(key.bytes.bytes, place, &keyspace, &reply, &context)
                } catch {
                    reply.error(error.message.unescapedBytes.bytes)
                }
            }
            blocked.release(wait.session)
            afterEach(wait.session, &keyspace, &self)
        }
    }
}
