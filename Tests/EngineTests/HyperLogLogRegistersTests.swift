import Bytes
import Testing

@testable import Engine

/// The two encodings against an array of registers.
@Suite struct HyperLogLogRegistersTests {
    private func decode(_ bytes: RawSpan) -> [UInt8]? {
        var registers: [UInt8] = []
        let isWhole = SparseRegisters.forEachRun(bytes) { first, run in
            #expect(first == registers.count)
            registers += Array(repeating: run.value, count: run.length)
        }
        return isWhole ? registers : nil
    }

    private func emptySparse() -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.append(repeating: 0, count: HyperLogLog.emptySize)
        var bytes = buffer.mutableBytes
        HyperLogLog.makeEmpty(&bytes)
        return buffer
    }

    /// Raises a register, growing the buffer as the edit asks.
    private func raise(
        _ register: Int, to value: UInt8, in buffer: inout ByteBuffer, _ cursor: inout SparseRegisters.Cursor
    ) {
        guard let found = SparseRegisters.find(register, in: buffer.bytes, from: cursor) else {
            Issue.record("register \(register) not found")
            return
        }
        cursor = found.cursor
        if found.run.value >= value { return }
        let edit = SparseRegisters.Edit(found, value: value)
        let length = buffer.count
        var room = ByteBuffer()
        room.append(buffer.bytes)
        room.append(repeating: 0, count: max(0, edit.growth))
        var bytes = room.mutableBytes
        let end = SparseRegisters.apply(edit, to: &bytes, length: length)
        buffer = ByteBuffer()
        buffer.append(room.bytes.extracting(0 ..< end))
    }

    @Test(arguments: [UInt64(1), 2, 3, 4]) func sparseKeepsTheGreatest(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var model = Array(repeating: UInt8(0), count: HyperLogLog.registerCount)
        var buffer = emptySparse()
        // Few registers close together make runs split and join; many far apart make long zeros.
        let spread = [16, 200, HyperLogLog.registerCount][random.next(below: 3)]
        for _ in 0 ..< 600 {
            let register = random.next(below: spread)
            let value = UInt8(1 + random.next(below: seed.isMultiple(of: 2) ? 2 : 32))
            var cursor = SparseRegisters.Cursor()
            raise(register, to: value, in: &buffer, &cursor)
            model[register] = max(model[register], value)
        }
        #expect(decode(buffer.bytes) == model)
    }

    /// Going on from a cursor makes the same bytes as searching from the beginning each time.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6]) func cursorFindsTheSamePlaces(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var fromCursor = emptySparse()
        var fromStart = emptySparse()
        for _ in 0 ..< 4 {
            var cursor = SparseRegisters.Cursor()
            var register = random.next(below: 50)
            while register < HyperLogLog.registerCount {
                let value = UInt8(1 + random.next(below: 3))
                raise(register, to: value, in: &fromCursor, &cursor)
                var start = SparseRegisters.Cursor()
                raise(register, to: value, in: &fromStart, &start)
                register += 1 + random.next(below: random.next(below: 4) == 0 ? 400 : 3)
            }
            #expect(fromCursor.bytes.array == fromStart.bytes.array)
        }
        #expect(decode(fromCursor.bytes) != nil)
    }

    @Test func equalValuesJoinUpToFour() {
        var buffer = emptySparse()
        var cursor = SparseRegisters.Cursor()
        for register in 0 ..< 6 { raise(register, to: 3, in: &buffer, &cursor) }
        #expect(buffer.bytes.array.dropFirst(16) == [0x8B, 0x89, 0x7F, 0xF9])
        // A lower register again: the search begins anew.
        cursor = SparseRegisters.Cursor()
        raise(1, to: 5, in: &buffer, &cursor)
        #expect(buffer.bytes.array.dropFirst(16) == [0x88, 0x90, 0x8B, 0x7F, 0xF9])
        #expect(decode(buffer.bytes)?.prefix(7) == [3, 5, 3, 3, 3, 3, 0])
    }

    @Test func denseRegistersDoNotTouchEachOther() {
        var random = SeededRandom(seed: 5)
        var model = Array(repeating: UInt8(0), count: HyperLogLog.registerCount)
        var buffer = ByteBuffer()
        buffer.append(repeating: 0, count: HyperLogLog.denseSize)
        for _ in 0 ..< 40_000 {
            let register = random.next(below: HyperLogLog.registerCount)
            let value = UInt8(random.next(below: 64))
            var bytes = buffer.mutableBytes
            let isRaised = DenseRegisters.raise(register, to: value, in: &bytes)
            #expect(isRaised == (value > model[register]))
            model[register] = max(model[register], value)
        }
        for register in [0, HyperLogLog.registerCount - 1] {
            var bytes = buffer.mutableBytes
            DenseRegisters.set(register, to: 63, in: &bytes)
            model[register] = 63
        }
        var groups: [UInt8] = []
        DenseRegisters.forEachGroup(buffer.bytes) { first, packed in
            for index in 0 ..< 8 { groups.append(UInt8(packed >> UInt64(6 * index) & 63)) }
        }
        #expect(groups == model)
        for (register, value) in model.enumerated()
        where DenseRegisters.value(register, in: buffer.bytes) != value {
            Issue.record("register \(register)")
        }
        var packed = ByteBuffer()
        packed.append(buffer.bytes)
        var bytes = packed.mutableBytes
        DenseRegisters.pack(model.bytes, into: &bytes)
        #expect(packed.bytes.array == buffer.bytes.array)
    }

    @Test func estimatesDoNotDependOnTheEncoding() {
        var random = SeededRandom(seed: 6)
        var buffer = emptySparse()
        for _ in 0 ..< 500 {
            var cursor = SparseRegisters.Cursor()
            raise(
                random.next(below: HyperLogLog.registerCount), to: UInt8(1 + random.next(below: 12)),
                in: &buffer, &cursor)
        }
        var registers = UnpackedRegisters()
        let isSound = registers.merge(buffer.bytes, .sparse)
        #expect(isSound)
        var dense = ByteBuffer()
        dense.append(repeating: 0, count: HyperLogLog.denseSize)
        var bytes = dense.mutableBytes
        DenseRegisters.pack(registers.bytes, into: &bytes)
        let counts = [
            RegisterCounts(buffer.bytes, .sparse), RegisterCounts(dense.bytes, .dense),
            RegisterCounts(unpacked: registers.bytes),
        ]
        #expect(Set(counts.map { $0?.estimate }).count == 1)
        var again = UnpackedRegisters()
        _ = again.merge(dense.bytes, .dense)
        #expect(again.bytes.array == registers.bytes.array)
    }
}
