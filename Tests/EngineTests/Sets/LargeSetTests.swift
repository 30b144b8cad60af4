import Bytes
import Testing

@testable import Engine

/// Tables of members against a plain set, under seeded random operations.
@Suite struct LargeSetTests {
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

    private static func members(_ set: borrowing LargeSet, _ arena: borrowing Arena) -> [[UInt8]] {
        var found: [[UInt8]] = []
        set.forEach(arena) {
            found.append(arena.member($0).array)
            return true
        }
        return found
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6]) func behavesAsASet(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var arena = Arena(reservation: 1 << 30)
        var set = LargeSet(key: SipKey(seed, 2))
        var model: Set<[UInt8]> = []
        for step in 0 ..< 6000 {
            let text = Self.text(&random)
            // Grows for a while, then shrinks.
            if random.next(below: 10) < (step / 1500 % 2 == 0 ? 7 : 3) {
                #expect(set.insert(text.bytes, &arena) == model.insert(text).inserted)
            } else if random.next(below: 4) == 0, let handle = set.random(&random, arena) {
                #expect(model.remove(arena.member(handle).array) != nil)
                set.remove(handle, &arena)
            } else {
                #expect(set.remove(text.bytes, &arena) == (model.remove(text) != nil))
            }
            let other = Self.text(&random)
            #expect(set.contains(other.bytes, arena) == model.contains(other))
            if step % 211 == 0 { set.checkInvariants(arena) }
        }
        set.checkInvariants(arena)
        let found = Self.members(set, arena)
        #expect(found.count == model.count && Set(found) == model)

        var copy = set.copy(&arena)
        copy.checkInvariants(arena)
        #expect(Set(Self.members(copy, arena)) == model && copy.count == model.count)

        var budget = 10
        var isLeft = [copy.dismantle(&arena, budget: &budget)]
        #expect(budget <= 0 && copy.count >= model.count - 30)
        budget = .max
        isLeft.append(copy.dismantle(&arena, budget: &budget))
        isLeft.append(set.dismantle(&arena, budget: &budget))
        #expect(isLeft == [true, false, false])
        #expect(arena.allocatedBytes == 0 && arena.externalBytes == 0)
    }

    @Test func aMemberTakesLittleMemory() {
        var arena = Arena(reservation: 1 << 30)
        var set = LargeSet(key: SipKey(1, 2))
        for i in 0 ..< 50_000 {
            let digits = String(i)
            let text = Array(("member:" + String(repeating: "0", count: 10 - digits.count) + digits).utf8)
            #expect(text.count == 17)
            _ = set.insert(text.bytes, &arena)
        }
        #expect(arena.pagedBytes / set.count <= 42, "\(arena.pagedBytes) bytes for \(set.count) members")
    }

    /// Choice is uniform in a table that has just grown or shrunk, however its buckets are filled.
    @Test(arguments: [1, 7, 30, 100, 149]) func choiceIsUniform(count: Int) {
        var random = SeededRandom(seed: 11)
        var arena = Arena(reservation: 1 << 28)
        var set = LargeSet(key: SipKey(3, 4))
        for i in 0 ..< 2 * count { _ = set.insert(Array("m\(i)".utf8).bytes, &arena) }
        for i in count ..< 2 * count { _ = set.remove(Array("m\(i)".utf8).bytes, &arena) }
        var hits: [[UInt8]: Int] = [:]
        let draws = 200 * count
        for _ in 0 ..< draws {
            guard let handle = set.random(&random, arena) else { continue }
            hits[arena.member(handle).array, default: 0] += 1
        }
        #expect(hits.count == count)
        let chi = hits.values.reduce(0.0) { $0 + (Double($1) - 200) * (Double($1) - 200) / 200 }
        // For k degrees of freedom, k plus four times its deviation; the seed is fixed.
        #expect(chi < Double(count) + 4 * (2 * Double(count)).squareRoot())
    }

    /// One set read with a cursor and put into another, as a client copies it: no bucket is filled before the others.
    @Test func oneSetsOrderIsNotAnothers() {
        var keyspace = Keyspace(databaseCount: 1, seed: 5)
        let first = keyspace.makeTable()
        let second = keyspace.makeTable()
        for i in 0 ..< 20000 { _ = keyspace.sets[first].insert(Array("member:\(i)".utf8).bytes, &keyspace.arena) }
        var cursor: UInt64 = 0
        repeat {
            var handles: [Arena.Handle] = []
            cursor = keyspace.sets[first].table.scan(cursor, keyspace.arena) { handles.append($0) }
            for handle in handles {
                let text = keyspace.arena.member(handle).array
                _ = keyspace.sets[second].insert(text.bytes, &keyspace.arena)
            }
        } while cursor != 0
        #expect(keyspace.sets[second].count == 20000)
        #expect(keyspace.sets[second].table.longestChain <= 4)
    }
}
