import Bytes
import Wire

/// ms: stores an item in one of the ways of the classic commands, chosen by a flag.
extension MetaCommands {
    static let set: MemcachedFunction = { request, keyspace, reply, context in
        if request[1].byteCount > MemcachedParser.longestKey || request.count == 2 { return fail(badFormat, &reply) }
        if MetaFlags.areTooMany(request) { return fail("CLIENT_ERROR options flags too long", &reply) }
        guard let length = MemcachedNumber.signed32(request[2]), length >= 0, length <= Int32.max - 2 else {
            return fail(badFormat, &reply)
        }
        let count = Int(length)
        var flags = MetaFlags()
        if let error = flags.read(request, from: 3, now: context.now) { return fail(error, dropping: count, &reply) }
        guard let mode = storeMode(flags) else {
            return fail("CLIENT_ERROR invalid mode for ms M token", dropping: count, &reply)
        }
        if MetaFlags.hasLongOpaque(request, from: 3) { return fail(longOpaque, dropping: count, &reply) }
        request.isQuiet = flags.isQuiet
        if flags.hasBinaryKey, let decoded = Base64.decode(request[1]) {
            return store(&request, flags, decoded.bytes, count, mode, &keyspace, &reply, &context)
        }
        return store(&request, flags, request[1], count, mode, &keyspace, &reply, &context)
    }

    /// The block behind a line that is wrong is no command.
    private static func fail(
        _ text: StaticString, dropping count: Int, _ reply: inout ReplyWriter
    ) -> MemcachedOutcome {
        _ = fail(text, &reply)
        return .drops(count &+ 2)
    }

    private static func storeMode(_ flags: borrowing MetaFlags) -> StoreMode? {
        let mode: StoreMode
        switch flags.mode {
        case 0, UInt8(ascii: "S"): mode = .set
        case UInt8(ascii: "E"): mode = .add
        case UInt8(ascii: "A"): mode = .append
        case UInt8(ascii: "P"): mode = .prepend
        case UInt8(ascii: "R"): mode = .replace
        default: return nil
        }
        return flags.hasUnique && (mode == .set || mode == .replace) ? .cas : mode
    }

    private static func store(
        _ request: inout MemcachedRequest, _ flags: borrowing MetaFlags, _ key: RawSpan, _ count: Int, _ mode: StoreMode,
        _ keyspace: inout Keyspace, _ reply: inout ReplyWriter, _ context: inout Context
    ) -> MemcachedOutcome {
        if !context.fitsItem(key.byteCount, flags.clientFlags, count) {
            context.refuseTooLarge(key, mode, &keyspace, onlySet: false)
            return fail("SERVER_ERROR object too large for cache", dropping: count, &reply)
        }
        guard let value = request.block(count) else { return .awaits(request.missing(count)) }
        context.memcached.statistics.sets &+= 1
        if !request.hasBlockEnd(count) {
            _ = fail("CLIENT_ERROR bad data chunk", &reply)
            return .took(count &+ 2)
        }
        var item = ItemToStore(key, value)
        item.mode = mode
        item.flags = flags.clientFlags
        item.life = flags.life
        item.unique = flags.unique
        item.allowsStale = flags.invalidates
        item.hasBinaryKey = flags.hasBinaryKey
        var place = KeyPlace(hash: 0, entry: nil)
        let result = context.store(item, &place, &keyspace)
        answer(request, flags, key, result, &place, &keyspace, &reply)
        return .took(count &+ 2)
    }

    private static func answer(
        _ request: MemcachedRequest, _ flags: borrowing MetaFlags, _ key: RawSpan, _ result: StoreResult,
        _ place: inout KeyPlace, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) {
        switch result {
        case .stored:
            if request.isQuiet { return }
            reply.output.append("HD")
        case .notStored: reply.output.append("NS")
        case .exists: reply.output.append("EX")
        case .notFound: reply.output.append("NF")
        case .wrongType:
            _ = fail(StorageCommands.wrongType, &reply)
            return
        }
        for index in 3 ..< request.count {
            switch request[index].byte(0) {
            case UInt8(ascii: "O"): reply.output.append(opaque: request[index])
            case UInt8(ascii: "k"): reply.output.append(metaKey: key, inBase64: flags.hasBinaryKey)
            case UInt8(ascii: "c"):
                // What is gone already was stored too, and has a unique that nobody will see again.
                let isStored = result == .stored
                let unique = !isStored ? 0 : place.exists ? keyspace.unique(&place) : keyspace.makeUnique()
                reply.output.append(metaFlag: "c", unique)
            default: break
            }
        }
        reply.output.append("\r\n")
    }
}
