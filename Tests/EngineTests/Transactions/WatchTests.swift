import TestSupport
import Testing

@testable import Engine

/// WATCH sees every change of a key, by whomever and by whatever, and nothing else.
@Suite struct WatchTests {
    /// Whether EXEC ran, after `client` watched `keys` and `change` happened.
    private func survives(
        _ server: MemoryServer, _ keys: [String] = ["k"], database: Int = 0, _ change: () -> Void
    ) -> Bool {
        let client = server.connect()
        client.send("SELECT", "\(database)")
        #expect(client.send(words: ["WATCH"] + keys) == "+OK\r\n")
        change()
        client.send("MULTI")
        client.send("PING")
        let reply = client.send("EXEC")
        #expect(reply == "*1\r\n+PONG\r\n" || reply == "*-1\r\n")
        server.engine.core.context.watches.checkInvariants()
        #expect(server.engine.core.context.watches.isEmpty)
        #expect(!server.engine.core.keyspace.effects.isRecording)
        return reply != "*-1\r\n"
    }

    @Test(arguments: [
        "SET k 1", "DEL k", "UNLINK k", "APPEND k x", "EXPIRE k 100", "EXPIRE k -1", "RENAME k x", "RENAME o k",
        "COPY o k REPLACE", "MOVE k 1", "FLUSHDB", "FLUSHALL", "SWAPDB 0 1", "SWAPDB 1 0", "GETDEL k", "SETBIT k 0 1",
        "GETEX k EX 10", "SETRANGE k 0 v",
    ])
    func changesOfAKey(change: String) {
        let server = MemoryServer()
        server.put("k")
        server.put("o")
        let words = change.split(separator: " ").map(String.init)
        let other = server.connect()
        #expect(!survives(server) { _ = other.send(words: words) })
    }

    @Test(arguments: [
        "SET k 1", "RENAME o k", "COPY o k", "COPY o k DB 0", "SWAPDB 0 1", "PFADD k 1", "INCR k",
    ])
    func changesOfAKeyThatWasNotThere(change: String) {
        let server = MemoryServer()
        server.put("o")
        server.put("k", database: 1)
        let words = change.split(separator: " ").map(String.init)
        let other = server.connect()
        #expect(!survives(server) { _ = other.send(words: words) })
    }

    @Test(arguments: [
        "SET o 1", "GET k", "TTL k", "PERSIST k", "EXPIRE none 10", "SET k x NX", "SELECT 1", "DEL none", "TOUCH k",
        "GETEX k", "RENAMENX o k", "COPY o k", "SWAPDB 2 3", "SWAPDB 0 0", "COPY k n", "RENAME k", "DEBUG JMAP",
    ])
    func whatIsNoChange(words: String) {
        let server = MemoryServer()
        server.put("k")
        server.put("o")
        let words = words.split(separator: " ").map(String.init)
        let other = server.connect()
        #expect(survives(server) { _ = other.send(words: words) })
    }

    @Test(arguments: ["FLUSHDB", "FLUSHALL", "SWAPDB 0 1", "DEL k"])
    func aKeyThatIsNotThereIsNotTouchedByTheEndOfOthers(change: String) {
        let server = MemoryServer()
        server.put("o")
        let words = change.split(separator: " ").map(String.init)
        let other = server.connect()
        #expect(survives(server) { _ = other.send(words: words) })
    }

    @Test func theSameKeyOfAnotherDatabaseIsAnother() {
        let server = MemoryServer()
        server.put("k", database: 3)
        #expect(survives(server, database: 3) { server.send("SET", "k", "1") })
        #expect(!survives(server, database: 3) { server.send("MOVE", "k", "3"); server.send("FLUSHALL") })
    }

    @Test func oneOfSeveralIsEnough() {
        let server = MemoryServer()
        let keys = (0 ..< 50).map { "k\($0)" }
        #expect(survives(server, keys) { server.send("SET", "k50", "1") })
        #expect(!survives(server, keys) { server.send("SET", "k37", "1") })
    }

    @Test func oneOwnChangeCountsToo() {
        let client = MemoryServer().connect()
        client.send("WATCH", "k")
        client.send("SET", "k", "1")
        client.send("MULTI")
        #expect(client.send("EXEC") == "*-1\r\n")
        client.send("MULTI")
        client.send("PING")
        #expect(client.send("EXEC") == "*1\r\n+PONG\r\n")
    }

    @Test func theTransactionsOwnChangesDoNot() {
        let client = MemoryServer().connect()
        client.send("WATCH", "k")
        client.send("MULTI")
        client.send("SET", "k", "1")
        #expect(client.send("EXEC") == "*1\r\n+OK\r\n")
    }

    @Test func unwatchForgets() {
        let server = MemoryServer()
        let client = server.connect()
        client.send("WATCH", "k")
        client.send("UNWATCH")
        server.send("SET", "k", "1")
        client.send("MULTI")
        #expect(client.send("EXEC") == "*0\r\n")
        client.send("WATCH", "k")
        server.send("SET", "k", "2")
        // Nothing is watched any more, and yet it is remembered that something changed.
        #expect(client.session.watching.isTouched && client.session.watching.count == 0)
        client.send("WATCH", "other")
        #expect(client.session.watching.count == 0)
        client.send("UNWATCH")
        client.send("MULTI")
        #expect(client.send("EXEC") == "*0\r\n")
    }

    @Test func whoeverLeavesWatchesNothing() {
        let server = MemoryServer()
        let (first, second) = (server.connect(), server.connect())
        first.send("WATCH", "a", "b")
        second.send("WATCH", "b", "c")
        first.disconnect()
        server.engine.core.context.watches.checkInvariants()
        #expect(server.engine.core.context.watches.count == 2)
        second.send("RESET")
        #expect(server.engine.core.context.watches.isEmpty)
    }

    // MARK: Deadlines

    @Test func aKeyThatExpiresIsChanged() {
        for isRemoved in [false, true] {
            let server = MemoryServer()
            server.send("SET", "k", "v", "PX", "100")
            let survived = survives(server) {
                if isRemoved {
                    server.advance(milliseconds: 101)
                } else {
                    server.clock.advance(milliseconds: 101)
                }
            }
            #expect(!survived && server.keyCount(0) == (isRemoved ? 0 : 1))
        }
    }

    /// With a key in memory that is past its deadline.
    private static func stale(_ database: Int = 0) -> MemoryServer {
        let server = MemoryServer()
        server.put("k", deadline: server.now + 10, database: database)
        server.clock.advance(milliseconds: 20)
        return server
    }

    @Test(arguments: ["DEL k", "GET k", "FLUSHDB", "FLUSHALL", "SWAPDB 0 1", "PING"])
    func theEndOfAStaleKeyIsNoChange(change: String) {
        let server = Self.stale()
        #expect(survives(server) { _ = server.connect().send(words: change.split(separator: " ").map(String.init)) })
    }

    @Test func aStaleKeyThatIsWrittenIsChanged() {
        let server = Self.stale()
        #expect(!survives(server) { server.send("SET", "k", "1") })
    }

    @Test func aStaleKeySwappedInIsNoChange() {
        #expect(survives(Self.stale(1)) {})
        let server = Self.stale(1)
        #expect(survives(server) { server.send("SWAPDB", "0", "1") })
        server.put("k", deadline: server.now + 10)
        server.clock.advance(milliseconds: 20)
        #expect(survives(server) { server.send("SWAPDB", "0", "1") })
        #expect(!survives(server) {
            server.send("SWAPDB", "0", "1")
            server.send("SET", "k", "1")
        })
    }
}
