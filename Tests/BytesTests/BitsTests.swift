import Testing

@testable import Bytes

/// Bits of spans and buffers against the plainest model there is: an array of booleans.
@Suite struct BitsTests {
    private func bits(_ bytes: [UInt8]) -> [Bool] {
        bytes.flatMap { byte in (0 ..< 8).map { byte >> (7 - $0) & 1 == 1 } }
    }

    /// Bytes with long runs of equal bits, so that whole words are skipped.
    private func sample(_ random: inout SeededRandom) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < 60, random.next(below: 12) > 0 {
            let byte = [0, 0xFF, UInt8(random.next(below: 256))][random.next(below: 3)]
            bytes += Array(repeating: byte, count: 1 + random.next(below: 20))
        }
        return bytes
    }

    @Test(arguments: [UInt64(1), 2, 3]) func countsAndFindsInEveryRange(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0 ..< 400 {
            let bytes = sample(&random)
            let model = bits(bytes)
            #expect(bytes.bytes.populationCount == model.count { $0 })
            for _ in 0 ..< 10 {
                let lower = random.next(below: model.count + 1)
                let range = lower ..< lower + random.next(below: model.count - lower + 1)
                #expect(bytes.bytes.populationCount(ofBits: range) == model[range].count { $0 })
                #expect(bytes.bytes.firstBit(true, in: range) == model[range].firstIndex(of: true))
                #expect(bytes.bytes.firstBit(false, in: range) == model[range].firstIndex(of: false))
            }
        }
    }

    @Test(arguments: 1 ... 64) func fieldsOfEveryWidthAtEveryBit(width: Int) {
        var random = SeededRandom(seed: UInt64(width))
        for offset in 0 ..< 24 {
            let before = (0 ..< 12).map { _ in UInt8(random.next(below: 256)) }
            var buffer = ByteBuffer()
            buffer.append(before.bytes)
            let value = random.next()
            var bytes = buffer.mutableBytes
            bytes.setBitField(at: offset, width: width, value)
            var model = bits(before)
            for bit in 0 ..< width { model[offset + bit] = value >> UInt64(width - 1 - bit) & 1 == 1 }
            #expect(bits(buffer.bytes.array) == model)
            let low = width == 64 ? value : value & (1 << UInt64(width) - 1)
            #expect(buffer.bytes.bitField(at: offset, width: width) == low)
        }
    }

    @Test func fieldsBehindTheEndAreZeros() {
        let bytes: [UInt8] = [0xFF]
        #expect(bytes.bytes.bitField(at: 4, width: 8) == 0xF0)
        #expect(bytes.bytes.bitField(at: 8, width: 64) == 0)
        #expect(bytes.bytes.bitField(at: .max, width: 64) == 0)
    }

    @Test(arguments: [UInt64(1), 2, 3]) func combinesStringsOfUnequalLength(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let operations: [(ByteBuffer.BitOperation, (Bool, Bool) -> Bool)] = [
            (.and, { $0 && $1 }), (.or, { $0 || $1 }), (.xor, { $0 != $1 }), (.andNot, { $0 && !$1 }),
        ]
        for step in 0 ..< 400 {
            let (first, second) = (sample(&random), sample(&random))
            var buffer = ByteBuffer()
            buffer.append(first.bytes)
            let (operation, model) = operations[step % operations.count]
            buffer.combine(operation, second.bytes)
            let length = max(first.count, second.count)
            func padded(_ bytes: [UInt8]) -> [Bool] {
                bits(bytes + Array(repeating: 0, count: length - bytes.count))
            }
            #expect(bits(buffer.bytes.array) == zip(padded(first), padded(second)).map(model))
            buffer.complement()
            #expect(bits(buffer.bytes.array) == zip(padded(first), padded(second)).map { !model($0, $1) })
        }
    }

    @Test func talliesBitsSeenOnceAndMore() {
        var random = SeededRandom(seed: 9)
        for _ in 0 ..< 100 {
            let sources = (0 ..< 4).map { _ in sample(&random) }
            let length = sources.map(\.count).max() ?? 0
            var counts = Array(repeating: 0, count: length * 8)
            var once = ByteBuffer()
            var repeated = ByteBuffer()
            for source in sources {
                once.tally(source.bytes, repeated: &repeated)
                for (index, bit) in bits(source).enumerated() where bit { counts[index] += 1 }
            }
            #expect(bits(once.bytes.array) == counts.map { $0 >= 1 })
            #expect(bits(repeated.bytes.array).enumerated().allSatisfy { $1 == (counts[$0] >= 2) })
        }
    }

    @Test func movesOverlappingBytes() {
        var buffer = ByteBuffer("abcdef")
        var bytes = buffer.mutableBytes
        bytes.move(1 ..< 5, to: 2)
        bytes.setByte(0, UInt8(ascii: "z"))
        #expect(bytes.byte(0) == UInt8(ascii: "z"))
        #expect(buffer.bytes.text == "zbbcde")
    }
}
