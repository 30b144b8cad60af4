import Bytes
import Wire

/// mg: reads an item, and by its flags touches it, makes it where it is missing, or says who is to renew it.
extension MetaCommands {
    static let get: MemcachedFunction = { request, keyspace, reply, context in
        if request[1].byteCount > MemcachedParser.longestKey { return fail(badFormat, &reply) }
        if MetaFlags.areTooMany(request) { return fail("CLIENT_ERROR options flags are too long", &reply) }
        var flags = MetaFlags()
        if let error = flags.read(request, from: 2, now: context.now) { return fail(error, &reply) }
        request.isQuiet = flags.isQuiet
        if flags.hasBinaryKey, let decoded = Base64.decode(request[1]) {
            return fetch(&request, flags, decoded.bytes, &keyspace, &reply, &context)
        }
        return fetch(&request, flags, request[1], &keyspace, &reply, &context)
    }

    private static func fetch(
        _ request: inout MemcachedRequest, _ flags: borrowing MetaFlags, _ key: RawSpan, _ keyspace: inout Keyspace,
        _ reply: inout ReplyWriter, _ context: inout Context
    ) -> MemcachedOutcome {
        let start = reply.position
        // What a flag asks about the last read is answered before this one is noted.
        var place = keyspace.find(key)
        if let entry = place.entry, !keyspace.arena.header(entry).isString { place.entry = nil }
        let isHit = place.exists
        var isVivified = false
        if !isHit, flags.vivifies, keyspace.find(key).entry == nil {
            vivify(key, &place, &keyspace)
            isVivified = true
        }
        context.count(flags, isHit: place.exists)
        if isHit { keyspace.statistics.hits &+= 1 } else { keyspace.noteMiss(key) }
        if context.memcached.observesReads {
            context.noteFetch(key, isHit: isHit, size: place.entry.map { keyspace.textLength($0) } ?? 0)
        }
        guard place.exists else { return miss(request, flags, key, &reply, start) }
        // An item that is given a life in the past is there until it has been shown.
        var isOver = false
        let isShown = writeHit(
            request, flags, key, &place, isVivified: isVivified, isOver: &isOver, &keyspace, &reply)
        if !isShown {
            reply.truncate(to: start)
            if let entry = place.entry, !flags.leavesNoTouch, !flags.delaysTouch { keyspace.touchRead(entry) }
            if isOver { keyspace.remove(place) }
            return fail(longOpaque, &reply)
        }
        if flags.returnsValue, let entry = place.entry {
            reply.output.append(keyspace.text(entry))
            reply.output.append("\r\n")
        }
        if let entry = place.entry, !flags.leavesNoTouch { keyspace.touchRead(entry) }
        if isOver { keyspace.remove(place) }
        return .done
    }

    private static func vivify(_ key: RawSpan, _ place: inout KeyPlace, _ keyspace: inout Keyspace) {
        keyspace.setRawString(key, &place, "".bytes, .clear, .set)
        keyspace.annotate(&place, Annotation(flags: 0, state: .vacant, unique: 0))
    }

    private static func miss(
        _ request: MemcachedRequest, _ flags: borrowing MetaFlags, _ key: RawSpan, _ reply: inout ReplyWriter, _ start: Int
    ) -> MemcachedOutcome {
        if MetaFlags.hasLongOpaque(request, from: 2) { return fail(longOpaque, &reply) }
        if request.isQuiet { return .done }
        reply.output.append("EN")
        reply.output.append(metaEcho: request, key, inBase64: flags.hasBinaryKey, from: 2)
        reply.output.append("\r\n")
        return .done
    }

    /// Writes the line of a hit, flag by flag; each does its work when it is its turn. False where one cannot be
    /// returned.
    private static func writeHit(
        _ request: MemcachedRequest, _ flags: borrowing MetaFlags, _ key: RawSpan, _ place: inout KeyPlace,
        isVivified: Bool, isOver: inout Bool, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) -> Bool {
        guard let found = place.entry else { return false }
        let length = keyspace.textLength(found)
        if flags.returnsValue {
            reply.output.append("VA ")
            reply.output.append(decimal: length)
        } else {
            reply.output.append("HD")
        }
        var wins = false
        for index in 2 ..< request.count {
            guard let entry = place.entry else { return false }
            switch request[index].byte(0) {
            case UInt8(ascii: "T"):
                isOver = flags.life == .over
                if !isOver { keyspace.prolong(&place, flags.life) }
            case UInt8(ascii: "N"):
                if isVivified {
                    isOver = flags.vivifiedLife == .over
                    if !isOver { keyspace.prolong(&place, flags.vivifiedLife) }
                    wins = true
                }
            case UInt8(ascii: "R"):
                let isDue = isOver ? flags.recacheLife.isLater : keyspace.isDueForRenewal(entry, flags.recacheLife)
                if !isVivified, isDue { wins = true }
            case UInt8(ascii: "s"): reply.output.append(metaFlag: "s", UInt64(length))
            case UInt8(ascii: "t"):
                if isOver { reply.output.append(" t0") } else { reply.output.append(lifeOf: entry, keyspace) }
            case UInt8(ascii: "c"): reply.output.append(metaFlag: "c", keyspace.unique(&place))
            case UInt8(ascii: "f"):
                reply.output.append(metaFlag: "f", UInt64(keyspace.arena.annotation(entry)?.flags ?? 0))
            case UInt8(ascii: "l"): reply.output.append(metaFlag: "l", UInt64(keyspace.idleSeconds(entry)))
            case UInt8(ascii: "h"):
                reply.output.append(metaFlag: "h", keyspace.arena.header(entry).isFetched ? 1 : 0)
            case UInt8(ascii: "O"):
                if request[index].byteCount > 32 { return false }
                reply.output.append(opaque: request[index])
            case UInt8(ascii: "k"):
                let annotation = keyspace.arena.annotation(entry)
                reply.output.append(metaKey: key, inBase64: keyspace.showsBinary(key, annotation))
            default: break
            }
        }
        let turn = keyspace.takeTurn(&place, wants: wins, until: nil)
        if turn.isLeased { reply.output.append(metaFlag: "Z") }
        if turn.isStale { reply.output.append(metaFlag: "X") }
        if turn.wins { reply.output.append(metaFlag: "W") }
        reply.output.append("\r\n")
        return true
    }
}

extension OutputBuffer {
    /// ` t<seconds left>`, or ` t-1`.
    mutating func append(lifeOf entry: Entry, _ keyspace: borrowing Keyspace) {
        guard let left = keyspace.secondsLeft(entry) else { return append(" t-1") }
        append(metaFlag: "t", UInt64(left))
    }
}

extension Context {
    /// Counts an mg as what it was: a touch, or a get.
    fileprivate mutating func count(_ flags: borrowing MetaFlags, isHit: Bool) {
        if flags.hasLife, isHit {
            memcached.statistics.touches &+= 1
            memcached.statistics.touchHits &+= 1
        } else {
            memcached.statistics.gets &+= 1
        }
        if isHit { memcached.statistics.getHits &+= 1 } else { memcached.statistics.getMisses &+= 1 }
    }
}
