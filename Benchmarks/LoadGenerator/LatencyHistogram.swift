/// Counts of durations in nanoseconds, in log-linear buckets (the shape of an HDR histogram).
///
///     value      0 … 127      128 … 255    256 … 511     512 … 1023    …
///     bucket     1 wide        1 wide        2 wide        4 wide
///
/// Every power of two is cut into 128 equal buckets, so a figure read back is at most 1/128 above the true one,
/// whatever its size. Recording is O(1) and allocates nothing; all of UInt64 fits in 58 KiB. The largest value is
/// kept exactly, because a tail of one is just what a bucket would hide.
struct LatencyHistogram {
    /// log2 of the buckets per power of two.
    private static let precision = 7
    private static let linear = 1 << precision
    private static let bucketCount = (64 - precision + 1) * linear

    private var buckets = [UInt64](repeating: 0, count: bucketCount)
    private(set) var count: UInt64 = 0
    private(set) var maximum: UInt64 = 0

    mutating func record(_ nanoseconds: UInt64) {
        buckets[LatencyHistogram.bucket(of: nanoseconds)] &+= 1
        count &+= 1
        if nanoseconds > maximum { maximum = nanoseconds }
    }

    /// The smallest recorded figure that at least `fraction` of all figures do not exceed, rounded up to the end of its
    /// bucket and never above the maximum; 0 when nothing was recorded. O(buckets).
    func percentile(_ fraction: Double) -> UInt64 {
        precondition(fraction > 0 && fraction <= 1)
        if count == 0 { return 0 }
        let rank = max(1, UInt64((Double(count) * fraction).rounded(.up)))
        var seen: UInt64 = 0
        for index in buckets.indices {
            seen &+= buckets[index]
            if seen >= rank { return min(LatencyHistogram.upperBound(of: index), maximum) }
        }
        return maximum
    }

    static func bucket(of value: UInt64) -> Int {
        if value < UInt64(linear) { return Int(value) }
        let shift = 63 - value.leadingZeroBitCount - precision
        // The top bit is implied by `shift`, so what is left of the value counts on from the end of that power.
        return (shift + 1) * linear + Int(value >> UInt64(shift)) - linear
    }

    /// The largest value that lands in bucket `index`.
    static func upperBound(of index: Int) -> UInt64 {
        if index < linear { return UInt64(index) }
        let shift = UInt64(index / linear - 1)
        let step = UInt64(index % linear + linear)
        return (step << shift) | ((1 << shift) - 1)
    }
}
