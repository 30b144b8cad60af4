import Testing

@testable import Bytes

@Suite struct LZFTests {
    private static func compressed(_ text: [UInt8], room: Int) -> [UInt8]? {
        var output = ByteBuffer(capacity: max(room, 1))
        output.append(repeating: 0, count: room)
        var span = output.mutableBytes
        guard let count = LZF.compress(text.bytes, into: &span) else { return nil }
        return Array(output.bytes.array[..<count])
    }

    private static func decompressed(_ text: [UInt8], count: Int) -> [UInt8]? {
        var output = ByteBuffer(capacity: max(count, 1))
        output.append(repeating: 0, count: count)
        var span = output.mutableBytes
        return LZF.decompress(text.bytes, into: &span) ? output.bytes.array : nil
    }

    @Test(arguments: 1 ... 20) func whatGoesInComesOut(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0 ..< 60 {
            // Few different bytes make repeats of all lengths and distances.
            let alphabet = 1 + random.next(below: seed % 4 == 0 ? 256 : 4)
            var text = (0 ..< random.next(below: 400)).map { _ in UInt8(random.next(below: alphabet)) }
            if random.next(below: 4) == 0 { text += [UInt8](repeating: 7, count: random.next(below: 12_000)) + text }
            let packed = try #require(Self.compressed(text, room: text.count + text.count / 16 + 8))
            #expect(Self.decompressed(packed, count: text.count) == text)
            #expect(Self.decompressed(packed, count: text.count + 1) == nil)
            if !text.isEmpty { #expect(Self.decompressed(packed, count: text.count - 1) == nil) }
            #expect(Self.compressed(text, room: packed.count) == packed)
            if !packed.isEmpty { #expect(Self.compressed(text, room: packed.count - 1) == nil) }
        }
    }

    /// The three forms, by hand from the format.
    @Test func formsAreThoseOfTheFormat() throws {
        #expect(Self.decompressed([2, 97, 98, 99], count: 3) == Array("abc".utf8))
        #expect(Self.decompressed([0, 97, 1 << 5, 0], count: 4) == Array("aaaa".utf8))
        #expect(Self.decompressed([1, 97, 98, 7 << 5, 1, 1], count: 12) == Array("abababababab".utf8))
        let packed = try #require(Self.compressed([UInt8](repeating: 97, count: 500), room: 100))
        #expect(packed == [0, 97, 0xE0, 255, 0, 0xE0, 226, 0])
    }

    @Test func brokenTextIsRefused() {
        for text in [[3, 1, 2], [0x20], [0xE0], [0xE0, 1], [0, 97, 0x20, 1], [0x3F, 0xFF]] as [[UInt8]] {
            #expect(Self.decompressed(text, count: 6) == nil, "\(text)")
        }
    }
}
