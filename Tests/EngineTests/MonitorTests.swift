import Bytes
import TestSupport
import Testing

@testable import Engine

/// MONITOR shows who did what, keeps secrets, and costs nobody anything before it is asked for.
@Suite struct MonitorTests {
    private let server = MemoryServer()

    private func monitor() -> MemoryClient {
        let client = server.connect()
        #expect(client.send("MONITOR") == "+OK\r\n")
        return client
    }

    /// What a monitor was shown since the last look, without the times.
    private func shown(_ client: MemoryClient) -> [String] {
        String(decoding: client.takeOutput(), as: UTF8.self).split(separator: "\r\n").map { line in
            String(line.drop { $0 != " " }.dropFirst())
        }
    }

    @Test func aLineHasTimeDatabaseAddressAndArguments() {
        let watcher = monitor()
        server.clock.advance(microseconds: 7)
        let time = server.clock.wallMicroseconds()
        let fraction = String(String(1_000_000 + time % 1_000_000).dropFirst())
        server.send("SET", "k", "a \"b\"\\\r\n\t\u{7}\u{8}\u{0}é")
        #expect(
            String(decoding: watcher.takeOutput(), as: UTF8.self)
                == "+\(time / 1_000_000).\(fraction) [0 127.0.0.1:50000] \"SET\" \"k\" "
                + #""a \"b\"\\\r\n\t\a\b\x00\xc3\xa9""# + "\r\n")
    }

    @Test func theDatabaseIsTheOneAfterwards() {
        let watcher = monitor()
        server.send("SELECT", "5")
        #expect(shown(watcher) == ["[5 127.0.0.1:50000] \"SELECT\" \"5\""])
    }

    @Test func whatDidNotRunOrIsForAdministratorsIsNotShown() {
        let watcher = monitor()
        server.send("GET")
        server.send("NOSUCH")
        server.send("CONFIG", "GET", "port")
        server.send("CLIENT", "LIST")
        server.connect().send("MONITOR")
        #expect(shown(watcher) == [])
        server.send("INCR", "k")
        server.send("INCRBYFLOAT", "k", "x")
        #expect(shown(watcher).count == 2)
    }

    @Test func passwordsAreNotShown() {
        let watcher = monitor()
        server.send("AUTH", "secret")
        server.send("AUTH", "who", "secret")
        server.send("HELLO", "3", "SETNAME", "me", "AUTH", "who", "secret")
        server.send("HELLO", "3", "auth", "default", "x", "SETNAME", "me")
        #expect(shown(watcher).map { $0.replacing("[0 127.0.0.1:50000] ", with: "") } == [
            #""AUTH" "(redacted)""#, #""AUTH" "(redacted)" "(redacted)""#,
            #""HELLO" "3" "SETNAME" "me" "AUTH" "(redacted)" "(redacted)""#,
            #""HELLO" "3" "auth" "(redacted)" "(redacted)" "SETNAME" "me""#,
        ])
    }

    @Test func aTransactionIsShownAsItRuns() {
        let watcher = monitor()
        server.send("MULTI")
        server.send("SET", "k", "1")
        server.send("AUTH", "secret")
        server.send("EXEC")
        server.send("MULTI")
        server.send("NOSUCH")
        server.send("EXEC")
        server.send("MULTI")
        server.send("EXEC", "x")
        #expect(shown(watcher).map { $0.replacing("[0 127.0.0.1:50000] ", with: "") } == [
            #""MULTI""#, #""SET" "k" "1""#, #""AUTH" "(redacted)""#, #""EXEC""#, #""MULTI""#, #""EXEC""#, #""MULTI""#,
            #""EXEC" "x""#,
        ])
    }

    @Test func oneOwnCommandsFollowTheirReplies() {
        let watcher = monitor()
        let reply = watcher.send("PING")
        #expect(reply.hasPrefix("+PONG\r\n+") && reply.hasSuffix(" [0 127.0.0.1:50000] \"PING\"\r\n"))
        #expect(watcher.send("MONITOR") == "")
        let refusal = watcher.send("GET", "k")
        #expect(refusal == "-ERR Replica can't interact with the keyspace\r\n")
        #expect(watcher.send("SET", "k", "1") == refusal)
    }

    @Test func resetEndsIt() {
        let (watcher, other) = (monitor(), monitor())
        #expect(server.send("CLIENT", "LIST", "ID", "\(watcher.session.id)").contains(" flags=O "))
        #expect(watcher.send("RESET").hasPrefix("+RESET\r\n"))
        server.send("PING")
        #expect(shown(watcher) == [])
        #expect(shown(other).count == 2)
        #expect(watcher.send("SET", "k", "1") == "+OK\r\n")
        other.disconnect()
        #expect(server.engine.core.context.conditions.isEmpty && server.engine.core.context.monitors.isEmpty)
        #expect(server.send("PING") == "+PONG\r\n")
    }

    @Test func aSilencedMonitorIsShownNothing() {
        let watcher = monitor()
        watcher.send("CLIENT", "REPLY", "OFF")
        server.send("PING")
        #expect(shown(watcher) == [])
        watcher.send("CLIENT", "REPLY", "ON")
        server.send("PING")
        #expect(shown(watcher).count == 1)
    }

    @Test func aTransactionCannotBeginIt() {
        server.send("MULTI")
        server.send("MONITOR")
        #expect(server.send("EXEC") == "*1\r\n-ERR MONITOR isn't allowed for DENY BLOCKING client\r\n")
    }

    @Test func aPauseDoesNotHoldWhoMonitors() {
        let watcher = monitor()
        server.send("CLIENT", "PAUSE", "1000")
        #expect(watcher.send("PING").hasPrefix("+PONG\r\n"))
        #expect(server.send("PING") == "")
        server.advance(milliseconds: 1001)
        #expect(shown(watcher).count == 1)
    }

    @Test func conditionsAreDistinct() {
        let conditions: [GateConditions] = [
            .unauthenticated, .multi, .paused, .loading, .memoryLimit, .subscribed, .replicasWanted,
            .monitor, .monitored,
        ]
        #expect(conditions.reduce(0) { $0 + $1.rawValue.nonzeroBitCount } == conditions.count)
        #expect(conditions.reduce(GateConditions()) { $0.union($1) }.rawValue.nonzeroBitCount == conditions.count)
    }
}
