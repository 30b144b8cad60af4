import Bytes
import Glibc
import Testing

@testable import Transport

/// A server that echoes, driven turn by turn from the test's own thread: only accepting happens elsewhere.
final class EchoServer: ConnectionAdmission {
    let mailbox: Mailbox
    let loop: EventLoop
    private(set) var acceptors: [Acceptor] = []
    private(set) var handlers: [EchoHandler] = []
    /// Makes a new client's handler; `nil` refuses it.
    var makeHandler: (EventLoop) -> EchoHandler? = { EchoHandler($0) }
    private var time: Int64 = 0

    init(backend: (any ReadinessBackend)? = nil, readBufferSize: Int = 64 * 1024) throws {
        mailbox = try Mailbox()
        loop = try EventLoop(mailbox: mailbox, backend: backend ?? EpollBackend(), readBufferSize: readBufferSize)
        loop.admission = self
    }

    deinit { loop.closeAll() }

    func admit(_ connection: Connection) -> Admission {
        guard let handler = makeHandler(loop) else { return .refuse("-ERR no\r\n") }
        handler.connection = connection
        handlers.append(handler)
        return .serve(handler)
    }

    @discardableResult
    func listen(_ listener: Listener) -> Listener {
        acceptors.append(Acceptor(listener, mailbox: mailbox) { Issue.record("\($0)") })
        return listener
    }

    /// Listens on a free port of the IPv4 loopback address.
    func listen() throws -> Listener {
        listen(try Listener.tcp(["127.0.0.1"], port: 0, backlog: 511).listeners[0])
    }

    func turn(timeout: Int64? = 10_000) {
        time += 1
        loop.wait(timeout: timeout)
        loop.receive(now: time)
        loop.checkInvariants()
        loop.flush()
        loop.checkInvariants()
    }

    /// Turns until `condition` holds; a test that waits in vain fails after a generous while.
    func turns(_ location: SourceLocation = #_sourceLocation, until condition: () -> Bool) throws {
        let end = ContinuousClock.now + .seconds(30)
        while !condition() {
            turn()
            if ContinuousClock.now > end {
                Issue.record("nothing happened", sourceLocation: location)
                throw CancellationError()
            }
        }
    }

    /// A connected client whose handler exists.
    func connect(to listener: Listener) throws -> (TestClient, EchoHandler) {
        let before = handlers.count
        let client = try TestClient(to: listener)
        try turns { handlers.count > before }
        return (client, handlers[before])
    }
}

final class EchoHandler: ConnectionHandler {
    private(set) weak var loop: EventLoop?
    weak var connection: Connection?
    private var output: OutputBuffer? = OutputBuffer()
    private var input: ByteBuffer? = ByteBuffer()
    /// Sizes of what arrived, one entry per call.
    private(set) var pieces: [Int] = []
    private(set) var directPieces: [Int] = []
    private(set) var closeReasons: [CloseReason] = []
    private(set) var drainCount = 0
    var peakOutput = 0
    /// Pauses reading while more output than this is waiting.
    var outputLimit = Int.max
    /// Called before each echo.
    var onReceive: ((Connection) -> Void)?
    /// Once this many bytes have come, as many as the second are wanted directly.
    var direct: (after: Int, count: Int)?
    private(set) var directBytes: [UInt8] = []

    init(_ loop: EventLoop) { self.loop = loop }

    private(set) var received = 0
    var pending: Int { output?.count ?? -1 }

    func write(_ text: String) {
        output?.append(text: text)
        if let connection { loop?.setNeedsFlush(connection) }
    }

    /// Something to say that answers nothing.
    func announce(_ text: String) {
        output?.append(text: text)
        if let connection { loop?.setNeedsTurn(connection) }
    }

    func received(_ bytes: RawSpan, from connection: Connection) {
        pieces.append(bytes.byteCount)
        received += bytes.byteCount
        onReceive?(connection)
        output?.append(bytes)
        if let wanted = direct, received >= wanted.after {
            direct = nil
            input?.reserve(wanted.count, exactly: true)
            connection.directInput = wanted.count
        }
        wrote(connection)
    }

    func receivedDirectly(from connection: Connection, fill: (inout ByteBuffer) -> Int) {
        guard var buffer = input.take() else { return }
        let capacity = buffer.capacity
        directPieces.append(fill(&buffer))
        #expect(buffer.capacity == capacity)
        if connection.directInput == 0 {
            output?.append(buffer.bytes)
            directBytes = buffer.bytes.array
            buffer.removeAll(keeping: 0)
            wrote(connection)
        }
        input = consume buffer
    }

    private func wrote(_ connection: Connection) {
        peakOutput = max(peakOutput, pending)
        loop?.setNeedsFlush(connection)
        if pending > outputLimit { loop?.pauseReading(connection) }
    }

    func withOutput(_ body: (inout OutputBuffer) -> Void) {
        guard var buffer = output.take() else { return }
        body(&buffer)
        output = consume buffer
    }

    func drained(_ connection: Connection) {
        drainCount += 1
        loop?.resumeReading(connection)
    }

    func closed(_ connection: Connection, _ reason: CloseReason) { closeReasons.append(reason) }
}
