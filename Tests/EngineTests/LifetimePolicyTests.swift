import TestSupport
import Testing

@testable import Engine

@Suite struct LifetimePolicyTests {
    private func server(_ rules: String) -> MemoryServer {
        let server = MemoryServer()
        #expect(server.send("CONFIG", "SET", "key-lifetime", rules) == "+OK\r\n")
        return server
    }

    @Test func theLongestPrefixDecidesThenTheDatabase() {
        let server = server("* 10 0 0 db:1 20 0 0 prefix:a 30 0 0 prefix:ab 40 0 0")
        for (key, seconds) in [("x", 10), ("a", 30), ("ab", 40), ("abc", 40), ("ba", 10)] {
            server.send("SET", key, "value")
            #expect(server.send("TTL", key) == ":\(seconds)\r\n", "\(key)")
        }
        server.send("SELECT", "1")
        server.send("SET", "x", "1")
        #expect(server.send("TTL", "x") == ":20\r\n")
    }

    @Test func givenLifetimesEndAtTheMaximum() {
        let server = server("* 10 100 0")
        server.send("SET", "a", "value", "EX", "50")
        server.send("SET", "b", "value", "EX", "500")
        server.send("SETEX", "c", "1000", "1")
        #expect(["a", "b", "c"].map { server.send("TTL", $0) } == [":50\r\n", ":100\r\n", ":100\r\n"])
        // Without a default, the maximum is one.
        server.send("CONFIG", "SET", "key-lifetime", "* 0 60 0")
        server.send("SET", "d", "value")
        #expect(server.send("TTL", "d") == ":60\r\n")
    }

    @Test func everyTypeHasIt() {
        let server = server("* 10 0 0")
        let commands = [
            ["SET", "k", "v"], ["INCR", "k"], ["APPEND", "k", "v"], ["SETRANGE", "k", "3", "v"], ["SETBIT", "k", "7", "1"],
            ["PFADD", "k", "v"], ["RPUSH", "k", "v"], ["SADD", "k", "1"], ["SADD", "k", "v"], ["HSET", "k", "f", "v"],
            ["ZADD", "k", "1", "v"], ["MSET", "k", "v"], ["SADD", "k"] + (0 ..< 1000).map { "member \($0)" },
        ]
        for command in commands {
            server.send("DEL", "k")
            _ = server.connect().send(words: command)
            #expect(server.send("TTL", "k") == ":10\r\n", "\(command.prefix(2))")
        }
        server.engine.checkInvariants()
    }

    @Test func whatKeepsADeadlineKeepsIt() {
        let server = server("* 10 0 0")
        server.send("SET", "k", "1")
        server.send("EXPIRE", "k", "5000")
        server.send("INCR", "k")
        server.send("APPEND", "k", "0")
        #expect(server.send("TTL", "k") == ":5000\r\n")
        server.send("SET", "k", "2", "KEEPTTL")
        #expect(server.send("TTL", "k") == ":5000\r\n")
        server.send("PERSIST", "k")
        #expect(server.send("TTL", "k") == ":-1\r\n")
        server.send("SET", "k", "3")
        #expect(server.send("TTL", "k") == ":10\r\n")
    }

    @Test func jitterOnlyShortens() {
        let server = server("* 1000 0 20")
        var seen: Set<String> = []
        for i in 0 ..< 200 {
            server.send("SET", "key:\(i)", "value")
            let reply = server.send("TTL", "key:\(i)")
            let left = Int(reply.dropFirst().dropLast()) ?? -1
            #expect((800 ... 1000).contains(left), "\(left)")
            seen.insert(reply)
        }
        #expect(seen.count > 50)
    }

    @Test func rulesAreShownAndRefused() {
        let server = server("prefix:a: 10 20 5")
        #expect(server.send("CONFIG", "GET", "key-lifetime") == "*2\r\n$12\r\nkey-lifetime\r\n$17\r\nprefix:a: 10 20 5\r\n")
        for wrong in ["*", "* 1 2", "x 1 2 3", "* -1 2 3", "* 5 2 3", "* 1 2 101", "prefix: 1 2 3", "db:x 1 2 3"] {
            #expect(server.send("CONFIG", "SET", "key-lifetime", wrong).hasPrefix("-ERR CONFIG SET failed"), "\(wrong)")
        }
        server.send("CONFIG", "SET", "key-lifetime", "")
        server.send("SET", "a:", "value")
        #expect(server.send("TTL", "a:") == ":-1\r\n")
    }
}
