import Bytes
import Engine
import Wire

/// A server without sockets: the engine, a manual clock, and a host that only takes notes.
package final class MemoryServer {
    package let clock = ManualClock()
    package let host = RecordingHost()
    package let engine: Engine
    private var first: MemoryClient?

    /// A server that saves by itself only if `configuration` has it so.
    package init(configuration: Configuration? = nil, seed: UInt64 = 1) {
        let configuration = configuration ?? MemoryServer.withoutSavePoints
        engine = Engine(configuration: configuration, host: host, clock: clock, seed: seed, hashSeed: (seed, ~seed))
        host.clock = clock
    }

    /// The defaults, but for snapshots at points in time.
    package static var withoutSavePoints: Configuration {
        var configuration = Configuration()
        configuration.save = []
        return configuration
    }

    /// A new client.
    package func connect(speaking language: Engine.ClientProtocol = .redis) -> MemoryClient {
        MemoryClient(self, speaking: language)
    }

    /// Sends a command from a client of the server's own and returns the raw reply.
    @discardableResult
    package func send(_ words: String...) -> String {
        if first == nil { first = connect() }
        return first!.send(words: words)
    }

    /// Moves the clock and lets the engine do what falls due.
    package func advance(milliseconds: Int64) {
        clock.advance(milliseconds: milliseconds)
        settle()
    }

    /// Runs background slices until none is left.
    package func settle() {
        engine.beginBatch()
        engine.resumeHeld()
        while engine.performSlice() { engine.beginBatch() }
        for garbage in engine.takeGarbage() { garbage.free() }
        _ = engine.takeWoken()
        _ = engine.takeAddressed()
    }
}

/// One client of a `MemoryServer`.
package final class MemoryClient {
    package let server: MemoryServer
    package let session: Session

    init(_ server: MemoryServer, speaking language: Engine.ClientProtocol) {
        self.server = server
        session = server.engine.open(
            peerAddress: "127.0.0.1:50000", localAddress: "127.0.0.1:6379", descriptor: 8, isLocal: true,
            isUnixSocket: false, speaking: language)
    }

    @discardableResult
    package func send(_ words: String...) -> String { send(words: words) }

    package func send(words: [String]) -> String { send(words: words.map { Array($0.utf8) }) }

    /// Sends a request of binary arguments; returns the raw reply as text.
    package func send(words: [[UInt8]]) -> String {
        var request = Array("*\(words.count)\r\n".utf8)
        for word in words {
            request += Array("$\(word.count)\r\n".utf8) + word + Array("\r\n".utf8)
        }
        return String(decoding: send(raw: request), as: UTF8.self)
    }

    /// Sends bytes as they are; returns what the server has to say.
    package func send(raw: [UInt8]) -> [UInt8] {
        server.engine.beginBatch()
        server.engine.receive(session, raw.bytes)
        return takeOutput()
    }

    /// What waits to be sent to this client.
    package func takeOutput() -> [UInt8] {
        var result: [UInt8] = []
        session.withOutput { output in
            result = output.copyBytes()
            output.removeAll()
        }
        return result
    }

    /// Sends text as it is, and returns the reply as text.
    @discardableResult
    package func say(_ text: String) -> String { String(decoding: send(raw: Array(text.utf8)), as: UTF8.self) }

    package func disconnect() { server.engine.close(session) }
}

/// A host that does nothing but remember what it was asked.
package final class RecordingHost: EngineHost {
    package var shutdowns: [ShutdownRequest] = []
    package var applied: [[String]] = []
    package var logged: [String] = []
    package var rewritten = 0
    package var crashes = 0
    package var measured = HostMeasurements()
    package weak var clock: ManualClock?
    /// The snapshots that were asked for, in order.
    package var snapshots: [MemorySink] = []
    /// How the sinks of snapshots to come are.
    package var makeSink: () -> MemorySink = { MemorySink() }

    /// The file that is there to be loaded; otherwise it is the last snapshot.
    package var file: [UInt8]?
    /// How many bytes of it are read at a time.
    package var readStep = Int.max

    package init() {}

    package func shutdown(_ request: ShutdownRequest) { shutdowns.append(request) }
    package func workingDirectory() -> String? { nil }

    package func apply(_ changes: Configuration.ChangeSet, _ configuration: Configuration) throws(HostError) {
        applied.append(changes.directives.map(\.name))
    }
    package func rewriteConfiguration(_ configuration: Configuration) throws(HostError) { rewritten += 1 }
    package func openSnapshot(_ configuration: Configuration) -> any SnapshotSink {
        let sink = makeSink()
        snapshots.append(sink)
        return sink
    }
    package func readSnapshot(
        _ configuration: Configuration, _ rules: DecodingRules
    ) throws(HostError) -> (any SnapshotSource)? {
        // The checksum behind a snapshot is the file's affair, and zero is none.
        let saved = snapshots.last { $0.state == .done }.map { $0.bytes + [UInt8](repeating: 0, count: 8) }
        guard let file = file ?? saved else { return nil }
        return MemorySource(file, rules, step: readStep, verifiesChecksum: false)
    }
    package func measurements() -> HostMeasurements { measured }
    package func sleep(microseconds: Int64) { clock?.advance(microseconds: microseconds) }
    package func log(_ level: Configuration.LogLevel, _ message: String) { logged.append(message) }
    package func crash() { crashes += 1 }
}
