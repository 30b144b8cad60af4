import Bytes
import TestSupport
import Testing

@testable import Engine

/// Clients that wait for lists.
@Suite struct BlockingTests {
    let server: MemoryServer

    init() {
        var configuration = Configuration()
        configuration.enableDebugCommand = .yes
        server = MemoryServer(configuration: configuration)
    }

    /// What a client has been told since it was last asked, further requests of its own included.
    private func told(_ client: MemoryClient) -> String {
        server.settle()
        return String(decoding: client.takeOutput(), as: UTF8.self)
    }

    private func waiting(_ words: String...) -> MemoryClient {
        let client = server.connect()
        #expect(client.send(words: words) == "")
        return client
    }

    private func pair(_ key: String, _ element: String) -> String {
        "*2\r\n$\(key.count)\r\n\(key)\r\n$\(element.count)\r\n\(element)\r\n"
    }

    @Test func whatIsThereIsTakenAtOnce() {
        server.send("RPUSH", "b", "1", "2", "3", "4")
        #expect(server.send("BLPOP", "a", "b", "0") == pair("b", "1"))
        #expect(server.send("BRPOP", "b", "a", "0") == pair("b", "4"))
        #expect(server.send("BRPOPLPUSH", "b", "c", "0") == "$1\r\n3\r\n")
        #expect(server.send("BLMPOP", "0", "2", "a", "b", "LEFT", "COUNT", "5") == "*2\r\n$1\r\nb\r\n*1\r\n$1\r\n2\r\n")
        #expect(server.send("BLMOVE", "c", "d", "LEFT", "RIGHT", "0") == "$1\r\n3\r\n")
        #expect(server.engine.core.context.blocked.count == 0)
    }

    @Test func aPushEndsTheWaiting() {
        let client = waiting("BLPOP", "a", "b", "0")
        #expect(client.send("PING") == "", "what comes behind waits too")
        #expect(server.send("INFO", "clients").contains("blocked_clients:1\r\n"))
        #expect(server.send("RPUSH", "b", "x", "y") == ":2\r\n")
        #expect(told(client) == pair("b", "x") + "+PONG\r\n")
        #expect(server.send("LRANGE", "b", "0", "-1") == "*1\r\n$1\r\ny\r\n")
        #expect(server.send("INFO", "clients").contains("blocked_clients:0\r\n"))
        #expect(server.engine.core.keyspace.effects.listeners.isEmpty)
    }

    @Test func clientsAreServedInTheOrderOfTheirComing() {
        let clients = (0 ..< 4).map { _ in waiting("BLPOP", "l", "0") }
        clients[1].disconnect()
        server.send("RPUSH", "l", "1", "2")
        #expect(told(clients[0]) == pair("l", "1"))
        #expect(told(clients[2]) == pair("l", "2"))
        #expect(told(clients[3]) == "")
        server.send("RPUSH", "l", "3", "4")
        #expect(told(clients[3]) == pair("l", "3"))
        #expect(server.send("LLEN", "l") == ":1\r\n")
    }

    @Test func aKeyNamedTwiceIsWaitedForOnce() {
        let client = waiting("BLPOP", "l", "m", "l", "0")
        server.send("RPUSH", "l", "1", "2")
        #expect(told(client) == pair("l", "1"))
        #expect(server.send("LLEN", "l") == ":1\r\n")
    }

    @Test func timeoutsAreFractionsOfSeconds() {
        let client = waiting("BLPOP", "l", "0.01")
        server.advance(milliseconds: 10)
        #expect(told(client) == "")
        server.advance(milliseconds: 1)
        #expect(told(client) == "*-1\r\n")
        let mover = waiting("BRPOPLPUSH", "l", "m", "1")
        server.advance(milliseconds: 1001)
        #expect(told(mover) == "*-1\r\n")
        let short = waiting("BLPOP", "l", "0.0000001")
        server.advance(milliseconds: 2)
        #expect(told(short) == "*-1\r\n")
        let endless = waiting("BLMPOP", "0", "1", "l", "LEFT")
        server.advance(milliseconds: 1 << 40)
        #expect(told(endless) == "")
    }

    @Test func timeoutsMustBeNumbers() {
        for (timeout, complaint) in [
            ("-1", "is negative"), ("-0.5", "is negative"), ("inf", "is negative"), ("1e30", "is negative"),
            ("x", "is not a float or out of range"), ("", "is not a float or out of range"), ("nan", "is not a float or out of range"),
        ] {
            #expect(server.send("BLPOP", "l", timeout) == "-ERR timeout \(complaint)\r\n")
            #expect(server.send("BLMOVE", "l", "m", "LEFT", "LEFT", timeout) == "-ERR timeout \(complaint)\r\n")
        }
        #expect(server.send("BLMPOP", "x", "0", "l", "LEFT") == "-ERR numkeys should be greater than 0\r\n")
        #expect(server.send("BLMOVE", "l", "m", "up", "LEFT", "x") == "-ERR syntax error\r\n")
        server.put("s")
        #expect(server.send("BLPOP", "s", "x") == "-ERR timeout is not a float or out of range\r\n")
    }

