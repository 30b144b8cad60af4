/// A counter's rate over the last sixteen samples of at least a tenth of a second, as INFO's `instantaneous_*`
/// fields give it.
struct RateSampler {
    private var rates = [Double](repeating: 0, count: 16)
    private var next = 0
    private var lastTime: Int64 = 0
    private var lastCount: UInt64 = 0

    /// Takes a sample when one is due. `now` in microseconds.
    mutating func sample(_ count: UInt64, now: Int64) {
        if lastTime == 0 {
            lastTime = now
            lastCount = count
        }
        let span = now - lastTime
        if span < 100_000 { return }
        rates[next] = Double(count &- lastCount) * 1_000_000 / Double(span)
        next = (next + 1) % rates.count
        lastTime = now
        lastCount = count
    }

    /// Per second.
    var rate: Double { rates.reduce(0, +) / Double(rates.count) }

    mutating func reset() { self = RateSampler() }
}
