import Dispatch
import Engine
import Glibc
import Synchronization
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
    private let isServing = Atomic<Bool>(false)
    private let hasFailed = Flag()
    let log: Log
    let configuration: Configuration
    /// The port served at the start; the system's choice when 0 was asked for.
    public let port: Int

    /// A server with options as on the command line, `--name value …`. Port 0 lets the system choose.
    ///
    /// Throws when the options are not understood or the addresses cannot be had.
    /// Listens on loopback only unless addresses are named with `bind`, and saves by itself only if told where (`--dir`) or when
    /// (`--save`), and serves memcached's clients only if `memcached-port` is named.
    public convenience init(options: [String] = []) throws {
        var setup = try Setup(arguments: options)
        if setup.configuration.bind == Configuration().bind { setup.configuration.bind = ["127.0.0.1"] }
        // A library writes no files that nobody asked for.
        let names = options.map { $0.lowercased() }
        if !names.contains("--dir"), !names.contains("--save") { setup.configuration.save = [] }
        if setup.configuration.memcachedPort == nil { setup.configuration.memcachedPort = 0 }
        try self.init(setup, choosesPort: true)
    }

    init(_ setup: Setup, choosesPort: Bool) throws(HostError) {
        var configuration = setup.configuration
        log = Log(path: configuration.logFile, level: configuration.logLevel, format: configuration.logFormat)
        do {
            mailbox = try Mailbox()
            let loop = try EventLoop(mailbox: mailbox, backend: try EpollBackend())
            listeners = Listeners(mailbox: mailbox, log: log)
            try listeners.open(configuration, choosesPort: choosesPort)
            // A port that the system chose counts as configured: INFO tells it, and a change of `bind` keeps it.
            port = listeners.port ?? 0
            configuration.port = port
            host = ServerHost(
                log: log, loop: loop, listeners: listeners, configurationFile: setup.configurationFile,
                wake: { [mailbox] in mailbox.wake() })
            let clock = SystemClock()
            let engine = Engine(
                configuration: configuration, host: host, clock: clock, seed: .random(in: 0 ... .max),
                hashSeed: (.random(in: 0 ... .max), .random(in: 0 ... .max)))
            if !configuration.memcachedAuthFile.isEmpty {
                try engine.setMemcachedCredentials(try Files.read(configuration.memcachedAuthFile))
            }
            try listeners.openMemcached(configuration)
            admission = Admission(engine: engine, loop: loop)
            loop.admission = admission
            executor = Executor(loop: loop, engine: engine, clock: clock)
        } catch let error as HostError {
            throw error
        } catch {
            throw HostError("\(error)")
        }
        let limit = OpenFileLimit.raise(forClients: configuration.maxclients)
        if limit.clients < configuration.maxclients {
            log.write(
                .warning,
                "You requested maxclients of \(configuration.maxclients), but only \(limit.after) open files are allowed.")
        }
        try listeners.openUnix(configuration)
        self.configuration = configuration
        // Weak, because the executor's engine holds the host: a server that is let go of must free its data.
        host.stop = { [weak executor] in executor?.stop() }
    }

    /// A server that never ran lets go of its addresses at once.
    deinit { listeners.close() }

    /// Serves on the calling thread until `stop` or SHUTDOWN.
    public func run() {
        isServing.store(true, ordering: .relaxed)
        load()
        executor.run()
        listeners.close()
        mailbox.discardAll()
        log.write(.notice, "Martlet is now ready to exit, bye bye...")
        log.flush()
        finished.open()
    }

    /// Begins to load the data that the last run left. A server that cannot load them ends: what it would save later would
    /// be less than there is.
    private func load() {
        let start = DispatchTime.now().uptimeNanoseconds
        do throws(HostError) {
            guard let source = try host.readSnapshot(configuration, executor.engine.decodingRules) else {
                return log.write(.notice, "Ready to accept connections")
            }
            executor.engine.beginLoading(from: source, LoadingOptions()) { [log, executor, hasFailed] fault in
                if let fault {
                    hasFailed.set()
                    log.write(.warning, "Internal error in RDB reading: \(fault.message)")
                    log.write(.warning, "Terminating server after rdb file reading failure.")
                    log.write(.warning, "Fatal error loading the DB: \(fault.message). Exiting.")
                    return executor.stop()
                }
                let milliseconds = (DispatchTime.now().uptimeNanoseconds - start) / 1_000_000
                log.write(
                    .notice, "DB loaded from disk: \(Double(milliseconds) / 1000) seconds")
                log.write(.notice, "Ready to accept connections")
            }
        } catch {
            hasFailed.set()
            log.write(.warning, "Fatal error loading the DB: \(error.message). Exiting.")
            executor.stop()
        }
    }

    /// Whether the data of the last run could not be loaded.
    var failedToLoad: Bool { hasFailed.isSet }

    /// Serves on a thread of its own from now on.
    public func start() throws {
        isServing.store(true, ordering: .relaxed)
        let started = ExecutorThread.start { [self] in run() }
        if !started { throw HostError("cannot start a thread: \(Files.reason())") }
    }

    /// Ends the server and returns when its sockets are closed. Any thread but the server's own may call it, once; a server
    /// that was never started just closes its listeners.
    public func stop() {
        if !isServing.load(ordering: .relaxed) { return listeners.close() }
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
            executor.shutDown(byInterrupt: signal == SIGINT)
        }
    }

    /// See `Engine.noteStartMemory`.
    func noteStartMemory(_ bytes: Int) { executor.engine.noteStartMemory(bytes) }

    func noteSupervisor(_ name: String) { host.supervised = name }
}

/// Whether something has happened, for threads that look later.
private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() { value.store(true, ordering: .relaxed) }
}
