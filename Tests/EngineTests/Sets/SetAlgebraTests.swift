import Bytes
import TestSupport
import Testing

@testable import Engine

/// Combinations of sets, against those of Swift's sets.
@Suite struct SetAlgebraTests {
    /// Random sets of each form, small and large, some of them missing.
    private static func scene(_ seed: UInt64) -> (MemoryServer, [String], [Set<String>]) {
        var random = SeededRandom(seed: seed)
        let server = MemoryServer(seed: seed)
        var keys: [String] = []
        var models: [Set<String>] = []
        for number in 0 ..< 7 {
            let count = [0, 3, 40, 120, 400, 900][random.next(below: 6)]
            let range = [20, 200, 1200][random.next(below: 3)]
            let prefix = random.next(below: 2) == 0 ? "" : "m"
            var members = Set((0 ..< count).map { _ in prefix + String(random.next(below: range)) })
            // The same numbers in a set that is none of integers.
            if count > 0, random.next(below: 3) == 0 { members.insert("text") }
            keys.append("s\(number)")
            models.append(members)
            if !members.isEmpty { _ = server.connect().send(words: ["SADD", keys[number]] + members.sorted()) }
        }
        return (server, keys, models)
    }

    @Test(arguments: 1 ... 20) func combinationsAreThoseOfTheModel(seed: UInt64) {
        var random = SeededRandom(seed: seed &+ 100)
        let (server, keys, models) = Self.scene(seed)
        let client = server.connect()
        for _ in 0 ..< 25 {
            let chosen = (0 ..< 1 + random.next(below: 6)).map { _ in random.next(below: keys.count) }
            let names = chosen.map { keys[$0] }
            let first = models[chosen[0]]
            let others = chosen.dropFirst().map { models[$0] }
            let results = [
                ("SINTER", others.reduce(first) { $0.intersection($1) }),
                ("SUNION", others.reduce(first) { $0.union($1) }),
                ("SDIFF", others.reduce(first) { $0.subtracting($1) }),
            ]
            for (command, expected) in results {
                let found = bulkStrings(client.send(words: [command] + names))
                #expect(Set(found) == expected && found.count == expected.count, "\(command) \(names)")
                #expect(client.send(words: [command + "STORE", "result"] + names) == ":\(expected.count)\r\n")
                let stored = bulkStrings(client.send("SMEMBERS", "result"))
                #expect(Set(stored) == expected && stored.count == expected.count, "\(command)STORE \(names)")
                let limit = random.next(below: 60)
                let counted = client.send(words: [command + "CARD", "\(names.count)"] + names + ["LIMIT", "\(limit)"])
                #expect(counted == ":\(limit == 0 ? expected.count : min(limit, expected.count))\r\n", "\(command)CARD \(names)")
            }
            let approximate = client.send(words: ["SUNIONCARD", "\(names.count)"] + names + ["APPROX"])
            let union = Double(results[1].1.count)
            #expect(abs((Double(approximate.dropFirst().dropLast()) ?? -1) - union) <= union * 0.05)
        }
        server.settle()
        // Nothing is kept but the values of keys.
        let tables = keys.filter { bulkStrings(server.send("OBJECT", "ENCODING", $0)) == ["hashtable"] }.count
        #expect(server.engine.core.keyspace.sets.count <= tables + 1)
    }

    @Test func resultsReplaceWhatWasThere() {
        let server = MemoryServer()
        server.send("SADD", "s", "1", "2", "a")
        server.send("SADD", "t", "1", "2")
        server.send("SET", "d", "text", "EX", "100")
        #expect(server.events { server.send("SINTERSTORE", "d", "s", "t") } == ["sinterstore 0 d"])
        #expect(server.send("TTL", "d") == ":-1\r\n")
        #expect(server.send("OBJECT", "ENCODING", "d") == "$6\r\nintset\r\n")
        #expect(server.events { server.send("SUNIONSTORE", "s", "s", "t") } == ["sunionstore 0 s"])
        #expect(server.send("SCARD", "s") == ":3\r\n")
        #expect(server.events { server.send("SDIFFSTORE", "d", "t", "s") } == ["del 0 d"])
        #expect(server.events { server.send("SDIFFSTORE", "d", "t", "s") } == [])
        #expect(server.send("EXISTS", "d") == ":0\r\n")
    }

    @Test func aTableMayBecomeTheValueItself() {
        let server = MemoryServer()
        _ = server.connect().send(words: ["SADD", "s"] + (0 ..< 700).map { "m\($0)" })
        server.send("SADD", "t", "1")
        #expect(server.send("SUNIONSTORE", "t", "s", "t") == ":701\r\n")
        #expect(server.send("SISMEMBER", "t", "1") == ":1\r\n")
        server.send("DEL", "t", "s")
        server.settle()
        #expect(server.engine.core.keyspace.sets.count == 0)
    }

    /// Where taking away is less work than looking up, Redis's result keeps the encoding of the first set.
    @Test func aDifferenceMayKeepTheFirstSetsEncoding() {
        let server = MemoryServer()
        _ = server.connect().send(words: ["SADD", "s", "text"] + (0 ..< 30).map(String.init))
        let one = ["SADD", "one", "text"]
        _ = server.connect().send(words: one)
        server.send("SDIFFSTORE", "d", "s", "one")
        #expect(server.send("OBJECT", "ENCODING", "d") == "$6\r\nintset\r\n")
        _ = server.connect().send(words: ["SDIFFSTORE", "d", "s"] + Array(repeating: "one", count: 4))
        #expect(server.send("OBJECT", "ENCODING", "d") == "$9\r\nhashtable\r\n")
        _ = server.connect().send(words: ["SDIFFSTORE", "d", "s", "s"] + Array(repeating: "one", count: 4))
        #expect(server.send("EXISTS", "d") == ":0\r\n")
    }

    @Test func countsAreCheckedAsRedisDoes() {
        let server = MemoryServer()
        for command in ["SINTERCARD", "SUNIONCARD", "SDIFFCARD"] {
            #expect(server.send(command, "0", "s") == "-ERR numkeys should be greater than 0\r\n")
            #expect(server.send(command, "a", "s") == "-ERR numkeys should be greater than 0\r\n")
            #expect(server.send(command, "2", "s") == "-ERR Number of keys can't be greater than number of args\r\n")
            #expect(server.send(command, "1", "s", "t") == "-ERR syntax error\r\n")
            #expect(server.send(command, "1", "s", "LIMIT") == "-ERR syntax error\r\n")
            #expect(server.send(command, "1", "s", "LIMIT", "-1") == "-ERR LIMIT can't be negative\r\n")
            #expect(server.send(command, "1", "s", "LIMIT", "x") == "-ERR LIMIT can't be negative\r\n")
            #expect(server.send(command, "1", "s", "LIMIT", "0") == ":0\r\n")
        }
        #expect(server.send("SINTERCARD", "1", "s", "APPROX") == "-ERR syntax error\r\n")
        #expect(server.send("COMMAND", "GETKEYS", "SINTERCARD", "2", "a", "b", "LIMIT", "1") == "*2\r\n$1\r\na\r\n$1\r\nb\r\n")
    }

    @Test func resp3HasSets() {
        let server = MemoryServer()
        server.send("HELLO", "3")
        server.send("SADD", "s", "a")
        for command in ["SINTER", "SUNION", "SDIFF"] {
            #expect(server.send(command, "s") == "~1\r\n$1\r\na\r\n")
            #expect(server.send(command, "none") == "~0\r\n")
        }
    }
}
