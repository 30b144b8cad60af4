import Bytes
import Wire

/// get, gets, gat and gats: the values of any number of keys.
enum RetrievalCommands {
    static let rows: [MemcachedCommand] = [get, gets, gat, gats, bget]

    private static let anyNumber = 2 ... Int.max

    static let get = MemcachedCommand("get", tokens: anyNumber, MemcachedCommand.reads) { request, keyspace, reply, context in
        fetch(&request, from: 1, withUnique: false, &keyspace, &reply, &context)
    }

    static let gets = MemcachedCommand("gets", tokens: anyNumber, MemcachedCommand.reads) { request, keyspace, reply, context in
        fetch(&request, from: 1, withUnique: true, &keyspace, &reply, &context)
    }

    /// An old name of `get`.
    static let bget = MemcachedCommand("bget", tokens: anyNumber, MemcachedCommand.reads) { request, keyspace, reply, context in
        fetch(&request, from: 1, withUnique: false, &keyspace, &reply, &context)
    }

    static let gat = MemcachedCommand("gat", tokens: anyNumber, MemcachedCommand.changes) { request, keyspace, reply, context in
        touch(&request, withUnique: false, &keyspace, &reply, &context)
    }

    static let gats = MemcachedCommand("gats", tokens: anyNumber, MemcachedCommand.changes) { request, keyspace, reply, context in
        touch(&request, withUnique: true, &keyspace, &reply, &context)
    }

    // MARK: Without a change

    /// Keys whose buckets and entries are asked for from memory before the first of them is looked up.
    private static let group = 16

    @inline(__always)
    private static func fetch(
        _ request: inout MemcachedRequest, from first: Int, withUnique: Bool, _ keyspace: inout Keyspace,
        _ reply: inout ReplyWriter, _ context: inout Context
    ) -> MemcachedOutcome {
        let start = reply.position
        if request.count == first &+ 1 {
            let key = request[first]
            if key.byteCount > MemcachedParser.longestKey { return tooLong(&request, &reply, start) }
            write(key, keyspace.hash(key), withUnique, &keyspace, &reply, &context)
            reply.output.append("END\r\n")
            return .done
        }
        var hashes = InlineArray<16, UInt64>(repeating: 0)
        var index = first
        while index < request.count {
            let count = min(group, request.count &- index)
            for offset in 0 ..< count { hashes[offset] = keyspace.anticipate(request[index &+ offset]).hash }
            for offset in 0 ..< count { keyspace.anticipateEntry(KeyMemo(address: 0, count: 0, hash: hashes[offset])) }
            for offset in 0 ..< count {
                let key = request[index &+ offset]
                if key.byteCount > MemcachedParser.longestKey { return tooLong(&request, &reply, start) }
                write(key, hashes[offset], withUnique, &keyspace, &reply, &context)
            }
            index &+= count
        }
        reply.output.append("END\r\n")
        return .done
    }

    @inline(__always)
    private static func write(
        _ key: RawSpan, _ hash: UInt64, _ withUnique: Bool, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter,
        _ context: inout Context
    ) {
        context.memcached.statistics.gets &+= 1
        guard let entry = keyspace.readItem(key, hash) else {
            context.memcached.statistics.getMisses &+= 1
            if context.memcached.observesReads { context.noteFetch(key, isHit: false, size: 0) }
            return
        }
        context.memcached.statistics.getHits &+= 1
        if context.memcached.observesReads { context.noteFetch(key, isHit: true, size: keyspace.textLength(entry)) }
        if withUnique {
            var place = keyspace.placeToChange(entry, hash)
            writeWithUnique(key, &place, &keyspace, &reply)
        } else {
            let flags = keyspace.arena.annotation(entry)?.flags ?? 0
            reply.output.append(item: key, flags: flags, unique: nil, keyspace.text(entry))
        }
    }

    private static func writeWithUnique(
        _ key: RawSpan, _ place: inout KeyPlace, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) {
        let unique = keyspace.unique(&place)
        guard let entry = place.entry else { return }
        let flags = keyspace.arena.annotation(entry)?.flags ?? 0
        reply.output.append(item: key, flags: flags, unique: unique, keyspace.text(entry))
    }

    /// A key that no item can have spoils the whole request.
    private static func tooLong(
        _ request: inout MemcachedRequest, _ reply: inout ReplyWriter, _ start: Int
    ) -> MemcachedOutcome {
        reply.truncate(to: start)
        request.reply("CLIENT_ERROR bad command line format", &reply)
        return .done
    }

    // MARK: With another life

    private static func touch(
        _ request: inout MemcachedRequest, withUnique: Bool, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter,
        _ context: inout Context
    ) -> MemcachedOutcome {
        guard let seconds = MemcachedNumber.signed32(request[1]) else {
            request.reply("CLIENT_ERROR invalid exptime argument", &reply)
            return .done
        }
        let life = ItemLife(seconds, now: context.now)
        let start = reply.position
        for index in 2 ..< request.count {
            let key = request[index]
            if key.byteCount > MemcachedParser.longestKey { return tooLong(&request, &reply, start) }
            touch(key, life, withUnique, &keyspace, &reply, &context)
        }
        reply.output.append("END\r\n")
        return .done
    }

    private static func touch(
        _ key: RawSpan, _ life: ItemLife, _ withUnique: Bool, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter,
        _ context: inout Context
    ) {
        context.memcached.statistics.touches &+= 1
        let hash = keyspace.hash(key)
        guard let entry = keyspace.readItem(key, hash) else {
            context.memcached.statistics.touchMisses &+= 1
            if context.memcached.observesReads { context.noteFetch(key, isHit: false, size: 0) }
            return
        }
        context.memcached.statistics.touchHits &+= 1
        context.memcached.statistics.getHits &+= 1
        if context.memcached.observesReads { context.noteFetch(key, isHit: true, size: keyspace.textLength(entry)) }
        var place = keyspace.placeToChange(entry, hash)
        if withUnique {
            writeWithUnique(key, &place, &keyspace, &reply)
        } else {
            let flags = keyspace.arena.annotation(entry)?.flags ?? 0
            reply.output.append(item: key, flags: flags, unique: nil, keyspace.text(entry))
        }
        keyspace.prolong(&place, life)
    }
}
