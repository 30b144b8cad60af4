import Testing
import TestSupport

@testable import Engine

/// SAVE, BGSAVE, LASTSAVE, save points, and what follows from a snapshot that fails.
@Suite struct SaveCommandsTests {
    private func info(_ server: MemoryServer, _ field: String) -> String {
        let lines = server.send("INFO", "persistence").split(separator: "\r\n")
        return lines.first { $0.hasPrefix(field + ":") }.map { String($0.dropFirst(field.count + 1)) } ?? "none"
    }

    @Test func backgroundSave() {
        let server = MemoryServer()
        server.send("SET", "a", "1")
        server.clock.advance(milliseconds: 5000)
        let start = server.send("LASTSAVE")
        #expect(server.send("BGSAVE") == "+Background saving started\r\n")
        #expect(info(server, "rdb_bgsave_in_progress") == "1")
        #expect(server.send("BGSAVE") == "-ERR Background save already in progress\r\n")
        #expect(server.send("BGSAVE", "SCHEDULE") == "-ERR Background save already in progress\r\n")
        #expect(server.send("SAVE") == "-ERR Background save already in progress\r\n")
        server.send("SET", "b", "2")
        #expect(info(server, "rdb_changes_since_last_save") == "2")
        server.settle()
        #expect(info(server, "rdb_bgsave_in_progress") == "0")
        #expect(info(server, "rdb_last_bgsave_status") == "ok")
        #expect(info(server, "rdb_changes_since_last_save") == "1")
        #expect(server.send("LASTSAVE") != start)
        #expect(ImageReader(server.host.snapshots[0].bytes).records == [0: ["a": "0:1"]])
    }

