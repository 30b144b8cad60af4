import Bytes
import Testing

@testable import Engine

@Suite struct AccessRuleTests {
    private func rule(_ policy: Configuration.EvictionPolicy, at seconds: Double) -> AccessRule {
        var configuration = Configuration()
        configuration.maxmemoryPolicy = policy
        var rule = AccessRule()
        rule.adopt(configuration)
        rule.setTime(micros: Int64(seconds * 1_000_000))
        return rule
    }

    @Test func idleTimeIsInSecondsAndComesRound() {
        var rule = rule(.allkeysLRU, at: 1000)
        let access = rule.fresh
        rule.setTime(micros: 1_007_900_000)
        #expect(rule.idleSeconds(access) == 7)
        #expect(rule.idleSeconds(rule.idle(seconds: 50)) == 50)
        rule.setTime(micros: (1000 + 0x7F_FFFF) * 1_000_000)
        #expect(rule.idleSeconds(access) == 0x7F_FFFF)
        rule.setTime(micros: (1000 + 0x80_0000) * 1_000_000)
        #expect(rule.idleSeconds(access) == 0)
    }

    @Test func usesCountOncePerQuarterAndUpToThree() {
        var rule = rule(.allkeysLRU, at: 1000)
        var random = SeededRandom(seed: 1)
        var access = rule.fresh
        for _ in 0 ..< 5 { access = rule.read(access, &random) }
        #expect(access & 3 == 0)
        for step in 1 ... 5 {
            rule.setTime(micros: 1_000_000_000 + Int64(step) * 250_000)
            access = rule.read(access, &random)
            #expect(access & 3 == UInt32(min(3, step)))
        }
    }

    /// One that was used again may rest four times as long as one that was not, and so on.
    @Test func usesWeighFourfold() {
        var rule = rule(.allkeysLRU, at: 100_000)
        let access = rule.idle(seconds: 64)
        let once = rule.dispensability(access)
        #expect(rule.dispensability(access | 1) == once / 4)
        #expect(rule.dispensability(access | 3) == once / 64)
        #expect(rule.dispensability(rule.idle(seconds: 65)) > once)
        rule.setTime(micros: 200_000_000_000)
        #expect(rule.dispensability(access) > once)
    }

    @Test func onlyChangesCountUnderLRM() {
        var rule = rule(.allkeysLRM, at: 1000)
        var random = SeededRandom(seed: 1)
        let access = rule.fresh
        rule.setTime(micros: 1_010_000_000)
        #expect(rule.read(access, &random) == access)
        #expect(rule.idleSeconds(rule.written(access, &random)) == 0)
    }

    /// The counter grows as Redis's does: about 18 after a thousand uses, 49 after a hundred thousand, with the factor 10.
    @Test func frequencyGrowsWithTheLogarithmOfUses() {
        let rule = rule(.allkeysLFU, at: 1000)
        for (uses, expected) in [(1, 6.0), (100, 10.0), (1000, 18.0), (100_000, 142.0)] {
            var total = 0
            for seed in 0 ..< 20 {
                var random = SeededRandom(seed: UInt64(seed))
                var access = rule.fresh
                for _ in 0 ..< uses { access = rule.read(access, &random) }
                total += AccessFrequency(bits: access).decayed(now: 1_000_000, minutes: 1)
            }
            let mean = Double(total) / 20
            #expect(abs(mean - expected) <= max(1.5, expected / 10), "\(uses) uses: \(mean)")
        }
    }
}
