@testable import Engine
import TestSupport
import Testing

/// memcached's protocol in memory: what its clients see, and what Redis's see of it.
@Suite struct MemcachedCommandsTests {
    private func scene(_ change: (inout Configuration) -> Void = { _ in }) -> (MemoryServer, MemoryClient) {
        var configuration = Configuration()
        change(&configuration)
        let server = MemoryServer(configuration: configuration)
        return (server, server.connect(speaking: .memcached))
    }

    @Test func oneKeyspaceForBoth() {
        let (server, client) = scene()
        #expect(client.say("set k 0 0 5\r\nhello\r\n") == "STORED\r\n")
        #expect(server.send("GET", "k") == "$5\r\nhello\r\n")
        server.send("SET", "n", "41", "EX", "100")
        #expect(client.say("incr n 1\r\nmg n t v\r\n") == "42\r\nVA 2 t100\r\n42\r\n")
        #expect(server.send("OBJECT", "ENCODING", "n") == "$3\r\nint\r\n")
    }

    @Test func flagsStayWithTheValueAndGoWithAnother() {
        let (server, client) = scene()
        client.say("set k 7 0 1\r\n1\r\nappend k 9 0 1\r\n0\r\nincr k 90\r\n")
        server.send("APPEND", "k", "5")
        server.send("INCR", "k")
        server.send("EXPIRE", "k", "50")
        server.send("RENAME", "k", "j")
        #expect(client.say("get j\r\n") == "VALUE j 7 4\r\n1006\r\nEND\r\n")
        server.send("SET", "j", "x", "KEEPTTL")
        #expect(client.say("get j\r\n") == "VALUE j 0 1\r\nx\r\nEND\r\n")
    }

    private func unique(_ client: MemoryClient, _ key: String) -> String {
        String(client.say("mg \(key) c\r\n").dropFirst(4).dropLast())
    }

    @Test(arguments: [
        ["SET", "k", "2"], ["INCR", "k"], ["APPEND", "k", "x"], ["SETRANGE", "k", "0", "y"], ["SETBIT", "k", "1", "1"],
        ["EXPIRE", "k", "100"], ["GETSET", "k", "1"], ["GETEX", "k", "EX", "10"], ["PERSIST", "k"], ["INCRBYFLOAT", "k", "1"],
    ])
    func everyWriteChangesTheUnique(_ write: [String]) {
        let (server, client) = scene()
        server.send("SET", "k", "1", "EX", "500")
        let before = unique(client, "k")
        #expect(unique(client, "k") == before)
        _ = server.connect().send(words: write)
        #expect(client.say("cas k 0 0 1 \(before)\r\nz\r\n") == "EXISTS\r\n")
        #expect(unique(client, "k") != before)
    }

    @Test func touchingIsNoWrite() {
        let (_, client) = scene()
        client.say("set k 0 0 1\r\n1\r\n")
        let before = unique(client, "k")
        client.say("touch k 10\r\ngat 0 k\r\n")
        #expect(client.say("cas k 0 0 1 \(before)\r\nz\r\n") == "STORED\r\n")
    }

    @Test func valuesWithoutAnnotationTakeNoRoomForOne() {
        let (server, client) = scene()
        server.send("SET", "k00", "hello")
        client.say("set k01 0 0 5\r\nhello\r\nget k00\r\nset k02 1 0 5\r\nhello\r\n")
        let plain = server.send("MEMORY", "USAGE", "k00")
        #expect(server.send("MEMORY", "USAGE", "k01") == plain)
        #expect(server.send("MEMORY", "USAGE", "k02") != plain)
        client.say("set k02 0 0 5\r\nhello\r\n")
        #expect(server.send("MEMORY", "USAGE", "k02") == plain)
    }

    @Test func keysOfOtherTypesAreMissesAndKeptFromWrites() {
        let (server, client) = scene()
        server.send("RPUSH", "l", "a")
        #expect(client.say("get l\r\nmg l v\r\nmg l v N10\r\ntouch l 1\r\n") == "END\r\nEN\r\nEN\r\nNOT_FOUND\r\n")
        let refusal = "SERVER_ERROR the key holds a value that is not a string\r\n"
        for line in ["set l 0 0 1\r\nx\r\n", "incr l 1\r\n", "delete l\r\n", "ms l 1\r\nx\r\n", "md l I\r\n", "ma l\r\n", "append l 0 0 1\r\nx\r\n"] {
            #expect(client.say(line) == refusal, "\(line)")
        }
        #expect(server.send("LRANGE", "l", "0", "-1") == "*1\r\n$1\r\na\r\n")
    }

