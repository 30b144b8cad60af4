import Bytes
import Engine
import Glibc

/// An engine without a server around it: one client, requests from memory, replies counted and thrown away.
final class EngineDriver {
    /// Requests that arrive together.
    struct Batch {
        var bytes: [UInt8] = []
        var commands = 0

        mutating func append(_ words: String...) {
            bytes += Array("*\(words.count)\r\n".utf8)
            for word in words { bytes += Array("$\(word.utf8.count)\r\n\(word)\r\n".utf8) }
            commands += 1
        }
    }

    let clock = DriverClock()
    private let host = DriverHost()
    let engine: Engine
    let session: Session

    init() {
        engine = Engine(configuration: Configuration(), host: host, clock: clock, seed: 1, hashSeed: (1, 2))
        session = engine.open(
            peerAddress: "127.0.0.1:50000", localAddress: "127.0.0.1:6379", descriptor: 8, isLocal: true,
            isUnixSocket: false)
    }

    /// Runs a batch as the executor does; returns the bytes of its replies.
    @discardableResult
    func run(_ batch: borrowing Batch) -> Int {
        engine.beginBatch()
        engine.receive(session, batch.bytes.bytes)
        var replies = 0
        session.withOutput { output in
            replies = output.count
            output.removeAll()
        }
        return replies
    }

    /// Runs one command and returns its reply.
    func ask(_ words: String...) -> String {
        var batch = Batch()
        batch.bytes += Array("*\(words.count)\r\n".utf8)
        for word in words { batch.bytes += Array("$\(word.utf8.count)\r\n\(word)\r\n".utf8) }
        engine.beginBatch()
        engine.receive(session, batch.bytes.bytes)
        var replies: [UInt8] = []
        session.withOutput { output in
            replies = output.copyBytes()
            output.removeAll()
        }
        return String(decoding: replies, as: UTF8.self)
    }

    /// Background work until none is left; returns how many slices it took.
    @discardableResult
    func settle() -> Int {
        var slices = 1
        engine.beginBatch()
        while engine.performSlice() {
            slices += 1
            engine.beginBatch()
        }
        for garbage in engine.takeGarbage() { garbage.free() }
        return slices
    }

    /// Allocations of the data's own memory since the start.
    var dataAllocations: UInt64 { engine.dataAllocations }
}

/// Real ticks, because the engine's reading of them is part of a command's cost; a calendar that the benchmark moves.
final class DriverClock: Clock, @unchecked Sendable {
    // Safe to send: it never leaves the benchmark's one thread.
    private var wall: Int64 = 1_780_000_000_000_000

    func wallMicroseconds() -> Int64 { wall }
    func monotonicNanoseconds() -> UInt64 { monotonicTicks() }
    func advance(milliseconds: Int64) { wall += milliseconds * 1000 }
}

/// Nanoseconds of the monotonic clock.
func monotonicTicks() -> UInt64 {
    var time = timespec()
    // Safe: the call fills the structure and keeps no pointer to it.
    unsafe _ = clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}

/// Takes a snapshot, and keeps nothing of it.
private final class NullSink: SnapshotSink {
    private(set) var state = SnapshotSinkState.ready
    func append(_ chunk: inout ByteBuffer) { chunk.removeAll() }
    func finish() { state = .done }
    func abandon() {}
    func wait() {}
}

/// A host that grants everything and does nothing.
private final class DriverHost: EngineHost {
    func shutdown(_ request: ShutdownRequest) {}
    func workingDirectory() -> String? { nil }

    func apply(_ changes: Configuration.ChangeSet, _ configuration: Configuration) throws(HostError) {}
    func rewriteConfiguration(_ configuration: Configuration) throws(HostError) {}
    func measurements() -> HostMeasurements { HostMeasurements() }
    func sleep(microseconds: Int64) {}
    func openSnapshot(_ configuration: Configuration) -> any SnapshotSink { NullSink() }
    func readSnapshot(
        _ configuration: Configuration, _ rules: DecodingRules
    ) throws(HostError) -> (any SnapshotSource)? { nil }
    func log(_ level: Configuration.LogLevel, _ message: String) {}
    func crash() {}
}
