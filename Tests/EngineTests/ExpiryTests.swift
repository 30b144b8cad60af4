import Bytes
import TestSupport
import Testing

@testable import Engine

@Suite struct ExpiryTests {
    /// The wheel against a plain dictionary of times, under seeded random operations.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5]) func wheelHandsOutOnTime(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var wheel = ExpiryWheel()
        var model: [Int: Int64] = [:]
        var now: Int64 = 1_780_000_000_000
        let spans: [Int] = [3, 100, 5000, 300_000, 20_000_000, 1 << 40]
        for step in 0 ..< 30_000 {
            let id = random.next(below: 3000)
            switch random.next(below: 10) {
            case 0 ..< 6:
                let when = now + Int64(random.next(below: Int(spans[random.next(below: 6)])))
                wheel.schedule(id, at: when, now: now)
                model[id] = min(model[id] ?? .max, when)
            case 6:
                wheel.cancel(id)
                model[id] = nil
            default:
                now += Int64(random.next(below: spans[random.next(below: 5)]))
                var budget = Int.max
                while let due = wheel.popDue(now: now, budget: &budget) {
                    #expect(model[due] != nil && model[due]! <= now)
                    model[due] = nil
                }
                #expect(!model.values.contains { $0 <= now })
                if let next = wheel.nextEvent(), let earliest = model.values.min() { #expect(next <= earliest) }
            }
            if step % 500 == 0 { wheel.checkInvariants() }
        }
        wheel.checkInvariants()
    }

    @Test func keysAreRemovedOnTimeWithTheirEffect() {
        var keyspace = Keyspace(databaseCount: 1, seed: 3)
        keyspace.now = 1_780_000_000_000
        keyspace.effects.listeners = .inspection
        for i in 0 ..< 5000 {
            let key = Array("k\(i)".utf8)
            var place = keyspace.write(key.bytes)
            keyspace.setString(key.bytes, &place, key.bytes, .at(keyspace.now + Int64(i)))
        }
        _ = keyspace.effects.drain()
        for _ in 0 ..< 5000 {
            keyspace.now += 1
            var budget = 1000
            while keyspace.expireDue(micros: keyspace.now * 1000, budget: &budget) { budget = 1000 }
            let gone = keyspace.effects.drain()
            #expect(gone.count == 1 && gone[0].event == .expired)
        }
        #expect(keyspace.keyCount == 0)
        #expect(keyspace.databases[0].volatileCount == 0)
    }
}
