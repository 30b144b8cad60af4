import Bytes
import Wire

/// The server's mind: it takes what clients send and writes what they are to be told, and does nothing else: no
/// sockets, files, threads, clocks or randomness of its own. All calls come from one thread, the executor.
///
/// The host calls `beginBatch`, then `receive` for each client that sent something, and sends what the sessions'
/// outputs hold. In between it gives the engine time for background work with `performSlice`.
package final class Engine {
    private let state: Exclusive<Core>

    /// All state, in one place: reaching it costs a check for exclusive access, once per call.
    var core: Core {
        @inline(__always) _read { yield state.value }
        @inline(__always) _modify { yield &state.value }
    }

    struct Core: ~Copyable {
        var keyspace: Keyspace
        var reply = ReplyWriter()
        var context: Context
        /// Of whichever client's requests run; one that breaks off within a request takes its state along.
        var parser = RequestParser()
        /// The same for memcached's protocol.
        var memcachedParser = MemcachedParser()
        var lookahead = Lookahead()
    }

    /// `seed` decides random choice and names the run, both of which clients get to see; `hashSeed` decides hashing, which they must
    /// not be able to guess. A server takes both from the system, a test fixes them.
    package init(
        configuration: Configuration, host: any EngineHost, clock: any Clock, seed: UInt64,
        hashSeed: (UInt64, UInt64)
    ) {
        var keyspace = Keyspace(databaseCount: configuration.databases, seed: seed, hashSeed: hashSeed,
            totalMemory: configuration.totalMemory)
        let table = CommandTable(Families.all, renames: configuration.renamedCommands)
        var context = Context(
            configuration: configuration, commands: table, host: host, clock: clock,
            runID: Engine.makeRunID(&keyspace.random), hashKey: keyspace.hashKey, chunks: ChunkPool())
        context.adopt(configuration)
        keyspace.effects.adopt(configuration.notifyKeyspaceEvents)
        keyspace.listLimits.adopt(configuration)
        // Uniques told before a restart must not be told again for other values.
        keyspace.lastUnique = UInt64(max(0, clock.wallMicroseconds()))
        keyspace.adoptEviction(configuration)
        state = Exclusive(Core(keyspace: keyspace, context: context))
        beginBatch()
    }

    deinit {
        _ = core.concludeLoading(FileFault("the server ends"))
        core.keyspace.tearDown()
    }

    /// Forty hexadecimal digits chosen at random.
    static func makeRunID(_ random: inout SeededRandom) -> String {
        let digits = Array("0123456789abcdef")
        return String((0 ..< 40).map { _ in digits[Int(random.next() & 15)] })
    }

    package var configuration: Configuration { core.context.configuration }

    /// Lets memcached's clients in only with a name and password of `file`, lines of `name:password`; `nil` lets all in.
    package func setMemcachedCredentials(_ file: String?) throws(HostError) {
        core.context.memcached.credentials =
            if let file { try MemcachedService.credentials(file) } else { nil }
    }

    /// Whether there is a command of this name, letters compared without case.
    package static func isCommand(_ name: String) -> Bool {
        let name = name.lowercasedASCII
        return Families.all.joined().contains { $0.name == name }
    }

    // MARK: Clients

    /// What clients of a listener speak.
    package enum ClientProtocol: Int, Sendable {
        case redis, memcached
    }

    /// A new client. `now` of its birth is the batch's.
    package func open(
        peerAddress: String, localAddress: String, descriptor: Int32, isLocal: Bool, isUnixSocket: Bool,
        speaking language: ClientProtocol = .redis
    ) -> Session {
        let isAuthenticated = core.context.memcached.credentials == nil
        let session = Session(
            id: core.context.sessions.takeID(), peerAddress: peerAddress, localAddress: localAddress,
            descriptor: descriptor, isLocal: isLocal, isUnixSocket: isUnixSocket, now: core.context.now,
            ledger: core.context.ledger,
            memcached: language == .memcached ? MemcachedClient(isAuthenticated: isAuthenticated) : nil)
        if language == .memcached {
            session.database = core.context.configuration.memcachedDatabase
        } else if !core.context.configuration.password.isEmpty {
            session.conditions.insert(.unauthenticated)
        }
        core.context.sessions.add(session)
        session.recount()
        return session
    }

    /// Forgets a client whose connection is gone.
    package func close(_ session: Session) { core.forget(session) }

    /// Runs every complete request in `bytes`, which follow what the session held before; keeps the rest.
    @discardableResult
    package func receive(_ session: Session, _ bytes: RawSpan) -> Aftermath {
        core.receive(session, bytes)
        return aftermath(of: session)
    }

    /// What a host has to do for a session after its requests have run.
    package struct Aftermath {
        package var hasOutput: Bool
        /// How many bytes the session wants received straight into its own memory: the rest of a large argument.
        package var wantsDirectly: Int
        package var ending: Session.Ending?
    }

    /// The same for a session whose output or end came from elsewhere.
    package func aftermath(of session: Session) -> Aftermath {
        let ending = session.ending
        let missing = session.missing
        let isLarge = missing >= Engine.directThreshold && ending == nil && session.waiting == nil
        return Aftermath(hasOutput: session.hasOutput, wantsDirectly: isLarge ? missing : 0, ending: ending)
    }

    /// Smaller rests of arguments come through the host's shared buffer.
    private static let directThreshold = 64 * 1024

    /// Lends the session's input to `fill`, with room for what its aftermath asked for, and runs what is complete then.
    package func receiveDirectly(_ session: Session, _ fill: (inout ByteBuffer) -> Int) {
        let backlog = session.backlog ?? Backlog()
        session.backlog = backlog
        backlog.input.reserve(session.missing, exactly: true)
        session.missing -= max(0, fill(&backlog.input))
        let isComplete = session.missing <= 0
        if core.admitsMemory(of: session), isComplete { core.resume(session) } else { core.finish(session) }
    }

    /// Runs what a session held back while it waited.
    func resume(_ session: Session) { core.resume(session) }
}

