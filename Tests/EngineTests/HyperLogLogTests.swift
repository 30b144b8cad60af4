import Bytes
import TestSupport
import Testing

@testable import Engine

@Suite struct HyperLogLogTests {
    private let server = MemoryServer()

    private func store(_ key: String, _ value: [UInt8]) {
        let name = Array(key.utf8)
        var place = server.engine.core.keyspace.write(name.bytes)
        server.engine.core.keyspace.setString(name.bytes, &place, value.bytes)
    }

    private func bytes(_ key: String) -> [UInt8] {
        let reply = server.connect().send(raw: Array("GET \(key)\r\n".utf8))
        return Array(reply[(reply.firstIndex(of: 10)! + 1)...].dropLast(2))
    }

    /// What GET shows, in hexadecimal.
    private func text(_ key: String) -> String { hexadecimal(bytes(key).bytes) }

    private func digest(_ key: String) -> String {
        let value = bytes(key)
        let digest = SHA1.digest(of: value.bytes)
        return hexadecimal(digest.bytes)
    }

    private func hexadecimal(_ bytes: RawSpan) -> String {
        var text = ByteBuffer()
        text.append(hexadecimal: bytes)
        return text.bytes.text
    }

    /// Adds `prefix0`, `prefix1` and so on.
    private func add(_ key: String, _ prefix: String, _ count: Int) {
        for start in stride(from: 0, to: count, by: 500) {
            let elements = (start ..< min(count, start + 500)).map { "\(prefix)\($0)" }
            _ = server.connect().send(words: ["PFADD", key] + elements)
        }
    }

    /// A list of runs as a string, its cached count stale.
    private func sparse(_ runs: [UInt8]) -> [UInt8] {
        Array("HYLL".utf8) + [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80] + runs
    }

