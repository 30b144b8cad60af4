import TestSupport
import Testing

@testable import Engine

/// Commands about hashes, as clients see them, in each form that a hash is kept in.
@Suite struct HashCommandsTests {
    /// A server that keeps hashes in one block, or in tables.
    static func server(packed: Bool) -> MemoryServer {
        var configuration = MemoryServer.withoutSavePoints
        configuration.enableDebugCommand = .yes
        if !packed { configuration.hashMaxListpackEntries = 0 }
        return MemoryServer(configuration: configuration)
    }

    @Test(arguments: [true, false]) func fieldsAreSetAndRead(packed: Bool) {
        let server = Self.server(packed: packed)
        #expect(server.send("HSET", "h", "a", "1", "b", "two", "a", "3") == ":2\r\n")
        #expect(server.send("HGET", "h", "a") == "$1\r\n3\r\n")
        #expect(server.send("HMGET", "h", "b", "x") == "*2\r\n$3\r\ntwo\r\n$-1\r\n")
        #expect(server.send("HSTRLEN", "h", "b") == ":3\r\n")
        #expect(server.send("HEXISTS", "h", "b") == ":1\r\n")
        #expect(server.send("HLEN", "h") == ":2\r\n")
        #expect(server.send("HSETNX", "h", "a", "4") == ":0\r\n")
        #expect(server.send("HSETNX", "h", "", "") == ":1\r\n")
        #expect(server.send("HGET", "h", "") == "$0\r\n\r\n")
        #expect(server.send("HMSET", "h", "a", "5") == "+OK\r\n")
        #expect(server.send("OBJECT", "ENCODING", "h") == (packed ? "$8\r\nlistpack\r\n" : "$9\r\nhashtable\r\n"))
        #expect(server.send("HDEL", "h", "a", "x", "") == ":2\r\n")
        #expect(server.send("HDEL", "h", "b", "b") == ":1\r\n")
        #expect(server.send("EXISTS", "h") == ":0\r\n")
        server.engine.checkInvariants()
    }

    @Test func whatIsNotThereIsEmpty() {
        let server = MemoryServer()
        #expect(server.send("HGET", "h", "f") == "$-1\r\n")
        #expect(server.send("HMGET", "h", "f", "g") == "*2\r\n$-1\r\n$-1\r\n")
        #expect(server.send("HGETALL", "h") == "*0\r\n")
        #expect(server.send("HRANDFIELD", "h") == "$-1\r\n")
        #expect(server.send("HRANDFIELD", "h", "3") == "*0\r\n")
        #expect(server.send("HSCAN", "h", "7") == "*2\r\n$1\r\n0\r\n*0\r\n")
        #expect(server.send("HINCRBY", "h", "f", "-5") == ":-5\r\n")
    }

    @Test func otherTypesAreRefused() {
        let server = MemoryServer()
        server.send("SET", "s", "v")
        let refusal = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"
        for words in [
            ["HSET", "s", "f", "v"], ["HGET", "s", "f"], ["HDEL", "s", "f"], ["HGETALL", "s"], ["HINCRBY", "s", "f", "1"],
            ["HSCAN", "s", "0"], ["HRANDFIELD", "s"], ["HTTL", "s", "FIELDS", "1", "f"],
            ["HEXPIRE", "s", "1", "FIELDS", "1", "f"], ["HGETEX", "s", "FIELDS", "1", "f"],
            ["HSETEX", "s", "FIELDS", "1", "f", "v"], ["HGETDEL", "s", "FIELDS", "1", "f"],
        ] {
            #expect(server.connect().send(words: words) == refusal, "\(words)")
        }
        server.send("HSET", "h", "f", "v")
        #expect(server.send("GET", "h") == refusal)
        #expect(server.send("APPEND", "h", "v") == refusal)
        #expect(server.send("HSET", "h", "f") == "-ERR wrong number of arguments for 'hset' command\r\n")
        #expect(server.send("HMSET", "h", "f", "v", "g") == "-ERR wrong number of arguments for 'hmset' command\r\n")
    }