    @Test func timesAreRelativeUpToAMonth() {
        let (server, client) = scene()
        client.say("set a 0 100 1\r\nx\r\nset b 0 -1 1\r\nx\r\nset c 0 2592001 1\r\nx\r\n")
        #expect(client.say("get a b c\r\n") == "VALUE a 0 1\r\nx\r\nEND\r\n")
        let later = server.clock.wallMicroseconds() / 1_000_000 + 50
        client.say("set d 0 \(later) 1\r\nx\r\n")
        #expect(client.say("mg d t\r\n").hasPrefix("HD t"))
        server.advance(milliseconds: 101_000)
        #expect(client.say("get a d\r\n") == "END\r\n")
    }

    @Test func flushAllCanWait() {
        let (server, client) = scene()
        client.say("set a 0 0 1\r\nx\r\nflush_all 10\r\nset b 0 0 1\r\nx\r\n")
        server.send("SELECT", "1")
        server.send("SET", "other", "1")
        server.advance(milliseconds: 9_000)
        #expect(client.say("get a\r\n") == "VALUE a 0 1\r\nx\r\nEND\r\n")
        server.advance(milliseconds: 1_001)
        #expect(client.say("get a b\r\n") == "END\r\n")
        #expect(server.send("GET", "other") == "$1\r\n1\r\n")
    }

    @Test func valuesThatAreTooLargeAreDroppedAsTheyCome() {
        let (_, client) = scene { $0.memcachedMaxItemSize = 1024 }
        client.say("set k 0 0 1\r\nx\r\n")
        #expect(client.say("set k 0 0 5000\r\n" + String(repeating: "get k\r\n", count: 100)) == "SERVER_ERROR object too large for cache\r\n")
        #expect(client.say(String(repeating: "x", count: 4300) + "\r\nget k\r\n") == "END\r\n")
    }

    @Test func blocksArriveInPieces() {
        let (_, client) = scene()
        for byte in "set k 5 0 5\r\nhel\r\n\r\nget k\r\n".utf8.dropLast() { _ = client.send(raw: [byte]) }
        #expect(client.say("\n") == "VALUE k 5 5\r\nhel\r\n\r\nEND\r\n")
    }

    /// A read that cannot be answered counts, unless a flag asks about the last one.
    @Test func anOpaqueTokenTooLongIsNoticedAfterTheRead() {
        let (_, client) = scene()
        let long = "O" + String(repeating: "q", count: 32)
        for (flags, mark) in [("v", "yes"), ("h v", "no"), ("T50", "no"), ("u v", "no")] {
            client.say("set k 0 0 1\r\nx\r\n")
            #expect(client.say("mg k \(flags) \(long)\r\n") == "CLIENT_ERROR opaque token too long\r\n")
            #expect(client.say("me k\r\n").contains("fetch=\(mark)"), "\(flags)")
        }
    }

    @Test func aLongTextIsNoNumber() {
        let (_, client) = scene()
        client.say("set k 0 0 2\r\n8 \r\nappend k 0 0 600000\r\n" + String(repeating: "w", count: 600_000) + "\r\n")
        #expect(client.say("ma k\r\n") == "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n")
    }

    @Test func memoryLimitAndPauseHold() {
        let (server, client) = scene()
        server.send("CONFIG", "SET", "maxmemory", "1")
        #expect(client.say("set k 0 0 3\r\nabc\r\nget k\r\n") == "SERVER_ERROR out of memory storing object\r\nEND\r\n")
        server.send("CONFIG", "SET", "maxmemory", "0")
        server.send("CLIENT", "PAUSE", "1000", "WRITE")
        #expect(client.say("get k\r\nset k 0 0 3\r\nabc\r\n") == "END\r\n")
        server.advance(milliseconds: 1001)
        #expect(client.takeOutput() == Array("STORED\r\n".utf8))
    }

