import TestSupport
import Testing

/// What only sockets show: clients that come, go, hang, and talk too much or too little.
///
/// Protected mode is not among it: it turns away only clients from other machines, and a test has none.
@Suite(.serialized) struct ConnectionTests {
    /// The value of a field of INFO.
    private func info(_ client: LiveClient, _ field: String) throws -> String? {
        let lines = try client.send("INFO", "everything").text?.split(whereSeparator: \.isNewline) ?? []
        return lines.first { $0.hasPrefix(field + ":") }.map { String($0.dropFirst(field.utf8.count + 1)) }
    }

    @Test func twoServersShareNothing() throws {
        let (one, other) = (try LiveServer(), try LiveServer())
        #expect(one.port != other.port)
        let (a, b) = (try one.connect(), try other.connect())
        try a.send("SET", "k", "one")
        #expect(try b.send("GET", "k") == .null)
        #expect(try a.send("CONFIG", "SET", "maxclients", "17") == .simple("OK"))
        #expect(try b.send("CONFIG", "GET", "maxclients")[1] == .bulk("10000"))
    }

    @Test func stopClosesEveryConnection() throws {
        let live = try LiveServer()
        let client = try live.connect()
        #expect(try client.send("PING") == .simple("PONG"))
        live.server.stop()
        #expect(try client.readToEnd() == [])
    }

    @Test func tooManyClientsAreTold() throws {
        try LiveServer.with(["--maxclients", "2"]) { server in
            let (first, second) = (try server.connect(), try server.connect())
            try first.send("PING")
            try second.send("PING")
            let third = try server.connect()
            #expect(String(decoding: try third.readToEnd(), as: UTF8.self) == "-ERR max number of clients reached\r\n")
            #expect(try info(first, "rejected_connections") == "1")
            second.disconnect()
            // The server learns of it when it reads; only then is there room.
            while try info(first, "connected_clients") != "1" {}
            #expect(try server.connect().send("PING") == .simple("PONG"))
        }
    }

    @Test func dripperDoesNotHoldOthersUp() throws {
        try LiveServer.with { server in
            let (slow, quick) = (try server.connect(), try server.connect())
            for (index, byte) in LiveClient.request("SET", "slow", "done").enumerated() {
                try slow.write([byte])
                #expect(try quick.send("SET", "quick", "\(index)") == .simple("OK"))
            }
            #expect(try slow.read() == .simple("OK"))
        }
    }

    @Test func leavingInMidCommandChangesNothing() throws {
        try LiveServer.with { server in
            let witness = try server.connect()
            try witness.send("SET", "k", "before")
            for rude in [false, true] {
                let client = try server.connect()
                try client.write("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\nhalf of it")
                if rude { client.reset() } else { client.disconnect() }
            }
            while try info(witness, "connected_clients") != "1" {}
            #expect(try witness.send("GET", "k") == .bulk("before"))
        }
    }

    @Test func halfClosedClientGetsItsReplies() throws {
        try LiveServer.with { server in
            let client = try server.connect()
            try client.write("SET k v\r\nGET k\r\nPING\r\n")
            client.finishWriting()
            #expect(String(decoding: try client.readToEnd(), as: UTF8.self) == "+OK\r\n$1\r\nv\r\n+PONG\r\n")
        }
    }

    @Test func largeValueInAndOut() throws {
        try LiveServer.with { server in
            let client = try server.connect()
            var value = [UInt8](repeating: UInt8(ascii: "x"), count: 64 << 20)
            for place in stride(from: 0, to: value.count, by: 999_983) { value[place] = UInt8(place & 0xFF) }
            #expect(try client.send(words: [Array("SET".utf8), Array("big".utf8), value]) == .simple("OK"))
            #expect(try client.send("STRLEN", "big") == .integer(64 << 20))
            // Compared as a whole: an expectation would print both.
            let isSame = try client.send("GET", "big") == .bulk(value)
            #expect(isSame)
            #expect(try client.send("DEL", "big") == .integer(1))
            #expect(try client.send("PING") == .simple("PONG"))
        }
    }

    @Test func clientThatNeverReadsIsCutOff() throws {
        try LiveServer.with { server in
            let witness = try server.connect()
            try witness.send("CONFIG", "SET", "client-output-buffer-limit", "normal 1mb 0 0")
            try witness.send(words: [
                Array("SET".utf8), Array("k".utf8), [UInt8](repeating: 120, count: 256 * 1024),
            ])
            let deaf = try LiveClient(port: server.port, receiveBuffer: 8192)
            var requests: [UInt8] = []
            for _ in 0 ..< 200 { requests += LiveClient.request("GET", "k") }
            try deaf.write(requests)
            while try info(witness, "client_output_buffer_limit_disconnections") != "1" {
                #expect(try witness.send("PING") == .simple("PONG"))
            }
            #expect(try deaf.readToEnd().count < 200 * 256 * 1024)
            #expect(try witness.send("STRLEN", "k") == .integer(256 * 1024))
        }
    }

