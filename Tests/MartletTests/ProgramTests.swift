import Foundation
import TestSupport
import Testing

/// The program around the server: command line, signals, files that others watch.
@Suite(.serialized) struct ProgramTests {
    private let directory: TemporaryDirectory
    private let reports: NotifySocket

    init() throws {
        directory = try TemporaryDirectory()
        reports = try NotifySocket(path: directory.path + "/notify")
    }

    /// Starts the program and waits until it reports that it serves.
    private func start(_ options: [String]) throws -> ServerProcess {
        let server = try ServerProcess(
            options + ["--supervised", "systemd", "--dir", directory.path],
            environment: ["NOTIFY_SOCKET": reports.path])
        #expect(try reports.receive().contains("READY=1"))
        return server
    }

    @Test func signalEndsItCleanly() throws {
        let port = FreePort.take()
        let server = try start(["--save", "", "--port", "\(port)", "--pidfile", directory.path + "/pid"])
        #expect(try directory.read("pid") == "\(server.process.processIdentifier)\n")
        let client = try LiveClient(port: port)
        #expect(try client.send("SET", "k", "v") == .simple("OK"))
        server.signal(SIGTERM)
        #expect(try client.readToEnd() == [])
        #expect(try reports.receive().contains("STOPPING=1"))
        let (status, output) = server.finish()
        #expect(status == 0)
        #expect(server.process.terminationReason == .exit)
        #expect(output.contains("Ready to accept connections"))
        #expect(output.contains("Received SIGTERM scheduling shutdown..."))
        #expect(!directory.contains("pid"), "the pid file outlives the process")
    }

    @Test func shutdownEndsIt() throws {
        let port = FreePort.take()
        let server = try start(["--save", "", "--port", "\(port)"])
        let client = try LiveClient(port: port)
        try client.write("SHUTDOWN\r\n")
        #expect(try client.readToEnd() == [])
        #expect(server.finish().status == 0)
    }

    @Test func hangUpReopensTheLog() throws {
        let port = FreePort.take()
        let log = directory.path + "/log"
        let server = try start(["--save", "", "--port", "\(port)", "--logfile", log])
        try FileManager.default.moveItem(atPath: log, toPath: log + ".1")
        server.signal(SIGHUP)
        // Two signals sent at once may arrive in either order.
        let client = try LiveClient(port: port)
        while !directory.contains("log") { try client.send("PING") }
        server.signal(SIGINT)
        #expect(server.finish().status == 0)
        #expect(try directory.read("log.1").contains("Ready to accept connections"))
        #expect(try directory.read("log").contains("bye bye"))
    }

    @Test func logSpeaksJSON() throws {
        let port = FreePort.take()
        let server = try start(["--save", "", "--port", "\(port)", "--log-format", "json"])
        server.signal(SIGTERM)
        let lines = server.finish().output.split(separator: "\n")
        #expect(lines.count > 2)
        for line in lines {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["message"] is String && object?["time"] is String && object?["level"] is String, "\(line)")
            #expect(object?["pid"] as? Int == Int(server.process.processIdentifier))
        }
    }

    @Test func configurationIsCheckedWithoutServing() throws {
        let good = try directory.write("good.conf", "port 7001\nmaxmemory 75%\n")
        #expect(try ServerProcess.run("--check-config", good).status == 0)
        let bad = try directory.write("bad.conf", "port 7001\n\nmaxclient 10\n")
        let (status, output) = try ServerProcess.run("--check-config", bad)
        #expect(status == 1)
        #expect(output.contains("at line 3"))
        #expect(output.contains("'maxclient 10'"))
        #expect(output.contains("did you mean 'maxclients'?"))
    }

    @Test func unknownDirectiveStopsTheStart() throws {
        let (status, output) = try ServerProcess.run("--prot", "7001")
        #expect(status == 1)
        #expect(output.contains("did you mean 'port'?"), "\(output)")
    }

    @Test func daemonizeIsRefused() throws {
        let (status, output) = try ServerProcess.run("--daemonize", "yes")
        #expect(status == 1)
        #expect(output.contains("supervisor"), "\(output)")
    }

    @Test func takenPortIsToldInOneBreath() throws {
        let other = try LiveServer()
        let (status, output) = try ServerProcess.run("--port", "\(other.port)")
        #expect(status == 1)
        #expect(output.contains("Address already in use"), "\(output)")
    }

    @Test func versionAndHelp() throws {
        let version = try ServerProcess.run("--version")
        #expect(version.status == 0 && version.output.hasPrefix("Martlet server v="))
        let help = try ServerProcess.run("--help")
        #expect(help.status == 0 && help.output.hasPrefix("Usage: martlet-server"))
    }

    @Test func missingFileIsNamed() throws {
        let (status, output) = try ServerProcess.run("/nowhere/martlet.conf")
        #expect(status == 1)
        #expect(output.contains("can't open config file '/nowhere/martlet.conf'"))
    }
}
