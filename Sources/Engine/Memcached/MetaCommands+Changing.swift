import Bytes
import Wire

/// md and ma: removing an item or marking it as stale, and counting.
extension MetaCommands {
    /// Reads the flags of a line without a block; every error of theirs has the same words.
    private static func readFlags(
        _ request: inout MemcachedRequest, _ flags: inout MetaFlags, _ now: Int64
    ) -> StaticString? {
        if request[1].byteCount > MemcachedParser.longestKey { return badFormat }
        if MetaFlags.areTooMany(request) { return "CLIENT_ERROR options flags too long" }
        if flags.read(request, from: 2, now: now) != nil { return "CLIENT_ERROR invalid or duplicate flag" }
        request.isQuiet = flags.isQuiet
        return nil
    }

    // MARK: md

    static let delete: MemcachedFunction = { request, keyspace, reply, context in
        var flags = MetaFlags()
        if let error = readFlags(&request, &flags, context.now) { return fail(error, &reply) }
        if MetaFlags.hasLongOpaque(request, from: 2) { return fail(longOpaque, &reply) }
        if flags.hasBinaryKey, let decoded = Base64.decode(request[1]) {
            return remove(request, flags, decoded.bytes, &keyspace, &reply, &context)
        }
        return remove(request, flags, request[1], &keyspace, &reply, &context)
    }

    private static func remove(
        _ request: MemcachedRequest, _ flags: borrowing MetaFlags, _ key: RawSpan, _ keyspace: inout Keyspace,
        _ reply: inout ReplyWriter, _ context: inout Context
    ) -> MemcachedOutcome {
        context.noteLookup(key, &keyspace)
        var place = keyspace.find(key)
        guard let entry = place.entry else {
            context.memcached.statistics.deleteMisses &+= 1
            return finish("NF", request, flags, key, &reply)
        }
        if !keyspace.arena.header(entry).isString { return fail(StorageCommands.wrongType, &reply) }
        // 0 is nobody's unique, though one that has not been asked for is written so.
        if flags.hasUnique, flags.unique == 0 || keyspace.arena.annotation(entry)?.unique != flags.unique {
            context.memcached.statistics.deleteMisses &+= 1
            return finish("EX", request, flags, key, &reply)
        }
        if flags.invalidates {
            keyspace.invalidate(&place)
            if flags.hasLife { keyspace.prolong(&place, flags.life) }
        } else {
            context.memcached.statistics.deleteHits &+= 1
            keyspace.remove(place)
        }
        return request.isQuiet ? .done : finish("HD", request, flags, key, &reply)
    }

    private static func finish(
        _ status: StaticString, _ request: MemcachedRequest, _ flags: borrowing MetaFlags, _ key: RawSpan,
        _ reply: inout ReplyWriter
    ) -> MemcachedOutcome {
        reply.output.append(status)
        reply.output.append(metaEcho: request, key, inBase64: flags.hasBinaryKey, from: 2)
        reply.output.append("\r\n")
        return .done
    }

    // MARK: ma

    static let arithmetic: MemcachedFunction = { request, keyspace, reply, context in
        var flags = MetaFlags()
        if let error = readFlags(&request, &flags, context.now) { return fail(error, &reply) }
        let isDown: Bool
        switch flags.mode {
        case 0, UInt8(ascii: "I"), UInt8(ascii: "+"): isDown = false
        case UInt8(ascii: "D"), UInt8(ascii: "-"): isDown = true
        default: return fail("CLIENT_ERROR invalid mode for ma M token", &reply)
        }
        if flags.hasBinaryKey, let decoded = Base64.decode(request[1]) {
            return count(request, flags, decoded.bytes, down: isDown, &keyspace, &reply, &context)
        }
        return count(request, flags, request[1], down: isDown, &keyspace, &reply, &context)
    }

    private static func count(
        _ request: MemcachedRequest, _ flags: borrowing MetaFlags, _ key: RawSpan, down: Bool,
        _ keyspace: inout Keyspace, _ reply: inout ReplyWriter, _ context: inout Context
    ) -> MemcachedOutcome {
        context.noteLookup(key, &keyspace)
        var place = KeyPlace(hash: 0, entry: nil)
        let result = keyspace.add(flags.delta, down: down, to: key, unique: flags.unique, &place)
        if case .notFound = result, flags.vivifies {
            var text = ByteBuffer(capacity: 24)
            text.append(decimal: flags.initial)
            keyspace.setString(key, &place, text.bytes)
            return answer(flags.initial, isNew: true, request, flags, key, &place, &keyspace, &reply)
        }
        context.memcached.statistics.note(result, down: down)
        switch result {
        case .changed(let number):
            return answer(number, isNew: false, request, flags, key, &place, &keyspace, &reply)
        case .notNumber: return fail("CLIENT_ERROR cannot increment or decrement non-numeric value", &reply)
        case .wrongType: return fail(StorageCommands.wrongType, &reply)
        case .notFound, .mismatch:
            if MetaFlags.hasLongOpaque(request, from: 2) { return fail(longOpaque, &reply) }
            if case .mismatch = result { return finish("EX", request, flags, key, &reply) }
            return finish("NF", request, flags, key, &reply)
        }
    }

    private static func answer(
        _ number: UInt64, isNew: Bool, _ request: MemcachedRequest, _ flags: borrowing MetaFlags, _ key: RawSpan,
        _ place: inout KeyPlace, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) -> MemcachedOutcome {
        let start = reply.position
        var digits = ByteBuffer(capacity: 24)
        digits.append(decimal: number)
        if flags.returnsValue {
            reply.output.append("VA ")
            reply.output.append(decimal: digits.count)
        } else {
            reply.output.append("HD")
        }
        var isOver = false
        for index in 2 ..< request.count {
            guard let entry = place.entry else { break }
            switch request[index].byte(0) {
            case UInt8(ascii: "c"): reply.output.append(metaFlag: "c", keyspace.unique(&place))
            case UInt8(ascii: "t"):
                if isOver { reply.output.append(" t0") } else { reply.output.append(lifeOf: entry, keyspace) }
            case UInt8(ascii: "T"):
                isOver = flags.life == .over
                if !isOver { keyspace.prolong(&place, flags.life) }
            case UInt8(ascii: "N"):
                if isNew {
                    isOver = flags.vivifiedLife == .over
                    if !isOver { keyspace.prolong(&place, flags.vivifiedLife) }
                }
            case UInt8(ascii: "O"):
                if request[index].byteCount > 32 {
                    reply.truncate(to: start)
                    if isOver { keyspace.remove(place) }
                    return fail(longOpaque, &reply)
                }
                reply.output.append(opaque: request[index])
            case UInt8(ascii: "k"): reply.output.append(metaKey: key, inBase64: flags.hasBinaryKey)
            default: break
            }
        }
        reply.output.append("\r\n")
        if flags.returnsValue {
            reply.output.append(digits.bytes)
            reply.output.append("\r\n")
        }
        if isOver { keyspace.remove(place) }
        if request.isQuiet, !isNew { reply.truncate(to: start) }
        return .done
    }
}
