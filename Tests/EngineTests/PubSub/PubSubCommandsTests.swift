import TestSupport
import Testing

@testable import Engine

/// SUBSCRIBE, PUBLISH and their kin, one client or several.
@Suite struct PubSubCommandsTests {
    private func output(_ client: MemoryClient) -> String { String(decoding: client.takeOutput(), as: UTF8.self) }

    private func push(_ lead: String, _ words: [String], _ count: Int? = nil) -> String {
        var text = "\(lead)\(words.count + (count == nil ? 0 : 1))\r\n"
        for word in words { text += "$\(word.utf8.count)\r\n\(word)\r\n" }
        if let count { text += ":\(count)\r\n" }
        return text
    }

    @Test func eachProtocolHasItsForm() {
        let server = MemoryServer()
        let (old, new) = (server.connect(), server.connect())
        new.send("HELLO", "3")
        #expect(old.send("SUBSCRIBE", "a", "b") == push("*", ["subscribe", "a"], 1) + push("*", ["subscribe", "b"], 2))
        #expect(new.send("PSUBSCRIBE", "a*") == push(">", ["psubscribe", "a*"], 1))
        #expect(server.send("PUBLISH", "a", "hello") == ":2\r\n")
        #expect(output(old) == push("*", ["message", "a", "hello"]))
        #expect(output(new) == push(">", ["pmessage", "a*", "a", "hello"]))
        #expect(old.send("UNSUBSCRIBE", "a", "none") == push("*", ["unsubscribe", "a"], 1) + push("*", ["unsubscribe", "none"], 1))
        #expect(new.send("PUNSUBSCRIBE") == push(">", ["punsubscribe", "a*"], 0))
        #expect(new.send("PUNSUBSCRIBE") == ">3\r\n$12\r\npunsubscribe\r\n_\r\n:0\r\n")
        #expect(server.send("PUBLISH", "a", "hello") == ":0\r\n")
    }

    @Test func subscribingTwiceIsConfirmedAndCountsOnce() {
        let server = MemoryServer()
        let client = server.connect()
        client.send("SUBSCRIBE", "a")
        #expect(client.send("SUBSCRIBE", "a") == push("*", ["subscribe", "a"], 1))
        #expect(server.send("PUBLISH", "a", "x") == ":1\r\n")
        #expect(output(client) == push("*", ["message", "a", "x"]))
    }

    @Test func channelsAndPatternsAreCountedTogetherAndShardsApart() {
        let server = MemoryServer()
        let client = server.connect()
        client.send("SUBSCRIBE", "a")
        #expect(client.send("PSUBSCRIBE", "a") == push("*", ["psubscribe", "a"], 2))
        #expect(client.send("SSUBSCRIBE", "a") == push("*", ["ssubscribe", "a"], 1))
        #expect(server.send("PUBLISH", "a", "x") == ":2\r\n")
        #expect(server.send("SPUBLISH", "a", "y") == ":1\r\n")
        #expect(output(client) == push("*", ["message", "a", "x"]) + push("*", ["pmessage", "a", "a", "x"]) + push("*", ["smessage", "a", "y"]))
        #expect(client.send("UNSUBSCRIBE") == push("*", ["unsubscribe", "a"], 1))
        #expect(client.send("SUNSUBSCRIBE") == push("*", ["sunsubscribe", "a"], 0))
    }

