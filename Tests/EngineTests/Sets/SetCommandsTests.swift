import TestSupport
import Testing

@testable import Engine

/// Set commands member by member, in each form that a set is kept in.
@Suite struct SetCommandsTests {
    /// Members that make an intset, a listpack and a table.
    enum Kind: String, CaseIterable { case integers, texts, many }

    private static func members(_ kind: Kind, _ count: Int = 20) -> [String] {
        switch kind {
        case .integers: (0 ..< count).map { String($0 * 1000) }
        case .texts: (0 ..< count).map { "m\($0)" }
        case .many: (0 ..< count + 300).map { "m\($0)" }
        }
    }

    private static func add(_ members: [String], to key: String, _ server: MemoryServer) {
        _ = server.connect().send(words: ["SADD", key] + members)
    }

    private static func members(of key: String, _ server: MemoryServer) -> Set<String> {
        Set(bulkStrings(server.send("SMEMBERS", key)))
    }

    @Test(arguments: Kind.allCases) func membersComeAndGo(kind: Kind) {
        let server = MemoryServer()
        let members = Self.members(kind)
        let count = members.count
        #expect(server.connect().send(words: ["SADD", "s"] + members) == ":\(count)\r\n")
        #expect(server.send("SADD", "s", members[3], members[4]) == ":0\r\n")
        #expect(server.send("SCARD", "s") == ":\(count)\r\n")
        #expect(server.send("SISMEMBER", "s", members[7]) == ":1\r\n")
        #expect(server.send("SISMEMBER", "s", "other") == ":0\r\n")
        #expect(server.send("SMISMEMBER", "s", "other", members[0], "17") == "*3\r\n:0\r\n:1\r\n:0\r\n")
        #expect(Self.members(of: "s", server) == Set(members))
        #expect(server.send("SREM", "s", members[0], "other", members[1], members[1]) == ":2\r\n")
        #expect(server.send("SCARD", "s") == ":\(count - 2)\r\n")
        #expect(server.connect().send(words: ["SREM", "s"] + members) == ":\(count - 2)\r\n")
        #expect(server.send("EXISTS", "s") == ":0\r\n")
        #expect(server.send("OBJECT", "ENCODING", "s") == "$-1\r\n")
    }

    @Test func encodingsAreThoseOfRedis() {
        let server = MemoryServer()
        func encoding(_ key: String) -> String { bulkStrings(server.send("OBJECT", "ENCODING", key)).first ?? "" }
        Self.add((0 ..< 512).map(String.init), to: "ints", server)
        #expect(encoding("ints") == "intset")
        server.send("SADD", "ints", "512")
        #expect(encoding("ints") == "hashtable")
        server.send("SREM", "ints", "512")
        #expect(encoding("ints") == "hashtable", "there is no way back")
        server.send("SADD", "mixed", "1", "2")
        #expect(encoding("mixed") == "intset")
        server.send("SADD", "mixed", "a")
        #expect(encoding("mixed") == "hashtable")
        #expect(Self.members(of: "mixed", server) == ["1", "2", "a"])
        server.send("CONFIG", "SET", "set-max-intset-entries", "1")
        server.send("SADD", "two", "1")
        #expect(encoding("two") == "intset")
        server.send("SADD", "two", "2")
        #expect(encoding("two") == "hashtable")
    }

    /// What a set of texts is kept in does not show, but the directives of Redis 7.2 decide it.
    @Test func smallSetsOfTextsAreOneBlock() {
        let server = MemoryServer()
        func form(_ key: String) -> Keyspace.SetForm {
            let name = Array(key.utf8)
            guard let entry = server.engine.core.keyspace.locate(name.bytes) else { return .intset }
            return server.engine.core.keyspace.setForm(entry)
        }
        Self.add(Self.members(.texts, 128), to: "s", server)
        #expect(form("s") == .listpack)
        server.send("SADD", "s", "one more")
        #expect(form("s") == .table)
        server.send("SADD", "long", String(repeating: "x", count: 64))
        #expect(form("long") == .listpack)
        server.send("SADD", "long", String(repeating: "x", count: 65))
        #expect(form("long") == .table)
        server.send("CONFIG", "SET", "set-max-listpack-entries", "2")
        server.send("CONFIG", "SET", "set-max-listpack-value", "3")
        server.send("SADD", "t", "a", "b")
        #expect(form("t") == .listpack)
        server.send("SADD", "t", "c")
        #expect(form("t") == .table)
        server.send("SADD", "u", "abcd")
        #expect(form("u") == .table)
        #expect(server.send("OBJECT", "ENCODING", "u") == "$9\r\nhashtable\r\n")
    }

    @Test func otherTypesAreRefused() {
        let server = MemoryServer()
        server.send("SET", "k", "v")
        server.send("SADD", "s", "a")
        let wrong = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"
        for words in [
            ["SADD", "k", "a"], ["SREM", "k", "a"], ["SMOVE", "k", "s", "a"], ["SMOVE", "s", "k", "a"], ["SCARD", "k"],
            ["SISMEMBER", "k", "a"], ["SMISMEMBER", "k", "a"], ["SMEMBERS", "k"], ["SPOP", "k"], ["SPOP", "k", "2"],
            ["SRANDMEMBER", "k"], ["SRANDMEMBER", "k", "2"], ["SSCAN", "k", "0"], ["SINTER", "none", "k"],
            ["SUNION", "s", "k"], ["SDIFF", "none", "k"], ["SINTERCARD", "2", "none", "k"], ["SUNIONSTORE", "d", "s", "k"],
            ["GET", "s"], ["APPEND", "s", "x"],
        ] {
            #expect(server.connect().send(words: words) == wrong, "\(words)")
        }
        #expect(server.send("EXISTS", "d") == ":0\r\n")
        // Without a source there is nothing to move, whatever the destination.
        #expect(server.send("SMOVE", "none", "k", "a") == ":0\r\n")
    }

