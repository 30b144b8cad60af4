import Bytes
import Testing

@testable import Engine

/// Table and tree together, against a dictionary.
@Suite struct LargeSortedSetTests {
    private static func text(_ random: inout SeededRandom) -> [UInt8] {
        switch random.next(below: 12) {
        case 0: []
        case 1:
            // Around the length from which a member is on the heap.
            Array(repeating: UInt8(random.next(below: 3)), count: 252 + random.next(below: 6))
        case 2: Array(repeating: 7, count: 9000 + random.next(below: 4))
        case 3: (0 ..< random.next(below: 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        default: Array("member:\(random.next(below: 1500))".utf8)
        }
    }

    private static func sorted(_ model: [[UInt8]: Double]) -> [[UInt8]] {
        model.sorted {
            $0.value != $1.value ? $0.value < $1.value : $0.key.lexicographicallyPrecedes($1.key)
        }.map(\.key)
    }

    private static func members(_ set: borrowing LargeSortedSet, _ arena: borrowing Arena) -> [[UInt8]] {
        var found: [[UInt8]] = []
        set.tree.forEach(0 ..< set.count, arena) {
            found.append(arena.rankedMember($0.member).array)
            return true
        }
        return found
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6]) func behavesAsASortedSet(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var arena = Arena(reservation: 1 << 30)
        var set = LargeSortedSet(key: SipKey(seed, 2))
        var model: [[UInt8]: Double] = [:]
        let scores = [3, 50, 100_000][Int(seed) % 3]
        for step in 0 ..< 4500 {
            let text = Self.text(&random)
            let score = Double(random.next(below: scores)) / 4
            // Grows for a while, then shrinks.
            if random.next(below: 10) < (step / 1500 % 2 == 0 ? 7 : 3) {
                var seen: Double?
                set.update(text.bytes, &arena) {
                    seen = $0
                    return score
                }
                #expect(seen == model.updateValue(score, forKey: text))
            } else if random.next(below: 8) == 0, set.count > 3 {
                let start = random.next(below: set.count)
                let ranks = start ..< min(set.count, start + random.next(below: random.next(below: 9) == 0 ? 60 : 4))
                for member in Self.sorted(model)[ranks] { model[member] = nil }
                set.remove(ranks, &arena)
            } else {
                #expect(set.remove(text.bytes, &arena) == (model.removeValue(forKey: text) != nil))
            }
            let other = Self.text(&random)
            #expect(set.score(of: other.bytes, arena) == model[other])
            if step % 211 == 0 {
                set.checkInvariants(arena)
                let order = Self.sorted(model)
                #expect(Self.members(set, arena) == order)
                #expect(set.rank(of: other.bytes, arena)?.rank == order.firstIndex(of: other))
            }
        }
        set.checkInvariants(arena)
        #expect(Self.members(set, arena) == Self.sorted(model))

        var copy = set.copy(&arena)
        copy.checkInvariants(arena)
        #expect(Self.members(copy, arena) == Self.sorted(model))

        var budget = 10
        var isLeft = [copy.dismantle(&arena, budget: &budget)]
        #expect(budget <= 0)
        while copy.dismantle(&arena, budget: &budget) { budget = 25 }
        budget = .max
        isLeft.append(set.dismantle(&arena, budget: &budget))
        #expect(isLeft == [true, false])
        #expect(arena.allocatedBytes == 0 && arena.externalBytes == 0)
    }

    /// The shape that measurements compare: members of 17 bytes, scores in random order.
    @Test func aMemberTakesLittleMemory() {
        var random = SeededRandom(seed: 1)
        var arena = Arena(reservation: 1 << 30)
        var set = LargeSortedSet(key: SipKey(1, 2))
        for i in 0 ..< 50_000 {
            let digits = String(i)
            let text = Array(("member:" + String(repeating: "0", count: 10 - digits.count) + digits).utf8)
            set.insert(text.bytes, score: random.nextUnit(), &arena)
        }
        #expect(arena.pagedBytes / set.count <= 70, "\(arena.pagedBytes) bytes for \(set.count) members")
    }
}