    @Test func unsubscribingFromAllGoesInOrderOfSubscribing() {
        let server = MemoryServer()
        let client = server.connect()
        client.send("SUBSCRIBE", "c", "a", "b", "d")
        client.send("UNSUBSCRIBE", "a")
        #expect(
            client.send("UNSUBSCRIBE")
                == push("*", ["unsubscribe", "c"], 2) + push("*", ["unsubscribe", "b"], 1) + push("*", ["unsubscribe", "d"], 0))
    }

    @Test func whoPublishesToItselfSeesTheMessageFirst() {
        let server = MemoryServer()
        let client = server.connect()
        client.send("HELLO", "3")
        client.send("SUBSCRIBE", "a")
        #expect(client.send("PUBLISH", "a", "x") == push(">", ["message", "a", "x"]) + ":1\r\n")
    }

    @Test func messagesOfAPipelineStandInOrder() {
        let server = MemoryServer()
        let client = server.connect()
        client.send("HELLO", "3")
        let requests = "SUBSCRIBE a\r\nPUBLISH a 1\r\nPING\r\nUNSUBSCRIBE a\r\nPUBLISH a 2\r\n"
        #expect(
            String(decoding: client.send(raw: Array(requests.utf8)), as: UTF8.self)
                == push(">", ["subscribe", "a"], 1) + push(">", ["message", "a", "1"]) + ":1\r\n+PONG\r\n"
                + push(">", ["unsubscribe", "a"], 0) + ":0\r\n")
    }

    @Test func aLargeMessageIsTheSameForAll() {
        let server = MemoryServer()
        let (old, new, broad) = (server.connect(), server.connect(), server.connect())
        new.send("HELLO", "3")
        old.send("SUBSCRIBE", "a")
        new.send("SUBSCRIBE", "a")
        broad.send("PSUBSCRIBE", "*")
        let message = String(repeating: "0123456789", count: 2000)
        #expect(server.send("PUBLISH", "a", message) == ":3\r\n")
        #expect(server.send("PUBLISH", "a", "next") == ":3\r\n")
        #expect(output(old) == push("*", ["message", "a", message]) + push("*", ["message", "a", "next"]))
        #expect(output(new) == push(">", ["message", "a", message]) + push(">", ["message", "a", "next"]))
        #expect(output(broad) == push("*", ["pmessage", "*", "a", message]) + push("*", ["pmessage", "*", "a", "next"]))
    }

    // MARK: Subscribed mode

    @Test func restrictsRESP2ClientsOnly() {
        let server = MemoryServer()
        let client = server.connect()
        client.send("SUBSCRIBE", "a")
        let refusal = "are allowed in this context\r\n"
        #expect(client.send("GET", "k").hasPrefix("-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET"))
        #expect(client.send("CLIENT", "LIST").hasPrefix("-ERR Can't execute 'client|list'"))
        #expect(client.send("HELLO", "3").hasSuffix(refusal))
        #expect(client.send("PING") == "*2\r\n$4\r\npong\r\n$0\r\n\r\n")
        #expect(client.send("PING", "hi") == "*2\r\n$4\r\npong\r\n$2\r\nhi\r\n")
        client.send("UNSUBSCRIBE", "a")
        #expect(client.send("GET", "k") == "$-1\r\n" && client.send("PING") == "+PONG\r\n")
        client.send("HELLO", "3")
        client.send("SUBSCRIBE", "a")
        #expect(client.send("GET", "k") == "_\r\n" && client.send("PING") == "+PONG\r\n")
        client.send("HELLO", "2")
        #expect(client.send("GET", "k").hasSuffix(refusal))
    }

    @Test func resetEndsAllSubscriptions() {
        let server = MemoryServer()
        let client = server.connect()
        client.send("SUBSCRIBE", "a")
        client.send("PSUBSCRIBE", "a*")
        client.send("SSUBSCRIBE", "a")
        #expect(client.send("RESET") == "+RESET\r\n")
        #expect(client.send("GET", "k") == "$-1\r\n")
        #expect(server.send("PUBLISH", "a", "x") == ":0\r\n" && server.send("SPUBLISH", "a", "x") == ":0\r\n")
        #expect(client.session.limitClass == .normal)
    }

    @Test func whoIsGoneGetsNothing() {
        let server = MemoryServer()
        let (leaver, killed) = (server.connect(), server.connect())
        leaver.send("SUBSCRIBE", "a")
        killed.send("SUBSCRIBE", "a")
        leaver.disconnect()
        #expect(server.send("PUBLISH", "a", "x") == ":1\r\n")
        #expect(server.send("CLIENT", "KILL", "TYPE", "normal") == ":0\r\n")
        #expect(server.send("CLIENT", "KILL", "TYPE", "pubsub") == ":1\r\n")
        killed.disconnect()
        #expect(server.send("PUBSUB", "NUMSUB", "a") == "*2\r\n$1\r\na\r\n:0\r\n")
    }

    @Test func silenceDoesNotConcernPushes() {
        let server = MemoryServer()
        let client = server.connect()
        client.send("HELLO", "3")
        client.send("CLIENT", "REPLY", "OFF")
        #expect(client.send("SUBSCRIBE", "a") == push(">", ["subscribe", "a"], 1))
        #expect(client.send("PUBLISH", "a", "x") == push(">", ["message", "a", "x"]))
        #expect(client.send("GET") == "")
        #expect(client.send("UNSUBSCRIBE", "a") == push(">", ["unsubscribe", "a"], 0))
    }

    // MARK: Transactions

    @Test func confirmationsStandBetweenTheRepliesOfExec() {
        let server = MemoryServer()
        let client = server.connect()
        client.send("MULTI")
        client.send("SUBSCRIBE", "a", "b")
        client.send("SSUBSCRIBE", "s")
        client.send("GET", "k")
        #expect(
            client.send("EXEC")
                == "*3\r\n" + push("*", ["subscribe", "a"], 1) + push("*", ["subscribe", "b"], 2)
                + "-ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client\r\n$-1\r\n")
        #expect(client.send("MULTI").hasPrefix("-ERR Can't execute 'multi'"))
    }

    /// Redis 7.0 puts it between the replies, where RESP3 has no place for it; 7.2 puts it here.
    @Test func aMessageToOneselfFollowsExec() {
        let server = MemoryServer()
        let client = server.connect()
        client.send("HELLO", "3")
        client.send("SUBSCRIBE", "a")
        client.send("MULTI")
        client.send("PUBLISH", "a", "x")
        client.send("PING")
        #expect(client.send("EXEC") == "*2\r\n:1\r\n+PONG\r\n" + push(">", ["message", "a", "x"]))
    }

    @Test func aNewProtocolRestrictsWithinATransactionToo() {
        let server = MemoryServer()
        let client = server.connect()
        client.send("HELLO", "3")
        client.send("SUBSCRIBE", "a")
        client.send("MULTI")
        client.send("HELLO", "2")
        client.send("EXEC")
        #expect(client.send("GET", "k").hasPrefix("-ERR Can't execute 'get'"))
    }

    // MARK: Introspection

    @Test func tellsWhatIsSubscribedTo() {
        let server = MemoryServer()
        let client = server.connect()
        client.send("SUBSCRIBE", "a", "b")
        client.send("PSUBSCRIBE", "x*", "y*")
        client.send("SSUBSCRIBE", "s")
        #expect(server.send("PUBSUB", "CHANNELS", "b*") == "*1\r\n$1\r\nb\r\n")
        #expect(server.send("PUBSUB", "NUMPAT") == ":2\r\n")
        #expect(server.send("PUBSUB", "SHARDCHANNELS") == "*1\r\n$1\r\ns\r\n")
        #expect(server.send("PUBSUB", "SHARDNUMSUB", "s", "a") == "*4\r\n$1\r\ns\r\n:1\r\n$1\r\na\r\n:0\r\n")
        let line = server.send("CLIENT", "LIST", "TYPE", "pubsub")
        #expect(line.contains("flags=P ") && line.contains("sub=2 psub=2 ssub=1"))
        #expect(!server.send("CLIENT", "LIST", "TYPE", "normal").contains("flags=P"))
        let info = server.send("INFO", "stats", "clients")
        for field in ["pubsub_channels:2", "pubsub_patterns:2", "pubsubshard_channels:1", "pubsub_clients:1"] {
            #expect(info.contains(field + "\r\n"))
        }
    }

    @Test func subscribersAreNotIdle() throws {
        let server = MemoryServer()
        server.send("CONFIG", "SET", "timeout", "10")
        let (listener, idler) = (server.connect(), server.connect())
        listener.send("SUBSCRIBE", "a")
        idler.send("PING")
        server.advance(milliseconds: 20_000)
        server.engine.inspectClients()
        #expect(listener.session.ending == nil && idler.session.ending == .now)
    }

    @Test func slowSubscribersAreCutOffAndNobodyElse() {
        let server = MemoryServer()
        server.send("CONFIG", "SET", "client-output-buffer-limit", "pubsub 100000 0 0")
        let (slow, quick) = (server.connect(), server.connect())
        slow.send("SUBSCRIBE", "a")
        quick.send("SUBSCRIBE", "a")
        let message = String(repeating: "x", count: 5000)
        for _ in 0 ..< 30 {
            #expect(server.send("PUBLISH", "a", message) == ":2\r\n")
            _ = quick.takeOutput()
        }
        #expect(slow.session.ending == .now && quick.session.ending == nil)
        #expect(server.send("INFO", "stats").contains("client_output_buffer_limit_disconnections:1\r\n"))
    }
}
