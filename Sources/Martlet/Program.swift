import Engine
import Glibc
import Transport

/// The program around a server: what `martlet-server` does between its command line and its exit code.
public enum Program {
    /// Runs a server as `arguments` (the program's name first) ask, until it is told to stop. Returns the exit code.
    public static func run(_ arguments: [String]) -> Int32 {
        var rest = Array(arguments.dropFirst())
        let checksOnly = rest.contains("--check-config")
        rest.removeAll { $0 == "--check-config" }
        let parsed = ServerArguments(rest)
        switch parsed.request {
        case .version:
            print("Martlet server v=\(Version.martlet) compatible with Redis \(Version.compatible) bits=\(Int.bitWidth)")
            return 0
        case .help:
            print(help)
            return 0
        case .run: break
        }
        do {
            let setup = try Setup(parsed)
            if checksOnly {
                print("The configuration is in order.")
                return 0
            }
            return try serve(setup)
        } catch let error as ConfigurationFileError {
            Files.write(error.message(version: Version.martlet), to: 2)
        } catch let error as HostError {
            Files.write(error.message + "\n", to: 2)
        } catch {
            Files.write("\(error)\n", to: 2)
        }
        return 1
    }

    private static func serve(_ setup: Setup) throws -> Int32 {
        SignalWatch.ignoreBrokenPipes()
        Heap.tune()
        let configuration = setup.configuration
        if Files.changeDirectory(configuration.directory) == false {
            throw HostError("Can't chdir to '\(configuration.directory)': \(Files.reason())")
        }
        let server: Server
        do {
            server = try Server(setup, choosesPort: false)
        } catch {
            let log = Log(path: configuration.logFile, level: configuration.logLevel, format: configuration.logFormat)
            log.write(.warning, error.message)
            log.flush()
            return 1
        }
        let log = server.log
        log.write(.notice, "Martlet \(Version.martlet) is starting, PID: \(getpid())")
        log.write(.notice, "Running mode=standalone, port=\(server.port).")
        log.write(.notice, "This version writes snapshots, and no append-only log.")
        if configuration.disableTransparentHugePages, !Heap.disableHugePages() {
            log.write(.warning, "disable-thp: the system does not allow it: \(Files.reason())")
        }
        if !configuration.pidfile.isEmpty {
            do { try Files.replace(configuration.pidfile, with: "\(getpid())\n") } catch {
                log.write(.warning, "Failed to write PID file: \(error.message)")
            }
        }
        let signals = server.watchSignals()
        let supervisor = configuration.supervised == .no ? nil : Supervisor()
        if configuration.supervised == .systemd, supervisor == nil {
            log.write(.warning, "supervised systemd requested, but NOTIFY_SOCKET is not set")
        }
        if supervisor != nil { server.noteSupervisor("systemd") }
        server.perform {
            // Whoever is told that the server is ready finds that in the log.
            log.flush()
            supervisor?.notify("READY=1\nSTATUS=Ready to accept connections\n")
        }
        server.noteStartMemory(Heap.allocatedBytes())
        server.run()
        supervisor?.notify("STOPPING=1\n")
        withExtendedLifetime(signals) {}
        if !configuration.pidfile.isEmpty { Files.remove(configuration.pidfile) }
        return server.failedToLoad ? 1 : 0
    }

    private static let help = """
        Usage: martlet-server [/path/to/martlet.conf] [options] [-]
               martlet-server - (read the configuration from the standard input)
               martlet-server --check-config [/path/to/martlet.conf] [options]
               martlet-server -v or --version
               martlet-server -h or --help

        Options are directives of the configuration file with two dashes: --port 7777 --loglevel verbose
        All directives are described in docs/configuration.md.
        """
}
