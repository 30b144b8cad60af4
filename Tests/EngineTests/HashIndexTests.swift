import Bytes
import Testing

@testable import Engine

/// Numbers by hash, against a dictionary of arrays.
@Suite struct HashIndexTests {
    @Test(arguments: [1, 2, 3]) func behavesLikeADictionary(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var index = HashIndex()
        var model: [UInt64: [UInt32]] = [:]
        var all: [(UInt64, UInt32)] = []
        for round in 0 ..< 6000 {
            // Grows to thousands, then shrinks to nothing, with hashes that meet.
            let grows = round % 3000 < 1700
            if grows || all.isEmpty {
                let hash = random.next(below: 4) == 0 ? UInt64(random.next(below: 5)) : random.next()
                let number = UInt32(round)
                index.insert(hash, number)
                model[hash, default: []].append(number)
                all.append((hash, number))
            } else {
                let (hash, number) = all.remove(at: random.next(below: all.count))
                index.remove(hash, number)
                model[hash]!.removeAll { $0 == number }
            }
            #expect(index.count == all.count)
            if round % 50 == 0 {
                index.checkInvariants()
                check(index, model)
            }
        }
        while let (hash, number) = all.popLast() { index.remove(hash, number) }
        index.checkInvariants()
        #expect(index.memory == 0)
    }

    private func check(_ index: borrowing HashIndex, _ model: [UInt64: [UInt32]]) {
        for (hash, numbers) in model {
            var found: [UInt32] = []
            _ = index.find(hash) {
                found.append($0)
                return false
            }
            // Thirty-two bits of a hash are compared, so that others may turn up, but never a hash's own be missing.
            #expect(Set(numbers).isSubset(of: found) && Set(found).count == found.count)
        }
    }

    @Test func anEmptyIndexFindsNothing() {
        let index = HashIndex()
        let found = index.find(7) { _ in true }
        #expect(found == nil && index.memory == 0)
    }
}
