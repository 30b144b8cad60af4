import Engine
import Glibc
import Transport

/// A Martlet server in this process. Several can run side by side; they share nothing.
///
///     let server = try Server(options: ["--port", "0"])
///     try server.start()
///     … connect to server.port …
///     server.stop()
///
/// `start` serves on a thread of its own; `run` serves on the calling one. All state belongs to that thread.
public final class Server: @unchecked Sendable {
    // Safe to send: after `start` or `run`, other threads only use `mailbox`, `port` and `finished`, which are
    // constant or locked.
    private let mailbox: Mailbox
    private let executor: Executor
    private let listeners: Listeners
    private let host: ServerHost
    private let admission: Admission
    private let finished = Gateway()
    let log: Log
    let configuration: Configuration
    /// The port served; the system's choice when 0 was asked for.
    public private(set) var port: Int

    /// A server with options as on the command line, `--name value …`. Port 0 lets the system choose.
    ///
    /// Throws when the options are not understood or the addresses cannot be had.
    public convenience init(options: [String] = []) throws {
        let setup = try Setup(arguments: options)
        try self.init(setup, choosesPort: true)
    }

    init(_ setup: Setup, choosesPort: Bool) throws(HostError) {
        configuration = setup.configuration
        log = Log(path: configuration.logFile, level: configuration.logLevel, format: configuration.logFormat)
        do {
            mailbox = try Mailbox()
            let loop = try EventLoop(mailbox: mailbox, backend: try EpollBackend())
            listeners = Listeners(mailbox: mailbox, log: log)
            host = ServerHost(
                log: log, loop: loop, listeners: listeners, configurationFile: setup.configurationFile)
            let clock = SystemClock()
            let engine = Engine(
                configuration: configuration, host: host, clock: clock, seed: UInt64.random(in: 0 ... .max))
            admission = Admission(engine: engine, loop: loop)
            loop.admission = admission
            executor = Executor(loop: loop, engine: engine, clock: clock)
        } catch {
            throw HostError("\(error)")
        }
        let limit = OpenFileLimit.raise(forClients: configuration.maxclients)
        if limit.clients < configuration.maxclients {
            log.write(
                .warning,
                "You requested maxclients of \(configuration.maxclients), but only \(limit.after) open files are allowed.")
        }
        try listeners.open(configuration, choosesPort: choosesPort)
        try listeners.openUnix(configuration)
        port = listeners.port ?? 0
        let executor = executor
        host.stop = { executor.stop() }
    }

    /// Serves on the calling thread until `stop` or SHUTDOWN.
    public func run() {
        log.write(.notice, "Ready to accept connections")
        executor.run()
        listeners.close()
        log.write(.notice, "Martlet is now ready to exit, bye bye...")
        log.flush()
        finished.open()
    }

    /// Serves on a thread of its own from now on.
    public func start() throws {
        let started = ExecutorThread.start { [self] in run() }
        if !started { throw HostError("cannot start a thread: \(Files.reason())") }
    }

    /// Ends the server and returns when its sockets are closed. Any thread but the server's own may call it, once.
    public func stop() {
        requestStop()
        finished.wait()
    }

    /// Ends the server soon.
    func requestStop() {
        mailbox.perform { [self] in executor.stop() }
    }

    /// Runs `body` on the executor's thread.
    func perform(_ body: @escaping @Sendable () -> Void) { mailbox.perform(body) }

    /// Watches for the signals that a program, not a library, answers to.
    func watchSignals() -> SignalWatch {
        SignalWatch([SIGTERM, SIGINT, SIGHUP], mailbox: mailbox) { [self] signal in
            if signal == SIGHUP {
                log.reopen()
                return
            }
            log.write(.warning, "Received \(signal == SIGINT ? "SIGINT" : "SIGTERM") scheduling shutdown...")
            executor.stop()
        }
    }

    func noteSupervisor(_ name: String) { host.supervised = name }
}
