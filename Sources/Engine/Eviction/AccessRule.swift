import Bytes

/// How the uses of keys are noted, in the 27 bits that every entry's header has for it.
///
///     by last use   │ quarters of a second, 25 bits            │ uses 2 │
///     by last change  the same, but only changes count
///     by frequency  │ minutes, 16 bits │ counter 8 │ fraction 3 │
///
/// Redis has 24 bits: seconds, or minutes and counter. Here the header had three more to spare, and they are what makes eviction better
/// at the same number of keys compared:
///
/// - **By last use**, a busy cache turns over in seconds, so that a clock of seconds tells hardly anything; and one look in a
///   scan through cold data counts as much as the hundredth use of a hot key. So time is kept in quarters of a second, and beside
///   it in how many different quarters the key was used since it was made, up to three. A key is evicted by its idle time divided by
///   four to the power of its uses. (The idea that a key must be used twice to stay is 2Q's, Johnson and Shasha, VLDB 1994, and
///   S3-FIFO's, Yang et al., SOSP 2023.) Uses within one quarter are one use: reading a key and writing it back proves nothing.
/// - **By frequency**, the counter is Redis's: a use adds one with the probability 1 / ((counter - 5) × factor + 1), and every
///   so many minutes take one away. The fraction lets a use add eighths instead, which on average is the same and varies less.
///
/// What clients see is Redis's: OBJECT IDLETIME in seconds, with a range of 97 days where Redis has 194, OBJECT FREQ from 0 to 255.
///
/// Access data of another rule are not converted when the policy changes; they adjust as keys are used, as in Redis.
struct AccessRule {
    enum Measure { case lastUse, lastChange, frequency }

    private(set) var measure = Measure.lastUse
    private(set) var logFactor = 10
    private(set) var decayMinutes = 1
    /// The time in quarters of a second, 25 bits, moved up by the two of the uses.
    private var quarters: UInt32 = 0
    private var milliseconds: Int64 = 0

    private static let mask: UInt32 = 0x7FF_FFFF
    private static let uses: UInt32 = 3

    /// The counter of a key that was just made: above those that were not used for long.
    static let firstCount: UInt32 = 5

    mutating func adopt(_ configuration: borrowing Configuration) {
        let policy = configuration.maxmemoryPolicy
        measure = policy.countsUses ? .frequency : policy.ranksByLastChange ? .lastChange : .lastUse
        logFactor = configuration.lfuLogFactor
        decayMinutes = configuration.lfuDecayTime
    }

    /// `micros` since 1970.
    mutating func setTime(micros: Int64) {
        milliseconds = micros / 1000
        quarters = UInt32(truncatingIfNeeded: micros / 250_000) << 2 & AccessRule.mask
    }

    /// The LRU clock as INFO shows it: seconds, 24 bits.
    var seconds: UInt32 { UInt32(truncatingIfNeeded: milliseconds / 1000) & 0xFF_FFFF }

    // MARK: Noting

    /// Of a key that was just made.
    var fresh: UInt32 {
        @inline(__always) get { measure == .frequency ? counted(AccessRule.firstCount) : quarters }
    }

    /// Of a key that was just given to a command, to be read.
    @inline(__always)
    func read(_ access: UInt32, _ random: inout SeededRandom) -> UInt32 {
        measure == .lastUse ? used(access) : measure == .frequency ? moreFrequent(access, &random) : access
    }

    /// Of a key that was just given to a command that may change it.
    @inline(__always)
    func written(_ access: UInt32, _ random: inout SeededRandom) -> UInt32 {
        measure == .frequency ? moreFrequent(access, &random) : used(access)
    }

    /// Of a key whose value was replaced, which its command has noted as a use already or did not want to be one.
    @inline(__always)
    func replaced(_ access: UInt32) -> UInt32 {
        measure == .frequency ? access : quarters | access & AccessRule.uses
    }

    @inline(__always)
    private func used(_ access: UInt32) -> UInt32 {
        // The same quarter: nothing to write, and the cache line stays clean.
        if access & ~AccessRule.uses == quarters { return access }
        return quarters | min(AccessRule.uses, access & AccessRule.uses &+ 1)
    }

    private func moreFrequent(_ access: UInt32, _ random: inout SeededRandom) -> UInt32 {
        var frequency = AccessFrequency(bits: access)
        frequency.settle(now: milliseconds, minutes: decayMinutes)
        frequency.increase(logFactor: logFactor, &random)
        return frequency.bits
    }

    // MARK: What a file or DUMP says of a key

    /// A key that was not used for so many seconds.
    func idle(seconds: Int) -> UInt32 {
        // The clock comes round after 97 days; a key cannot have rested for longer.
        (quarters &- UInt32(min(seconds, 0x7F_FFFF)) << 4) & AccessRule.mask & ~AccessRule.uses
    }

    /// A key with this counter.
    func counted(_ counter: UInt32) -> UInt32 {
        UInt32(truncatingIfNeeded: milliseconds / 60_000 & 0xFFFF) << 11 | counter << 3
    }

    // MARK: Judging

    /// Seconds since the last use.
    func idleSeconds(_ access: UInt32) -> Int { Int(idleQuarters(access) >> 2) }

    private func idleQuarters(_ access: UInt32) -> UInt32 {
        ((quarters &- (access & ~AccessRule.uses)) & AccessRule.mask) >> 2
    }

    /// How well a key can be done without; more is better. Only ranks of one rule can be compared.
    func dispensability(_ access: UInt32) -> Int64 {
        if measure == .frequency {
            return Int64(2047 - AccessFrequency(bits: access).settled(now: milliseconds, minutes: decayMinutes))
        }
        // In sixty-fourths of a quarter, which the uses divide. Half a quarter is added, so that uses count among keys of now too.
        return (Int64(idleQuarters(access)) << 6 &+ 32) >> Int64(2 &* (access & AccessRule.uses))
    }
}

/// The access data of an entry under an LFU policy: the minute of the last use, 16 bits, and a counter that grows with the logarithm
/// of the uses, 8 bits and 3 behind the point.
struct AccessFrequency {
    private(set) var bits: UInt32

    init(bits: UInt32) { self.bits = bits }

    /// The counter less one for every period of `minutes` that passed since.
    func decayed(now: Int64, minutes: Int) -> Int { settled(now: now, minutes: minutes) >> 3 }

    /// The same in eighths.
    func settled(now: Int64, minutes: Int) -> Int {
        let counter = Int(bits & 0x7FF)
        if minutes <= 0 { return counter }
        let current = now / 60_000 & 0xFFFF
        let elapsed = (current &- Int64(bits >> 11)) & 0xFFFF
        return max(0, counter &- Int(elapsed) / minutes &* 8)
    }

    /// Takes off what has decayed, and notes the minute.
    mutating func settle(now: Int64, minutes: Int) {
        bits = UInt32(truncatingIfNeeded: now / 60_000 & 0xFFFF) << 11 | UInt32(settled(now: now, minutes: minutes))
    }

    /// One more use.
    mutating func increase(logFactor: Int, _ random: inout SeededRandom) {
        let counter = bits & 0x7FF
        if counter >= 255 << 3 { return }
        let base = max(0, Double(counter) / 8 - Double(AccessRule.firstCount))
        let expected = 8 / (base * Double(logFactor) + 1)
        var step = UInt32(expected)
        if random.nextUnit() < expected - Double(step) { step += 1 }
        bits = bits & ~0x7FF | min(255 << 3, counter + step)
    }
}