/// Running requests.
extension Engine.Core {
    mutating func receive(_ session: Session, _ bytes: RawSpan) {
        if session.backlog != nil || session.waiting != nil { return receiveMore(session, bytes) }
        let consumed = run(session, bytes)
        if consumed < bytes.byteCount, session.ending == nil {
            keep(session, bytes.extracting(consumed ..< bytes.byteCount))
        }
        finish(session)
    }

    private mutating func keep(_ session: Session, _ rest: RawSpan) {
        let backlog = Backlog()
        backlog.input.append(rest)
        swap(&backlog.parser, &parser)
        session.backlog = backlog
    }

    private mutating func receiveMore(_ session: Session, _ bytes: RawSpan) {
        let backlog = session.backlog ?? Backlog()
        session.backlog = backlog
        backlog.input.append(bytes)
        if admitsMemory(of: session) { resume(session) } else { finish(session) }
    }

    /// Runs what is complete of a session's backlog, and lets go of it when nothing is left or wanted.
    mutating func resume(_ session: Session) {
        if session.waiting == nil, let backlog = session.backlog {
            var input = ByteBuffer()
            swap(&backlog.input, &input)
            swap(&backlog.parser, &parser)
            input.consume(run(session, input.bytes))
            swap(&backlog.parser, &parser)
            swap(&backlog.input, &input)
            if session.ending != nil || backlog.input.isEmpty { session.backlog = nil }
        }
        finish(session)
    }

    /// Counts what a client has sent before it runs: that may be more than clients may hold, and then this one may be closed.
    mutating func admitsMemory(of session: Session) -> Bool {
        session.recount()
        context.enforceClientMemory()
        return session.ending == nil
    }

    mutating func forget(_ session: Session) {
        session.strikeOff()
        context.pubsub.remove(session)
        context.stopWatching(session, &keyspace)
        if session.overSoftLimitSince != nil { context.overSoftLimit -= 1 }
        context.sessions.remove(session)
        context.endTransaction(session, &keyspace)
        stopTracking(session)
        context.stopMonitoring(session)
        context.blocked.forget(session)
    }

    /// After a client's turn: notes its time and peaks, and ends it where it grew beyond a limit.
    mutating func finish(_ session: Session) {
        let (input, output) = (session.pendingInput, session.pendingOutput)
        session.lastActive = context.now
        if input > session.peakInput { session.peakInput = input }
        if output > session.peakOutput { session.peakOutput = output }
        context.enforceLimits(session, input: input, output: session.outputMemory)
        session.recount()
        context.enforceClientMemory(output: session.outputMemory)
    }

    /// Runs requests until the input ends, the client must wait, or it is to be closed. Returns the bytes used up.
    private mutating func run(_ session: Session, _ bytes: RawSpan) -> Int {
        if let client = session.memcached { return runMemcached(session, client, bytes) }
        session.exchangeOutput(&reply.output, lending: true)
        reply.version = session.protocolVersion
        context.session = session
        context.inputCount = bytes.byteCount
        let consumed = Engine.Core.run(session, &parser, &lookahead, bytes, &keyspace, &reply, &context)
        session.exchangeOutput(&reply.output, lending: false)
        return consumed
    }

