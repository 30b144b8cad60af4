import TestSupport
import Testing

/// LEASE, and that memcached's flags see the same state.
@Suite struct LeaseTests {
    private let server = MemoryServer()

    private func told(_ value: String?, _ status: String) -> String {
        let text = value.map { "$\($0.utf8.count)\r\n\($0)\r\n" } ?? "$-1\r\n"
        return "*2\r\n\(text)$\(status.utf8.count)\r\n\(status)\r\n"
    }

    @Test func oneClientMakesWhatIsMissing() {
        #expect(server.send("LEASE", "GET", "k", "30") == told(nil, "renew"))
        #expect(server.send("LEASE", "GET", "k", "30") == told(nil, "wait"))
        server.send("SET", "k", "v", "EX", "100")
        #expect(server.send("LEASE", "GET", "k", "30") == told("v", "fresh"))
        #expect(server.send("TTL", "k") == ":100\r\n")
    }

    @Test func whoDoesNotBringItLosesTheLease() {
        server.send("LEASE", "GET", "k", "30")
        server.advance(milliseconds: 30_001)
        #expect(server.send("LEASE", "GET", "k", "30") == told(nil, "renew"))
    }

    @Test func staleValuesAreServedWhileOneRenews() {
        server.send("SET", "k", "old")
        #expect(server.send("LEASE", "INVALIDATE", "k", "100") == ":1\r\n")
        #expect(server.send("LEASE", "GET", "k", "10") == told("old", "renew"))
        #expect(server.send("LEASE", "GET", "k", "10") == told("old", "stale"))
        server.advance(milliseconds: 10_001)
        #expect(server.send("LEASE", "GET", "k", "10") == told("old", "renew"))
        server.send("SET", "k", "new")
        #expect(server.send("LEASE", "GET", "k", "10") == told("new", "fresh"))
        #expect(server.send("LEASE", "INVALIDATE", "nothing") == ":0\r\n")
    }

    @Test func valuesAreRenewedBeforeTheyGo() {
        server.send("SET", "k", "v", "EX", "100")
        #expect(server.send("LEASE", "GET", "k", "10", "RECACHE", "50") == told("v", "fresh"))
        server.advance(milliseconds: 60_000)
        #expect(server.send("LEASE", "GET", "k", "10", "RECACHE", "50") == told("v", "renew"))
        #expect(server.send("LEASE", "GET", "k", "10", "RECACHE", "50") == told("v", "fresh"))
    }

    @Test func bothProtocolsSeeOneLease() {
        let client = server.connect(speaking: .memcached)
        #expect(server.send("LEASE", "GET", "k", "30") == told(nil, "renew"))
        #expect(client.say("mg k v N30\r\n") == "VA 0 Z\r\n\r\n")
        #expect(client.say("set k 0 0 1\r\nx\r\nmd k I\r\nmg k v\r\n") == "STORED\r\nHD\r\nVA 1 X W\r\nx\r\n")
        #expect(server.send("LEASE", "GET", "k", "30") == told("x", "stale"))
    }

    @Test func errorsAreTold() {
        server.send("RPUSH", "l", "x")
        #expect(server.send("LEASE", "GET", "l", "30").hasPrefix("-WRONGTYPE"))
        #expect(server.send("LEASE", "INVALIDATE", "l").hasPrefix("-WRONGTYPE"))
        #expect(server.send("LEASE", "GET", "k", "0").hasPrefix("-ERR value is out of range"))
        #expect(server.send("LEASE", "GET", "k", "30", "RECACHE").hasPrefix("-ERR syntax"))
        #expect(server.send("LEASE", "GET", "k").hasPrefix("-ERR wrong number"))
    }
}
