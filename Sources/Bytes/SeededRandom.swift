/// Random numbers that a seed determines: xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number
/// generators"), its state filled by SplitMix64 as its authors advise.
///
/// For sampling, skip lists and tests; not for secrets. The engine is given its seed from outside, so that every
/// run can be repeated.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    package init(seed: UInt64) {
        var state = seed
        func splitMix() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var word = state
            word = (word ^ word &>> 30) &* 0xbf58_476d_1ce4_e5b9
            word = (word ^ word &>> 27) &* 0x94d0_49bb_1331_11eb
            return word ^ word &>> 31
        }
        s0 = splitMix()
        s1 = splitMix()
        s2 = splitMix()
        s3 = splitMix()
    }

    /// 64 random bits.
    package mutating func next() -> UInt64 {
        let result = (s1 &* 5).rotated(7) &* 9
        let shifted = s1 &<< 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = s3.rotated(45)
        return result
    }

    /// A number in `0 ..< bound`, each as likely as any other; `bound` must be positive.
    ///
    /// The high half of a 128-bit product spreads 64 random bits over the range, and the few draws that would
    /// favour some numbers are thrown away (Lemire, "Fast random integer generation in an interval"): nearly
    /// always one multiplication and no division.
    package mutating func next(below bound: Int) -> Int {
        precondition(bound > 0)
        let range = UInt64(bound)
        var (high, low) = next().multipliedFullWidth(by: range)
        if low < range {
            let rejected = (0 &- range) % range
            while low < rejected { (high, low) = next().multipliedFullWidth(by: range) }
        }
        return Int(truncatingIfNeeded: high)
    }

    /// A number in `0 ..< 1`, a multiple of 2^-53.
    package mutating func nextUnit() -> Double {
        Double(next() &>> 11) * 0x1p-53
    }
}
