import TestSupport
import Testing

@testable import Engine

@Suite struct MemoryCommandsTests {
    private func usage(_ server: MemoryServer, _ key: String) -> Int {
        Int(server.send("MEMORY", "USAGE", key, "SAMPLES", "0").dropFirst().dropLast()) ?? -1
    }

    /// What a value is said to take is what the arena gave for it, and the share of the tables.
    @Test(arguments: ["SADD", "HSET", "ZADD", "RPUSH", "SET"]) func usageIsNearWhatWasAllocated(command: String) {
        let server = MemoryServer()
        server.send("SET", "other", "x")
        let before = server.engine.heldBytes
        var words = [command, "key"]
        for i in 0 ..< (command == "SET" ? 1 : 3000) {
            if command == "HSET" { words.append("field:\(i)") }
            if command == "ZADD" { words.append("\(i)") }
            words.append("some text \(i * 7919 % 3001)")
        }
        _ = server.connect().send(words: words)
        let held = server.engine.heldBytes - before
        let said = usage(server, "key")
        #expect(Double(said) > 0.7 * Double(held) && Double(said) < 1.3 * Double(held) + 64, "\(said) and not \(held)")
    }

    @Test func refusals() {
        let server = MemoryServer()
        server.send("SET", "key", "value")
        #expect(server.send("MEMORY", "USAGE", "missing") == "$-1\r\n")
        #expect(server.send("MEMORY", "USAGE", "key", "SAMPLES", "-1") == "-ERR syntax error\r\n")
        #expect(server.send("MEMORY", "USAGE", "key", "SAMPLES") == "-ERR syntax error\r\n")
        #expect(server.send("MEMORY", "USAGE", "key", "OTHER", "1") == "-ERR syntax error\r\n")
    }
}
