import Bytes

/// The registers of a HyperLogLog, or of the union of several, one byte each: what merging and changing the
/// encoding work on. 16 KiB, made for one command.
struct UnpackedRegisters: ~Copyable {
    private var buffer = ByteBuffer(capacity: HyperLogLog.registerCount)

    /// The registers of no element.
    init() { buffer.append(repeating: 0, count: HyperLogLog.registerCount) }

    var bytes: RawSpan {
        @_lifetime(borrow self) get { buffer.bytes }
    }

    subscript(register: Int) -> UInt8 { buffer[register] }

    /// Lifts one register to at least `value`.
    mutating func raise(_ register: Int, to value: UInt8) {
        if value > buffer[register] { buffer[register] = value }
    }

    /// Lifts every register to at least what it is in another HyperLogLog; false when that one's runs are
    /// corrupted.
    mutating func merge(_ other: RawSpan, _ encoding: HyperLogLog.Encoding) -> Bool {
        var registers = buffer.mutableBytes
        switch encoding {
        case .dense:
            DenseRegisters.forEachGroup(other) { first, packed in
                for index in 0 ..< 8 {
                    let shift = UInt64(truncatingIfNeeded: DenseRegisters.bits &* index)
                    let value = UInt8(truncatingIfNeeded: packed &>> shift) & DenseRegisters.greatest
                    if value > registers.byte(first &+ index) { registers.setByte(first &+ index, value) }
                }
            }
            return true
        case .sparse:
            return SparseRegisters.forEachRun(other) { first, run in
                if run.value == 0 { return }
                for register in first ..< first &+ run.length where run.value > registers.byte(register) {
                    registers.setByte(register, run.value)
                }
            }
        }
    }
}
