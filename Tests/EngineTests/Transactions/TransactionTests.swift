import TestSupport
import Testing

@testable import Engine

/// MULTI, EXEC and DISCARD: what is queued, what is refused, and what EXEC makes of it.
@Suite struct TransactionTests {
    private let server = MemoryServer()

    @Test func requestsWaitForExec() {
        let other = server.connect()
        #expect(server.send("MULTI") == "+OK\r\n")
        #expect(server.send("SET", "k", "1") == "+QUEUED\r\n")
        #expect(server.send("INCR", "k") == "+QUEUED\r\n")
        #expect(server.send("ECHO", "") == "+QUEUED\r\n")
        #expect(other.send("GET", "k") == "$-1\r\n")
        #expect(server.send("EXEC") == "*3\r\n+OK\r\n:2\r\n$0\r\n\r\n")
        #expect(other.send("GET", "k") == "$1\r\n2\r\n")
        #expect(server.send("GET", "k") == "$1\r\n2\r\n")
    }

    @Test func anEmptyTransactionIsAnEmptyArray() {
        server.send("MULTI")
        #expect(server.send("EXEC") == "*0\r\n")
        #expect(server.send("EXEC") == "-ERR EXEC without MULTI\r\n")
    }

    @Test func discardForgetsTheRequests() {
        server.send("MULTI")
        server.send("SET", "k", "1")
        #expect(server.send("DISCARD") == "+OK\r\n")
        #expect(server.send("GET", "k") == "$-1\r\n")
        #expect(server.send("DISCARD") == "-ERR DISCARD without MULTI\r\n")
        #expect(server.clientMemory == server.engine.core.context.sessions.count * Session.baseMemory)
    }

    @Test func multiAndWatchAreAnsweredAtOnceAndSpoilNothing() {
        server.send("MULTI")
        #expect(server.send("MULTI") == "-ERR MULTI calls can not be nested\r\n")
        #expect(server.send("WATCH", "k") == "-ERR WATCH inside MULTI is not allowed\r\n")
        #expect(server.send("PING") == "+QUEUED\r\n")
        #expect(server.send("UNWATCH") == "+QUEUED\r\n")
        #expect(server.send("EXEC") == "*2\r\n+PONG\r\n+OK\r\n")
    }

    @Test func errorsOfCommandsDoNotStopTheRest() {
        server.send("SET", "text", "x")
        server.send("MULTI")
        server.send("INCR", "text")
        server.send("SET", "k", "1")
        #expect(server.send("EXEC") == "*2\r\n-ERR value is not an integer or out of range\r\n+OK\r\n")
    }

    @Test(arguments: [["NOSUCH"], ["GET"], ["CLIENT", "NOSUCH"], ["SHUTDOWN"], ["DEBUG", "JMAP"], ["MULTI", "x"]])
    func aRefusedRequestSpoilsTheTransaction(words: [String]) {
        let client = server.connect()
        client.send("MULTI")
        client.send("SET", "k", "1")
        #expect(client.send(words: words).hasPrefix("-ERR "))
        #expect(client.send("SET", "k", "2") == "+QUEUED\r\n")
        #expect(client.send("EXEC") == "-EXECABORT Transaction discarded because of previous errors.\r\n")
        #expect(client.send("PING") == "+PONG\r\n")
        #expect(client.send("GET", "k") == "$-1\r\n")
    }

    @Test func theWordsForWhatATransactionCannotHold() {
        server.send("MULTI")
        #expect(server.send("SHUTDOWN") == "-ERR Command not allowed inside a transaction\r\n")
        #expect(server.host.shutdowns.isEmpty)
    }

    @Test func anExecOfWrongArityEndsTheTransaction() {
        server.send("MULTI")
        let reply = server.send("EXEC", "x")
        #expect(reply == "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command\r\n")
        #expect(server.send("EXEC") == "-ERR EXEC without MULTI\r\n")
        #expect(server.send("EXEC", "x") == reply)
    }

    @Test func aSpoiltTransactionKeepsNoMoreRequests() {
        let client = server.connect()
        client.send("MULTI")
        client.send("NOSUCH")
        _ = client.send(words: ["SET", "k", String(repeating: "x", count: 10_000)])
        #expect(client.session.transaction?.summary.memory == 0)
        client.disconnect()
        #expect(server.clientMemory == server.engine.core.context.sessions.count * Session.baseMemory)
    }

    @Test func resp3GetsTheSameArray() {
        let client = server.connect()
        client.send("HELLO", "3")
        client.send("WATCH", "k")
        server.send("SET", "k", "1")
        client.send("MULTI")
        client.send("PING")
        #expect(client.send("EXEC") == "_\r\n")
        client.send("MULTI")
        client.send("GET", "none")
        #expect(client.send("EXEC") == "*1\r\n_\r\n")
    }

    @Test func theDatabaseChosenWithinLasts() {
        server.send("MULTI")
        server.send("SELECT", "3")
        server.send("SET", "k", "1")
        server.send("EXEC")
        #expect(server.send("GET", "k") == "$1\r\n1\r\n")
        #expect(server.keyCount(3) == 1)
    }

    @Test func resetAndQuitRunAtOnce() {
        server.send("MULTI")
        #expect(server.send("RESET") == "+RESET\r\n")
        #expect(server.send("EXEC") == "-ERR EXEC without MULTI\r\n")
        let client = server.connect()
        client.send("MULTI")
        client.send("SET", "k", "1")
        #expect(client.send("QUIT") == "+OK\r\n")
        #expect(client.session.ending == .afterReplies)
        #expect(server.send("EXISTS", "k") == ":0\r\n")
    }

    @Test func nothingBlocksWithin() {
        server.send("MULTI")
        server.send("WAIT", "1", "0")
        #expect(server.send("EXEC") == "*1\r\n:0\r\n")
    }

    @Test func onePipelineCanHoldAllOfIt() {
        let client = server.connect()
        let request = "MULTI\r\n" + (0 ..< 100).map { "*3\r\n$3\r\nSET\r\n$2\r\nk\($0 % 10)\r\n$1\r\nv\r\n" }.joined()
        let reply = client.send(raw: Array((request + "*1\r\n$4\r\nEXEC\r\nPING\r\n").utf8))
        let expected = "+OK\r\n" + String(repeating: "+QUEUED\r\n", count: 100) + "*100\r\n"
            + String(repeating: "+OK\r\n", count: 100) + "+PONG\r\n"
        #expect(String(decoding: reply, as: UTF8.self) == expected)
        #expect(server.keyCount(0) == 10)
    }

    @Test func largeAndEmptyArgumentsAreKeptWhole() {
        let client = server.connect()
        let large = [UInt8](repeating: 0x0d, count: 300_000)
        client.send("MULTI")
        for index in 0 ..< 20 {
            #expect(client.send(words: [Array("SET".utf8), Array("k\(index)".utf8), large]) == "+QUEUED\r\n")
            client.send("SET", "", "")
        }
        client.send("EXEC")
        for index in 0 ..< 20 { #expect(client.send("STRLEN", "k\(index)") == ":300000\r\n") }
        #expect(client.send("GET", "") == "$0\r\n\r\n")
    }
}
