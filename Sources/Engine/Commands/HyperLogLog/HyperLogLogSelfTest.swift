import Bytes

/// PFSELFTEST: that six-bit registers keep what is stored in them, and that counts are as near the truth as
/// promised in both encodings.
struct HyperLogLogSelfTest {
    /// Bytes that a list of runs may have.
    let sparseLimit: Int

    /// Times that all registers are filled and read again.
    private static let cycles = 20
    /// Elements added, counts being compared at every power of ten.
    private static let elements = 1_000_000

    /// Returns what is wrong, or nil.
    func run(_ random: inout SeededRandom) -> String? { testRegisters(&random) ?? testPrecision(&random) }

    private func testRegisters(_ random: inout SeededRandom) -> String? {
        var sample = Sample(length: HyperLogLog.denseSize, encoding: .dense)
        for _ in 0 ..< HyperLogLogSelfTest.cycles {
            var expected: [UInt8] = []
            for register in 0 ..< HyperLogLog.registerCount {
                let value = UInt8(random.next(below: Int(DenseRegisters.greatest) + 1))
                expected.append(value)
                sample.set(register, to: value)
            }
            for register in 0 ..< HyperLogLog.registerCount where sample[register] != expected[register] {
                return "Register \(register) should be \(expected[register]) but is \(sample[register])"
            }
        }
        return nil
    }

    private func testPrecision(_ random: inout SeededRandom) -> String? {
        var dense = Sample(length: HyperLogLog.denseSize, encoding: .dense)
        var mixed = Sample(length: HyperLogLog.emptySize, encoding: .sparse)
        let seed = random.next()
        var checkpoint = 1
        for number in 1 ... HyperLogLogSelfTest.elements {
            let word = UInt64(number) ^ seed
            let element = InlineArray<8, UInt8> { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
            let (register, value) = HyperLogLog.place(of: element.bytes)
            dense.raise(register, to: value, sparseLimit)
            mixed.raise(register, to: value, sparseLimit)
            if number != checkpoint { continue }
            if number < sparseLimit / 2, mixed.encoding != .sparse { return "sparse encoding not used" }
            let count = dense.count
            if count != mixed.count { return "dense/sparse disagree" }
            // Six times the standard error. Of ten elements two may well fall to one register, of more the
            // rule is fair.
            let tolerance = number == 10 ? 1 : Int((6 * 1.04 / 128 * Double(number)).rounded(.up))
            let error = abs(number - Int(count))
            if error > tolerance { return "Too big error. card:\(number) abserr:\(error)" }
            checkpoint *= 10
        }
        return nil
    }
}

/// A HyperLogLog outside the keyspace.
private struct Sample: ~Copyable {
    /// Room for the dense encoding, of which a list of runs takes the first `length` bytes.
    private var buffer = ByteBuffer(capacity: HyperLogLog.denseSize)
    private var length: Int
    private(set) var encoding: HyperLogLog.Encoding

    init(length: Int, encoding: HyperLogLog.Encoding) {
        self.length = length
        self.encoding = encoding
        buffer.append(repeating: 0, count: HyperLogLog.denseSize)
        var bytes = buffer.mutableBytes
        HyperLogLog.makeEmpty(&bytes)
        if encoding == .sparse { return }
        let registers = UnpackedRegisters()
        DenseRegisters.pack(registers.bytes, into: &bytes)
    }

    /// A register of the dense encoding.
    subscript(register: Int) -> UInt8 { DenseRegisters.value(register, in: buffer.bytes) }

    /// The estimate; 0 for corrupted runs.
    var count: UInt64 { RegisterCounts(buffer.bytes.extracting(0 ..< length), encoding)?.estimate ?? 0 }

    mutating func set(_ register: Int, to value: UInt8) {
        var bytes = buffer.mutableBytes
        DenseRegisters.set(register, to: value, in: &bytes)
    }

    mutating func raise(_ register: Int, to value: UInt8, _ sparseLimit: Int) {
        if encoding == .sparse, !raiseSparse(register, to: value, sparseLimit) { makeDense() }
        if encoding == .sparse { return }
        var bytes = buffer.mutableBytes
        _ = DenseRegisters.raise(register, to: value, in: &bytes)
    }

    /// False when the runs cannot take it.
    private mutating func raiseSparse(_ register: Int, to value: UInt8, _ limit: Int) -> Bool {
        if value > SparseRegisters.greatest { return false }
        guard let found = SparseRegisters.find(register, in: buffer.bytes.extracting(0 ..< length)) else {
            return false
        }
        if found.run.value >= value { return true }
        let edit = SparseRegisters.Edit(found, value: value)
        let before = length
        if before + edit.growth > min(limit, HyperLogLog.denseSize) { return false }
        var bytes = buffer.mutableBytes
        let end = SparseRegisters.apply(edit, to: &bytes, length: before)
        length = end
        return true
    }

    private mutating func makeDense() {
        var registers = UnpackedRegisters()
        _ = registers.merge(buffer.bytes.extracting(0 ..< length), .sparse)
        var bytes = buffer.mutableBytes
        DenseRegisters.pack(registers.bytes, into: &bytes)
        length = HyperLogLog.denseSize
        encoding = .dense
    }
}
