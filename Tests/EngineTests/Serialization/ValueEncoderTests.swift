import Bytes
import TestSupport
import Testing

@testable import Engine

/// Values as bytes: what is written, and that it does not matter in how many pieces.
@Suite struct ValueEncoderTests {
    let server = MemoryServer()

    private func encoded(_ key: String, budget: Int = .max, _ compression: TextCompression = .all) -> [UInt8] {
        guard let entry = server.engine.core.keyspace.peek(Array(key.utf8).bytes) else { return [] }
        var encoder = ValueEncoder(entry, server.engine.core.keyspace, compression)
        var output = ByteBuffer()
        output.append(encoder.type.rawValue)
        var left = budget
        while encoder.next(&output, server.engine.core.keyspace, budget: &left) { left = budget }
        return output.bytes.array
    }

    /// Keys of every type in every form, long texts among them.
    private func populate() -> [String] {
        server.send("SET", "text", "some text")
        server.send("SET", "long", String(repeating: "0123456789", count: 20_000))
        server.send("SET", "integer", "123456789012")
        server.send("RPUSH", "list:packed", "a", "1", "-70000")
        server.send("SADD", "set:intset", "1", "2", "70000")
        server.send("SADD", "set:packed", "a", "b", "7")
        server.send("HSET", "hash:packed", "a", "1", "b", "2")
        server.send("HSET", "hash:volatile", "a", "1", "b", "2")
        server.send("HPEXPIRE", "hash:volatile", "60000", "FIELDS", "1", "b")
        server.send("HSET", "hash:once", "a", "1", "b", "2")
        server.send("HPEXPIRE", "hash:once", "60000", "FIELDS", "1", "b")
        server.send("HPERSIST", "hash:once", "FIELDS", "1", "b")
        server.send("ZADD", "sorted:packed", "1", "a", "2.5", "b")
        for number in 0 ..< 700 {
            let text = number % 100 == 0 ? String(repeating: "\(number)-", count: 40_000) : "member:\(number)"
            server.send("RPUSH", "list:large", text)
            server.send("SADD", "set:large", text)
            server.send("HSET", "hash:large", text, "v\(number)")
            server.send("HSET", "hash:large:volatile", "f\(number)", text)
            server.send("ZADD", "sorted:large", "\(number % 7).25", text)
        }
        server.send("HPEXPIRE", "hash:large:volatile", "60000", "FIELDS", "2", "f3", "f500")
        server.send("HPEXPIRE", "hash:large:volatile", "30000", "FIELDS", "1", "f77")
        return [
            "text", "long", "integer", "list:packed", "set:intset", "set:packed", "hash:packed", "hash:volatile",
            "hash:once", "sorted:packed", "list:large", "set:large", "hash:large", "hash:large:volatile", "sorted:large",
        ]
    }

    @Test func piecesMakeTheSameWhole() {
        for key in populate() {
            for compression in [TextCompression.none, .upTo(1000)] {
                let whole = encoded(key, compression)
                #expect(whole.count > 1, "\(key)")
                for budget in [1, 100, 100_000] { #expect(encoded(key, budget: budget, compression) == whole, "\(key)") }
            }
        }
    }

    @Test func aPieceIsNoLongerThanItsBudgetAllows() {
        for key in populate() {
            guard let entry = server.engine.core.keyspace.peek(Array(key.utf8).bytes) else { continue }
            var encoder = ValueEncoder(entry, server.engine.core.keyspace, .none)
            var output = ByteBuffer()
            var more = true
            while more {
                var budget = 1000
                more = encoder.next(&output, server.engine.core.keyspace, budget: &budget)
                #expect(output.count <= 1000 + ValueEncoder.pieceSize + 64, "\(key)")
                output.removeAll()
            }
        }
    }

    @Test func valuesAreWrittenAsRedisWritesThem() {
        _ = populate()
        #expect(encoded("text") == [0, 9] + Array("some text".utf8))
        #expect(encoded("integer") == [0, 12] + Array("123456789012".utf8))
        #expect(
            encoded("set:intset") == [11, 20, 4, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0x70, 0x11, 1, 0])
        #expect(
            encoded("hash:packed")
                == [16, 17, 17, 0, 0, 0, 4, 0, 0x81, 0x61, 2, 1, 1, 0x81, 0x62, 2, 2, 1, 0xFF])
        #expect(encoded("hash:once") == encoded("hash:packed"))
        #expect(
            encoded("list:packed")
                == [18, 1, 2, 17, 17, 0, 0, 0, 3, 0, 0x81, 0x61, 2, 1, 1, 0xF2, 0x90, 0xEE, 0xFE, 4, 0xFF])
        #expect(encoded("set:packed").prefix(2) == [2, 3])
        #expect(encoded("sorted:large").prefix(3) == [5, 0x42, 0xBC])
    }

    @Test func integersAndLengthsTakeAsFewBytesAsTheyNeed() {
        func bytes(_ write: (inout ByteBuffer) -> Void) -> [UInt8] {
            var output = ByteBuffer()
            write(&output)
            return output.bytes.array
        }
        #expect(bytes { $0.append(length: 63) } == [63])
        #expect(bytes { $0.append(length: 64) } == [0x40, 64])
        #expect(bytes { $0.append(length: 16383) } == [0x7F, 0xFF])
        #expect(bytes { $0.append(length: 16384) } == [0x80, 0, 0, 0x40, 0])
        #expect(bytes { $0.append(length: 1 << 32) } == [0x81, 0, 0, 0, 1, 0, 0, 0, 0])
        #expect(bytes { $0.append(serialized: -128) } == [0xC0, 0x80])
        #expect(bytes { $0.append(serialized: 128) } == [0xC1, 0x80, 0])
        #expect(bytes { $0.append(serialized: 32768) } == [0xC2, 0, 0x80, 0, 0])
        #expect(bytes { $0.append(serialized: 1 << 31) } == [10] + Array("2147483648".utf8))
        #expect(bytes { $0.append(serialized: Array("007".utf8).bytes, compressing: true) } == [3] + Array("007".utf8))
        let compressed = bytes { $0.append(serialized: Array(repeating: 0x61, count: 100).bytes, compressing: true) }
        #expect(compressed.prefix(4) == [0xC3, UInt8(compressed.count - 4), 0x40, 100])
    }

    @Test func keysComeWithDeadlineAndAccess() {
        server.send("SET", "k", "v", "PXAT", "1900000000000")
        guard let entry = server.engine.core.keyspace.peek(Array("k".utf8).bytes) else { return }
        var encoder = EntryEncoder(entry, server.engine.core.keyspace, .none, access: .idleTime)
        var output = ByteBuffer()
        var budget = 100
        #expect(!encoder.next(&output, server.engine.core.keyspace, budget: &budget))
        #expect(
            output.bytes.array == [252, 0, 0x38, 0xD3, 0x60, 0xBA, 1, 0, 0, 248, 0, 0, 1, 0x6B, 1, 0x76])
    }
}
