import Durability
import Engine
import Glibc
import Transport

/// What the engine asks of the process around it.
final class ServerHost: EngineHost {
    private let log: Log
    private let loop: EventLoop
    private let listeners: Listeners
    /// The configuration file's absolute path, or empty.
    private let configurationFile: String
    private let executable = ProcessFigures.executable()
    private let system = ProcessFigures.systemName()
    private let totalMemory = ProcessFigures.totalMemory()
    /// Has the loop take another turn; any thread may call it.
    private let wake: @Sendable () -> Void
    /// Called by SHUTDOWN: the owner ends its loop.
    var stop: () -> Void = {}
    var supervised = "no"

    init(
        log: Log, loop: EventLoop, listeners: Listeners, configurationFile: String, wake: @escaping @Sendable () -> Void
    ) {
        self.log = log
        self.wake = wake
        self.loop = loop
        self.listeners = listeners
        self.configurationFile = configurationFile
    }

    func shutdown(_ request: ShutdownRequest) { stop() }

    /// Does first what can fail, so that a refusal leaves everything as it was.
    func apply(_ changes: Configuration.ChangeSet, _ configuration: Configuration) throws(HostError) {
        try Setup.refuseWhatIsMissing(configuration)
        if changes.contains(\.maxclients) {
            let outcome = OpenFileLimit.raise(forClients: configuration.maxclients)
            if outcome.clients < configuration.maxclients {
                throw HostError(
                    "The operating system is not able to handle the specified number of clients, try with \(outcome.clients)",
                    directive: "maxclients")
            }
        }
        let earlierDirectory = Files.currentDirectory()
        let earlierAddresses = listeners.opened
        if changes.contains(\.directory), !Files.changeDirectory(configuration.directory) {
            throw HostError(Files.reason(), directive: "dir")
        }
        do throws(HostError) {
            if changes.contains(\.port) || changes.contains(\.bind) { try listeners.open(configuration) }
        } catch {
            _ = Files.changeDirectory(earlierDirectory)
            log.write(.warning, error.message)
            throw changes.contains(\.port)
                ? HostError("Unable to listen on this port. Check server logs.", directive: "port")
                : HostError("Failed to bind to specified addresses.", directive: "bind")
        }
        do throws(HostError) {
            let closes = changes.contains(\.requirepass)
            if changes.contains(\.memcachedPort) || changes.contains(\.memcachedBind) || closes {
                try listeners.openMemcached(configuration)
            }
        } catch {
            _ = Files.changeDirectory(earlierDirectory)
            if let earlierAddresses, changes.contains(\.port) || changes.contains(\.bind) { try? listeners.open(earlierAddresses) }
            throw HostError(error.message, directive: "memcached-port")
        }
        if changes.contains(\.tcpKeepalive) { listeners.setKeepAlive(configuration.tcpKeepalive) }
        if changes.contains(\.logLevel) { log.level = configuration.logLevel }
    }

    func workingDirectory() -> String? { Files.currentDirectory() }

    func rewriteConfiguration(_ configuration: Configuration) throws(HostError) {
        if configurationFile.isEmpty { throw HostError("The server is running without a config file") }
        let old = Array(((try? Files.read(configurationFile)) ?? "").utf8)
        let fresh = String(decoding: configuration.rewriting(old), as: UTF8.self)
        try Files.replace(configurationFile, with: fresh)
    }

    func openSnapshot(_ configuration: Configuration) -> any SnapshotSink {
        SnapshotFile(
            // A relative one is where the process is: it has gone there.
            directory: configuration.directory.hasPrefix("/") ? configuration.directory : ".", name: configuration.dbFilename,
            draft: "temp-\(getpid())-\(configuration.port).rdb", hasChecksum: configuration.rdbChecksum,
            syncsGradually: configuration.rdbSaveIncrementalFsync, progressed: wake)
    }

    func readSnapshot(
        _ configuration: Configuration, _ rules: DecodingRules
    ) throws(HostError) -> (any SnapshotSource)? {
        // The process stands in `dir`, whatever way that was named.
        let path = "./" + configuration.dbFilename
        do throws(FileError) {
            let file = try DurableFile.reading(path)
            return try SnapshotReader(
                file, rules, verifiesChecksum: configuration.rdbChecksum, progressed: wake)
        } catch {
            if error.code == ENOENT { return nil }
            throw HostError("\(error)")
        }
    }

    func measurements() -> HostMeasurements {
        var result = HostMeasurements()
        result.residentBytes = ProcessFigures.residentBytes()
        result.totalMemory = totalMemory
        (result.userMicroseconds, result.systemMicroseconds) = ProcessFigures.processorTime()
        (result.executorUserMicroseconds, result.executorSystemMicroseconds) = ProcessFigures.threadTime()
        result.bytesReceived = loop.counters.bytesReceived
        result.bytesSent = loop.counters.bytesSent
        result.readCalls = loop.counters.receives
        result.writeCalls = loop.counters.sends
        result.processID = getpid()
        result.system = system
        result.executable = executable
        result.configurationFile = configurationFile
        result.multiplexing = "epoll"
        result.supervised = supervised
        return result
    }

    func sleep(microseconds: Int64) { SystemClock.sleep(microseconds: microseconds) }

    func log(_ level: Configuration.LogLevel, _ message: String) { log.write(level, message) }

    func releaseFreeMemory() { Heap.trim() }

    func crash() { fatalError("asked to crash by DEBUG") }
}
