import Bytes
import Glibc

/// What ends a run: so many requests, or so much time.
enum Limit {
    case requests(Int)
    case nanoseconds(UInt64)
}

/// What a run measured.
struct Measurement {
    var requests = 0
    var misses = 0
    var errors = 0
    var firstError: [UInt8] = []
    var elapsed: UInt64 = 0
    /// Processor time of the generator itself.
    var clientTime: UInt64 = 0
    var latency = Latency()

    /// Of batches, in microseconds.
    struct Latency {
        var p50: UInt64 = 0
        var p99: UInt64 = 0
        var p999: UInt64 = 0
        var longest: UInt64 = 0
    }
}

/// A server that cannot be measured.
enum LoadError: Error, CustomStringConvertible {
    /// Preloading was answered with errors, of which this is the first.
    case preload(String)
    case unasked
    case silent(seconds: Int)

    var description: String {
        switch self {
        case .preload(let reply): "preloading failed: \(reply)"
        case .unasked: "more replies than requests"
        case .silent(let seconds): "no reply for \(seconds) seconds"
        }
    }
}

/// A closed loop: every connection sends a batch, waits for all its replies, and sends the next.
///
/// One thread, one readiness queue, one receive buffer and one set of prepared batches serve all connections. A
/// connection owns bytes only when the socket could not take a whole batch. A latency is the time from handing a batch
/// to the socket until its last reply is read, so with a pipeline it is that of the batch and not of a request.
struct LoadRun: ~Copyable {
    private struct Connection {
        let socket: Int32
        var scanner: ReplyScanner
        /// Replies still to come for the batch under way.
        var outstanding = 0
        var sentAt: UInt64 = 0
        /// What the socket did not take yet, from `unsentStart` on.
        var unsent: [UInt8] = []
        var unsentStart = 0
    }

    private static let receiveSize = 256 * 1024
    /// A server that is silent for this long is taken for dead.
    private static let patience = 60

    private let queue: ReadinessQueue
    private var connections: [Connection]
    private var rotation: BatchRotation
    private var numbers: NumberSource
    private let pipeline: Int
    private var received = ReceiveBuffer(size: receiveSize)
    private var tally = ReplyTally()
    private var latency = LatencyHistogram()
    /// Requests that may still be sent, and the time after which none may.
    private var allowance = Int.max
    private var deadline = UInt64.max
    private var busy = 0

    init(
        _ options: LoadOptions, requests: [(Request, share: Int)], dialect: ReplyScanner.Dialect,
        clients: Int,
        pipeline: Int, sequential: Bool
    ) throws {
        let queue = try ReadinessQueue(capacity: clients)
        var connections: [Connection] = []
        for index in 0..<clients {
            let socket = try connectTCP(host: options.host, port: options.port)
            connections.append(Connection(socket: socket, scanner: ReplyScanner(dialect)))
            try queue.add(socket, index: index)
        }
        self.queue = queue
        self.connections = connections
        self.pipeline = pipeline
        rotation = BatchRotation(requests, pipeline: pipeline, shape: options.shape, seed: options.seed)
        numbers = NumberSource(keys: options.keys, sequential: sequential, seed: options.seed)
    }

    deinit { for connection in connections { close(connection.socket) } }

    /// Runs until `limit` and until every reply has come.
    mutating func measure(until limit: Limit) throws -> Measurement {
        tally.reset()
        latency = LatencyHistogram()
        let start = nanoseconds(CLOCK_MONOTONIC)
        let clientStart = nanoseconds(CLOCK_PROCESS_CPUTIME_ID)
        switch limit {
        case .requests(let count): (allowance, deadline) = (count, .max)
        case .nanoseconds(let span): (allowance, deadline) = (.max, start + span)
        }
        for index in connections.indices { try sendBatch(index, now: nanoseconds(CLOCK_MONOTONIC)) }
        while busy > 0 { try serveReady() }
        return Measurement(
            requests: tally.replies, misses: tally.misses, errors: tally.errors, firstError: tally.firstError,
            elapsed: nanoseconds(CLOCK_MONOTONIC) - start,
            clientTime: nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - clientStart,
            latency: Measurement.Latency(
                p50: latency.percentile(50), p99: latency.percentile(99), p999: latency.percentile(99.9),
                longest: latency.max))
    }

    private mutating func serveReady() throws {
        let ready = try queue.wait(milliseconds: Int32(LoadRun.patience * 1000))
        if ready == 0 { throw LoadError.silent(seconds: LoadRun.patience) }
        for position in 0..<ready {
            let event = queue[position]
            if event.writable { try sendRest(event.index) }
            try receive(event.index)
        }
    }

    private mutating func receive(_ index: Int) throws {
        guard let count = try received.receive(from: connections[index].socket) else { return }
        let before = tally.replies
        try received.scan(first: count, with: &connections[index].scanner, into: &tally)
        let complete = tally.replies - before
        if complete > connections[index].outstanding { throw LoadError.unasked }
        connections[index].outstanding -= complete
        if complete > 0, connections[index].outstanding == 0 {
            busy -= 1
            // The end of one batch is the start of the next: one reading of the clock serves both.
            let now = nanoseconds(CLOCK_MONOTONIC)
            latency.record((now - connections[index].sentAt) / 1000)
            try sendBatch(index, now: now)
        }
    }

    private mutating func sendBatch(_ index: Int, now: UInt64) throws {
        let requests = min(pipeline, allowance)
        if requests == 0 || now >= deadline { return }
        allowance -= requests
        busy += 1
        connections[index].outstanding = requests
        connections[index].sentAt = now
        let socket = connections[index].socket
        let rest = try rotation.withNext(requests, drawing: &numbers) { bytes in
            let sent = try sendNow(socket, bytes)
            return sent == bytes.byteCount ? [] : bytes.extracting(sent..<bytes.byteCount).array
        }
        if !rest.isEmpty {
            connections[index].unsent = rest
            connections[index].unsentStart = 0
            try queue.change(socket, index: index, writing: true)
        }
    }

    private mutating func sendRest(_ index: Int) throws {
        let start = connections[index].unsentStart
        let unsent = connections[index].unsent
        // Safe: bytes have no padding.
        let sent = try sendNow(
            connections[index].socket, unsafe unsent.span.bytes.extracting(droppingFirst: start))
        connections[index].unsentStart = start + sent
        if start + sent == unsent.count {
            connections[index].unsent = []
            try queue.change(connections[index].socket, index: index, writing: false)
        }
    }
}
