import Bytes
import Wire

/// delete, touch, incr and decr: one key each, and no value.
enum ItemCommands {
    static let rows: [MemcachedCommand] = [delete, touch, incr, decr]

    static let delete = MemcachedCommand("delete", tokens: 2 ... 4, MemcachedCommand.changes) { request, keyspace, reply, context in
        if request.count > 2 {
            // Clients of long ago name a time here, which must be none.
            let hasZero = request.isWord(2, "0")
            request.readNoReply()
            let isValid = request.count == 3 ? hasZero || request.isQuiet : hasZero && request.isQuiet
            if !isValid {
                request.reply("CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]", &reply)
                return .done
            }
        }
        let key = request[1]
        if key.byteCount > MemcachedParser.longestKey {
            request.reply("CLIENT_ERROR bad command line format", &reply)
            return .done
        }
        context.memcached.prefixes.noteDelete(key)
        context.noteLookup(key, &keyspace)
        let place = keyspace.find(key)
        guard let entry = place.entry else {
            context.memcached.statistics.deleteMisses &+= 1
            request.reply("NOT_FOUND", &reply)
            return .done
        }
        if !keyspace.arena.header(entry).isString {
            request.reply(StorageCommands.wrongType, &reply)
            return .done
        }
        context.memcached.statistics.deleteHits &+= 1
        keyspace.remove(place)
        request.reply("DELETED", &reply)
        return .done
    }

    static let touch = MemcachedCommand("touch", tokens: 3 ... 4, MemcachedCommand.changes) { request, keyspace, reply, context in
        request.readNoReply()
        let key = request[1]
        if key.byteCount > MemcachedParser.longestKey {
            request.reply("CLIENT_ERROR bad command line format", &reply)
            return .done
        }
        guard let seconds = MemcachedNumber.signed32(request[2]) else {
            request.reply("CLIENT_ERROR invalid exptime argument", &reply)
            return .done
        }
        context.noteLookup(key, &keyspace)
        context.memcached.statistics.touches &+= 1
        let hash = keyspace.hash(key)
        guard let entry = keyspace.readItem(key, hash) else {
            context.memcached.statistics.touchMisses &+= 1
            request.reply("NOT_FOUND", &reply)
            return .done
        }
        context.memcached.statistics.touchHits &+= 1
        var place = keyspace.placeToChange(entry, hash)
        keyspace.prolong(&place, ItemLife(seconds, now: context.now))
        request.reply("TOUCHED", &reply)
        return .done
    }

    static let incr = MemcachedCommand("incr", tokens: 3 ... 4, MemcachedCommand.stores) { request, keyspace, reply, context in
        add(&request, down: false, &keyspace, &reply, &context)
    }

    static let decr = MemcachedCommand("decr", tokens: 3 ... 4, MemcachedCommand.stores) { request, keyspace, reply, context in
        add(&request, down: true, &keyspace, &reply, &context)
    }

    private static func add(
        _ request: inout MemcachedRequest, down: Bool, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter,
        _ context: inout Context
    ) -> MemcachedOutcome {
        request.readNoReply()
        let key = request[1]
        if key.byteCount > MemcachedParser.longestKey {
            request.reply("CLIENT_ERROR bad command line format", &reply)
            return .done
        }
        guard let delta = MemcachedNumber.unsigned64(request[2]) else {
            request.reply("CLIENT_ERROR invalid numeric delta argument", &reply)
            return .done
        }
        context.noteLookup(key, &keyspace)
        var place = KeyPlace(hash: 0, entry: nil)
        let result = keyspace.add(delta, down: down, to: key, &place)
        context.memcached.statistics.note(result, down: down)
        switch result {
        case .changed(let number): request.reply(number, &reply)
        case .notNumber:
            request.reply("CLIENT_ERROR cannot increment or decrement non-numeric value", &reply)
        case .wrongType: request.reply(StorageCommands.wrongType, &reply)
        case .notFound, .mismatch: request.reply("NOT_FOUND", &reply)
        }
        return .done
    }
}

extension MemcachedStatistics {
    /// Counts what became of an incr or decr.
    mutating func note(_ result: Keyspace.Arithmetic, down: Bool) {
        switch (result, down) {
        case (.changed, false): incrementHits &+= 1
        case (.changed, true): decrementHits &+= 1
        case (.notFound, false): incrementMisses &+= 1
        case (.notFound, true): decrementMisses &+= 1
        default: break
        }
    }
}
