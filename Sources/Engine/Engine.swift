import Bytes
import Wire

/// The server's mind: it takes what clients send and writes what they are to be told, and does nothing else: no
/// sockets, files, threads, clocks or randomness of its own. All calls come from one thread, the executor.
///
/// The host calls `beginBatch`, then `receive` for each client that sent something, then `endBatch`, and sends what the
/// sessions' outputs hold. In between it gives the engine time for background work with `performSlice`.
package final class Engine {
    var keyspace: Keyspace
    var reply = ReplyWriter()
    var context: Context
    private var lookahead = Lookahead()

    /// `seed` decides hashing and random choice; a server takes it from the system, a test fixes it.
    package init(configuration: Configuration, host: any EngineHost, clock: any Clock, seed: UInt64) {
        keyspace = Keyspace(databaseCount: configuration.databases, seed: seed)
        let table = CommandTable(Families.all)
        context = Context(
            configuration: configuration, commands: table, host: host, clock: clock,
            runID: Engine.makeRunID(&keyspace.random))
        context.adopt(configuration)
        beginBatch()
    }

    private static func makeRunID(_ random: inout SeededRandom) -> String {
        let digits = Array("0123456789abcdef")
        return String((0 ..< 40).map { _ in digits[Int(random.next() & 15)] })
    }

    package var configuration: Configuration { context.configuration }

    /// Whether there is a command of this name, letters compared without case.
    package static func isCommand(_ name: String) -> Bool {
        CommandTable(Families.all).find(Array(name.utf8).bytes) != nil
    }

    // MARK: Clients

    /// A new client. `now` of its birth is the batch's.
    package func open(
        peerAddress: String, localAddress: String, descriptor: Int32, isLocal: Bool, isUnixSocket: Bool
    ) -> Session {
        let session = Session(
            id: context.sessions.takeID(), peerAddress: peerAddress, localAddress: localAddress,
            descriptor: descriptor, isLocal: isLocal, isUnixSocket: isUnixSocket, now: context.now)
        if !context.configuration.requirepass.isEmpty { session.conditions.insert(.unauthenticated) }
        context.sessions.add(session)
        return session
    }

    /// Forgets a client whose connection is gone.
    package func close(_ session: Session) {
        context.sessions.remove(session)
        if session.waiting != nil {
            session.waiting = nil
            context.held.removeAll { $0 === session }
        }
    }

    /// Runs every complete request in `bytes`, which follow what the session held before; keeps the rest.
    package func receive(_ session: Session, _ bytes: RawSpan) {
        session.bytesReceived &+= UInt64(bytes.byteCount)
        session.lastActive = context.now
        guard var held = session.input.take() else { preconditionFailure("a session's requests ran twice at once") }
        if held.isEmpty, session.waiting == nil {
            let consumed = run(session, bytes)
            if consumed < bytes.byteCount, session.ending == nil {
                held.append(bytes.extracting(consumed ..< bytes.byteCount))
            }
        } else {
            held.append(bytes)
            if session.waiting == nil { held.consume(run(session, held.bytes)) }
        }
        finish(session, &held)
        session.input = consume held
    }

    /// How many bytes the session wants received straight into its own memory: the rest of a large argument.
    package func wantsDirectly(_ session: Session) -> Int {
        session.missing >= Engine.directThreshold && session.waiting == nil && session.ending == nil ? session.missing : 0
    }

    /// Smaller rests of arguments come through the host's shared buffer.
    private static let directThreshold = 64 * 1024

    /// Lends the session's input to `fill`, with room for what `wantsDirectly` said, and runs what is complete then.
    package func receiveDirectly(_ session: Session, _ fill: (inout ByteBuffer) -> Int) {
        guard var held = session.input.take() else { preconditionFailure("a session's requests ran twice at once") }
        held.reserve(session.missing, exactly: true)
        let count = fill(&held)
        session.bytesReceived &+= UInt64(max(0, count))
        session.lastActive = context.now
        session.missing -= max(0, count)
        if session.missing <= 0, session.waiting == nil { held.consume(run(session, held.bytes)) }
        finish(session, &held)
        session.input = consume held
    }

    /// Runs what a session held back while it waited.
    func resume(_ session: Session) {
        guard var held = session.input.take() else { return }
        held.consume(run(session, held.bytes))
        finish(session, &held)
        session.input = consume held
    }

    private func finish(_ session: Session, _ held: inout ByteBuffer) {
        if session.ending != nil || held.isEmpty { held.removeAll(keeping: 0) }
        session.peakInput = max(session.peakInput, held.count)
        session.peakOutput = max(session.peakOutput, session.output.count)
        enforceLimits(session, input: held.count)
    }

    /// Runs requests until the input ends, the client must wait, or it is to be closed. Returns the bytes used up.
    private func run(_ session: Session, _ bytes: RawSpan) -> Int {
        guard var parser = session.parser.take() else { preconditionFailure("a session's requests ran twice at once") }
        swap(&session.output, &reply.output)
        reply.version = session.protocolVersion
        context.session = session
        let consumed = Engine.run(&parser, &lookahead, bytes, &keyspace, &reply, &context)
        swap(&session.output, &reply.output)
        session.parser = consume parser
        return consumed
    }

    private static func run(
        _ parser: inout RequestParser, _ lookahead: inout Lookahead, _ bytes: RawSpan, _ keyspace: inout Keyspace,
        _ reply: inout ReplyWriter, _ context: inout Context
    ) -> Int {
        let session = context.session
        var position = 0
        parser.limits.maxBulkLength = context.configuration.protoMaxBulkLength
        keyspace.selected = session.database
        keyspace.touchesOnRead = !session.leavesNoTouch
        session.missing = 0
        while position < bytes.byteCount, session.ending == nil, session.waiting == nil {
            if !parser.isMidway, session.isAuthenticated, bytes.byteCount &- position >= Engine.pipelineBytes {
                let ahead = runPipeline(&lookahead, bytes, from: position, &keyspace, &reply, &context)
                if ahead > position {
                    position = ahead
                    continue
                }
                if session.waiting != nil { break }
            }
            parser.limits.authenticated = session.isAuthenticated
            let end: Int
            let verdict: Dispatcher.Outcome
            switch parser.parse(bytes, from: position) {
            case .request(let next):
                end = next
                let request = bytes.extracting(position ..< end)
                verdict = execute(Arguments(request, parser.ranges), &keyspace, &reply, &context)
            case .inlineRequest(let next):
                end = next
                let arguments = Arguments(parser.inlineBytes.bytes, parser.ranges)
                verdict = execute(arguments, &keyspace, &reply, &context)
            case .blank(let next):
                position = next
                continue
            case .incomplete(let missing):
                session.missing = missing
                return position
            case .invalid(let error):
                reply.error(error)
                context.statistics.countError(reply.lastErrorCode)
                session.ending = .afterReplies
                return bytes.byteCount
            }
            if verdict == .hold { return position }
            position = end
        }
        return position
    }

    /// Input shorter than this hardly holds two requests: not worth looking ahead.
    private static let pipelineBytes = 64

    /// Parses complete requests ahead, prefetches what they will look up, and runs them. Returns where it stopped: at
    /// anything but a complete multibulk request, and wherever `run` would stop.
    private static func runPipeline(
        _ lookahead: inout Lookahead, _ bytes: RawSpan, from start: Int, _ keyspace: inout Keyspace,
        _ reply: inout ReplyWriter, _ context: inout Context
    ) -> Int {
        var count = 0
        var position = start
        while count < Lookahead.depth, position < bytes.byteCount {
            guard let request = anticipate(&lookahead.parsers[count], bytes, from: position, keyspace) else { break }
            lookahead.requests[count] = request
            position = request.end
            count &+= 1
        }
        for index in 0 ..< count {
            let memo = lookahead.requests[index].memo
            if memo.address != 0 { keyspace.anticipateEntry(memo) }
        }
        let session = context.session
        position = start
        for index in 0 ..< count {
            let request = lookahead.requests[index]
            keyspace.memo = request.memo
            let part = bytes.extracting(request.start ..< request.end)
            if execute(part, lookahead.parsers[index], &keyspace, &reply, &context) == .hold { break }
            position = request.end
            if session.ending != nil || session.waiting != nil { break }
        }
        keyspace.memo = KeyMemo()
        return position
    }

    /// Parses one request ahead, and starts loading what its first argument leads to.
    @inline(__always)
    private static func anticipate(
        _ parser: inout RequestParser, _ bytes: RawSpan, from start: Int, _ keyspace: borrowing Keyspace
    ) -> Lookahead.Request? {
        guard let end = parser.parseAhead(bytes, from: start) else { return nil }
        var request = Lookahead.Request(start: start, end: end, memo: KeyMemo())
        let arguments = Arguments(bytes.extracting(start ..< end), parser.ranges)
        if arguments.count > 1 { request.memo = keyspace.anticipate(arguments[1]) }
        return request
    }

    @inline(__always)
    private static func execute(
        _ request: RawSpan, _ parser: borrowing RequestParser, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter,
        _ context: inout Context
    ) -> Dispatcher.Outcome {
        execute(Arguments(request, parser.ranges), &keyspace, &reply, &context)
    }

    @inline(__always)
    private static func execute(
        _ arguments: Arguments, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter, _ context: inout Context
    ) -> Dispatcher.Outcome {
        if context.session.replyMode == .on { return Dispatcher.run(arguments, &keyspace, &reply, &context) }
        return executeMuted(arguments, &keyspace, &reply, &context)
    }

    /// CLIENT REPLY OFF and SKIP: the command runs, and its reply is taken back.
    private static func executeMuted(
        _ arguments: Arguments, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter, _ context: inout Context
    ) -> Dispatcher.Outcome {
        let session = context.session
        let mark = reply.position
        if session.replyMode == .skipNext { session.replyMode = .skipping }
        let outcome = Dispatcher.run(arguments, &keyspace, &reply, &context)
        if session.replyMode == .skipping {
            reply.truncate(to: mark)
            session.replyMode = .on
        } else if session.replyMode != .on {
            reply.truncate(to: mark)
        }
        return outcome
    }
}
