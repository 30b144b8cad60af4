import Bytes
import TestSupport
import Testing

@testable import Engine

@Suite struct ObjectCommandsTests {
    @Test func encodings() {
        let server = MemoryServer()
        for (value, encoding) in [
            ("1", "int"), ("-9223372036854775808", "int"), ("9223372036854775808", "embstr"), ("007", "embstr"),
            ("", "embstr"), (String(repeating: "x", count: 44), "embstr"), (String(repeating: "x", count: 45), "raw"),
        ] {
            server.put("a", value)
            #expect(server.send("OBJECT", "ENCODING", "a") == "$\(encoding.count)\r\n\(encoding)\r\n")
        }
        #expect(server.send("object", "encoding", "none") == "$-1\r\n")
    }

    @Test func smallIntegersHaveEndlesslyManyReferences() {
        let server = MemoryServer()
        for (value, count) in [
            ("0", "2147483647"), ("9999", "2147483647"), ("10000", "1"), ("-1", "1"), ("x", "1"),
        ] {
            server.put("a", value)
            #expect(server.send("OBJECT", "REFCOUNT", "a") == ":\(count)\r\n")
        }
        #expect(server.send("OBJECT", "REFCOUNT", "none") == "$-1\r\n")
    }

    @Test(arguments: [
        (Configuration.EvictionPolicy.noeviction, "2147483647"), (.volatileTTL, "2147483647"), (.allkeysLRU, "1"),
        (.volatileLFU, "1"),
    ])
    func evictionByUseEndsSharing(policy: Configuration.EvictionPolicy, count: String) {
        var configuration = Configuration()
        configuration.maxmemoryPolicy = policy
        configuration.maxmemory = 1 << 30
        let server = MemoryServer(configuration: configuration)
        server.put("a", "5")
        #expect(server.send("OBJECT", "REFCOUNT", "a") == ":\(count)\r\n")
    }

    @Test func idleTimeGoesOnUntilTheNextUse() {
        let server = MemoryServer()
        server.put("a")
        server.advance(milliseconds: 90_000)
        #expect(server.send("OBJECT", "IDLETIME", "a") == ":90\r\n")
        server.send("GET", "a")
        #expect(server.send("OBJECT", "IDLETIME", "a") == ":0\r\n")
        #expect(server.send("OBJECT", "IDLETIME", "none") == "$-1\r\n")
        #expect(
            server.send("OBJECT", "FREQ", "a")
                == "-ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when "
                + "switching between policies at runtime LRU and LFU data will take some time to adjust.\r\n")
    }

    @Test func anLFUPolicyKnowsNoIdleTime() {
        var configuration = Configuration()
        configuration.maxmemoryPolicy = .allkeysLFU
        let server = MemoryServer(configuration: configuration)
        server.put("a")
        #expect(
            server.send("OBJECT", "IDLETIME", "a")
                == "-ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching "
                + "between policies at runtime LRU and LFU data will take some time to adjust.\r\n")
        #expect(server.send("OBJECT", "FREQ", "none") == "$-1\r\n")
        let minute = UInt32(truncatingIfNeeded: server.now / 60_000) & 0xFFFF
        let key = Array("a".utf8)
        let entry = server.engine.core.keyspace.locate(key.bytes)!
        server.engine.core.keyspace.arena.setAccess(entry, minute << 11 | 7 << 3)
        #expect(server.send("OBJECT", "FREQ", "a") == ":7\r\n")
        server.clock.advance(milliseconds: 3 * 60_000)
        #expect(server.send("OBJECT", "FREQ", "a") == ":4\r\n")
    }

    @Test func frequencyDecaysByPeriodsAndComesRoundWithTheClock() {
        let now = Int64(65_535) * 60_000
        #expect(AccessFrequency(bits: 65_535 << 11 | 200 << 3).decayed(now: now, minutes: 1) == 200)
        #expect(AccessFrequency(bits: 65_525 << 11 | 200 << 3).decayed(now: now, minutes: 1) == 190)
        #expect(AccessFrequency(bits: 65_525 << 11 | 200 << 3).decayed(now: now, minutes: 3) == 197)
        #expect(AccessFrequency(bits: 65_525 << 11 | 200 << 3).decayed(now: now, minutes: 0) == 200)
        #expect(AccessFrequency(bits: 1 << 11 | 200 << 3).decayed(now: now, minutes: 1) == 0)
        #expect(AccessFrequency(bits: 65_535 << 11 | 200 << 3).decayed(now: now + 5 * 60_000, minutes: 1) == 195)
    }

    @Test func errorsAreAContainers() {
        let server = MemoryServer()
        #expect(server.send("OBJECT") == "-ERR wrong number of arguments for 'object' command\r\n")
        #expect(server.send("OBJECT", "x") == "-ERR unknown subcommand 'x'. Try OBJECT HELP.\r\n")
        #expect(server.send("OBJECT", "x\0y") == "-ERR unknown subcommand 'x'. Try OBJECT HELP.\r\n", "C text")
        #expect(server.send("F\0G", "a\0b", "c") == "-ERR unknown command 'F', with args beginning with: 'a' 'c' \r\n")
        #expect(
            server.send("OBJECT", "FREQ") == "-ERR wrong number of arguments for 'object|freq' command\r\n")
    }

    @Test func helpIsLaidOutAsRedisDoes() {
        let lines = MemoryServer().send("OBJECT", "HELP").split(separator: "\r\n")
        #expect(lines.first == "*\(lines.count - 1)")
        #expect(lines[1] == "+OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:")
        #expect(lines.contains("+ENCODING <key>"))
        #expect(lines.suffix(2) == ["+HELP", "+    Prints this help."])
    }
}
