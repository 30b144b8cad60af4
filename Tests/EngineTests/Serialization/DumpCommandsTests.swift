import Bytes
import TestSupport
import Testing

@testable import Engine

/// DUMP and RESTORE.
@Suite struct DumpCommandsTests {
    let server: MemoryServer

    init() {
        var configuration = Configuration()
        configuration.enableDebugCommand = .yes
        server = MemoryServer(configuration: configuration)
    }

    /// A payload with version and checksum behind a type and a value.
    private func payload(_ value: [UInt8], version: UInt8 = 10) -> [UInt8] {
        var buffer = ByteBuffer()
        buffer.append((value + [version, 0]).bytes)
        buffer.append(word: crc64(buffer.bytes))
        return buffer.bytes.array
    }

    @discardableResult
    private func restore(_ key: String, _ payload: [UInt8], _ options: String...) -> String {
        let words = ["RESTORE", key, "0"].map { Array($0.utf8) } + [payload] + options.map { Array($0.utf8) }
        return server.connect().send(words: words)
    }

    private func dump(_ key: String) -> [UInt8] {
        guard let entry = server.engine.core.keyspace.peek(Array(key.utf8).bytes) else { return [] }
        return server.engine.core.keyspace.dumpPayload(entry, compressing: false).bytes.array
    }

    @Test func aPayloadIsWhatRedisGives() {
        server.send("SET", "k", "10")
        #expect(dump("k") == payload([0, 0xC0, 10]))
        #expect(server.send("DUMP", "nothing") == "$-1\r\n")
    }

    @Test func valuesComeBackAsTheyWere() {
        server.send("SET", "string", "text")
        server.send("SET", "integer", "-77")
        server.send("RPUSH", "list", "a", "2", "c")
        server.send("SADD", "intset", "1", "2", "3")
        server.send("SADD", "set", "a", "b")
        server.send("HSET", "hash", "f", "v", "g", "2")
        server.send("HSET", "volatile", "f", "v", "g", "2")
        server.send("HPEXPIREAT", "volatile", "1900000000000", "FIELDS", "1", "f")
        server.send("ZADD", "sorted", "1", "a", "2.5", "b", "inf", "c")
        for number in 0 ..< 600 {
            server.send("RPUSH", "list:large", String(repeating: "e\(number) ", count: 10))
            server.send("SADD", "set:large", "m\(number)")
            server.send("HSET", "hash:large", "f\(number)", "v\(number)")
            server.send("HSET", "volatile:large", "f\(number)", "v\(number)")
            server.send("ZADD", "sorted:large", "\(number % 10)", "m\(number)")
        }
        server.send("HPEXPIREAT", "volatile:large", "1900000000000", "FIELDS", "2", "f5", "f7")
        for key in [
            "string", "integer", "list", "intset", "set", "hash", "volatile", "sorted", "list:large", "set:large",
            "hash:large", "volatile:large", "sorted:large",
        ] {
            #expect(restore("copy", dump(key), "REPLACE") == "+OK\r\n", "\(key)")
            #expect(server.send("DEBUG", "DIGEST-VALUE", key) == server.send("DEBUG", "DIGEST-VALUE", "copy"), "\(key)")
            #expect(server.send("OBJECT", "ENCODING", key) == server.send("OBJECT", "ENCODING", "copy"), "\(key)")
        }
        server.engine.checkInvariants()
    }

    @Test func aKeyThatIsThereIsBusyUnlessReplaced() {
        server.send("SET", "k", "v")
        server.send("SET", "other", "w")
        #expect(restore("k", dump("other")) == "-BUSYKEY Target key name already exists.\r\n")
        #expect(restore("k", dump("other"), "replace") == "+OK\r\n")
        #expect(server.send("GET", "k") == "$1\r\nw\r\n")
    }

