import TestSupport
import Testing

@testable import Engine

/// HIMPORT: hashes made of values alone.
@Suite struct HashImportTests {
    @Test(arguments: [true, false]) func hashesAreMadeOfValues(packed: Bool) {
        let server = HashCommandsTests.server(packed: packed)
        #expect(server.send("HIMPORT", "PREPARE", "u", "name", "", "age") == "+OK\r\n")
        #expect(server.send("HIMPORT", "SET", "k", "u", "alice", "x", "30") == "+OK\r\n")
        #expect(server.send("HMGET", "k", "name", "", "age") == "*3\r\n$5\r\nalice\r\n$1\r\nx\r\n$2\r\n30\r\n")
        server.send("HSET", "old", "gone", "v")
        server.send("EXPIRE", "old", "100")
        let events = server.events { server.send("HIMPORT", "SET", "old", "u", "1", "2", "3") }
        #expect(events == ["hset 0 old"])
        #expect(server.send("HEXISTS", "old", "gone") == ":0\r\n" && server.send("TTL", "old") == ":-1\r\n")
        server.engine.checkInvariants()
    }

    @Test func fieldsetsBelongToTheConnection() {
        let server = MemoryServer()
        let (one, two) = (server.connect(), server.connect())
        one.send("HIMPORT", "PREPARE", "u", "a")
        #expect(two.send("HIMPORT", "SET", "k", "u", "1") == "-ERR no such fieldset\r\n")
        one.send("HIMPORT", "PREPARE", "u", "x", "y")
        #expect(one.send("HIMPORT", "SET", "k", "u", "1") == "-ERR value count does not match fieldset field count\r\n")
        #expect(one.send("HIMPORT", "PREPARE", "v", "a", "a") == "-ERR duplicate field name in fieldset\r\n")
        #expect(one.send("HIMPORT", "DISCARD", "v") == ":0\r\n")
        #expect(one.send("HIMPORT", "DISCARD", "u") == ":1\r\n")
        #expect(one.send("HIMPORT", "DISCARDALL") == ":0\r\n")
        one.send("HIMPORT", "PREPARE", "u", "a")
        one.send("HIMPORT", "PREPARE", "v", "a")
        #expect(one.send("HIMPORT", "DISCARDALL") == ":2\r\n")
        one.send("HIMPORT", "PREPARE", "u", "a")
        one.send("RESET")
        #expect(one.send("HIMPORT", "SET", "k", "u", "1") == "-ERR no such fieldset\r\n")
        one.send("HIMPORT", "PREPARE", "u", "a")
        one.send("SET", "s", "v")
        #expect(one.send("HIMPORT", "SET", "s", "u", "1") == "+OK\r\n" && one.send("TYPE", "s") == "+hash\r\n")
        #expect(one.send("HIMPORT", "NOSUCH").hasPrefix("-ERR unknown subcommand 'NOSUCH'"))
    }
}
