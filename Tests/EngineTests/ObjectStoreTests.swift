import Bytes
import Testing

@testable import Engine

/// Values by number: found, buried, freed in slices, numbers used again.
@Suite struct ObjectStoreTests {
    /// A value that counts how many of its kind live.
    private struct Probe: ~Copyable, LargeValue {
        final class Census { var living = 0 }

        let census: Census
        var count: Int

        init(_ census: Census, count: Int) {
            self.census = census
            self.count = count
            census.living += 1
        }

        deinit { census.living -= 1 }

        borrowing func copy(_ arena: inout Arena) -> Probe { Probe(census, count: count) }

        mutating func dismantle(_ arena: inout Arena, budget: inout Int) -> Bool {
            let freed = min(count, budget)
            count -= freed
            budget -= freed
            return count > 0
        }
    }

    @Test func smallValuesGoAtOnceAndLargeOnesInSlices() {
        let census = Probe.Census()
        var arena = Arena(reservation: 1 << 28)
        var store = ObjectStore<Probe>()
        let small = store.add(Probe(census, count: 10))
        let large = store.add(Probe(census, count: 1000))
        #expect(store[large].count == 1000)
        store[large].count += 1
        #expect(store[large].count == 1001)
        store.bury(small, &arena)
        #expect(census.living == 1 && store.count == 1)
        store.bury(large, &arena)
        #expect(census.living == 1 && store.count == 0)
        var slices = 0
        repeat {
            slices += 1
            var budget = 100
            if !store.dismantle(&arena, budget: &budget) { break }
        } while slices < 100
        #expect(slices == 10)
        #expect(census.living == 0)
        #expect(store.add(Probe(census, count: 1)) == large)
    }

    @Test func nothingOutlivesTheStore() {
        let census = Probe.Census()
        do {
            var arena = Arena(reservation: 1 << 28)
            var store = ObjectStore<Probe>()
            for i in 0 ..< 200 { _ = store.add(Probe(census, count: i)) }
            for i in 0 ..< 100 { store.bury(UInt32(i), &arena) }
        }
        #expect(census.living == 0)
    }
}
