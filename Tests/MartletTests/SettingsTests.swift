import Foundation
import TestSupport
import Testing

@testable import Martlet

/// Configuration as it reaches a server: files, secrets, sockets, and changes while it serves.
@Suite struct SettingsTests {
    @Test func unixSocketHasItsPermissions() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/socket"
        let server = try LiveServer(["--unixsocket", path, "--unixsocketperm", "700"])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        let (local, remote) = (try LiveClient(path: path), try server.connect())
        #expect(try local.send("SET", "k", "v") == .simple("OK"))
        #expect(try remote.send("GET", "k") == .bulk("v"))
        #expect(try local.send("CLIENT", "INFO").text?.contains("addr=\(path):0") == true)
        server.server.stop()
        #expect(!directory.contains("socket"), "the socket's file outlives the server")
    }

    @Test func passwordComesFromAFile() throws {
        let directory = try TemporaryDirectory()
        let secret = try directory.write("secret", "open sesame\n")
        let server = try LiveServer(["--requirepass-file", secret])
        let client = try server.connect()
        #expect(try client.send("PING") == .error("NOAUTH Authentication required."))
        #expect(try client.send("AUTH", "open sesame") == .simple("OK"))
        let empty = try directory.write("empty", "\n")
        #expect(throws: (any Error).self) { try Server(options: ["--port", "0", "--requirepass-file", empty]) }
        let missing = directory.path + "/missing"
        #expect(throws: (any Error).self) { try Server(options: ["--port", "0", "--requirepass-file", missing]) }
    }

    @Test func portChangesWhileClientsStay() throws {
        let server = try LiveServer(port: FreePort.take())
        let client = try server.connect()
        #expect(try client.send("CONFIG", "GET", "port")[1] == .bulk("\(server.port)"))
        let fresh = FreePort.take()
        #expect(try client.send("CONFIG", "SET", "port", "\(fresh)") == .simple("OK"))
        #expect(try client.send("SET", "k", "v") == .simple("OK"))
        #expect(try LiveClient(port: fresh).send("GET", "k") == .bulk("v"))
        #expect(throws: LiveClient.Failure.self) { try LiveClient(port: server.port).send("PING") }
    }

    /// The new address is tried before the old one is let go of.
    @Test func takenPortIsRefusedAndTheOldOneStays() throws {
        let (server, other) = (try LiveServer(port: FreePort.take()), try LiveServer())
        let client = try server.connect()
        guard case .error(let text) = try client.send("CONFIG", "SET", "port", "\(other.port)") else {
            Issue.record("a taken port was accepted")
            return
        }
        #expect(text.hasPrefix("ERR CONFIG SET failed (possibly related to argument 'port')"))
        #expect(try client.send("CONFIG", "GET", "port")[1] == .bulk("\(server.port)"))
        #expect(try server.connect().send("PING") == .simple("PONG"))
    }

    @Test func bindChangesWhileClientsStay() throws {
        let server = try LiveServer(port: FreePort.take())
        let client = try server.connect()
        #expect(try client.send("CONFIG", "SET", "bind", "127.0.0.1") == .simple("OK"))
        #expect(try server.connect().send("PING") == .simple("PONG"))
        // 192.0.2.1 is reserved for documentation, and nobody's.
        guard case .error = try client.send("CONFIG", "SET", "bind", "192.0.2.1") else {
            Issue.record("somebody else's address was accepted")
            return
        }
        #expect(try server.connect().send("PING") == .simple("PONG"))
        #expect(try client.send("CONFIG", "GET", "bind")[1] == .bulk("127.0.0.1"))
    }

    /// A dash before an address: good if it can be had. 192.0.2.1 is nobody's.
    @Test func addressesMayBeOptional() throws {
        let server = try LiveServer(["--bind", "127.0.0.1", "-192.0.2.1"])
        #expect(try server.connect().send("PING") == .simple("PONG"))
        #expect(throws: (any Error).self) { try Server(options: ["--bind", "127.0.0.1", "192.0.2.1", "--port", "0"]) }
    }

    @Test func severalSettingsChangeTogetherOrNotAtAll() throws {
        let server = try LiveServer()
        let client = try server.connect()
        #expect(try client.send("CONFIG", "SET", "timeout", "100", "maxclients", "77") == .simple("OK"))
        guard case .error = try client.send("CONFIG", "SET", "timeout", "200", "maxclients", "many") else {
            Issue.record("nonsense was accepted")
            return
        }
        #expect(try client.send("CONFIG", "GET", "timeout")[1] == .bulk("100"))
    }

    @Test func rewriteKeepsComments() throws {
        let directory = try TemporaryDirectory()
        let text = "# Ours, since 2026.\ntimeout 100\n\n  # The limit.\nmaxclients 50\n"
        let file = try directory.write("martlet.conf", text)
        let server = try LiveServer([file])
        let client = try server.connect()
        try client.send("CONFIG", "SET", "timeout", "200", "maxmemory", "100mb")
        #expect(try client.send("CONFIG", "REWRITE") == .simple("OK"))
        let lines = try directory.read("martlet.conf").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "# Ours, since 2026.")
        #expect(lines[1] == "timeout 200")
        #expect(lines.contains { $0.hasSuffix("# The limit.") })
        #expect(lines.contains("maxclients 50"))
        #expect(lines.contains { $0.hasPrefix("maxmemory ") })
        #expect(throws: Never.self) { try Setup(arguments: [file]) }
    }

    @Test func rewriteNeedsAFile() throws {
        let server = try LiveServer()
        #expect(
            try server.connect().send("CONFIG", "REWRITE") == .error("ERR The server is running without a config file"))
    }

    @Test func filesIncludeFiles() throws {
        let directory = try TemporaryDirectory()
        try directory.write("one.part", "timeout 11\n")
        try directory.write("two.part", "maxclients 22\n")
        let file = try directory.write("martlet.conf", "include \(directory.path)/*.part\n")
        let server = try LiveServer([file])
        let client = try server.connect()
        #expect(try client.send("CONFIG", "GET", "timeout")[1] == .bulk("11"))
        #expect(try client.send("CONFIG", "GET", "maxclients")[1] == .bulk("22"))
    }

    @Test func infoTellsTheFile() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("martlet.conf", "timeout 0\n")
        let server = try LiveServer([file])
        let text = try server.connect().send("INFO", "server").text ?? ""
        #expect(text.contains("config_file:\(file)\r\n"))
        #expect(text.contains("tcp_port:\(server.port)\r\n"))
        #expect(text.contains("server_name:martlet\r\n"))
    }

    @Test func takenPortFailsTheStart() throws {
        let other = try LiveServer()
        #expect(throws: (any Error).self) { try Server(options: ["--port", "\(other.port)"]) }
    }
}