    @Test(arguments: [true, false]) func fieldsCount(packed: Bool) {
        let server = Self.server(packed: packed)
        #expect(server.send("HINCRBY", "h", "n", "9223372036854775807") == ":9223372036854775807\r\n")
        #expect(server.send("HINCRBY", "h", "n", "1") == "-ERR increment or decrement would overflow\r\n")
        #expect(server.send("HINCRBYFLOAT", "h", "x", "10.5") == "$4\r\n10.5\r\n")
        #expect(server.send("HINCRBYFLOAT", "h", "x", "0.1") == "$4\r\n10.6\r\n")
        #expect(server.send("HINCRBY", "h", "x", "1") == "-ERR hash value is not an integer\r\n")
        server.send("HSET", "h", "t", "text")
        #expect(server.send("HINCRBYFLOAT", "h", "t", "1") == "-ERR hash value is not a float\r\n")
        #expect(server.send("HINCRBYFLOAT", "h", "x", "inf") == "-ERR value is NaN or Infinity\r\n")
        #expect(server.send("HINCRBYFLOAT", "h", "x", "z") == "-ERR value is not a valid float\r\n")
    }

    @Test func aLongValueAndManyFieldsMakeATable() {
        let server = MemoryServer()
        func encoding() -> String { bulkStrings(server.send("OBJECT", "ENCODING", "h"))[0] }
        server.send("HSET", "h", "f", String(repeating: "x", count: 64))
        #expect(encoding() == "listpack")
        server.send("HSET", "h", "f", String(repeating: "x", count: 65))
        #expect(encoding() == "hashtable")
        server.send("DEL", "h")
        for i in 0 ..< 512 { server.send("HSET", "h", "f\(i)", "v") }
        #expect(encoding() == "listpack")
        server.send("HSET", "h", "g", "v")
        #expect(encoding() == "hashtable")
        #expect(server.send("HLEN", "h") == ":513\r\n")
        #expect(Set(bulkStrings(server.send("HKEYS", "h"))) == Set((0 ..< 512).map { "f\($0)" } + ["g"]))
        server.engine.checkInvariants()
    }

    @Test(arguments: [true, false]) func resp3HasMapsAndPairs(packed: Bool) {
        let server = Self.server(packed: packed)
        let client = server.connect()
        client.send("HELLO", "3")
        client.send("HSET", "h", "f", "1")
        #expect(client.send("HGETALL", "h") == "%1\r\n$1\r\nf\r\n$1\r\n1\r\n")
        #expect(client.send("HGETALL", "none") == "%0\r\n")
        #expect(client.send("HKEYS", "h") == "*1\r\n$1\r\nf\r\n")
        #expect(client.send("HRANDFIELD", "h", "2", "WITHVALUES") == "*1\r\n*2\r\n$1\r\nf\r\n$1\r\n1\r\n")
        #expect(client.send("HRANDFIELD", "h", "-2") == "*2\r\n$1\r\nf\r\n$1\r\nf\r\n")
        #expect(client.send("HGET", "h", "x") == "_\r\n")
        #expect(client.send("HSCAN", "h", "0", "NOVALUES") == "*2\r\n$1\r\n0\r\n*1\r\n$1\r\nf\r\n")
        #expect(client.send("HSCAN", "h", "0", "novalues", "MATCH", "x*") == "*2\r\n$1\r\n0\r\n*0\r\n")
    }