    @Test func deadlinesAndAccessAreTaken() {
        server.send("SET", "k", "v")
        let value = dump("k")
        let now = server.engine.now
        let client = server.connect()
        func send(_ ttl: String, _ options: String...) -> String {
            let words = ["RESTORE", "x", ttl].map { Array($0.utf8) } + [value]
            return client.send(words: words + (["REPLACE"] + options).map { Array($0.utf8) })
        }
        #expect(send("5000") == "+OK\r\n")
        #expect(server.send("PEXPIRETIME", "x") == ":\(now + 5000)\r\n")
        #expect(send("\(now + 7000)", "ABSTTL", "IDLETIME", "1000") == "+OK\r\n")
        #expect(server.send("PEXPIRETIME", "x") == ":\(now + 7000)\r\n")
        #expect(server.send("OBJECT", "IDLETIME", "x") == ":1000\r\n")
        #expect(send("1", "ABSTTL") == "+OK\r\n")
        #expect(server.send("EXISTS", "x") == ":0\r\n")
        #expect(send("-1") == "-ERR Invalid TTL value, must be >= 0\r\n")
        #expect(send("0", "IDLETIME", "-1") == "-ERR Invalid IDLETIME value, must be >= 0\r\n")
        #expect(send("0", "FREQ", "256") == "-ERR Invalid FREQ value, must be >= 0 and <= 255\r\n")
        #expect(send("0", "IDLETIME", "1", "FREQ", "1") == "-ERR syntax error\r\n")
        #expect(send("0", "IDLETIME") == "-ERR syntax error\r\n")
    }

    @Test func aPayloadOfAnotherVersionOrSumIsRefused() {
        server.send("SET", "k", "v")
        let refusal = "-ERR DUMP payload version or checksum are wrong\r\n"
        #expect(restore("x", []) == refusal)
        #expect(restore("x", Array("not a payload at all".utf8)) == refusal)
        var spoilt = dump("k")
        spoilt[0] = 99
        #expect(restore("x", spoilt) == refusal)
        #expect(restore("x", payload([0, 1, 0x76], version: 13)) == refusal)
        #expect(restore("x", payload([0, 1, 0x76], version: 1)) == "+OK\r\n")
        server.send("DEBUG", "SET-SKIP-CHECKSUM-VALIDATION", "1")
        #expect(restore("x", spoilt, "REPLACE") == "-ERR Bad data format\r\n")
    }

