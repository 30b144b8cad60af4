import TestSupport
import Testing

@testable import Engine

/// A transaction and the rest of the server: limits, pauses, silence, statistics, the effect log.
@Suite struct TransactionStateTests {
    private let server = MemoryServer()

    private static func configured(_ change: (inout Configuration) -> Void) -> MemoryServer {
        var configuration = Configuration()
        change(&configuration)
        return MemoryServer(configuration: configuration)
    }

    @Test func withoutMemoryNothingIsQueued() {
        let server = MemoryServer()
        server.send("MULTI")
        server.connect().send("CONFIG", "SET", "maxmemory", "1")
        let refusal = "-OOM command not allowed when used memory > 'maxmemory'.\r\n"
        #expect(server.send("PING") == refusal)
        #expect(server.send("MULTI") == refusal)
        #expect(server.send("DISCARD") == "+OK\r\n")
    }

    @Test func execIsRefusedForWhatItsRequestsNeed() {
        let (reader, writer, other) = (server.connect(), server.connect(), server.connect())
        reader.send("MULTI")
        reader.send("GET", "k")
        writer.send("MULTI")
        writer.send("SET", "k", "1")
        other.send("CONFIG", "SET", "maxmemory", "1")
        #expect(reader.send("EXEC") == "*1\r\n$-1\r\n")
        let words = "OOM command not allowed when used memory > 'maxmemory'."
        #expect(writer.send("EXEC") == "-EXECABORT Transaction discarded because of: \(words)\r\n")
        #expect(writer.send("EXEC") == "-ERR EXEC without MULTI\r\n")
    }

    @Test func withoutTheReplicasWantedNothingIsWritten() {
        server.send("MULTI")
        server.send("SET", "k", "1")
        let other = server.connect()
        other.send("CONFIG", "SET", "min-replicas-to-write", "1")
        let words = "NOREPLICAS Not enough good replicas to write."
        #expect(server.send("EXEC") == "-EXECABORT Transaction discarded because of: \(words)\r\n")
        #expect(other.send("SET", "k", "1") == "-\(words)\r\n")
        #expect(other.send("GET", "k") == "$-1\r\n")
        other.send("CONFIG", "SET", "min-replicas-max-lag", "0")
        #expect(other.send("SET", "k", "1") == "+OK\r\n")
    }

