import Bytes
import TestSupport
import Testing

@testable import Engine

@Suite struct BitmapTests {
    private let server = MemoryServer()

    /// Gives a key a string, an integer where the text is one.
    private func store(_ key: String, _ value: [UInt8]) {
        let name = Array(key.utf8)
        var place = server.engine.core.keyspace.write(name.bytes)
        server.engine.core.keyspace.setString(name.bytes, &place, value.bytes)
    }

    /// What a key holds, bytes that are no text included; nil for a missing key.
    private func bytes(_ key: String) -> [UInt8]? {
        let reply = server.connect().send(raw: Array("GET \(key)\r\n".utf8))
        if reply == Array("$-1\r\n".utf8) { return nil }
        return Array(reply[(reply.firstIndex(of: 10)! + 1)...].dropLast(2))
    }

    @Test func setBitGrowsAndAnswersTheOldBit() {
        #expect(server.send("SETBIT", "k", "7", "1") == ":0\r\n")
        #expect(server.send("SETBIT", "k", "7", "1") == ":1\r\n")
        #expect(server.send("SETBIT", "k", "7", "0") == ":1\r\n")
        #expect(server.send("SETBIT", "k", "25", "0") == ":0\r\n")
        #expect(bytes("k") == [0, 0, 0, 0])
        #expect(server.send("GETBIT", "k", "4000000000") == ":0\r\n")
        #expect(server.send("GETBIT", "missing", "0") == ":0\r\n")
    }

    @Test func setBitRefusesWhatIsNoBit() {
        let offset = "-ERR bit offset is not an integer or out of range\r\n"
        for text in ["-1", "x", "", "01", "4294967296", "9223372036854775808"] {
            #expect(server.send("SETBIT", "k", text, "1") == offset)
            #expect(server.send("GETBIT", "k", text) == offset)
        }
        for text in ["2", "-1", "x"] {
            #expect(server.send("SETBIT", "k", "0", text) == "-ERR bit is not an integer or out of range\r\n")
        }
        // The offset is looked at first.
        #expect(server.send("SETBIT", "k", "x", "x") == offset)
        #expect(bytes("k") == nil)
    }

    @Test func integersAreStringsOfBits() {
        store("k", Array("1234".utf8))
        #expect(server.send("GETBIT", "k", "2") == ":1\r\n")
        #expect(server.send("BITCOUNT", "k") == ":13\r\n")
        #expect(server.send("SETBIT", "k", "6", "1") == ":0\r\n")
        #expect(bytes("k") == Array("3234".utf8))
    }

    @Test func aBitThatStaysIsNoChange() {
        server.send("SETBIT", "k", "3", "1")
        let before = server.engine.core.keyspace.effects.changeCount
        server.send("SETBIT", "k", "3", "1")
        #expect(server.engine.core.keyspace.effects.changeCount == before)
        server.send("SETBIT", "k", "8", "0")
        #expect(server.engine.core.keyspace.effects.changeCount == before + 1)
    }

    @Test func bitCountRanges() {
        store("k", Array("foobar".utf8))
        let answers: [([String], Int)] = [
            ([], 26), (["0", "0"], 4), (["1", "1"], 6), (["1", "1", "BYTE"], 6), (["5", "30", "bit"], 17),
            (["0", "-5", "BIT"], 25), (["-2", "-1"], 7), (["-1", "-2"], 0), (["10", "20"], 0),
            (["-100", "100"], 26),
            (["-9223372036854775808", "9223372036854775807", "BIT"], 26),
        ]
        for (range, count) in answers {
            #expect(server.connect().send(words: ["BITCOUNT", "k"] + range) == ":\(count)\r\n", "\(range)")
        }
        #expect(server.send("BITCOUNT", "k", "1") == "-ERR syntax error\r\n")
        #expect(server.send("BITCOUNT", "k", "0", "1", "nibble") == "-ERR syntax error\r\n")
        #expect(server.send("BITCOUNT", "k", "a", "1") == "-ERR value is not an integer or out of range\r\n")
        // What cannot hold a bit is answered before the unit is read, and a missing key before anything is.
        #expect(server.send("BITCOUNT", "k", "-1", "-2", "nibble") == ":0\r\n")
        #expect(server.send("BITCOUNT", "missing", "a") == ":0\r\n")
    }