    @Test func movingReportsWhatHappened() {
        let server = MemoryServer()
        server.send("SADD", "s", "a", "b")
        server.send("SADD", "t", "a")
        #expect(server.events { server.send("SMOVE", "s", "t", "a") } == ["srem 0 s"])
        #expect(server.events { server.send("SMOVE", "s", "u", "b") } == ["srem 0 s", "del 0 s", "sadd 0 u"])
        #expect(server.events { server.send("SMOVE", "u", "u", "b") } == [])
        #expect(server.send("SMOVE", "u", "u", "b") == ":1\r\n")
        #expect(server.send("SMOVE", "u", "u", "c") == ":0\r\n")
        #expect(Self.members(of: "t", server) == ["a"] && Self.members(of: "u", server) == ["b"])
    }

    @Test func changesAreReportedOnce() {
        let server = MemoryServer()
        #expect(server.events { server.send("SADD", "s", "a", "b", "c") } == ["sadd 0 s"])
        #expect(server.events { server.send("SADD", "s", "a") } == [])
        #expect(server.events { server.send("SREM", "s", "a", "x") } == ["srem 0 s"])
        #expect(server.events { server.send("SREM", "s", "x") } == [])
        #expect(server.events { server.send("SREM", "s", "b", "c") } == ["srem 0 s", "del 0 s"])
    }

    @Test func deadlinesSurviveChanges() {
        let server = MemoryServer()
        server.send("SADD", "s", "1", "2")
        server.send("EXPIRE", "s", "100")
        server.send("SADD", "s", "a")
        Self.add(Self.members(.many), to: "s", server)
        server.send("SPOP", "s", "5")
        server.send("SPOP", "s", "310")
        #expect(server.send("TTL", "s") == ":100\r\n")
        server.advance(milliseconds: 100_001)
        #expect(server.send("SCARD", "s") == ":0\r\n")
        #expect(server.keyCount(0) == 0)
    }

    @Test(arguments: Kind.allCases) func scanningShowsEveryMember(kind: Kind) {
        let server = MemoryServer()
        let members = Self.members(kind)
        Self.add(members, to: "s", server)
        var seen: Set<String> = []
        var cursor = "0"
        repeat {
            let reply = bulkStrings(server.send("SSCAN", "s", cursor, "COUNT", "7"))
            cursor = reply[0]
            seen.formUnion(reply.dropFirst())
        } while cursor != "0"
        #expect(seen == Set(members))
        let matching = bulkStrings(server.send("SSCAN", "s", "0", "MATCH", "*7*", "COUNT", "1000")).dropFirst()
        #expect(Set(matching) == Set(members.filter { $0.contains("7") }))
    }

    @Test func scanningChecksItsArgumentsInRedissOrder() {
        let server = MemoryServer()
        #expect(server.send("SSCAN", "none", "0", "nonsense") == "*2\r\n$1\r\n0\r\n*0\r\n")
        #expect(server.send("SSCAN", "none", "abc") == "-ERR invalid cursor\r\n")
        server.send("SADD", "s", "a")
        #expect(server.send("SSCAN", "s", "0", "nonsense") == "-ERR syntax error\r\n")
        #expect(server.send("SSCAN", "s", "0", "TYPE", "set") == "-ERR syntax error\r\n")
    }

    @Test func copiesAreSetsOfTheirOwn() {
        let server = MemoryServer()
        for kind in Kind.allCases {
            let key = kind.rawValue
            Self.add(Self.members(kind), to: key, server)
            server.send("COPY", key, "copy")
            server.send("SADD", "copy", "new")
            server.send("SREM", "copy", Self.members(kind)[0])
            #expect(Self.members(of: key, server) == Set(Self.members(kind)))
            #expect(Self.members(of: "copy", server) == Set(Self.members(kind).dropFirst() + ["new"]))
            server.send("DEL", "copy")
        }
    }

    /// Twenty thousand members are freed in slices, and nothing is left of them.
    @Test func largeSetsAreFreedInSlices() {
        let server = MemoryServer()
        for part in 0 ..< 20 { Self.add((0 ..< 1000).map { "member:\(part * 1000 + $0)" }, to: "s", server) }
        let full = server.engine.core.keyspace.arena.allocatedBytes
        #expect(server.send("DEL", "s") == ":1\r\n")
        #expect(server.engine.core.keyspace.arena.allocatedBytes > full - 10_000)
        var slices = 0
        while server.engine.performSlice() { slices += 1 }
        #expect(slices >= 15)
        #expect(server.engine.core.keyspace.arena.allocatedBytes < 1000)
        #expect(server.engine.core.keyspace.sets.count == 0)
    }

    @Test func digestsDoNotDependOnForm() {
        let server = MemoryServer(configuration: {
            var configuration = Configuration()
            configuration.enableDebugCommand = .yes
            return configuration
        }())
        server.send("SADD", "one", "1", "2", "3")
        server.send("SADD", "two", "x", "3", "1", "2")
        server.send("SREM", "two", "x")
        server.send("CONFIG", "SET", "set-max-intset-entries", "0")
        server.send("CONFIG", "SET", "set-max-listpack-entries", "0")
        server.send("SADD", "three", "2", "1", "3")
        let digests = server.send("DEBUG", "DIGEST-VALUE", "one", "two", "three").split(separator: "\r\n").dropFirst()
        // As Redis 7.0.15 gives it for this set.
        #expect(Set(digests) == ["+2a462a3f51a1db89738ebbeef0c47ce1bbc85246"])
    }
}
