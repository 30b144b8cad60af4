import Bytes
import Testing

@Suite struct LatencyHistogramTests {
    @Test func isEmptyAtFirst() {
        let histogram = LatencyHistogram()
        #expect(histogram.count == 0)
        #expect(histogram.max == 0)
        #expect(histogram.percentile(50) == 0)
        #expect(histogram.count(atMost: 1000) == 0)
    }

    @Test func isExactBelow64() {
        var histogram = LatencyHistogram()
        for value in 0 ..< 64 { histogram.record(UInt64(value)) }
        for percent in 1 ... 100 {
            let rank = Int(Double(percent) / 100 * 64 + 0.5)
            #expect(histogram.percentile(Double(percent)) == UInt64(max(rank, 1) - 1))
        }
        for value in 0 ..< 64 { #expect(histogram.count(atMost: UInt64(value)) == UInt64(value) + 1) }
    }

    @Test func isWithinThreePercentToAHundredSeconds() {
        var value: UInt64 = 1
        while value <= 100_000_000 {
            for near in [value - 1, value, value + 1] {
                var histogram = LatencyHistogram()
                histogram.record(near)
                histogram.record(100_000_001)
                let found = histogram.percentile(50)
                let error = abs(Double(found) - Double(near))
                #expect(error <= Double(near) * 0.016, "\(near) found as \(found)")
                #expect(histogram.count(atMost: near) >= 1)
            }
            value = value * 9 / 8 + 1
        }
    }

    @Test func agreesWithASortedList() {
        var random = SeededRandom(seed: 17)
        var histogram = LatencyHistogram()
        var all: [UInt64] = []
        for _ in 0 ..< 20_000 {
            let value = random.anyWidth() % 100_000_000
            histogram.record(value)
            all.append(value)
            if all.count % 100 == 0 { histogram.checkInvariants() }
        }
        all.sort()
        #expect(histogram.count == 20_000)
        #expect(histogram.max == all.last)
        for percent in [0, 1, 10, 25, 50, 75, 90, 99, 99.9, 99.99, 100] {
            let rank = max(Int(percent / 100 * 20_000 + 0.5), 1)
            let exact = Double(all[rank - 1])
            #expect(abs(Double(histogram.percentile(percent)) - exact) <= exact * 0.016)
        }
        #expect(histogram.percentile(100) == all.last)
        #expect(histogram.percentile(-5) == histogram.percentile(0))
        #expect(histogram.percentile(500) == histogram.percentile(100))
        #expect(histogram.count(atMost: .max) == 20_000)
        #expect(histogram.count(atMost: 63) == UInt64(all.count { $0 < 64 }))
    }

    @Test func mergesAndResets() {
        var one = LatencyHistogram()
        var two = LatencyHistogram()
        let empty = LatencyHistogram()
        one.merge(empty)
        #expect(one.count == 0)
        for value in 1 ... 10 { one.record(UInt64(value)) }
        for value in 11 ... 30 { two.record(UInt64(value)) }
        one.merge(two)
        one.checkInvariants()
        #expect(one.count == 30)
        #expect(one.max == 30)
        #expect(one.percentile(50) == 15)
        #expect(two.count == 20)
        one.reset()
        one.checkInvariants()
        #expect(one.count == 0)
        #expect(one.max == 0)
        #expect(one.percentile(99) == 0)
        one.merge(two)
        #expect(one.percentile(100) == 30)
    }

    @Test func keepsWhatIsTooLong() {
        var histogram = LatencyHistogram()
        histogram.record(5)
        histogram.record(.max)
        histogram.record(1 << 40)
        #expect(histogram.max == .max)
        #expect(histogram.percentile(100) == .max)
        #expect(histogram.count(atMost: 100) == 1)
        #expect(histogram.count == 3)
    }
}