    @Test func bitPositionRanges() {
        store("k", [0x00, 0xFF, 0xF0])
        let answers: [([String], Int)] = [
            (["0"], 0), (["1"], 8), (["1", "2"], 16), (["0", "1"], 20), (["0", "1", "1"], -1),
            (["1", "0", "0"], -1),
            (["1", "9", "15", "BIT"], 9), (["0", "8", "19", "BIT"], -1), (["0", "8", "20", "bit"], 20),
            (["1", "-1", "-1", "byte"], 16), (["1", "7", "7"], -1), (["0", "5"], -1),
        ]
        for (range, position) in answers {
            #expect(server.connect().send(words: ["BITPOS", "k"] + range) == ":\(position)\r\n", "\(range)")
        }
        #expect(server.send("BITPOS", "k", "2") == "-ERR The bit argument must be 1 or 0.\r\n")
        #expect(server.send("BITPOS", "k", "x") == "-ERR value is not an integer or out of range\r\n")
        #expect(server.send("BITPOS", "k", "1", "0", "1", "BIT", "x") == "-ERR syntax error\r\n")
        #expect(server.send("BITPOS", "missing", "0") == ":0\r\n")
        #expect(server.send("BITPOS", "missing", "1", "x") == ":-1\r\n")
    }

    @Test func bitPositionBehindAStringOfOnes() {
        store("k", [0xFF, 0xFF])
        #expect(server.send("BITPOS", "k", "0") == ":16\r\n")
        #expect(server.send("BITPOS", "k", "0", "1") == ":16\r\n")
        #expect(server.send("BITPOS", "k", "0", "0", "-1") == ":-1\r\n")
        store("k", [])
        #expect(server.send("BITPOS", "k", "0") == ":-1\r\n")
    }

    @Test(
        arguments: [
            ("AND", [0b0000_0000, 0]), ("OR", [0b1111_0111, 0x0F]), ("XOR", [0b1010_0111, 0x0F]),
            ("DIFF", [0b1000_0000, 0]), ("DIFF1", [0b0010_0111, 0x0F]), ("ANDOR", [0b0101_0000, 0]),
            ("ONE", [0b1010_0111, 0x0F]), ("xor", [0b1010_0111, 0x0F]),
        ] as [(String, [UInt8])]) func bitOperations(name: String, result: [UInt8])
    {
        store("x", [0b1101_0000])
        store("y", [0b0110_0000, 0x0F])
        store("z", [0b0001_0111])
        #expect(server.send("BITOP", name, "r", "x", "y", "z") == ":2\r\n")
        #expect(bytes("r") == result)
    }

    @Test func oneIsNotExclusiveOrOfThree() {
        for key in ["x", "y", "z"] { store(key, [0x80]) }
        server.send("BITOP", "ONE", "r", "x", "y", "z")
        #expect(bytes("r") == [0])
        server.send("BITOP", "XOR", "r", "x", "y", "z")
        #expect(bytes("r") == [0x80])
    }

    @Test func bitOperationNotAndErrors() {
        store("x", [0xAA, 0x00])
        #expect(server.send("BITOP", "NOT", "r", "x") == ":2\r\n")
        #expect(bytes("r") == [0x55, 0xFF])
        #expect(
            server.send("BITOP", "NOT", "r", "x", "x")
                == "-ERR BITOP NOT must be called with a single source key.\r\n")
        for name in ["DIFF", "DIFF1", "ANDOR"] {
            let error = "-ERR BITOP \(name) must be called with at least two source keys.\r\n"
            #expect(server.send("BITOP", name.lowercased(), "r", "x") == error)
        }
        #expect(server.send("BITOP", "NOR", "r", "x") == "-ERR syntax error\r\n")
        #expect(server.send("BITOP", "OR", "r") == "-ERR wrong number of arguments for 'bitop' command\r\n")
    }

    @Test func bitOperationOfMissingKeys() {
        store("x", [0xFF])
        store("r", [1])
        #expect(server.send("BITOP", "AND", "a", "x", "missing") == ":1\r\n")
        #expect(bytes("a") == [0])
        #expect(server.send("BITOP", "DIFF1", "a", "missing", "x") == ":1\r\n")
        #expect(bytes("a") == [0xFF])
        // Nothing to combine takes the destination away.
        #expect(server.send("BITOP", "OR", "r", "missing", "gone") == ":0\r\n")
        #expect(bytes("r") == nil)
    }

    @Test func bitOperationMayOverwriteASourceAndDropsItsDeadline() {
        let key = Array("x".utf8)
        var place = server.engine.core.keyspace.write(key.bytes)
        let value: [UInt8] = [0x0F]
        server.engine.core.keyspace.setString(
            key.bytes, &place, value.bytes, .at(server.engine.core.keyspace.now + 5000))
        #expect(server.send("BITOP", "XOR", "x", "x", "x") == ":1\r\n")
        server.advance(milliseconds: 6000)
        #expect(bytes("x") == [0])
    }
}