    @Test func execWithoutAuthenticationIsRefused() {
        let server = Self.configured { $0.requirepass = "secret" }
        #expect(
            server.send("EXEC")
                == "-EXECABORT Transaction discarded because of: NOAUTH Authentication required.\r\n")
    }

    @Test func debugIsRefusedBeforeItIsQueued() {
        server.send("MULTI")
        #expect(server.send("DEBUG", "JMAP").hasPrefix("-ERR DEBUG command not allowed."))
        #expect(server.send("EXEC").hasPrefix("-EXECABORT"))
    }

    @Test func aPauseOfWritesHoldsAnExecThatWrites() {
        let (reader, writer) = (server.connect(), server.connect())
        writer.send("MULTI")
        writer.send("SET", "k", "1")
        server.send("CLIENT", "PAUSE", "100", "WRITE")
        reader.send("MULTI")
        #expect(reader.send("GET", "k") == "+QUEUED\r\n")
        #expect(reader.send("EXEC") == "*1\r\n$-1\r\n")
        #expect(writer.send("EXEC") == "")
        server.advance(milliseconds: 101)
        #expect(String(decoding: writer.takeOutput(), as: UTF8.self) == "*1\r\n+OK\r\n")
    }

    @Test func aPauseBeginsBehindTheTransaction() {
        let other = server.connect()
        server.send("MULTI")
        server.send("CLIENT", "PAUSE", "1000", "WRITE")
        server.send("SET", "k", "1")
        #expect(server.send("EXEC") == "*2\r\n+OK\r\n+OK\r\n")
        #expect(other.send("SET", "k", "2") == "")
    }

    @Test func clientReplyWorksWithinFromWhereItStands() {
        server.send("MULTI")
        server.send("PING", "1")
        server.send("CLIENT", "REPLY", "OFF")
        server.send("PING", "2")
        #expect(server.send("EXEC") == "*3\r\n$1\r\n1\r\n")
        #expect(server.send("MULTI") == "")
        server.send("PING", "3")
        server.send("CLIENT", "REPLY", "ON")
        server.send("PING", "4")
        #expect(server.send("EXEC") == "+OK\r\n$1\r\n4\r\n")
        server.send("CLIENT", "REPLY", "OFF")
        server.send("MULTI")
        server.send("CLIENT", "REPLY", "ON")
        server.send("CLIENT", "REPLY", "OFF")
        server.send("PING")
        #expect(server.send("EXEC") == "+OK\r\n")
        server.send("CLIENT", "REPLY", "ON")
        server.send("MULTI")
        server.send("CLIENT", "REPLY", "SKIP")
        server.send("PING", "5")
        #expect(server.send("EXEC") == "*2\r\n$1\r\n5\r\n")
        #expect(server.send("PING") == "")
        #expect(server.send("PING") == "+PONG\r\n")
        server.send("MULTI")
        server.send("CLIENT", "REPLY", "SKIP")
        server.send("CLIENT", "REPLY", "ON")
        #expect(server.send("EXEC") == "*2\r\n+OK\r\n")
        #expect(server.send("RESET") == "")
        #expect(server.send("PING") == "+PONG\r\n")
    }

    @Test func aTransactionRunsToItsEndThoughItsClientIsCutOff() {
        let server = Self.configured { $0.clientOutputBufferLimits.normal.hard = 20_000 }
        let client = server.connect()
        server.send("SET", "k", String(repeating: "x", count: 30_000))
        client.send("MULTI")
        client.send("GET", "k")
        client.send("SET", "done", "1")
        client.send("EXEC")
        #expect(client.session.ending == .now)
        #expect(server.send("EXISTS", "done") == ":1\r\n")
    }

    @Test func queuedRequestsCountAsInput() {
        let server = Self.configured { $0.clientQueryBufferLimit = 1 << 20 }
        let client = server.connect()
        client.send("MULTI")
        let part = String(repeating: "x", count: 100_000)
        for _ in 0 ..< 20 where client.session.ending == nil { client.send("SET", "k", part) }
        #expect(client.session.ending == .now)
    }

    @Test func clientListTellsOfTransactions() {
        let client = server.connect()
        #expect(client.send("CLIENT", "INFO").contains(" multi=-1 "))
        client.send("WATCH", "a", "b", "a")
        client.send("MULTI")
        client.send("PING")
        var line = server.send("CLIENT", "LIST", "ID", "\(client.session.id)")
        #expect(line.contains(" flags=x ") && line.contains(" multi=1 ") && line.contains(" watch=2\n") && line.contains(" cmd=ping "))
        #expect(!line.contains(" multi-mem=0 "))
        server.send("SET", "a", "1")
        line = server.send("CLIENT", "LIST", "ID", "\(client.session.id)")
        #expect(line.contains(" flags=xd ") && line.contains(" watch=0\n"))
        client.send("DISCARD")
        client.send("MULTI")
        client.send("CLIENT", "INFO")
        line = client.send("EXEC")
        #expect(line.contains(" flags=x ") && line.contains(" multi=1 ") && line.contains(" cmd=exec "))
        #expect(client.send("CLIENT", "INFO").contains(" multi-mem=0 "))
    }

    @Test func statisticsCountTheRequestsAndNotTwice() {
        server.send("MULTI")
        server.send("INCR", "a", "b")
        server.send("EXEC")
        server.send("MULTI")
        server.send("SET", "k", "x")
        server.send("INCR", "k")
        server.send("EXEC")
        let report = server.send("INFO", "everything")
        func line(_ name: String) -> String {
            report.split(separator: "\r\n").first { $0.hasPrefix("cmdstat_\(name):") }.map(String.init) ?? ""
        }
        #expect(line("set").hasPrefix("cmdstat_set:calls=1,"))
        #expect(line("incr").contains("calls=1,") && line("incr").hasSuffix("rejected_calls=1,failed_calls=1"))
        #expect(line("multi").contains("calls=2,"))
        #expect(line("exec").contains("calls=2,") && line("exec").hasSuffix("rejected_calls=0,failed_calls=1"))
        #expect(report.contains("errorstat_ERR:count=2\r\n") && report.contains("errorstat_EXECABORT:count=1\r\n"))
    }

    @Test func theEffectLogMarksATransactionAsOneUnit() {
        let events = server.events {
            server.send("SET", "before", "1")
            server.send("MULTI")
            server.send("SET", "a", "1")
            server.send("SELECT", "1")
            server.send("SET", "b", "1")
            server.send("EXEC")
            server.send("MULTI")
            server.send("GET", "a")
            server.send("EXEC")
            server.send("SET", "after", "1")
        }
        #expect(events.filter { !$0.hasPrefix("new") } == [
            "set 0 before", "unit begins", "set 0 a", "set 1 b", "unit ends", "set 1 after",
        ])
    }
}