    @Test func firstElements() {
        #expect(server.send("PFADD", "k") == ":1\r\n")
        #expect(text("k") == "48594c4c0100000000000000000000807fff")
        #expect(server.send("PFADD", "k") == ":0\r\n")
        #expect(server.send("PFADD", "k", "a", "b", "c") == ":1\r\n")
        #expect(text("k") == "48594c4c01000000000000000000008060f38050b1844bfb80425a")
        #expect(
            server.send("PFDEBUG", "DECODE", "k") == "$44\r\nZ:8436 v:1,1 Z:4274 v:2,1 Z:3068 v:1,1 Z:603\r\n"
        )
        #expect(server.send("PFADD", "k", "a", "c") == ":0\r\n")
    }

    @Test func countIsKeptInTheString() {
        server.send("PFADD", "k", "a", "b", "c")
        let before = server.engine.core.keyspace.effects.changeCount
        #expect(server.send("PFCOUNT", "k") == ":3\r\n")
        #expect(text("k") == "48594c4c01000000030000000000000060f38050b1844bfb80425a")
        #expect(server.send("PFCOUNT", "k") == ":3\r\n")
        #expect(server.engine.core.keyspace.effects.changeCount == before + 1)
        // What stands there is believed until a register changes.
        server.send("SETBIT", "k", "79", "1")
        #expect(server.send("PFCOUNT", "k") == ":259\r\n")
        server.send("PFADD", "k", "d")
        #expect(server.send("PFCOUNT", "k") == ":4\r\n")
    }

    /// Counts, encodings and the digests of the strings as Redis 7.0.15 has them.
    @Test(arguments: [
        (10, 10, "sparse", "6a449b9f8f4f73ea34153157833b9e4e3ccf50d6"),
        (100, 100, "sparse", "10284d924957df904fe939f436df8ee09605b6ef"),
        (1000, 1008, "sparse", "5b90d5bb9790139af3f5b0b6e8ffc2ab1fcc86da"),
        (1500, 1509, "sparse", "d1ae9ec8f8a22624731a839f7841168347bcf657"),
        (2000, 2000, "dense", "683f7fda3b42d2dbc42371094fe33dfcca528e46"),
        (10000, 9973, "dense", "bbf1b0a6391cb55921ea3c8bf3d7ee8ea02b7791"),
    ]) func sameBytesAsRedis(elements: Int, count: Int, encoding: String, expected: String) {
        add("k", "e", elements)
        #expect(server.send("PFCOUNT", "k") == ":\(count)\r\n")
        #expect(server.send("PFDEBUG", "ENCODING", "k") == "+\(encoding)\r\n")
        #expect(digest("k") == expected)
    }

    @Test func mergesToTheSameBytesAsRedis() {
        add("hundred", "e", 100)
        add("many", "e", 10000)
        add("other", "o", 1000)
        for key in ["hundred", "many", "other"] { server.send("PFCOUNT", key) }
        #expect(server.send("PFMERGE", "small", "hundred", "other", "missing") == "+OK\r\n")
        #expect(server.send("PFCOUNT", "small") == ":1098\r\n")
        #expect(digest("small") == "90bff2cc6058ffbecb3f656039a7af30fab731b8")
        #expect(server.send("PFMERGE", "large", "many", "other") == "+OK\r\n")
        #expect(server.send("PFCOUNT", "large") == ":10964\r\n")
        #expect(digest("large") == "4d82a98f1525797bea487c3b82f60d0da70e3d70")
        // A union is counted without being stored.
        #expect(server.send("PFCOUNT", "hundred", "other", "missing") == ":1098\r\n")
        #expect(server.send("PFCOUNT", "missing") == ":0\r\n")
        #expect(server.send("PFMERGE", "new") == "+OK\r\n")
        #expect(text("new") == "48594c4c0100000000000000000000807fff")
    }

    @Test func longListsBecomeDenseAtTheLimit() {
        server.engine.core.context.configuration.hllSparseMaxBytes = 30
        server.send("PFADD", "k", "a", "b", "c")
        #expect(bytes("k").count == 27)
        server.send("PFADD", "k", "d")
        #expect(bytes("k").count == 30)
        server.send("PFADD", "k", "e")
        #expect(server.send("PFDEBUG", "ENCODING", "k") == "+dense\r\n")
        #expect(bytes("k").count == 12304)
        #expect(server.send("PFCOUNT", "k") == ":5\r\n")
    }

    @Test func debugShowsAndConverts() {
        server.send("PFADD", "k", "a")
        #expect(server.send("PFDEBUG", "todense", "k") == ":1\r\n")
        #expect(server.send("PFDEBUG", "TODENSE", "k") == ":0\r\n")
        #expect(server.send("PFDEBUG", "DECODE", "k") == "-ERR HLL encoding is not sparse\r\n")
        let registers = server.send("PFDEBUG", "GETREG", "k").split(separator: "\r\n")
        #expect(registers.count == 16385)
        #expect(registers[0] == "*16384")
        #expect(registers.filter { $0 != ":0" }.count == 2)
        #expect(server.send("PFDEBUG", "SIZE", "k") == "-ERR Unknown PFDEBUG subcommand 'SIZE'\r\n")
        #expect(server.send("PFDEBUG", "SIZE", "missing") == "-ERR The specified key does not exist\r\n")
        #expect(
            server.send("PFDEBUG", "GETREG") == "-ERR wrong number of arguments for 'pfdebug' command\r\n")
    }

    @Test func aDeadlineOutlivesTheChangeOfEncoding() {
        server.send("PFADD", "k", "a")
        let key = Array("k".utf8)
        var place = server.engine.core.keyspace.write(key.bytes)
        server.engine.core.keyspace.setDeadline(&place, server.engine.core.keyspace.now + 1000, .expire)
        server.send("PFDEBUG", "TODENSE", "k")
        server.send("PFADD", "k", "b")
        server.advance(milliseconds: 999)
        #expect(server.send("PFCOUNT", "k") == ":2\r\n")
        server.advance(milliseconds: 2)
        #expect(server.send("PFCOUNT", "k") == ":0\r\n")
    }

    @Test(
        arguments: [
            Array("12".utf8), Array("HYLL".utf8), Array("HYLM".utf8) + Array(repeating: 0, count: 12300),
            Array("HYLL".utf8) + Array(repeating: 0, count: 12299),
            Array("HYLL".utf8) + [2] + Array(repeating: 0, count: 12299),
        ] as [[UInt8]]) func otherStringsAreRefused(value: [UInt8])
    {
        store("k", value)
        let error = "-WRONGTYPE Key is not a valid HyperLogLog string value.\r\n"
        #expect(server.send("PFADD", "k", "a") == error)
        #expect(server.send("PFCOUNT", "k") == error)
        #expect(server.send("PFCOUNT", "k", "missing") == error)
        #expect(server.send("PFMERGE", "new", "k") == error)
        #expect(server.send("PFMERGE", "k") == error)
        #expect(server.send("PFDEBUG", "ENCODING", "k") == error)
        #expect(bytes("k") == value)
    }

    @Test(
        arguments: [
            [], [0x00], [0x7F, 0xFE], [0x7F, 0xFF, 0x80], [0x7F, 0xFF, 0x00], [0x7F, 0xFD, 0x81, 0x81],
        ] as [[UInt8]]) func corruptedRunsAreFound(runs: [UInt8])
    {
        store("k", sparse(runs))
        let error = "-INVALIDOBJ Corrupted HLL object detected\r\n"
        #expect(server.send("PFCOUNT", "k") == error)
        #expect(server.send("PFCOUNT", "k", "k") == error)
        #expect(server.send("PFMERGE", "new", "k") == error)
        #expect(server.send("PFDEBUG", "TODENSE", "k") == error)
        #expect(server.send("PFDEBUG", "GETREG", "k") == error)
        #expect(bytes("k") == sparse(runs))
    }

    @Test func addingToRunsThatEndTooSoon() {
        store("k", sparse([0x00]))
        #expect(server.send("PFADD", "k", "a") == "-INVALIDOBJ Corrupted HLL object detected\r\n")
        // An XZERO without its second byte.
        store("k", sparse([0x7F]))
        #expect(server.send("PFADD", "k", "a") == "-INVALIDOBJ Corrupted HLL object detected\r\n")
        #expect(server.send("PFDEBUG", "DECODE", "k") == "$7\r\nZ:16129\r\n")
    }

    /// No hash gives these registers, and the estimate is beyond all numbers.
    @Test func registersThatAreAllFull() {
        let registers = Array(repeating: [0xF3, 0x3C, 0xCF] as [UInt8], count: 4096).flatMap { $0 }
        store("k", Array("HYLL".utf8) + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80] + registers)
        #expect(server.send("PFCOUNT", "k") == ":-9223372036854775808\r\n")
    }

    @Test func selfTestPasses() {
        #expect(server.send("PFSELFTEST") == "+OK\r\n")
    }
}
