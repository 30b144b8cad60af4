import TestSupport
import Testing

@testable import Engine

@Suite struct ClientEvictionTests {
    /// Gives a client an unfinished request of so many bytes.
    private func burden(_ client: MemoryClient, _ bytes: Int) {
        _ = client.send(raw: Array("*2\r\n$\(bytes)\r\n".utf8) + [UInt8](repeating: 120, count: bytes))
    }

    @Test func theLargestClientsAreClosedUntilTheOthersFit() {
        let server = MemoryServer()
        let clients = [50_000, 200_000, 400_000, 100_000].map { bytes in
            let client = server.connect()
            burden(client, bytes)
            return client
        }
        server.send("CONFIG", "SET", "maxmemory-clients", "500000")
        #expect(clients.map { $0.session.ending == nil } == [true, true, false, true])
        #expect(server.figure("evicted_clients") == 1)
        server.send("CONFIG", "SET", "maxmemory-clients", "200000")
        #expect(clients.map { $0.session.ending == nil } == [true, false, false, true])
    }

    @Test func aClientIsClosedBeforeItsRequestRuns() {
        let server = MemoryServer()
        server.send("CONFIG", "SET", "maxmemory-clients", "100000")
        let client = server.connect()
        let value = [UInt8](repeating: 120, count: 150_000)
        _ = client.send(raw: Array("*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$150000\r\n".utf8) + value.prefix(1000))
        _ = client.send(raw: Array(value.dropFirst(1000)) + [13, 10])
        #expect(client.session.ending == .now)
        #expect(server.keyCount(0) == 0)
    }

    @Test func queuedRequestsWatchedKeysAndSubscriptionsCount() {
        let server = MemoryServer()
        server.send("CONFIG", "SET", "maxmemory-clients", "100000")
        for words in [["WATCH"], ["SUBSCRIBE"], ["PSUBSCRIBE"], ["SSUBSCRIBE"], ["CLIENT", "TRACKING", "ON", "BCAST", "PREFIX"]] {
            let client = server.connect()
            var sent = 0
            while client.session.ending == nil, sent < 100_000 {
                _ = client.send(words: words + ["name \(sent + 100_000)"])
                sent += 1
            }
            #expect(sent < 20_000, "\(words)")
            client.disconnect()
        }
        let client = server.connect()
        client.send("MULTI")
        for _ in 0 ..< 20 { _ = client.send(words: ["SET", "k", String(repeating: "x", count: 10_000)]) }
        #expect(client.session.ending == .now)
    }

    @Test func anExemptClientStays() {
        let server = MemoryServer()
        server.send("CONFIG", "SET", "maxmemory-clients", "100000")
        let client = server.connect()
        client.send("CLIENT", "NO-EVICT", "ON")
        burden(client, 200_000)
        #expect(client.session.ending == nil)
        #expect(server.send("PING").isEmpty || server.figure("evicted_clients") >= 0)
    }

    @Test func theLedgerIsTheSumOfItsClients() {
        let server = MemoryServer()
        let clients = (0 ..< 10).map { _ in server.connect() }
        for (i, client) in clients.enumerated() { burden(client, i * 20_000) }
        clients[3].disconnect()
        let sessions = server.engine.core.context.sessions.byID.values
        #expect(server.engine.core.context.ledger.total == sessions.reduce(0) { $0 + $1.countedMemory })
        for client in clients { client.disconnect() }
        #expect(server.engine.core.context.ledger.total == 0)
    }
}
