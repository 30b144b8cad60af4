import Testing

@testable import martlet_load

@Suite struct LatencyHistogramTests {
    @Test func bucketsFollowEachOtherWithoutGapOrOverlap() {
        var previous: UInt64 = 0
        #expect(LatencyHistogram.upperBound(of: 0) == 0)
        for index in 1..<58 * 128 {
            let upper = LatencyHistogram.upperBound(of: index)
            #expect(upper > previous)
            #expect(LatencyHistogram.bucket(of: upper) == index)
            #expect(LatencyHistogram.bucket(of: previous + 1) == index)
            previous = upper
        }
        #expect(previous == .max)
        #expect(LatencyHistogram.bucket(of: .max) == 58 * 128 - 1)
    }

    @Test func percentilesStayWithinOnePartIn128() {
        var random = RandomNumbers(seed: 7)
        var histogram = LatencyHistogram()
        var model: [UInt64] = []
        for _ in 0..<20_000 {
            let value = random.next() >> (24 + random.below(40))
            histogram.record(value)
            model.append(value)
        }
        model.sort()
        for fraction in [0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0] {
            let exact = model[Int((Double(model.count) * fraction).rounded(.up)) - 1]
            let told = histogram.percentile(fraction)
            #expect(told >= exact)
            #expect(told <= exact + exact / 128)
        }
        #expect(histogram.count == 20_000)
        #expect(histogram.maximum == model.last)
        #expect(histogram.percentile(1) == model.last)
    }

    @Test func anEmptyHistogramTellsZero() {
        #expect(LatencyHistogram().percentile(0.99) == 0)
        #expect(LatencyHistogram().maximum == 0)
    }

    @Test func aSingleFigureIsEveryPercentile() {
        var histogram = LatencyHistogram()
        histogram.record(123_457)
        #expect(histogram.percentile(0.001) == 123_457)
        #expect(histogram.percentile(1) == 123_457)
    }
}
