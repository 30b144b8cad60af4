/// How often each latency was seen, in microseconds: a log-linear histogram (the idea of Gil Tene's HdrHistogram) of
/// fixed size.
///
///     microseconds   0 ... 63     64 ... 127    128 ... 255   …   2^26 ... 2^27 - 1
///     buckets        64 of 1      32 of 2       32 of 4       …   32 of 2^21             = 736
///
/// A bucket is at most 1/32 of its values wide and stands for its middle, so a percentile is off by less than 1.6 %.
/// Longer latencies than 134 s fall into the last bucket; the maximum is kept exactly.
///
/// Recording is O(1): a bit count, two shifts, two additions. The buckets (5.75 KiB) are allocated by the first
/// record, so that a histogram for a command nobody calls is a few words.
///
/// Invariant: `count` is the sum of all buckets.
@safe
package struct LatencyHistogram: ~Copyable {
    /// Values below 2^6 have buckets of their own; above, each power of two has 2^5.
    private static let precision = 5
    private static let limit: UInt64 = 1 << 27
    private static let bucketCount = bucket(of: limit - 1) + 1

    private var buckets: UnsafeMutablePointer<UInt64>?
    /// How many latencies were recorded.
    package private(set) var count: UInt64 = 0
    /// The longest of them, exactly.
    package private(set) var max: UInt64 = 0

    package init() { unsafe buckets = nil }

    deinit { unsafe buckets?.deallocate() }

    @inline(__always)
    private static func bucket(of value: UInt64) -> Int {
        // The bit length beyond the first six says how many low bits to forget; it also counts the groups of 32
        // before, and the forgotten value's leading bit (32) makes up for the first group being two.
        let shift = Swift.max(64 &- value.leadingZeroBitCount &- (precision &+ 1), 0)
        return shift &<< precision &+ Int(truncatingIfNeeded: value &>> UInt64(truncatingIfNeeded: shift))
    }

    /// The smallest value of a bucket.
    private static func lowest(of bucket: Int) -> UInt64 {
        let shift = Swift.max(bucket >> precision - 1, 0)
        return UInt64(bucket - shift << precision) << UInt64(shift)
    }

    /// Adds one latency.
    package mutating func record(_ microseconds: UInt64) {
        let index = LatencyHistogram.bucket(of: Swift.min(microseconds, LatencyHistogram.limit &- 1))
        // Safe: the bucket of a value below the limit is below `bucketCount`.
        unsafe allocated()[index] &+= 1
        count &+= 1
        if microseconds > max { max = microseconds }
    }

    // Safe: all `bucketCount` buckets are initialised as they are allocated.
    @inline(__always)
    private mutating func allocated() -> UnsafeMutablePointer<UInt64> {
        if let buckets = unsafe buckets { return unsafe buckets }
        return unsafe allocate()
    }

    private mutating func allocate() -> UnsafeMutablePointer<UInt64> {
        let fresh = UnsafeMutablePointer<UInt64>.allocate(capacity: LatencyHistogram.bucketCount)
        unsafe fresh.initialize(repeating: 0, count: LatencyHistogram.bucketCount)
        unsafe buckets = fresh
        return unsafe fresh
    }

    /// The latency that `percent` (0 ... 100) of all stay at or below, the rank rounded to the nearest; 0 if there
    /// are none. O(buckets).
    package func percentile(_ percent: Double) -> UInt64 {
        guard count > 0, let buckets = unsafe buckets else { return 0 }
        let share = Swift.min(Swift.max(percent, 0), 100) / 100
        let rank = Swift.min(Swift.max(UInt64(share * Double(count) + 0.5), 1), count)
        if rank == count { return max }
        var seen: UInt64 = 0
        for index in 0 ..< LatencyHistogram.bucketCount {
            unsafe seen &+= buckets[index]
            if seen >= rank {
                let low = LatencyHistogram.lowest(of: index)
                let next = LatencyHistogram.lowest(of: index + 1)
                return Swift.min(low + (next - 1 - low) / 2, max)
            }
        }
        return max
    }

    /// How many latencies were at most `microseconds`, as exactly as the buckets tell: those of the bucket that
    /// value falls into count. O(buckets).
    package func count(atMost microseconds: UInt64) -> UInt64 {
        guard let buckets = unsafe buckets else { return 0 }
        let last = LatencyHistogram.bucket(of: Swift.min(microseconds, LatencyHistogram.limit - 1))
        var seen: UInt64 = 0
        for index in 0 ... last { unsafe seen &+= buckets[index] }
        return seen
    }

    /// Adds all that `other` has seen.
    package mutating func merge(_ other: borrowing LatencyHistogram) {
        guard let theirs = unsafe other.buckets else { return }
        let mine = unsafe allocated()
        for index in 0 ..< LatencyHistogram.bucketCount { unsafe mine[index] &+= theirs[index] }
        count &+= other.count
        max = Swift.max(max, other.max)
    }

    /// Stops the program, in debug builds, if the buckets do not add up to the count.
    package func checkInvariants() {
        assert(count(atMost: .max) == count && percentile(100) == max)
        assert(unsafe buckets != nil || count == 0)
    }

    /// Forgets everything and gives the buckets back.
    package mutating func reset() {
        unsafe buckets?.deallocate()
        unsafe buckets = nil
        count = 0
        max = 0
    }
}