    @Test func scanningFindsEveryField() throws {
        let server = MemoryServer()
        for i in 0 ..< 2000 { server.send("HSET", "h", "f\(i)", "v\(i)") }
        var seen: [String: String] = [:]
        var cursor = "0"
        var calls = 0
        repeat {
            let words = bulkStrings(server.send("HSCAN", "h", cursor, "COUNT", "50"))
            cursor = words[0]
            #expect(words.count < 300)
            for index in stride(from: 1, to: words.count, by: 2) { seen[words[index]] = words[index + 1] }
            server.send("HDEL", "h", "f\(1000 + calls)")
            calls += 1
        } while cursor != "0"
        for i in 0 ..< 1000 { #expect(seen["f\(i)"] == "v\(i)") }
        #expect(calls > 20)
    }

    @Test(arguments: [true, false]) func changesAreReported(packed: Bool) {
        let server = Self.server(packed: packed)
        #expect(server.events { server.send("HSET", "h", "a", "1", "b", "2") } == ["hset 0 h"])
        #expect(server.events { server.send("HSETNX", "h", "a", "1") } == [])
        #expect(server.events { server.send("HINCRBY", "h", "a", "1") } == ["hincrby 0 h"])
        #expect(server.events { server.send("HINCRBYFLOAT", "h", "a", "1") } == ["hincrbyfloat 0 h"])
        #expect(server.events { server.send("HDEL", "h", "x") } == [])
        #expect(server.events { server.send("HDEL", "h", "a") } == ["hdel 0 h"])
        #expect(server.events { server.send("HDEL", "h", "b") } == ["hdel 0 h", "del 0 h"])
    }

    @Test(arguments: [true, false]) func hashesAreCopiedAndRenamed(packed: Bool) {
        let server = Self.server(packed: packed)
        for i in 0 ..< 100 { server.send("HSET", "h", "f\(i)", "v\(i)") }
        server.send("COPY", "h", "c")
        server.send("HSET", "h", "f1", "other")
        #expect(server.send("HGET", "c", "f1") == "$2\r\nv1\r\n")
        server.send("RENAME", "h", "r")
        #expect(server.send("HGET", "r", "f1") == "$5\r\nother\r\n")
        #expect(server.send("DEBUG", "DIGEST-VALUE", "c") != server.send("DEBUG", "DIGEST-VALUE", "r"))
        server.send("HSET", "c", "f1", "other")
        #expect(server.send("DEBUG", "DIGEST-VALUE", "c") == server.send("DEBUG", "DIGEST-VALUE", "r"))
        server.send("FLUSHALL")
        server.settle()
        #expect(server.engine.heldBytes == 0)
    }

    /// A large hash that is deleted goes a slice at a time.
    @Test func deletingALargeHashIsSliced() {
        let server = MemoryServer()
        for i in 0 ..< 200 {
            _ = server.connect().send(words: ["HSET", "h"] + (0 ..< 100).flatMap { ["f\(i * 100 + $0)", "value"] })
        }
        #expect(server.send("HLEN", "h") == ":20000\r\n")
        let held = server.engine.heldBytes
        #expect(server.send("DEL", "h") == ":1\r\n")
        #expect(server.engine.heldBytes > held * 9 / 10)
        server.engine.beginBatch()
        #expect(server.engine.performSlice())
        #expect(server.engine.heldBytes > held * 8 / 10)
        server.settle()
        // What is left is the table of the database.
        #expect(server.engine.heldBytes < 100)
    }

    @Test func debugLooksIntoHashes() {
        let server = Self.server(packed: true)
        server.send("HSET", "h", "f", "v")
        #expect(server.send("DEBUG", "LISTPACK", "h") == "+Listpack structure written to the log\r\n")
        #expect(server.host.logged.contains { $0.contains("6: text of 1 bytes, f") })
        #expect(server.send("DEBUG", "HTSTATS-KEY", "h").hasPrefix("-ERR The value stored"))
        #expect(server.send("DEBUG", "OBJECT", "h").contains("encoding:listpack serializedlength:14"))
        server.send("HSET", "h", "g", String(repeating: "x", count: 100))
        #expect(server.send("DEBUG", "HTSTATS-KEY", "h").contains("number of elements: 2"))
        #expect(server.send("DEBUG", "LISTPACK", "h") == "-ERR Not a listpack encoded object.\r\n")
        #expect(server.send("DEBUG", "OBJECT", "h").contains("encoding:hashtable serializedlength:109"))
    }
}
