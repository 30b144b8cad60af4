import TestSupport
import Testing

/// ZADD, ZINCRBY and what single members are asked for.
@Suite struct ScoreCommandsTests {
    @Test func addsAndCounts() {
        let server = MemoryServer()
        #expect(server.send("ZADD", "z", "1", "a", "2", "b") == ":2\r\n")
        #expect(server.send("ZADD", "z", "3", "a", "2", "b", "4", "c") == ":1\r\n")
        #expect(server.send("ZADD", "z", "CH", "5", "a", "2", "b", "4", "d") == ":2\r\n")
        #expect(server.send("ZCARD", "z") == ":4\r\n")
        #expect(server.send("ZSCORE", "z", "a") == "$1\r\n5\r\n")
        #expect(server.send("ZSCORE", "z", "x") == "$-1\r\n")
        #expect(server.send("ZSCORE", "none", "x") == "$-1\r\n")
        #expect(server.send("ZMSCORE", "z", "a", "x", "b") == "*3\r\n$1\r\n5\r\n$-1\r\n$1\r\n2\r\n")
        #expect(server.send("ZMSCORE", "none", "a") == "*1\r\n$-1\r\n")
        #expect(server.send("TYPE", "z") == "+zset\r\n")
    }

    @Test func conditionsDecide() {
        let server = MemoryServer()
        server.send("ZADD", "z", "10", "a")
        #expect(server.send("ZADD", "z", "XX", "1", "new") == ":0\r\n")
        #expect(server.send("ZADD", "none", "XX", "1", "new") == ":0\r\n")
        #expect(server.send("EXISTS", "none") == ":0\r\n")
        #expect(server.send("ZADD", "z", "NX", "11", "a", "1", "b") == ":1\r\n")
        #expect(server.send("ZSCORE", "z", "a") == "$2\r\n10\r\n")
        #expect(server.send("ZADD", "z", "GT", "CH", "9", "a", "2", "b", "7", "c") == ":2\r\n")
        #expect(server.send("ZADD", "z", "LT", "CH", "9", "a", "3", "b") == ":1\r\n")
        #expect(server.send("ZADD", "z", "XX", "GT", "INCR", "-5", "a") == "$-1\r\n")
        #expect(server.send("ZADD", "z", "xx", "incr", "2.5", "a") == "$4\r\n11.5\r\n")
        #expect(server.send("ZADD", "z", "NX", "INCR", "1", "a") == "$-1\r\n")
    }

