import Bytes
import TestSupport
import Testing

@testable import Engine

@Suite struct BitFieldTests {
    private let server = MemoryServer()

    /// Sends a BITFIELD on `k`, its words divided by spaces.
    @discardableResult
    private func field(_ steps: String) -> String {
        server.connect().send(words: ["BITFIELD", "k"] + steps.split(separator: " ").map(String.init))
    }

    @Test func setsReadsAndIncrements() {
        #expect(field("SET u8 0 255 GET u8 0 GET i8 0 GET u4 2") == "*4\r\n:0\r\n:255\r\n:-1\r\n:15\r\n")
        #expect(field("INCRBY u2 100 1 OVERFLOW SAT INCRBY u2 102 1") == "*2\r\n:1\r\n:1\r\n")
        #expect(
            field("SET i64 #2 -9223372036854775808 GET i64 128") == "*2\r\n:0\r\n:-9223372036854775808\r\n")
        #expect(field("") == "*0\r\n")
    }

    @Test func overflowAppliesToWhatFollows() {
        #expect(field("INCRBY u2 0 3 INCRBY u2 0 1") == "*2\r\n:3\r\n:0\r\n")
        #expect(
            field("OVERFLOW SAT INCRBY u2 0 9 INCRBY u2 0 -9 OVERFLOW WRAP INCRBY u2 0 -1")
                == "*3\r\n:3\r\n:0\r\n:3\r\n")
        #expect(field("OVERFLOW FAIL INCRBY u2 0 1 GET u2 0") == "*2\r\n$-1\r\n:3\r\n")
        #expect(
            field("OVERFLOW sat SET i8 8 300 GET i8 8 SET i8 8 -300 GET i8 8")
                == "*4\r\n:0\r\n:127\r\n:127\r\n:-128\r\n")
        #expect(field("SET i8 8 300 GET i8 8") == "*2\r\n:-128\r\n:44\r\n")
        #expect(field("OVERFLOW SAT SET u8 16 -1 GET u8 16") == "*2\r\n:0\r\n:255\r\n")
        #expect(
            field("OVERFLOW SAT INCRBY i64 64 9223372036854775807 INCRBY i64 64 1")
                == "*2\r\n:9223372036854775807\r\n:9223372036854775807\r\n")
        #expect(field("INCRBY i64 64 1") == "*1\r\n:-9223372036854775808\r\n")
        #expect(field("INCRBY u63 128 -1") == "*1\r\n:9223372036854775807\r\n")
    }

    /// Redis's own test for too large a number overflows here, and clients see the greatest number.
    @Test func saturatingTheLeastNumberGivesTheGreatest() {
        #expect(field("OVERFLOW SAT SET i14 0 -9223372036854775808 GET i14 0") == "*2\r\n:0\r\n:8191\r\n")
        #expect(
            field("OVERFLOW SAT SET i64 64 -9223372036854775808 GET i64 64")
                == "*2\r\n:0\r\n:-9223372036854775808\r\n")
    }

    @Test func refusesWhatItCannotRead() {
        let kind =
            "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.\r\n"
        for text in ["u64", "i65", "u0", "i0", "x8", "u", "i-1", "u08", "I8"] {
            #expect(field("GET \(text) 0") == kind, "\(text)")
        }
        let offset = "-ERR bit offset is not an integer or out of range\r\n"
        for text in ["-1", "#", "#-1", "#x", "4294967296", "#2305843009213693951"] {
            #expect(field("GET u8 \(text)") == offset, "\(text)")
        }
        #expect(field("SET u8 0 x") == "-ERR value is not an integer or out of range\r\n")
        #expect(field("OVERFLOW ROUND") == "-ERR Invalid OVERFLOW type specified\r\n")
        for steps in ["GET u8", "SET u8 0", "INCRBY u8 0", "OVERFLOW", "COUNT u8 0"] {
            #expect(field(steps) == "-ERR syntax error\r\n", "\(steps)")
        }
        // One bad step, and none is taken.
        #expect(field("SET u8 0 1 GET u8 x") == offset)
        #expect(server.engine.core.keyspace.keyCount == 0)
    }

    @Test func readingDoesNotCreateAndWritingGrows() {
        #expect(field("GET u8 0") == "*1\r\n:0\r\n")
        #expect(server.engine.core.keyspace.keyCount == 0)
        #expect(field("OVERFLOW FAIL SET u4 9 16") == "*1\r\n$-1\r\n")
        #expect(server.send("GET", "k") == "$2\r\n\0\0\r\n")
    }

    @Test func readOnlyRefusesWriting() {
        field("SET u8 0 7")
        #expect(
            server.send("BITFIELD_RO", "k", "GET", "u8", "0", "OVERFLOW", "SAT", "get", "u4", "#1")
                == "*2\r\n:7\r\n:7\r\n")
        #expect(
            server.send("BITFIELD_RO", "k", "GET", "u8", "0", "SET", "u8", "0", "1")
                == "-ERR BITFIELD_RO only supports the GET subcommand\r\n")
        #expect(server.send("BITFIELD_RO", "k") == "*0\r\n")
    }

    @Test func failureIsNullInRESP3() {
        let client = server.connect()
        client.send("HELLO", "3")
        #expect(client.send("BITFIELD", "k", "OVERFLOW", "FAIL", "SET", "u1", "0", "2") == "*1\r\n_\r\n")
    }
}