    // The parser is a parameter of its own, because what is parsed borrows from it.
    private static func run(
        _ session: Session, _ parser: inout RequestParser, _ lookahead: inout Lookahead, _ bytes: RawSpan,
        _ keyspace: inout Keyspace, _ reply: inout ReplyWriter, _ context: inout Context
    ) -> Int {
        var position = 0
        keyspace.selected = session.database
        keyspace.touchesOnRead = !session.leavesNoTouch
        session.missing = 0
        while position < bytes.byteCount, session.ending == nil, session.waiting == nil {
            if !parser.isMidway, session.isAuthenticated, bytes.byteCount &- position >= Engine.Core.pipelineBytes {
                let ahead = runPipeline(session, &lookahead, bytes, from: position, &keyspace, &reply, &context)
                if ahead > position {
                    position = ahead
                    continue
                }
                if session.waiting != nil { break }
            }
            parser.adopt(
                maxBulkLength: context.configuration.protoMaxBulkLength, authenticated: session.isAuthenticated)
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
            context.enforceRunningLimits(output: reply.output.allocated)
        }
        return position
    }

    /// Input shorter than this hardly holds two requests: not worth looking ahead.
    private static let pipelineBytes = 64

    /// Parses complete requests ahead, prefetches what they will look up, and runs them. Returns where it stopped: at
    /// anything but a complete multibulk request, and wherever `run` would stop.
    private static func runPipeline(
        _ session: Session, _ lookahead: inout Lookahead, _ bytes: RawSpan, from start: Int,
        _ keyspace: inout Keyspace, _ reply: inout ReplyWriter, _ context: inout Context
    ) -> Int {
        var count = 0
        var position = start
        while count < Lookahead.depth, position < bytes.byteCount {
            guard let request = anticipate(&lookahead.parsers[count], bytes, from: position, keyspace) else { break }
            lookahead.requests[count] = request
            position = request.end
            count &+= 1
        }
        anticipateEntries(&lookahead, count, bytes, keyspace)
        position = start
        for index in 0 ..< count {
            let request = lookahead.requests[index]
            keyspace.memo = request.memo
            let part = bytes.extracting(request.start ..< request.end)
            if execute(part, lookahead.parsers[index], &keyspace, &reply, &context) == .hold { break }
            position = request.end
            context.enforceRunningLimits(output: reply.output.allocated)
            if session.ending != nil || session.waiting != nil { break }
        }
        keyspace.memo = KeyMemo()
        return position
    }

    /// Starts loading what the buckets of anticipated keys lead to, a step of all requests at a time, so that by the next
    /// step most of it has come.
    @inline(__always)
    private static func anticipateEntries(
        _ lookahead: inout Lookahead, _ count: Int, _ bytes: RawSpan, _ keyspace: borrowing Keyspace
    ) {
        for index in 0 ..< count {
            let memo = lookahead.requests[index].memo
            if memo.address != 0 { lookahead.requests[index].entry = keyspace.anticipateEntry(memo) }
        }
        var seesElements = false
        for index in 0 ..< count {
            let request = lookahead.requests[index]
            guard let entry = request.entry else { continue }
            let part = bytes.extracting(request.start ..< request.end)
            let element = anticipateElement(entry, part, lookahead.parsers[index], keyspace)
            if element == nil { continue }
            lookahead.requests[index].element = element
            seesElements = true
        }
        if !seesElements { return }
        for index in 0 ..< count {
            if let element = lookahead.requests[index].element { keyspace.anticipateElementEntry(element) }
        }
    }

    @inline(__always)
    private static func anticipateElement(
        _ entry: Entry, _ request: RawSpan, _ parser: borrowing RequestParser, _ keyspace: borrowing Keyspace
    ) -> ElementMemo? {
        keyspace.anticipateElement(entry, Arguments(request, parser.ranges))
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
        let outcome =
            context.session.replyMode == .on
            ? Dispatcher.run(arguments, &keyspace, &reply, &context)
            : executeMuted(arguments, &keyspace, &reply, &context)
        context.emitPushed(&reply)
        return outcome
    }

    /// CLIENT REPLY OFF and SKIP: the command runs, and its reply is taken back.
    private static func executeMuted(
        _ arguments: Arguments, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter, _ context: inout Context
    ) -> Dispatcher.Outcome {
        let session = context.session
        context.mutedFrom = reply.position
        if session.replyMode == .skipNext { session.replyMode = .skipping }
        let outcome = Dispatcher.run(arguments, &keyspace, &reply, &context)
        if session.replyMode == .skipping {
            reply.truncate(to: context.mutedFrom)
            // A client that waits is still to be told something, and that is what it skips.
            if session.waiting == nil { session.replyMode = .on }
        } else if session.replyMode != .on {
            reply.truncate(to: context.mutedFrom)
        }
        return outcome
    }
}
