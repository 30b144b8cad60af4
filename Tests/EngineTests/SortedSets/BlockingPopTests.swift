import TestSupport
import Testing

@testable import Engine

/// Clients that wait for sorted sets.
@Suite struct BlockingPopTests {
    let server = MemoryServer()

    /// What a client has been told since it was last asked.
    private func told(_ client: MemoryClient) -> String {
        server.settle()
        return String(decoding: client.takeOutput(), as: UTF8.self)
    }

    private func waiting(_ words: String...) -> MemoryClient {
        let client = server.connect()
        #expect(client.send(words: words) == "")
        return client
    }

    private func taken(_ key: String, _ member: String, _ score: String) -> String {
        "*3\r\n" + [key, member, score].map { "$\($0.count)\r\n\($0)\r\n" }.joined()
    }

    @Test func whatIsThereIsTakenAtOnce() {
        server.send("ZADD", "b", "1", "x", "2", "y", "3", "z", "4", "w")
        #expect(server.send("BZPOPMIN", "a", "b", "0") == taken("b", "x", "1"))
        #expect(server.send("BZPOPMAX", "b", "a", "0") == taken("b", "w", "4"))
        #expect(
            server.send("BZMPOP", "0", "2", "a", "b", "MAX", "COUNT", "5")
                == "*2\r\n$1\r\nb\r\n*2\r\n*2\r\n$1\r\nz\r\n$1\r\n3\r\n*2\r\n$1\r\ny\r\n$1\r\n2\r\n")
        #expect(server.send("EXISTS", "b") == ":0\r\n")
    }

    @Test func additionsAreTakenInTheOrderOfComing() {
        let clients = [waiting("BZPOPMIN", "a", "b", "0"), waiting("BZPOPMAX", "b", "0"), waiting("BZMPOP", "0", "1", "b", "MIN")]
        server.send("ZADD", "b", "1", "x", "2", "y", "3", "z")
        #expect(told(clients[0]) == taken("b", "x", "1"))
        #expect(told(clients[1]) == taken("b", "z", "3"))
        #expect(told(clients[2]) == "*2\r\n$1\r\nb\r\n*1\r\n*2\r\n$1\r\ny\r\n$1\r\n2\r\n")
        #expect(server.send("EXISTS", "b") == ":0\r\n")
    }

    /// Whoever waits for a list is not served from a sorted set, nor the other way round.
    @Test func onlyTheTypeThatIsWaitedForCounts() {
        let ranked = waiting("BZPOPMIN", "k", "0")
        let list = waiting("BLPOP", "k", "0")
        server.send("RPUSH", "k", "1")
        #expect(told(ranked) == "")
        #expect(told(list) == "*2\r\n$1\r\nk\r\n$1\r\n1\r\n")
        #expect(server.send("GEOADD", "k", "13", "38", "p") == ":1\r\n")
        #expect(told(ranked).hasPrefix("*3\r\n$1\r\nk\r\n$1\r\np\r\n"))
    }

    @Test func storingAndRenamingEndTheWaitingToo() {
        server.send("ZADD", "src", "5", "m")
        for command in [["ZUNIONSTORE", "k", "1", "src"], ["ZRANGESTORE", "k", "src", "0", "-1"], ["COPY", "src", "k"], ["RENAME", "src", "k"]] {
            let client = waiting("BZPOPMAX", "k", "0")
            _ = server.connect().send(words: command)
            #expect(told(client) == taken("k", "m", "5"), "\(command[0])")
        }
    }

    @Test func timeouts() {
        let client = waiting("BZPOPMIN", "k", "0.25")
        server.advance(milliseconds: 249)
        #expect(told(client) == "")
        server.advance(milliseconds: 2)
        #expect(told(client) == "*-1\r\n")
        #expect(server.send("BZPOPMIN", "k", "-1") == "-ERR timeout is negative\r\n")
        #expect(server.send("BZMPOP", "x", "0", "k", "MIN") == "-ERR numkeys should be greater than 0\r\n", "the time is read last")
        server.send("SET", "k", "v")
        #expect(server.send("BZPOPMIN", "none", "k", "0").hasPrefix("-WRONGTYPE"))
    }

    @Test func withinATransactionNobodyWaits() {
        server.send("MULTI")
        server.send("BZPOPMIN", "k", "0")
        server.send("BZMPOP", "0", "1", "k", "MAX")
        #expect(server.send("EXEC") == "*2\r\n*-1\r\n*-1\r\n")
    }
}
