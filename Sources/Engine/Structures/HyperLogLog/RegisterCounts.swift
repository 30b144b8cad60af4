import Bytes

/// How many registers of a HyperLogLog have each value, which is all that the estimate needs to know.
///
/// The estimator is the improved one of Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog
/// sketches" (arXiv:1702.01284), that Redis uses: no tables of corrections and no switch between methods. The
/// order of its operations is part of the format, because counts are cached in the string.
struct RegisterCounts {
    private var counts = InlineArray<64, Int>(repeating: 0)

    @inline(__always)
    private mutating func add(_ value: UInt8, _ count: Int = 1) { counts[Int(value & 63)] &+= count }

    /// Counts a HyperLogLog's registers; nil when its list of runs is corrupted.
    init?(_ bytes: RawSpan, _ encoding: HyperLogLog.Encoding) {
        switch encoding {
        case .dense:
            DenseRegisters.forEachGroup(bytes) { _, packed in
                for index in 0 ..< 8 {
                    let shift = UInt64(truncatingIfNeeded: DenseRegisters.bits &* index)
                    add(UInt8(truncatingIfNeeded: packed &>> shift) & DenseRegisters.greatest)
                }
            }
        case .sparse:
            if !SparseRegisters.forEachRun(bytes, { _, run in add(run.value, run.length) }) { return nil }
        }
    }

    /// Counts registers of one byte each.
    init(unpacked registers: RawSpan) {
        for offset in stride(from: 0, to: registers.byteCount, by: 8) {
            let word = registers.word(at: offset)
            if word == 0 {
                add(0, 8)
                continue
            }
            for index in 0 ..< 8 {
                add(UInt8(truncatingIfNeeded: word &>> UInt64(truncatingIfNeeded: 8 &* index)))
            }
        }
    }

    /// The estimated number of elements.
    var estimate: UInt64 {
        let registers = Double(HyperLogLog.registerCount)
        let patternBits = HyperLogLog.patternBits
        var sum = registers * RegisterCounts.tau((registers - Double(counts[patternBits + 1])) / registers)
        for value in stride(from: patternBits, through: 1, by: -1) {
            sum += Double(counts[value])
            sum *= 0.5
        }
        sum += registers * RegisterCounts.sigma(Double(counts[0]) / registers)
        // 0.5 / ln 2
        let estimate = (0.721347520444481703680 * registers * registers / sum).rounded(
            .toNearestOrAwayFromZero)
        // No registers that hashes can give come near this, but a string can be made to have them: then the
        // count is what Redis's conversion leaves, the number that is all sign.
        return estimate < 0x1p63 ? UInt64(estimate) : 1 << 63
    }

    /// The share of registers that are 0 yet, as the series of its squares.
    private static func sigma(_ share: Double) -> Double {
        if share == 1 { return .infinity }
        var x = share
        var y = 1.0
        var z = share
        while true {
            x *= x
            let before = z
            z += x * y
            y += y
            if z == before { return z }
        }
    }

    /// The share of registers that are not full, as the series of its roots.
    private static func tau(_ share: Double) -> Double {
        if share == 0 || share == 1 { return 0 }
        var x = share
        var y = 1.0
        var z = 1 - share
        while true {
            x = x.squareRoot()
            let before = z
            y *= 0.5
            z -= (1 - x) * (1 - x) * y
            if z == before { return z / 3 }
        }
    }
}
