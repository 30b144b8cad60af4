import Bytes
import Testing

@Suite struct SeededRandomTests {
    /// SplitMix64 from seed 0 gives e220a8397b1dcdaf 6e789e6aa1b965f4 06c45d188009454f f88bb8a8724c81ec, and
    /// xoshiro256** from that state these.
    @Test func givesThePublishedSequence() {
        var random = SeededRandom(seed: 0)
        #expect(random.next() == 0x99ec_5f36_cb75_f2b4)
        #expect(random.next() == 0xbf6e_1f78_4956_452a)
        #expect(random.next() == 0x1a5f_849d_4933_e6e0)
    }

    @Test func repeatsWithItsSeed() {
        var one = SeededRandom(seed: 42)
        var two = SeededRandom(seed: 42)
        var other = SeededRandom(seed: 43)
        var differences = 0
        for _ in 0 ..< 100 {
            let word = one.next()
            #expect(word == two.next())
            if word != other.next() { differences += 1 }
        }
        #expect(differences == 100)
    }

    @Test func staysBelowItsBound() {
        var random = SeededRandom(seed: 15)
        for bound in [1, 2, 3, 7, 10, 255, 256, 1 << 40, .max] {
            for _ in 0 ..< 1000 { #expect((0 ..< bound).contains(random.next(below: bound))) }
        }
        for _ in 0 ..< 10_000 { #expect((0 ..< 1).contains(random.nextUnit())) }
    }

    @Test func isEven() {
        var random = SeededRandom(seed: 16)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0 ..< 70_000 { counts[random.next(below: 7)] += 1 }
        // Five standard deviations (93 each) off would be one run in a million; the seed is fixed anyway.
        for count in counts { #expect((9_530 ..< 10_470).contains(count)) }
        var mean = 0.0
        for _ in 0 ..< 10_000 { mean += random.nextUnit() }
        #expect((4_850 ..< 5_150).contains(mean))
        // Three quarters of 2^63: taking the high bits without rejection would favour every third number.
        let bound = 3 << 61
        var low = 0
        for _ in 0 ..< 30_000 where random.next(below: bound) % 3 == 0 { low += 1 }
        #expect((9_590 ..< 10_410).contains(low))
    }
}
