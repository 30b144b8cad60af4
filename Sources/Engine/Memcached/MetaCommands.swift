import Bytes
import Wire

/// mg, ms, md, ma, mn and me: the meta protocol, in which a line's flags say what is done and what is returned.
enum MetaCommands {
    static let rows: [MemcachedCommand] = [
        row("mg", 2, MemcachedCommand.changes, get), row("ms", 2, MemcachedCommand.stores, set),
        row("md", 2, MemcachedCommand.changes, delete), row("ma", 2, MemcachedCommand.stores, arithmetic),
        row("me", 1, MemcachedCommand.reads, debug), noop,
    ]

    /// What a meta command does with its key, which may have come in base64.
    typealias KeyFunction =
        @Sendable (inout MemcachedRequest, RawSpan, inout Keyspace, inout ReplyWriter, inout Context) -> MemcachedOutcome

    private static func row(
        _ name: StaticString, _ tokens: Int, _ kind: Command, _ body: @escaping MemcachedFunction
    ) -> MemcachedCommand {
        MemcachedCommand(name, tokens: tokens ... Int.max, kind, run: body)
    }

    /// It answers when all before it has been answered.
    static let noop = row("mn", 1, MemcachedCommand.informs) { request, _, reply, _ in
        request.reply("MN", &reply)
        return .done
    }

    static let badFormat: StaticString = "CLIENT_ERROR bad command line format"
    static let longOpaque: StaticString = "CLIENT_ERROR opaque token too long"

    /// An error is told even to who wants no replies.
    static func fail(_ text: StaticString, _ reply: inout ReplyWriter) -> MemcachedOutcome {
        reply.output.append(line: text.bytes)
        return .done
    }

    // MARK: me

    private static let debug: MemcachedFunction = { request, keyspace, reply, context in
        if request.count < 2 || request[1].byteCount > MemcachedParser.longestKey { return fail(badFormat, &reply) }
        context.memcached.statistics.metaCommands &+= 1
        if request.count >= 3, request.isWord(2, "b") {
            guard let decoded = Base64.decode(request[1]) else { return fail(badFormat, &reply) }
            describe(decoded.bytes, &keyspace, &reply)
        } else {
            describe(request[1], &keyspace, &reply)
        }
        return .done
    }

    private static func describe(_ key: RawSpan, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter) {
        guard let entry = keyspace.find(key).entry, keyspace.arena.header(entry).isString else {
            return reply.output.append("EN\r\n")
        }
        let annotation = keyspace.arena.annotation(entry)
        let header = keyspace.arena.header(entry)
        reply.output.append("ME ")
        if keyspace.showsBinary(key, annotation) {
            reply.output.append(Base64.encode(key).bytes)
        } else {
            reply.output.append(key)
        }
        let left = keyspace.secondsLeft(entry).map { "-\($0)" } ?? "-1"
        reply.output.append(
            text: " exp=\(left) la=\(keyspace.idleSeconds(entry)) cas=\(annotation?.unique ?? 0)"
                + " fetch=\(header.isFetched ? "yes" : "no") cls=\(Arena.classNumber(header.size))"
                + " size=\(keyspace.memoryUsage(entry, samples: 0))\r\n")
    }
}
