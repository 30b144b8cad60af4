import Bytes
import Wire

/// set, add, replace, append, prepend and cas: a line, and the item's value in the block behind it.
enum StorageCommands {
    static let rows: [MemcachedCommand] = [set, add, replace, append, prepend, cas]

    static let set = row("set", .set)
    static let add = row("add", .add)
    static let replace = row("replace", .replace)
    static let append = row("append", .append)
    static let prepend = row("prepend", .prepend)
    static let cas = row("cas", .cas)

    private static func row(_ name: StaticString, _ mode: StoreMode) -> MemcachedCommand {
        let count = mode == .cas ? 6 : 5
        return MemcachedCommand(name, tokens: count ... count + 1, MemcachedCommand.stores) { request, keyspace, reply, context in
            update(&request, mode, &keyspace, &reply, &context)
        }
    }

    private static func update(
        _ request: inout MemcachedRequest, _ mode: StoreMode, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter,
        _ context: inout Context
    ) -> MemcachedOutcome {
        request.readNoReply()
        let key = request[1]
        guard key.byteCount <= MemcachedParser.longestKey, let flags = MemcachedNumber.unsigned32(request[2]),
            let seconds = MemcachedNumber.signed32(request[3]), let length = MemcachedNumber.signed32(request[4])
        else { return malformed(&request, &reply) }
        var unique: UInt64 = 0
        if mode == .cas {
            guard let number = MemcachedNumber.unsigned64(request[5]) else { return malformed(&request, &reply) }
            unique = number
        }
        if length < 0 || length > Int32.max - 2 { return malformed(&request, &reply) }
        let count = Int(length)
        if !context.fitsItem(key.byteCount, flags, count) {
            request.reply("SERVER_ERROR object too large for cache", &reply)
            context.refuseTooLarge(key, mode, &keyspace, onlySet: true)
            return .drops(count &+ 2)
        }
        guard let value = request.block(count) else { return .awaits(request.missing(count)) }
        context.memcached.statistics.sets &+= 1
        context.memcached.prefixes.noteSet(key)
        if !request.hasBlockEnd(count) {
            request.reply("CLIENT_ERROR bad data chunk", &reply)
            return .took(count &+ 2)
        }
        var item = ItemToStore(key, value)
        item.mode = mode
        item.flags = flags
        item.life = ItemLife(seconds, now: context.now)
        item.unique = unique
        var place = KeyPlace(hash: 0, entry: nil)
        let result = context.store(item, &place, &keyspace)
        switch result {
        case .stored: request.reply("STORED", &reply)
        case .notStored: request.reply("NOT_STORED", &reply)
        case .exists: request.reply("EXISTS", &reply)
        case .notFound: request.reply("NOT_FOUND", &reply)
        case .wrongType: request.reply(wrongType, &reply)
        }
        return .took(count &+ 2)
    }

    static let wrongType: StaticString = "SERVER_ERROR the key holds a value that is not a string"

    private static func malformed(_ request: inout MemcachedRequest, _ reply: inout ReplyWriter) -> MemcachedOutcome {
        request.reply("CLIENT_ERROR bad command line format", &reply)
        return .done
    }

    /// How long a block follows a line that is not to run; `nil` where none does, as far as the line can be understood.
    static func blockLength(_ request: MemcachedRequest) -> Int? {
        let isMeta = request.isWord(0, "ms")
        let position = isMeta ? 2 : 4
        if !isMeta, !rows.contains(where: { request[0].equals($0.name.bytes) }) { return nil }
        guard request.count > position, let length = MemcachedNumber.signed32(request[position]), length >= 0 else {
            return nil
        }
        return Int(length)
    }
}

extension Context {
    /// What memcached counts of an item besides key and value, and adds to it before it compares with the largest size.
    private static let itemOverhead = 48 + 8 + 1 + 2

    /// Whether an item is not too large. As to memcached, its header, its key and the block's line end count.
    @inline(__always)
    func fitsItem(_ keyLength: Int, _ flags: UInt32, _ length: Int) -> Bool {
        let size = Context.itemOverhead &+ keyLength &+ (flags == 0 ? 0 : 4) &+ length
        return size <= configuration.memcachedMaxItemSize
    }

    /// A value that is too large is not stored, and the one that it was to replace is out of date.
    mutating func refuseTooLarge(_ key: RawSpan, _ mode: StoreMode, _ keyspace: inout Keyspace, onlySet: Bool) {
        memcached.statistics.tooLarge &+= 1
        if onlySet, mode != .set { return }
        let place = keyspace.find(key)
        if let entry = place.entry, keyspace.arena.header(entry).isString { keyspace.remove(place) }
    }

    /// Stores an item, and counts what became of it.
    mutating func store(_ item: ItemToStore, _ place: inout KeyPlace, _ keyspace: inout Keyspace) -> StoreResult {
        noteLookup(item.key, &keyspace)
        var sized = true
        if item.mode == .append || item.mode == .prepend, let entry = keyspace.find(item.key).entry,
            keyspace.arena.header(entry).isString
        {
            let flags = keyspace.arena.annotation(entry)?.flags ?? 0
            sized = fitsItem(item.key.byteCount, flags, keyspace.textLength(entry) + item.value.byteCount)
        }
        let result = sized ? keyspace.store(item, &place) : .notStored
        if item.mode == .cas {
            switch result {
            case .stored: memcached.statistics.casHits &+= 1
            case .exists: memcached.statistics.casMismatches &+= 1
            case .notFound: memcached.statistics.casMisses &+= 1
            case .notStored, .wrongType: break
            }
        }
        if result == .stored { memcached.statistics.stored &+= 1 }
        if memcached.watched.contains(.mutations) { noteStore(item, result) }
        return result
    }
}
