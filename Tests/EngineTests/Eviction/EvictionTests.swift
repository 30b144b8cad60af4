import Bytes
import TestSupport
import Testing

@testable import Engine

@Suite struct EvictionTests {
    private static let oom = "-OOM command not allowed when used memory > 'maxmemory'.\r\n"

    /// A server that may hold `room` bytes more than it does now.
    private func limit(_ server: MemoryServer, _ policy: String, room: Int, samples: Int = 10) {
        let used = server.figure("used_memory")
        #expect(
            server.send("CONFIG", "SET", "maxmemory-policy", policy, "maxmemory-samples", "\(samples)", "maxmemory", "\(used + room)")
                == "+OK\r\n")
    }

    @Test(arguments: [
        "allkeys-lru", "allkeys-lfu", "allkeys-lrm", "allkeys-random", "volatile-lru", "volatile-lfu", "volatile-lrm",
        "volatile-random", "volatile-ttl",
    ]) func staysWithinItsLimit(policy: String) {
        let server = MemoryServer()
        limit(server, policy, room: 100_000)
        for i in 0 ..< 5000 {
            #expect(server.send("SETEX", "key:\(i * 7919 % 5000)", "10000", "some value") == "+OK\r\n")
        }
        #expect(server.figure("used_memory") <= server.figure("maxmemory"))
        #expect(server.figure("evicted_keys") > 1000)
        #expect(server.keyCount(0) > 500)
        server.engine.checkInvariants()
    }

    @Test(arguments: ["volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"])
    func keysWithoutDeadlineAreSpared(policy: String) {
        let server = MemoryServer()
        for i in 0 ..< 1000 { server.put("kept:\(i)") }
        // The wheel's first nodes alone are 22 kB.
        limit(server, policy, room: 60_000)
        for i in 0 ..< 4000 { server.send("SETEX", "volatile:\(i)", "\(1000 + i)", "x") }
        for i in 0 ..< 1000 { #expect(server.send("EXISTS", "kept:\(i)") == ":1\r\n") }
        #expect(server.figure("evicted_keys") > 1000)
        // Now only such keys are left to be added, and in the end nothing may go.
        var refused = 0
        for i in 0 ..< 2000 where server.send("SET", "more:\(i)", "x") == EvictionTests.oom { refused += 1 }
        #expect(refused > 0)
        #expect(server.engine.core.keyspace.databases[0].volatileCount == 0)
        #expect(server.send("GET", "kept:1") == "$1\r\nv\r\n")
        #expect(server.send("DEL", "kept:1") == ":1\r\n")
    }

    @Test func withoutEvictionWritesAreRefused() {
        let server = MemoryServer()
        server.send("SET", "key", "value")
        server.send("CONFIG", "SET", "maxmemory", "1")
        #expect(server.send("SET", "other", "value") == EvictionTests.oom)
        #expect(server.send("GET", "key") == "$5\r\nvalue\r\n")
        #expect(server.send("MULTI") == "+OK\r\n")
        #expect(server.send("GET", "key") == EvictionTests.oom)
        #expect(server.send("EXEC").hasPrefix("-EXECABORT"))
        server.send("CONFIG", "SET", "maxmemory", "0")
        #expect(server.send("SET", "other", "value") == "+OK\r\n")
    }

    @Test func aTransactionThatNeedsMemoryIsRefusedAsAWhole() {
        let server = MemoryServer()
        server.send("MULTI")
        server.send("SET", "key", "value")
        server.connect().send("CONFIG", "SET", "maxmemory", "1")
        #expect(
            server.send("EXEC")
                == "-EXECABORT Transaction discarded because of: OOM command not allowed when used memory > 'maxmemory'.\r\n")
    }

    @Test func evictedKeysAreToldOf() {
        let server = MemoryServer()
        server.send("SET", "key", "value")
        let events = server.events {
            server.send("CONFIG", "SET", "maxmemory-policy", "allkeys-lru", "maxmemory", "1")
        }
        #expect(events.contains("evicted 0 key"))
        #expect(server.figure("evicted_keys") == 1)
    }

    @Test func nothingGoesDuringAPause() {
        let server = MemoryServer()
        server.send("SET", "key", "value")
        server.send("CLIENT", "PAUSE", "1000", "WRITE")
        server.send("CONFIG", "SET", "maxmemory-policy", "allkeys-lru", "maxmemory", "1")
        server.send("GET", "key")
        #expect(server.keyCount(0) == 1)
        server.advance(milliseconds: 1001)
        server.send("PING")
        #expect(server.keyCount(0) == 0)
    }

    @Test func theLeastRecentlyUsedGo() {
        let server = MemoryServer()
        for i in 0 ..< 500 { server.put("key:\(i)", String(repeating: "x", count: 100)) }
        server.clock.advance(milliseconds: 10_000)
        for i in 0 ..< 250 { server.send("GET", "key:\(i)") }
        server.clock.advance(milliseconds: 1000)
        limit(server, "allkeys-lru", room: -20_000, samples: 20)
        let used = (0 ..< 250).filter { server.send("EXISTS", "key:\($0)") == ":1\r\n" }.count
        let others = (250 ..< 500).filter { server.send("EXISTS", "key:\($0)") == ":1\r\n" }.count
        #expect(used == 250 && others < 150)
    }

    @Test func theLeastFrequentlyUsedGo() {
        let server = MemoryServer()
        server.send("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu")
        for i in 0 ..< 500 { server.put("key:\(i)", String(repeating: "x", count: 100)) }
        for _ in 0 ..< 20 { for i in 0 ..< 250 { server.send("GET", "key:\(i)") } }
        limit(server, "allkeys-lfu", room: -20_000, samples: 20)
        let used = (0 ..< 250).filter { server.send("EXISTS", "key:\($0)") == ":1\r\n" }.count
        #expect(used == 250 && server.keyCount(0) < 400)
    }

    /// Under LRM, reading does not keep a key.
    @Test func theLeastRecentlyChangedGo() {
        let server = MemoryServer()
        server.send("CONFIG", "SET", "maxmemory-policy", "allkeys-lrm")
        for i in 0 ..< 200 { server.put("key:\(i)", String(repeating: "x", count: 100)) }
        server.clock.advance(milliseconds: 10_000)
        for i in 0 ..< 100 { server.send("GETRANGE", "key:\(i)", "0", "1") }
        for i in 100 ..< 200 { server.send("APPEND", "key:\(i)", "y") }
        server.clock.advance(milliseconds: 1000)
        limit(server, "allkeys-lrm", room: -8000, samples: 20)
        let changed = (100 ..< 200).filter { server.send("EXISTS", "key:\($0)") == ":1\r\n" }.count
        #expect(changed == 100 && server.keyCount(0) < 170)
    }

    @Test func theNearestDeadlinesGo() {
        let server = MemoryServer()
        for i in 0 ..< 300 { server.send("SETEX", "key:\(i)", "\(i < 100 ? 100 : 100_000)", String(repeating: "x", count: 100)) }
        limit(server, "volatile-ttl", room: -8000)
        let late = (100 ..< 300).filter { server.send("EXISTS", "key:\($0)") == ":1\r\n" }.count
        #expect(late == 200 && server.keyCount(0) < 260)
    }

    /// A handful of keys with deadlines among very many without are found, and all of them.
    @Test func aFewVolatileKeysAmongManyAreFound() {
        let server = MemoryServer()
        for i in 0 ..< 20_000 { server.put("kept:\(i)") }
        for i in 0 ..< 5 { server.send("SETEX", "volatile:\(i)", "1000", "x") }
        server.send("CONFIG", "SET", "maxmemory-policy", "volatile-lru", "maxmemory", "1")
        server.settle()
        #expect(server.keyCount(0) == 20_000)
    }

    /// A field's deadline files a key's bucket in the wheel, but does not make the key one that may go.
    @Test func deadlinesOfFieldsMakeNoKeyVolatile() {
        let server = MemoryServer()
        server.send("HSET", "hash", "field", "value")
        server.send("HEXPIRE", "hash", "1000", "FIELDS", "1", "field")
        server.send("CONFIG", "SET", "maxmemory-policy", "volatile-ttl", "maxmemory", "1")
        #expect(server.send("SET", "key", "value") == EvictionTests.oom)
        #expect(server.keyCount(0) == 1)
    }

    @Test func allDatabasesTakePart() {
        let server = MemoryServer()
        for database in 0 ..< 3 { for i in 0 ..< 100 { server.put("key:\(i)", database: database) } }
        server.send("CONFIG", "SET", "maxmemory-policy", "allkeys-random", "maxmemory", "1")
        server.settle()
        #expect((0 ..< 3).allSatisfy { server.keyCount($0) == 0 })
    }

    /// The memory of a large value counts until it is free, and is freed before other keys go.
    @Test func largeValuesAreFreedBeforeMoreKeysGo() {
        let server = MemoryServer()
        server.send(words: ["SADD", "large"] + (0 ..< 20_000).map { "member \($0)" })
        for i in 0 ..< 100 { server.put("key:\(i)") }
        server.send("UNLINK", "large")
        server.send("CONFIG", "SET", "maxmemory-policy", "allkeys-lru", "maxmemory", "\(server.figure("used_memory") - 100_000)")
        #expect(server.keyCount(0) == 100)
    }

    @Test func wrappedSamplingKeepsInvariantsWhileTheTableChanges() {
        let server = MemoryServer()
        var random = SeededRandom(seed: 11)
        limit(server, "volatile-lfu", room: 60_000, samples: 3)
        for _ in 0 ..< 6000 {
            let key = "key:\(random.next(below: 3000))"
            switch random.next(below: 6) {
            case 0: server.send("SET", key, String(repeating: "v", count: random.next(below: 200)))
            case 1, 2: server.send("SETEX", key, "\(1 + random.next(below: 100))", "value")
            case 3: server.send("DEL", key)
            case 4: server.advance(milliseconds: Int64(random.next(below: 500)))
            default: server.send("GET", key)
            }
        }
        server.engine.checkInvariants()
    }
}

extension MemoryServer {
    /// A figure of INFO.
    func figure(_ name: String) -> Int {
        for line in send("INFO", "everything").split(separator: "\r\n") where line.hasPrefix(name + ":") {
            return Int(line.dropFirst(name.count + 1)) ?? -1
        }
        return -1
    }

    @discardableResult
    func send(words: [String]) -> String { connect().send(words: words) }
}
