import Bytes
import TestSupport
import Testing

@testable import Engine

/// FLUSHDB, FLUSHALL, SWAPDB, and the commands that look at no key: TIME, LOLWUT, WAIT.
@Suite struct WholeDatabaseTests {
    @Test func flushdbEmptiesOneDatabase() {
        let server = MemoryServer()
        server.put("a")
        server.put("a", database: 1)
        #expect(server.send("FLUSHDB") == "+OK\r\n")
        #expect(server.send("DBSIZE") == ":0\r\n")
        server.send("SELECT", "1")
        #expect(server.send("DBSIZE") == ":1\r\n")
        #expect(server.send("FLUSHALL") == "+OK\r\n")
        #expect(server.send("DBSIZE") == ":0\r\n")
    }

    @Test(arguments: [
        ([], false, true), ([], true, false), (["SYNC"], true, true), (["async"], false, false),
    ] as [([String], Bool, Bool)])
    func memoryIsFreedAtOnceOrInTheBackground(options: [String], lazy: Bool, atOnce: Bool) {
        var configuration = Configuration()
        configuration.lazyfreeLazyUserFlush = lazy
        let server = MemoryServer(configuration: configuration)
        let before = server.engine.core.keyspace.arena.allocatedBytes
        for i in 0 ..< 20_000 { server.put("key:\(i)") }
        #expect(server.connect().send(words: ["FLUSHALL"] + options) == "+OK\r\n")
        #expect((server.engine.core.keyspace.arena.allocatedBytes == before) == atOnce)
        #expect(server.send("DBSIZE") == ":0\r\n")
        server.settle()
        #expect(server.engine.core.keyspace.arena.allocatedBytes == before)
    }

    @Test func aFlushThatWaitsDoesNotWaitForOthers() {
        let server = MemoryServer()
        for i in 0 ..< 20_000 { server.put("key:\(i)") }
        server.send("FLUSHDB", "ASYNC")
        server.put("a")
        server.send("FLUSHDB", "SYNC")
        #expect(server.engine.core.keyspace.flushed.count == 1)
    }

    @Test func flushRefusesOtherWords() {
        let server = MemoryServer()
        for name in ["FLUSHDB", "FLUSHALL"] {
            #expect(server.send(name, "NOW") == "-ERR syntax error\r\n")
            #expect(server.send(name, "SYNC", "SYNC") == "-ERR syntax error\r\n")
        }
    }

    @Test func swapdbExchangesTwoDatabases() {
        let server = MemoryServer()
        server.put("a", "1", deadline: server.now + 1000)
        server.put("b", "2", database: 5)
        #expect(server.send("SWAPDB", "0", "5") == "+OK\r\n")
        #expect(server.send("GET", "b") == "$1\r\n2\r\n")
        server.send("SELECT", "5")
        #expect(server.send("PTTL", "a") == ":1000\r\n")
        server.advance(milliseconds: 1001)
        #expect(server.keyCount(5) == 0)
        #expect(server.send("SWAPDB", "5", "5") == "+OK\r\n")
    }

    @Test func swapdbRefusesWhatIsNoDatabase() {
        let server = MemoryServer()
        #expect(server.send("SWAPDB", "x", "y") == "-ERR invalid first DB index\r\n")
        #expect(server.send("SWAPDB", "0", "y") == "-ERR invalid second DB index\r\n")
        #expect(server.send("SWAPDB", "99999999999", "0") == "-ERR invalid first DB index\r\n")
        #expect(server.send("SWAPDB", "0", "16") == "-ERR DB index is out of range\r\n")
        #expect(server.send("SWAPDB", "-1", "0") == "-ERR DB index is out of range\r\n")
    }

    @Test func timeTellsSecondsAndMicroseconds() {
        let server = MemoryServer()
        #expect(server.send("TIME") == "*2\r\n$10\r\n1780000000\r\n$1\r\n0\r\n")
        server.clock.advance(microseconds: 1_000_042)
        #expect(server.send("TIME") == "*2\r\n$10\r\n1780000001\r\n$2\r\n42\r\n")
        #expect(server.send("TIME", "x") == "-ERR wrong number of arguments for 'time' command\r\n")
    }

    @Test func lolwutIsNeverTheSameTwice() {
        let server = MemoryServer()
        let first = server.send("LOLWUT")
        #expect(first != server.send("LOLWUT"))
        for words in [["LOLWUT"], ["LOLWUT", "VERSION", "5", "6", "7"], ["lolwut", "version"], ["LOLWUT", "x"]] {
            let picture = server.connect().send(words: words)
            #expect(picture.hasPrefix("$") && picture.contains("Martlet ver. \(Version.martlet)"))
            #expect(picture.split(separator: "\n").allSatisfy { $0.utf8.count <= 80 })
        }
        #expect(server.send("LOLWUT", "VERSION", "x") == "-ERR value is not an integer or out of range\r\n")
        server.send("HELLO", "3")
        #expect(server.send("LOLWUT").hasPrefix("="))
    }

    @Test func waitForNoReplicaAnswersAtOnce() {
        let server = MemoryServer()
        #expect(server.send("WAIT", "0", "0") == ":0\r\n")
        #expect(server.send("WAIT", "-1", "1000") == ":0\r\n")
    }

    @Test func waitForReplicasEndsWithItsTime() {
        let server = MemoryServer()
        let client = server.connect()
        #expect(client.send("WAIT", "1", "100") == "")
        #expect(client.send("PING") == "")
        server.advance(milliseconds: 100)
        #expect(client.takeOutput().isEmpty, "time is up when it has passed")
        server.advance(milliseconds: 1)
        #expect(String(decoding: client.takeOutput(), as: UTF8.self) == ":0\r\n+PONG\r\n")
    }

    @Test func waitWithoutEndHasNone() {
        let server = MemoryServer()
        for timeout in ["0", "9223372036854775807"] {
            let client = server.connect()
            #expect(client.send("WAIT", "2", timeout) == "")
            server.advance(milliseconds: 1 << 40)
            #expect(client.takeOutput().isEmpty)
        }
    }

    @Test func waitRefusesWhatIsNoNumber() {
        let server = MemoryServer()
        #expect(server.send("WAIT", "x", "y") == "-ERR value is not an integer or out of range\r\n")
        #expect(server.send("WAIT", "0", "y") == "-ERR timeout is not an integer or out of range\r\n")
        #expect(server.send("WAIT", "0", "-1") == "-ERR timeout is negative\r\n")
    }
}