    @Test func credentialsAreAskedFor() throws {
        let (server, _) = scene()
        try server.engine.setMemcachedCredentials("ada:secret\nbob:x\n")
        let client = server.connect(speaking: .memcached)
        #expect(client.say("get k\r\n") == "CLIENT_ERROR unauthenticated\r\n")
        #expect(client.say("set auth 0 0 7\r\nada bad\r\n") == "CLIENT_ERROR authentication failure\r\n")
        #expect(client.say("set auth 0 0 10\r\nada secret\r\nget k\r\n") == "STORED\r\nEND\r\n")
    }

    /// A password that comes later leaves nobody in who did not give one.
    @Test func aPasswordDismissesWhoCannotGiveIt() {
        let (server, client) = scene()
        client.say("set k 0 0 1\r\nx\r\n")
        let redis = server.connect()
        #expect(redis.send("CONFIG", "SET", "requirepass", "secret") == "+OK\r\n")
        #expect(client.session.ending == .now)
        #expect(redis.send("GET", "k") == "$1\r\nx\r\n")
    }

    @Test func watchersAreShownWhatHappens() {
        let (server, client) = scene()
        let watcher = server.connect(speaking: .memcached)
        #expect(watcher.say("watch fetchers mutations\r\n") == "OK\r\n")
        client.say("set a%b 0 0 2\r\nxy\r\nget a%b nothing\r\n")
        let lines = String(decoding: watcher.takeOutput(), as: UTF8.self)
        #expect(lines.contains("type=item_store key=a%25b status=stored cmd=set ttl=0"))
        #expect(lines.contains("type=item_get key=a%25b status=found"))
        #expect(lines.contains("type=item_get key=nothing status=not_found"))
        watcher.disconnect()
        client.say("get k\r\n")
    }

    @Test func watchersAreShownWhatChangesLookFor() {
        let (server, client) = scene()
        let watcher = server.connect(speaking: .memcached)
        watcher.say("watch fetchers\r\n")
        client.say("set k 0 0 1\r\n5\r\nincr k 10\r\ntouch k 0\r\ndelete k\r\nmd k\r\nma k N0\r\n")
        let lines = String(decoding: watcher.takeOutput(), as: UTF8.self).split(separator: "\n")
        let found = lines.map { $0.contains("status=found") ? Int($0.split(separator: "size=")[1]) : nil }
        #expect(lines.allSatisfy { $0.contains("type=item_get key=k") })
        #expect(found == [nil, 1, 2, 2, nil, nil])
    }

    @Test func dumpsComeInSlicesAndHoldTheRest() {
        let (server, client) = scene()
        for number in 0 ..< 3000 { server.send("SET", "key:\(number)", "x") }
        server.send("RPUSH", "list", "x")
        var text = client.say("lru_crawler metadump all\r\nmn\r\n")
        server.settle()
        text += String(decoding: client.takeOutput(), as: UTF8.self)
        server.settle()
        text += String(decoding: client.takeOutput(), as: UTF8.self)
        let lines = text.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("key=key%3A") }.count == 3000)
        #expect(text.hasSuffix("END\r\nMN\r\n"))
    }

    @Test func itemsOfAClassAreListed() {
        let (_, client) = scene()
        client.say("set k 0 0 5\r\nhello\r\n")
        let number = client.say("me k\r\n").split(separator: "cls=")[1].prefix { $0.isNumber }
        #expect(client.say("stats cachedump \(number) 0\r\n") == "ITEM k [5 b; 0 s]\r\nEND\r\n")
        #expect(client.say("stats cachedump 1000 0\r\n") == "CLIENT_ERROR Illegal slab id\r\n")
        #expect(client.say("stats cachedump x 0\r\n") == "CLIENT_ERROR bad command line format\r\n")
        #expect(client.say("stats cachedump 1\r\n") == "CLIENT_ERROR bad command line\r\n")
    }

    @Test func shutdownMustBeAllowed() {
        let (server, client) = scene()
        #expect(client.say("shutdown\r\n") == "ERROR: shutdown not enabled\r\n")
        #expect(server.host.shutdowns.isEmpty)
        let (open, other) = scene { $0.memcachedEnableShutdown = true }
        other.say("shutdown\r\n")
        #expect(open.host.shutdowns.count == 1)
    }

    @Test func writesReachWatchersOfRedis() {
        let (server, client) = scene()
        let watching = server.connect()
        watching.send("WATCH", "k")
        watching.send("MULTI")
        client.say("set k 0 0 1\r\nx\r\n")
        #expect(watching.send("EXEC") == "*-1\r\n")
    }
}