    @Test func refusesInRedissWords() {
        let server = MemoryServer()
        server.send("SET", "text", "v")
        #expect(server.send("ZADD", "text", "1", "a").hasPrefix("-WRONGTYPE"))
        #expect(server.send("ZADD", "text", "x", "a") == "-ERR value is not a valid float\r\n")
        #expect(server.send("ZADD", "z", "1", "a", "2") == "-ERR syntax error\r\n")
        #expect(server.send("ZADD", "z", "NX", "XX", "CH") == "-ERR syntax error\r\n")
        #expect(
            server.send("ZADD", "z", "NX", "XX", "1", "a")
                == "-ERR XX and NX options at the same time are not compatible\r\n")
        #expect(
            server.send("ZADD", "z", "GT", "LT", "1", "a")
                == "-ERR GT, LT, and/or NX options at the same time are not compatible\r\n")
        #expect(
            server.send("ZADD", "z", "INCR", "1", "a", "2", "b")
                == "-ERR INCR option supports a single increment-element pair\r\n")
        #expect(server.send("ZADD", "z", "1", "a", "nan", "b") == "-ERR value is not a valid float\r\n")
        #expect(server.send("EXISTS", "z") == ":0\r\n", "all scores are read before the first is set")
        #expect(server.send("ZINCRBY", "z", "nx", "a") == "-ERR syntax error\r\n")
        server.send("ZADD", "z", "inf", "a")
        #expect(server.send("ZINCRBY", "z", "-inf", "a") == "-ERR resulting score is not a number (NaN)\r\n")
        #expect(server.send("ZSCORE", "z", "a") == "$3\r\ninf\r\n")
    }

    @Test func scoresPrintAsRedisPrintsThem() {
        let server = MemoryServer()
        for (given, shown) in [
            ("0.1", "0.10000000000000001"), ("3.0", "3"), ("1e17", "1e+17"), ("123456789012345678", "1.2345678901234568e+17"),
            ("-1.5e-7", "-1.4999999999999999e-07"), ("inf", "inf"), ("-inf", "-inf"), ("0x10", "16"),
            ("4611686018427387904", "4.6116860184273879e+18"),
        ] {
            server.send("ZADD", "z", given, "m")
            #expect(server.send("ZSCORE", "z", "m") == "$\(shown.utf8.count)\r\n\(shown)\r\n")
        }
        // A packed score is shown by ZSCAN as it is stored.
        #expect(server.send("ZSCAN", "z", "0").hasSuffix("$19\r\n4611686018427387904\r\n"))
        let client = server.connect()
        client.send("HELLO", "3")
        #expect(client.send("ZSCORE", "z", "m") == ",4.6116860184273879e+18\r\n")
        #expect(client.send("ZINCRBY", "z", "inf", "m") == ",inf\r\n")
    }

    /// Zero keeps its sign in a large sorted set and loses it in a packed one.
    @Test func negativeZero() {
        let server = MemoryServer()
        #expect(server.send("ZADD", "z", "INCR", "-0", "m") == "$2\r\n-0\r\n")
        #expect(server.send("ZSCORE", "z", "m") == "$1\r\n0\r\n")
        server.send("CONFIG", "SET", "zset-max-listpack-entries", "0")
        server.send("ZADD", "large", "-0", "m")
        #expect(server.send("ZSCORE", "large", "m") == "$2\r\n-0\r\n")
    }

    @Test func encodingsFollowTheDirectives() {
        let server = MemoryServer()
        server.send("CONFIG", "SET", "zset-max-listpack-entries", "3", "zset-max-listpack-value", "5")
        server.send("ZADD", "z", "1", "a", "2", "b", "3", "c")
        #expect(server.send("OBJECT", "ENCODING", "z") == "$8\r\nlistpack\r\n")
        server.send("ZADD", "z", "4", "d")
        #expect(server.send("OBJECT", "ENCODING", "z") == "$8\r\nskiplist\r\n")
        server.send("ZREM", "z", "a", "b", "c")
        #expect(server.send("OBJECT", "ENCODING", "z") == "$8\r\nskiplist\r\n")
        server.send("ZADD", "long", "1", "short", "2", "longer")
        #expect(server.send("OBJECT", "ENCODING", "long") == "$8\r\nskiplist\r\n")
        server.send("ZUNIONSTORE", "u", "1", "z")
        #expect(server.send("OBJECT", "ENCODING", "u") == "$8\r\nlistpack\r\n")
        #expect(server.send("ZADD", "z", "XX", "1", "abcdefgh") == ":0\r\n")
    }

    @Test func theLastMemberTakesTheKeyAlong() {
        let server = MemoryServer()
        server.send("ZADD", "z", "1", "a", "2", "b")
        #expect(server.send("ZREM", "z", "a", "x", "a") == ":1\r\n")
        #expect(server.send("ZREM", "z", "b", "a") == ":1\r\n")
        #expect(server.send("EXISTS", "z") == ":0\r\n")
        server.send("ZADD", "z", "1", "a", "2", "b")
        #expect(server.send("ZREMRANGEBYRANK", "z", "0", "-1") == ":2\r\n")
        #expect(server.send("EXISTS", "z") == ":0\r\n")
    }

    @Test func ranksWithScores() {
        let server = MemoryServer()
        server.send("ZADD", "z", "1", "a", "2", "b", "2", "c")
        #expect(server.send("ZRANK", "z", "b") == ":1\r\n")
        #expect(server.send("ZREVRANK", "z", "a") == ":2\r\n")
        #expect(server.send("ZRANK", "z", "x") == "$-1\r\n")
        #expect(server.send("ZRANK", "z", "c", "WITHSCORE") == "*2\r\n:2\r\n$1\r\n2\r\n")
        #expect(server.send("ZREVRANK", "z", "c", "withscore") == "*2\r\n:0\r\n$1\r\n2\r\n")
        #expect(server.send("ZRANK", "z", "x", "WITHSCORE") == "*-1\r\n")
        #expect(server.send("ZRANK", "none", "x", "WITHSCORE") == "*-1\r\n")
        #expect(server.send("ZRANK", "z", "c", "SCORE") == "-ERR syntax error\r\n")
        #expect(server.send("ZRANK", "z", "c", "WITHSCORE", "1") == "-ERR syntax error\r\n")
    }

    @Test func scanningWithoutScores() {
        let server = MemoryServer()
        server.send("ZADD", "z", "1", "a", "2.5", "b")
        #expect(server.send("ZSCAN", "z", "0") == "*2\r\n$1\r\n0\r\n*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$3\r\n2.5\r\n")
        #expect(server.send("ZSCAN", "z", "0", "NOSCORES") == "*2\r\n$1\r\n0\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n")
        #expect(server.send("ZSCAN", "z", "0", "MATCH", "b", "noscores") == "*2\r\n$1\r\n0\r\n*1\r\n$1\r\nb\r\n")
        #expect(server.send("ZSCAN", "none", "0") == "*2\r\n$1\r\n0\r\n*0\r\n")
    }

    /// A large sorted set is shown whole, though it grows and shrinks between the calls.
    @Test func aCursorSurvivesChanges() {
        let server = MemoryServer()
        for i in 0 ..< 1000 { server.send("ZADD", "z", "\(i)", "m\(i)") }
        var seen: Set<String> = []
        var cursor = "0"
        var round = 0
        repeat {
            let reply = server.send("ZSCAN", "z", cursor, "COUNT", "20", "NOSCORES").split(separator: "\r\n").map(String.init)
            cursor = reply[2]
            seen.formUnion(reply.filter { $0.hasPrefix("m") })
            round += 1
            if round == 5 { for i in 1000 ..< 3000 { server.send("ZADD", "z", "\(i)", "m\(i)") } }
            if round == 15 { for i in 500 ..< 3000 { server.send("ZREM", "z", "m\(i)") } }
        } while cursor != "0"
        #expect(seen.isSuperset(of: (0 ..< 500).map { "m\($0)" }))
    }
}
