import Dispatch
import Engine
import Transport

/// The one thread that owns the data: waits for readiness, runs what arrived, lets the replies leave, and then does
/// background work in slices.
///
///     wait ─▶ receive (requests run) ─▶ clients whose time has come ─▶ flush ─▶ one slice ─┐
///       ▲                                                                                  │
///       └──────────── at once if a slice left work, else until something is due ◀──────────┘
final class Executor {
    let loop: EventLoop
    let engine: Engine
    private let clock: SystemClock
    private let reaper = DispatchQueue(label: "martlet.reaper", qos: .utility)
    private var stops = false
    /// When clients are next looked over, in milliseconds since 1970.
    private var nextInspection: Int64 = 0

    init(loop: EventLoop, engine: Engine, clock: SystemClock) {
        self.loop = loop
        self.engine = engine
        self.clock = clock
    }

    /// Ends `run` after the present turn. To be called on the executor's thread.
    func stop() { stops = true }

    /// Ends `run` as a signal asks for, unless the data are to be saved and cannot be.
    func shutDown(byInterrupt: Bool) {
        let configuration = engine.configuration
        let flags = byInterrupt ? configuration.shutdownOnSigint : configuration.shutdownOnSigterm
        if engine.prepareShutdown(ShutdownRequest(flags)) { stop() }
    }

    /// Serves until `stop`.
    func run() {
        var workLeft = false
        while !stops {
            loop.wait(timeout: workLeft ? 0 : timeout())
            engine.beginBatch()
            loop.receive(now: engine.now)
            engine.resumeHeld()
            serveWoken()
            loop.flush()
            engine.noteTraffic(received: loop.counters.bytesReceived, sent: loop.counters.bytesSent)
            workLeft = engine.performSlice()
            serveWoken()
            inspect()
            discard()
        }
        loop.closeAll()
    }

    /// Microseconds until the engine or a look at the clients is due; `nil` when nothing is.
    private func timeout() -> Int64? {
        var next = engine.nextWakeUp()
        if engine.needsInspection { next = min(next ?? .max, nextInspection) }
        guard let next else { return nil }
        return max(0, next &* 1000 &- clock.wallMicroseconds())
    }

    /// Clients that others, or the passing of time, gave something to say. O(1) for each that was not waiting already.
    private func serveWoken() {
        for session in engine.takeAddressed() { (session.link as? ClientHandler)?.takeTurn() }
        for session in engine.takeWoken() { (session.link as? ClientHandler)?.settle() }
    }

    private func inspect() {
        if !engine.needsInspection || engine.now < nextInspection { return }
        nextInspection = engine.now + 1000
        engine.inspectClients()
        serveWoken()
    }

    /// Lets another thread free large blocks: returning them to the system takes milliseconds.
    private func discard() {
        let garbage = engine.takeGarbage()
        if garbage.isEmpty { return }
        reaper.async { for block in garbage { block.free() } }
    }
}
