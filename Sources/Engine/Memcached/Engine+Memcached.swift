import Bytes
import Wire

/// Running the commands of clients that speak memcached's protocol: the second way through the engine, beside the one in
/// `Engine.swift`. Sessions, output, gate, keyspace, effects and limits are the same.
extension Engine.Core {
    /// Runs commands until the input ends, the client must wait, or it is to be closed. Returns the bytes used up.
    mutating func runMemcached(_ session: Session, _ client: MemcachedClient, _ bytes: RawSpan) -> Int {
        session.exchangeOutput(&reply.output, lending: true)
        context.session = session
        context.inputCount = bytes.byteCount
        memcachedParser.progress = client.progress
        let consumed = Engine.Core.run(session, client, &memcachedParser, bytes, &keyspace, &reply, &context)
        client.progress = memcachedParser.progress
        context.emitPushed(&reply)
        session.exchangeOutput(&reply.output, lending: false)
        // The commands' time is not that of the next client's first.
        context.lastTick = context.clock.monotonicNanoseconds()
        return consumed
    }

    // The parser is a parameter of its own, because what is parsed borrows from it.
    private static func run(
        _ session: Session, _ client: MemcachedClient, _ parser: inout MemcachedParser, _ bytes: RawSpan,
        _ keyspace: inout Keyspace, _ reply: inout ReplyWriter, _ context: inout Context
    ) -> Int {
        var position = 0
        keyspace.selected = session.database
        keyspace.touchesOnRead = true
        session.missing = 0
        while position < bytes.byteCount, session.ending == nil, session.waiting == nil {
            switch parser.parse(bytes, from: position) {
            case .line(let end):
                var request = MemcachedRequest(
                    bytes.extracting(position ..< bytes.byteCount), parser.tokens, lineEnd: end &- position)
                let outcome =
                    client.isAuthenticated
                    ? execute(&request, &keyspace, &reply, &context)
                    : context.authenticate(&request, client, &reply)
                switch outcome {
                case .done: position = end
                case .took(let count): position = end &+ count
                case .drops(let count):
                    parser.skip(count)
                    position = end
                case .awaits(let missing):
                    session.missing = missing
                    return position
                case .hold: return position
                }
            case .skipped(let end): position = end
            case .incomplete: return position
            case .tooLong:
                session.ending = .now
                return bytes.byteCount
            }
            context.enforceLimits(session, input: 0, output: reply.output.allocated)
        }
        return position
    }

    @inline(__always)
    private static func execute(
        _ request: inout MemcachedRequest, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter,
        _ context: inout Context
    ) -> MemcachedOutcome {
        guard request.count > 0, request[0].byteCount > 1, let command = context.memcached.commands.find(request[0]) else {
            if request.count > 0, request[request.count &- 1].begins(with: "HTTP/") {
                context.session.ending = .now
            } else {
                request.reply("ERROR", &reply)
            }
            return .done
        }
        if !command.tokens.contains(request.count) {
            request.reply("ERROR", &reply)
            return .done
        }
        let conditions = context.session.conditions.union(context.conditions)
        if conditions.contains(.memoryLimit) { context.makeRoom(&keyspace, output: reply.output.allocated) }
        if !conditions.isEmpty, let refusal = guarded(command, &request, &reply, &context) { return refusal }
        let outcome = command.run(&request, &keyspace, &reply, &context)
        if case .awaits = outcome { return outcome }
        context.statistics.requests &+= 1
        EffectRouting.run(&keyspace, &context)
        return outcome
    }

    /// What becomes of a request that may not run now; `nil` when it may.
    private static func guarded(
        _ command: MemcachedCommand, _ request: inout MemcachedRequest, _ reply: inout ReplyWriter,
        _ context: inout Context
    ) -> MemcachedOutcome? {
        switch Gate.check(command.kind, context) {
        case .pass, .queue: return nil
        case .hold:
            context.blocked.hold(context.session)
            return .hold
        case .refuse(let error):
            if error == .outOfMemory {
                context.memcached.statistics.noMemory &+= 1
                reply.output.append(line: "SERVER_ERROR out of memory storing object".bytes)
            } else {
                reply.output.append("SERVER_ERROR ")
                reply.output.append(line: error.message.unescapedBytes.bytes)
            }
            return StorageCommands.blockLength(request).map { .drops($0 &+ 2) } ?? .done
        }
    }

    /// Carries out a `flush_all` whose time has come.
    mutating func flushIfDue() {
        guard let time = context.memcached.flushAt, time <= context.now else { return }
        context.memcached.flushAt = nil
        keyspace.flushItems(database: context.configuration.memcachedDatabase)
        routeEffects()
    }
}

extension Keyspace {
    /// Empties the database that memcached clients see.
    mutating func flushItems(database: Int) {
        effects.noteFlushCommand()
        flush(database)
    }
}