    /// One receive can hold thousands of requests for a large value: the limit must stop them, not only what follows.
    @Test func outputLimitHoldsWithinAPipeline() throws {
        let server = MemoryServer()
        server.send("CONFIG", "SET", "client-output-buffer-limit", "normal 1mb 0 0")
        server.send("SET", "k", String(repeating: "x", count: 256 * 1024))
        let greedy = server.connect()
        let requests = Array(String(repeating: "GET k\r\n", count: 400).utf8)
        let replies = greedy.send(raw: requests)
        #expect(greedy.session.end == .now)
        #expect(replies.count < 4 << 20)
    }

    @Test func endlessRequestIsCutOff() throws {
        try LiveServer.with(["--client-query-buffer-limit", "1mb"]) { server in
            let (client, witness) = (try server.connect(), try server.connect())
            try client.write("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000000\r\n")
            let piece = [UInt8](repeating: 120, count: 64 * 1024)
            // The server hangs up in the middle, which the sender learns by an error.
            _ = try? { for _ in 0 ..< 1000 { try client.write(piece) } }()
            #expect(try witness.send("EXISTS", "k") == .integer(0))
            #expect(try info(witness, "client_query_buffer_limit_disconnections") == "1")
        }
    }

    @Test func oneClientKillsAnother() throws {
        try LiveServer.with { server in
            let (killer, victim) = (try server.connect(), try server.connect())
            guard case .integer(let id) = try victim.send("CLIENT", "ID") else {
                Issue.record("no identifier")
                return
            }
            #expect(try killer.send("CLIENT", "KILL", "ID", "\(id)") == .integer(1))
            #expect(try victim.readToEnd() == [])
            #expect(try killer.send("CLIENT", "KILL", "ID", "\(id)") == .integer(0))
            // Itself too, but not before it was told so.
            try killer.write("CLIENT KILL TYPE normal SKIPME no\r\n")
            #expect(String(decoding: try killer.readToEnd(), as: UTF8.self) == ":1\r\n")
        }
    }

    @Test func pauseHoldsWritesUntilItIsEnded() throws {
        try LiveServer.with { server in
            let (ruler, writer) = (try server.connect(), try server.connect())
            try writer.send("PING")
            #expect(try ruler.send("CLIENT", "PAUSE", "100000", "WRITE") == .simple("OK"))
            try writer.write(LiveClient.request("SET", "k", "v") + LiveClient.request("GET", "k"))
            while try info(ruler, "blocked_clients") == nil {}
            #expect(try ruler.send("GET", "k") == .null)
            #expect(try ruler.send("CLIENT", "UNPAUSE") == .simple("OK"))
            #expect(try writer.read() == .simple("OK"))
            #expect(try writer.read() == .bulk("v"))
        }
    }

    @Test func pauseEndsByItself() throws {
        try LiveServer.with { server in
            let client = try server.connect()
            try client.send("CLIENT", "PAUSE", "50", "ALL")
            #expect(try client.send("PING") == .simple("PONG"))
        }
    }

    /// The reading waits, not the test: a second of silence, and the end of the connection.
    @Test func idleClientsAreClosed() throws {
        try LiveServer.with(["--timeout", "1"]) { server in
            let client = try server.connect()
            #expect(try client.send("PING") == .simple("PONG"))
            #expect(try client.readToEnd() == [])
        }
    }

    @Test func shutdownEndsTheServer() throws {
        let server = try LiveServer()
        let client = try server.connect()
        try client.write("SHUTDOWN NOSAVE\r\n")
        #expect(try client.readToEnd() == [])
        #expect(throws: LiveClient.Failure.self) {
            // The listener goes with the server, a moment after its clients.
            while true { try server.connect().send("PING") }
        }
    }

    @Test func manyClientsComeAndGo() throws {
        try LiveServer.with { server in
            var clients: [LiveClient] = []
            for _ in 0 ..< 300 { clients.append(try server.connect()) }
            for client in clients { try client.write("INCR n\r\n") }
            for client in clients { _ = try client.read() }
            #expect(try clients[0].send("GET", "n") == .bulk("300"))
            for client in clients.dropFirst() { client.disconnect() }
            while try info(clients[0], "connected_clients") != "1" {}
        }
    }
}