    /// What memcached's clients keep beside a value stands in front of it.
    @Test func annotations() {
        let server = MemoryServer()
        let client = server.connect(speaking: .memcached)
        client.say("set flagged 4294967295 100 5\r\nhello\r\nset told 0 0 1\r\n1\r\nset plain 0 0 1\r\n2\r\nmd told I\r\n")
        let unique = client.say("mg told c\r\n").dropFirst(4).prefix { $0.isNumber }
        let end = server.now + 100_000
        #expect(server.send("SAVE") == "+OK\r\n")
        #expect(
            ImageReader(server.host.snapshots[0].bytes).records[0] == [
                "flagged": "0:hello until \(end) with 4294967295 0 0", "told": "0:1 with 0 3 \(unique)", "plain": "0:2",
            ])
    }

    @Test func words() {
        let server = MemoryServer()
        #expect(server.send("BGSAVE", "NOW") == "-ERR syntax error\r\n")
        #expect(server.send("BGSAVE", "SCHEDULE") == "+Background saving started\r\n")
        server.settle()
        server.send("MULTI")
        #expect(server.send("SAVE") == "-ERR Command not allowed inside a transaction\r\n")
        server.send("DISCARD")
        server.send("MULTI")
        server.send("BGSAVE")
        #expect(server.send("EXEC") == "*1\r\n+Background saving scheduled\r\n")
        server.settle()
        #expect(server.host.snapshots.count == 2)
    }

    @Test func besideARewrite() {
        let server = MemoryServer()
        let base = MemorySink()
        var options = SnapshotOptions()
        options.isLogBase = true
        var ended = false
        server.engine.beginSnapshot(to: base, options) { _ in ended = true }
        #expect(server.send("BGSAVE").hasPrefix("-ERR Another child process is active (AOF?)"))
        #expect(server.send("BGSAVE", "SCHEDULE") == "+Background saving scheduled\r\n")
        server.settle()
        // It begins in the turn after the other's end.
        server.settle()
        #expect(ended && server.host.snapshots.count == 1)
    }

    @Test func save() {
        let server = MemoryServer()
        server.send("SET", "a", "1")
        #expect(server.send("SAVE") == "+OK\r\n")
        #expect(info(server, "rdb_changes_since_last_save") == "0")
        #expect(info(server, "rdb_saves") == "1")
        server.host.makeSink = {
            let sink = MemorySink()
            sink.outcome = .failed("no room")
            return sink
        }
        #expect(server.send("SAVE") == "-ERR\r\n")
        #expect(server.host.logged.contains("no room"))
    }

    @Test func savePoints() {
        var configuration = Configuration()
        configuration.save = [.init(60, 3)]
        let server = MemoryServer(configuration: configuration)
        for i in 0 ..< 2 { server.send("SET", "k\(i)", "x") }
        server.advance(milliseconds: 70_000)
        #expect(server.host.snapshots.isEmpty && server.engine.nextWakeUp() == nil)
        server.send("SET", "k2", "x")
        server.settle()
        #expect(server.host.snapshots.count == 1)
        #expect(server.host.logged.contains("3 changes in 60 seconds. Saving..."))
        server.send("MSET", "a", "1", "b", "1", "c", "1")
        #expect(server.engine.nextWakeUp() != nil)
        server.advance(milliseconds: 30_000)
        #expect(server.host.snapshots.count == 1)
        server.advance(milliseconds: 31_000)
        #expect(server.host.snapshots.count == 2)
    }

    @Test func failureStopsWrites() {
        var configuration = Configuration()
        configuration.save = [.init(60, 1)]
        let server = MemoryServer(configuration: configuration)
        server.send("SET", "k", "x")
        server.host.makeSink = {
            let sink = MemorySink()
            sink.state = .failed("disk on fire")
            return sink
        }
        server.send("BGSAVE")
        server.settle()
        #expect(server.host.snapshots[0].isAbandoned)
        #expect(info(server, "rdb_last_bgsave_status") == "err")
        #expect(server.send("SET", "k", "y").hasPrefix("-MISCONF Redis is configured to save RDB snapshots, but"))
        #expect(server.send("PING").hasPrefix("-MISCONF"))
        #expect(server.send("GET", "k") == "$1\r\nx\r\n")
        server.send("CONFIG", "SET", "stop-writes-on-bgsave-error", "no")
        #expect(server.send("SET", "k", "y") == "+OK\r\n")
        server.send("CONFIG", "SET", "stop-writes-on-bgsave-error", "yes")
        #expect(server.send("SET", "k", "z").hasPrefix("-MISCONF"))
        server.host.makeSink = { MemorySink() }
        server.advance(milliseconds: 61_000)
        #expect(server.send("SET", "k", "z") == "+OK\r\n")
    }

    @Test func shutdown() {
        var configuration = Configuration()
        configuration.save = [.init(60, 1)]
        let server = MemoryServer(configuration: configuration)
        server.host.makeSink = {
            let sink = MemorySink()
            sink.outcome = .failed("no room")
            return sink
        }
        #expect(server.send("SHUTDOWN") == "-ERR Errors trying to SHUTDOWN. Check logs.\r\n")
        #expect(server.host.shutdowns.isEmpty)
        #expect(server.send("SHUTDOWN", "ABORT") == "-ERR No shutdown in progress.\r\n")
        server.connect().send("SHUTDOWN", "NOSAVE")
        server.connect().send("SHUTDOWN", "FORCE")
        #expect(server.host.shutdowns.count == 2 && server.host.snapshots.count == 2)
        server.host.makeSink = { MemorySink() }
        server.send("BGSAVE")
        server.connect().send("SHUTDOWN", "SAVE")
        #expect(server.host.snapshots[2].isAbandoned && server.host.snapshots[3].state == .done)
        #expect(server.host.shutdowns.count == 3)
    }

    /// A sink that is full has the walk rest; what changes meanwhile is written all the same.
    @Test func backPressure() {
        let server = MemoryServer()
        for i in 0 ..< 1000 { server.send("SET", "k\(i)", "v") }
        server.send("BGSAVE")
        let sink = server.host.snapshots[0]
        sink.state = .full
        for _ in 0 ..< 10 { #expect(!server.engine.performSlice()) }
        for i in 0 ..< 1000 { server.send("SET", "k\(i)", "w") }
        sink.state = .ready
        server.settle()
        let image = ImageReader(sink.bytes).records
        #expect(image[0]?.count == 1000 && image[0]?.values.allSatisfy { $0 == "0:v" } == true)
    }

    @Test func flushedDatabasesStayUntilWritten() {
        let server = MemoryServer()
        for i in 0 ..< 1000 { server.send("SET", "k\(i)", "v") }
        server.send("BGSAVE")
        server.send("FLUSHDB", "SYNC")
        server.send("SET", "k1", "new")
        #expect(server.send("DBSIZE") == ":1\r\n")
        server.settle()
        #expect(ImageReader(server.host.snapshots[0].bytes).records[0]?.count == 1000)
        #expect(server.engine.core.keyspace.flushed.isEmpty)
    }

    @Test func flushingAllGivesASaveUp() {
        let server = MemoryServer()
        for i in 0 ..< 100 { server.send("SET", "k\(i)", "v") }
        server.send("CONFIG", "SET", "rdb-key-save-delay", "1000000")
        server.send("BGSAVE")
        server.send("FLUSHALL")
        #expect(info(server, "rdb_bgsave_in_progress") == "0" && info(server, "rdb_last_bgsave_status") == "ok")
        #expect(info(server, "rdb_changes_since_last_save") == "200", "none of them is saved")
        server.settle()
        #expect(server.host.snapshots.allSatisfy { $0.state != .done })
        #expect(server.send("SET", "k", "v") == "+OK\r\n")
    }

    @Test func keyDelay() {
        let server = MemoryServer()
        for i in 0 ..< 100 { server.send("SET", "k\(i)", "v") }
        server.send("CONFIG", "SET", "rdb-key-save-delay", "1000000")
        server.send("BGSAVE")
        for _ in 0 ..< 10 { #expect(!server.engine.performSlice()) }
        #expect(info(server, "rdb_bgsave_in_progress") == "1" && server.engine.nextWakeUp() != nil)
        server.send("CONFIG", "SET", "rdb-key-save-delay", "0")
        server.settle()
        #expect(info(server, "rdb_bgsave_in_progress") == "0")
    }
}