    @Test func formsOfOldVersionsAreRead() {
        // A ziplist of "a", 1 and -70000, as Redis 2.6 to 6.2 wrote lists and hashes.
        let ziplist: [UInt8] = [
            0x17, 0, 0, 0, 0x10, 0, 0, 0, 3, 0, 0, 1, 0x61, 3, 0xF2, 2, 0xD0, 0x90, 0xEE, 0xFE, 0xFF, 0xFF,
        ]
        var list = ziplist
        list[0] = UInt8(list.count)
        list[4] = 15
        #expect(restore("list", payload([10, UInt8(list.count)] + list, version: 6)) == "+OK\r\n")
        #expect(server.send("LRANGE", "list", "0", "-1") == "*3\r\n$1\r\na\r\n$1\r\n1\r\n$6\r\n-70000\r\n")
        #expect(restore("quick", payload([14, 1, UInt8(list.count)] + list, version: 7)) == "+OK\r\n")
        #expect(server.send("LLEN", "quick") == ":3\r\n")
        // The zipmap in the essay of `zipmap.c`: foo is bar, hello is world.
        let zipmap: [UInt8] = [2, 3] + Array("foo".utf8) + [3, 0] + Array("bar".utf8) + [5] + Array("hello".utf8) + [5, 0]
            + Array("world".utf8) + [255]
        #expect(restore("map", payload([9, UInt8(zipmap.count)] + zipmap, version: 2)) == "+OK\r\n")
        #expect(server.send("HGETALL", "map") == "*4\r\n$3\r\nfoo\r\n$3\r\nbar\r\n$5\r\nhello\r\n$5\r\nworld\r\n")
        let linked: [UInt8] = [1, 2, 1, 0x61, 0xC0, 7]
        #expect(restore("linked", payload(linked, version: 2)) == "+OK\r\n")
        #expect(server.send("LRANGE", "linked", "0", "-1") == "*2\r\n$1\r\na\r\n$1\r\n7\r\n")
        let scores: [UInt8] = [3, 3, 1, 0x61, 3] + Array("1.5".utf8) + [1, 0x62, 254, 1, 0x63, 255]
        #expect(restore("scores", payload(scores, version: 2)) == "+OK\r\n")
        #expect(
            server.send("ZRANGE", "scores", "0", "-1", "WITHSCORES")
                == "*6\r\n$1\r\nc\r\n$4\r\n-inf\r\n$1\r\na\r\n$3\r\n1.5\r\n$1\r\nb\r\n$3\r\ninf\r\n")
        let setListpack: [UInt8] = [20, 13, 13, 0, 0, 0, 2, 0, 0x81, 0x61, 2, 0x81, 0x62, 2, 0xFF]
        #expect(restore("set", payload(setListpack, version: 11)) == "+OK\r\n")
        #expect(server.send("SMISMEMBER", "set", "a", "b", "c") == "*3\r\n:1\r\n:1\r\n:0\r\n")
    }

    @Test func valuesThatDoNotHoldTogetherAreRefused() {
        let refusal = "-ERR Bad data format\r\n"
        let broken: [[UInt8]] = [
            // Nothing, an unknown type, a stream, a string that is not all there.
            [], [99], [15, 0], [0, 5, 0x61],
            // A claim of 2^62 bytes; a compressed string that claims too much; one that refers to what is not there.
            [0, 0x81, 0x40, 0, 0, 0, 0, 0, 0, 0], [0, 0xC3, 3, 0x80, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0x61, 0], [0, 0xC3, 3, 5, 0x60, 9, 0],
            // Collections without elements, or with one twice.
            [1, 0], [2, 0], [4, 0], [5, 0], [18, 0], [2, 2, 1, 0x61, 1, 0x61], [4, 2, 1, 0x61, 0, 1, 0x61, 0],
            // A listpack with a wrong total, a wrong count, an element beyond its end, a field without a value.
            [16, 7, 8, 0, 0, 0, 0, 0, 0xFF], [16, 9, 9, 0, 0, 0, 7, 0, 1, 1, 0xFF], [16, 9, 9, 0, 0, 0, 1, 0, 0xBF, 1, 0xFF],
            [16, 9, 9, 0, 0, 0, 1, 0, 1, 1, 0xFF],
            // An intset out of order; a sorted set out of order, and with a score that is none.
            [11, 12, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 1, 0],
            [17, 15, 15, 0, 0, 0, 4, 0, 1, 1, 2, 1, 2, 1, 1, 1, 0xFF],
            [17, 12, 12, 0, 0, 0, 2, 0, 1, 1, 0x81, 0x78, 2, 0xFF],
            [5, 1, 1, 0x61, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F],
        ]
        for value in broken { #expect(restore("x", payload(value)) == refusal, "\(value)") }
        #expect(server.send("EXISTS", "x") == ":0\r\n")
        server.engine.checkInvariants()
    }

    /// Whatever `sanitize-dump-payload` says: what holds an element twice would be saved, and then refused.
    @Test func duplicatesInABlockAreRefused() {
        let twice: [UInt8] = [16, 15, 15, 0, 0, 0, 4, 0, 1, 1, 2, 1, 1, 1, 3, 1, 0xFF]
        let pack = [16, UInt8(twice.count - 2), UInt8(twice.count - 2)] + twice[3...]
        #expect(restore("x", payload(Array(pack))) == "-ERR Bad data format\r\n")
        server.send("CONFIG", "SET", "sanitize-dump-payload", "no")
        #expect(restore("x", payload(Array(pack)), "REPLACE") == "-ERR Bad data format\r\n")
    }
}