    @Test func movingServesTheNextInLine() {
        let first = waiting("BRPOPLPUSH", "a", "b", "0")
        let second = waiting("BLMOVE", "b", "c", "LEFT", "RIGHT", "0")
        let third = waiting("BLPOP", "c", "0")
        server.send("RPUSH", "a", "x")
        #expect(told(first) == "$1\r\nx\r\n" && told(second) == "$1\r\nx\r\n")
        #expect(told(third) == pair("c", "x"))
        #expect(server.send("DBSIZE") == ":0\r\n")
    }

    @Test func circlesEnd() {
        let first = waiting("BRPOPLPUSH", "a", "b", "0")
        let second = waiting("BRPOPLPUSH", "b", "a", "0")
        server.send("RPUSH", "a", "x")
        #expect(told(first) == "$1\r\nx\r\n" && told(second) == "$1\r\nx\r\n")
        #expect(server.send("LRANGE", "a", "0", "-1") == "*1\r\n$1\r\nx\r\n")
        let own = waiting("BRPOPLPUSH", "s", "s", "0")
        server.send("RPUSH", "s", "y")
        #expect(told(own) == "$1\r\ny\r\n")
        #expect(server.send("LLEN", "s") == ":1\r\n")
    }

    @Test func aTargetOfAnotherTypeIsAnErrorAndTakesNothing() {
        server.put("t")
        let wrong = waiting("BRPOPLPUSH", "l", "t", "0")
        let right = waiting("BLPOP", "l", "0")
        server.send("RPUSH", "l", "x")
        #expect(told(wrong).hasPrefix("-WRONGTYPE "))
        #expect(told(right) == pair("l", "x"))
        #expect(server.send("INFO", "errorstats").contains("errorstat_WRONGTYPE:count=1"))
        #expect(server.send("INFO", "commandstats").contains("cmdstat_brpoplpush:calls=1,"))
    }

    @Test func onlyTheRightTypeWakes() {
        let client = waiting("BLPOP", "k", "0")
        server.put("k")
        server.send("SADD", "k2", "a")
        server.send("RENAME", "k2", "k")
        #expect(told(client) == "")
        server.send("DEL", "k")
        server.send("RPUSH", "k", "x")
        #expect(told(client) == pair("k", "x"))
    }

    @Test(arguments: ["RENAME", "COPY", "MOVE", "SWAPDB", "LMOVE"]) func whateverBringsAListWakes(how: String) {
        let client = waiting("BLPOP", "k", "0")
        let other = server.connect()
        switch how {
        case "RENAME":
            server.send("RPUSH", "other", "x")
            server.send("RENAME", "other", "k")
        case "COPY":
            server.send("RPUSH", "other", "x")
            server.send("COPY", "other", "k")
        case "LMOVE":
            server.send("RPUSH", "other", "x")
            server.send("LMOVE", "other", "k", "LEFT", "LEFT")
        default:
            other.send("SELECT", "1")
            other.send("RPUSH", "k", "x")
            #expect(told(client) == "", "another database")
            if how == "MOVE" { other.send("MOVE", "k", "0") } else { server.send("SWAPDB", "0", "1") }
        }
        #expect(told(client) == pair("k", "x"))
    }

    @Test func aListThatHasExpiredWakesNobody() {
        let client = waiting("BLPOP", "k", "0")
        let other = server.connect()
        other.send("SELECT", "9")
        other.send("DEBUG", "SET-ACTIVE-EXPIRE", "0")
        other.send("RPUSH", "k", "x")
        other.send("PEXPIRE", "k", "100")
        server.clock.advance(milliseconds: 101)
        server.send("SWAPDB", "0", "9")
        #expect(told(client) == "")
    }

    @Test func clientsCanBeUnblocked() {
        let one = waiting("BLPOP", "k", "0")
        let two = waiting("BRPOPLPUSH", "k", "l", "0")
        #expect(two.send("PING") == "")
        #expect(server.send("CLIENT", "LIST").contains(" flags=b "))
        #expect(server.send("CLIENT", "UNBLOCK", "\(one.session.id)") == ":1\r\n")
        #expect(server.send("CLIENT", "UNBLOCK", "\(one.session.id)") == ":0\r\n")
        #expect(server.send("CLIENT", "UNBLOCK", "\(two.session.id)", "ERROR") == ":1\r\n")
        #expect(told(one) == "*-1\r\n")
        #expect(told(two) == "-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n+PONG\r\n")
        server.send("RPUSH", "k", "x")
        #expect(server.send("LLEN", "k") == ":1\r\n")
        #expect(one.send("BLPOP", "k", "0") == pair("k", "x"))
    }

    @Test func transactionsAreServedFromAsAWhole() {
        let one = waiting("BLPOP", "a", "b", "0")
        let two = waiting("BLPOP", "c", "0")
        let first = server.connect()
        for words in [["MULTI"], ["RPUSH", "b", "x"], ["RPUSH", "a", "y"], ["RPUSH", "c", "z"], ["DEL", "c"], ["EXEC"]] {
            _ = first.send(words: words)
        }
        #expect(told(one) == pair("b", "x"), "the key that became ready first")
        #expect(told(two) == "")
        for words in [["MULTI"], ["BLPOP", "none", "0"], ["BRPOPLPUSH", "none", "l", "0"], ["BLPOP", "a", "0"]] {
            _ = first.send(words: words)
        }
        #expect(first.send("EXEC") == "*3\r\n*-1\r\n$-1\r\n" + pair("a", "y"))
    }

    @Test func severalTakersShareAPush() {
        let one = waiting("BLMPOP", "0", "2", "a", "b", "LEFT", "COUNT", "10")
        let two = waiting("BLMPOP", "0", "2", "b", "a", "RIGHT", "COUNT", "1")
        server.send("RPUSH", "a", "1", "2", "3")
        #expect(told(one) == "*2\r\n$1\r\na\r\n*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n")
        server.send("RPUSH", "b", "4", "5")
        #expect(told(two) == "*2\r\n$1\r\nb\r\n*1\r\n$1\r\n5\r\n")
    }

    @Test func whoWantsMoreLetsOthersPass() {
        let three = waiting("BLMOVEM", "k", "l", "LEFT", "RIGHT", "0", "EXACTLY", "3", "BULK")
        server.send("RPUSH", "k", "1", "2")
        #expect(told(three) == "")
        let some = server.connect().send("BLMOVEM", "k", "m", "LEFT", "RIGHT", "0", "COUNT", "1", "OBO")
        #expect(some == "*1\r\n$1\r\n1\r\n")
        server.send("RPUSH", "k", "3")
        #expect(told(three) == "")
        server.send("LINSERT", "k", "BEFORE", "3", "x")
        #expect(bulkStrings(told(three)) == ["2", "x", "3"])
        let late = waiting("BLMOVEM", "k", "l", "LEFT", "RIGHT", "1", "EXACTLY", "2", "OBO")
        server.advance(milliseconds: 1001)
        #expect(told(late) == "*-1\r\n")
    }

    @Test func repliesCanBeSkipped() {
        let client = server.connect()
        client.send("CLIENT", "REPLY", "SKIP")
        #expect(client.send("BLPOP", "k", "0") == "")
        server.send("RPUSH", "k", "x")
        #expect(told(client) == "")
        #expect(client.send("PING") == "+PONG\r\n")
        #expect(server.send("LLEN", "k") == ":0\r\n")
    }

    @Test func aPipelineGoesOnWhereItStopped() {
        let client = server.connect()
        var requests: [UInt8] = []
        for i in 0 ..< 40 { requests += Array("*3\r\n$5\r\nBLPOP\r\n$1\r\nk\r\n$1\r\n0\r\n*2\r\n$4\r\nECHO\r\n$3\r\ne\(10 + i)\r\n".utf8) }
        #expect(client.send(raw: requests).isEmpty)
        for i in 0 ..< 40 {
            server.send("RPUSH", "k", "x")
            #expect(told(client) == pair("k", "x") + "$3\r\ne\(10 + i)\r\n")
        }
        #expect(client.send("PING") == "+PONG\r\n")
    }

    @Test func waitingCostsNothing() {
        for i in 0 ..< 2000 { _ = waiting("BLPOP", "key \(i)", "1000") }
        server.settle()
        #expect(server.engine.core.context.blocked.count == 2000)
        #expect(server.engine.core.context.blocked.timedCount == 2000)
        // One wake-up far away, or a few of the wheel's own: not one a turn.
        #expect(server.engine.nextWakeUp()! > server.now + 1000)
        server.send("SET", "key 1", "not a list")
        server.send("RPUSH", "unrelated", "x")
        #expect(server.engine.core.context.blocked.count == 2000)
    }

    @Test func whoIsGoneIsServedNoMore() {
        let client = waiting("BLPOP", "k", "0")
        client.disconnect()
        server.send("RPUSH", "k", "x")
        #expect(server.send("LLEN", "k") == ":1\r\n")
        #expect(server.engine.core.context.blocked.count == 0)
        let paused = server.connect()
        server.send("CLIENT", "PAUSE", "100")
        #expect(paused.send("PING") == "")
        paused.disconnect()
        server.advance(milliseconds: 200)
        #expect(paused.takeOutput().isEmpty)
    }

    @Test func changesAreTheTakersOwn() {
        let client = waiting("BLPOP", "k", "0")
        let events = server.events {
            server.send("RPUSH", "k", "x")
            #expect(told(client) == pair("k", "x"))
        }
        #expect(events == ["rpush 0 k", "lpop 0 k", "del 0 k"])
    }
}
