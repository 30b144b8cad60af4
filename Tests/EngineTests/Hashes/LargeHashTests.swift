import Bytes
import Testing

@testable import Engine

/// Tables of fields against a plain dictionary, under seeded random operations.
@Suite struct LargeHashTests {
    /// What a field holds, as the model sees it.
    private struct Content: Equatable {
        var value: [UInt8]
        var deadline: Int64?
    }

    private static func text(_ random: inout SeededRandom) -> [UInt8] {
        switch random.next(below: 14) {
        case 0: []
        case 1:
            // Around the length from which a name is on the heap.
            Array(repeating: UInt8(random.next(below: 3)), count: 253 + random.next(below: 6))
        case 2: Array(repeating: 7, count: 9000 + random.next(below: 4))
        case 3: (0 ..< random.next(below: 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        default: Array("field:\(random.next(below: 1500))".utf8)
        }
    }

    private static func value(_ random: inout SeededRandom) -> [UInt8] {
        switch random.next(below: 20) {
        case 0: []
        case 1: Array(repeating: 9, count: 480 + random.next(below: 40))
        case 2: Array(repeating: 8, count: 300_000 + random.next(below: 2))
        default: Array(repeating: UInt8(random.next(below: 256)), count: random.next(below: 50))
        }
    }

    private static func contents(_ hash: borrowing LargeHash, _ arena: borrowing Arena) -> [[UInt8]: Content] {
        var found: [[UInt8]: Content] = [:]
        hash.forEach(arena) {
            found[arena.name($0).array] = Content(value: arena.value($0).array, deadline: arena.deadline($0))
            return true
        }
        return found
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6]) func behavesAsADictionary(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var arena = Arena(reservation: 1 << 30)
        var garbage: [Garbage] = []
        var hash = LargeHash(key: SipKey(seed, 2))
        var model: [[UInt8]: Content] = [:]
        var now: Int64 = 1000
        for step in 0 ..< 6000 {
            let name = Self.text(&random)
            let grows = step / 1500 % 2 == 0
            let deadline = now + Int64(random.next(below: seed % 2 == 0 ? 3000 : 60))
            switch random.next(below: 10) {
            case 0 ..< (grows ? 5 : 2):
                let value = Self.value(&random)
                let before = model[name]
                let change: LargeHash.Deadline =
                    switch random.next(below: 4) {
                    case 0: .keep
                    case 1: .at(deadline)
                    default: .clear
                    }
                let isThere = hash.set(name.bytes, value.bytes, change, now: now, &arena, &garbage)
                #expect(isThere == (before != nil))
                switch change {
                case .clear: model[name] = Content(value: value)
                case .keep: model[name] = Content(value: value, deadline: before?.deadline)
                case .at(let time): model[name] = Content(value: value, deadline: time)
                }
            case 5:
                guard let field = hash.random(&random, arena) else { continue }
                let chosen = arena.name(field).array
                let time: Int64? = random.next(below: 3) == 0 ? nil : deadline
                hash.setDeadline(field, time, &arena, &garbage)
                model[chosen]?.deadline = time
            case 6:
                now += Int64(random.next(below: 40))
                var budget = Int.max
                let told = hash.expire(now: now, budget: &budget, &arena, &garbage)
                let due = model.filter { $0.value.deadline.map { $0 < now } ?? false }
                #expect(told.sorted() == due.values.compactMap(\.deadline).sorted())
                for name in due.keys { model[name] = nil }
            default:
                let field = hash.find(name.bytes, arena)
                #expect((field != nil) == (model[name] != nil))
                guard let field else { continue }
                let found = Content(value: arena.value(field).array, deadline: arena.deadline(field))
                #expect(found == model[name])
                hash.remove(field, &arena, &garbage)
                model[name] = nil
            }
            if step % 211 == 0 { hash.checkInvariants(arena) }
        }
        hash.checkInvariants(arena)
        #expect(hash.count == model.count && Self.contents(hash, arena) == model)

        var copy = hash.copy(&arena)
        copy.checkInvariants(arena)
        #expect(copy.count == model.count && Self.contents(copy, arena) == model)

        var budget = 10
        var isLeft = [copy.dismantle(&arena, budget: &budget)]
        #expect(budget <= 0 && copy.count >= model.count - 30)
        budget = .max
        isLeft.append(copy.dismantle(&arena, budget: &budget))
        isLeft.append(hash.dismantle(&arena, budget: &budget))
        #expect(isLeft == [true, false, false])
        #expect(arena.allocatedBytes == 0 && arena.externalBytes == 0)
        for block in garbage { block.free() }
    }

    /// Fields that fall due are removed a few at a time, and none before its time.
    @Test func expiringKeepsToItsBudget() {
        var arena = Arena(reservation: 1 << 30)
        var garbage: [Garbage] = []
        var hash = LargeHash(key: SipKey(1, 2))
        for i in 0 ..< 10_000 {
            hash.set(
                Array("f\(i)".utf8).bytes, Array("v".utf8).bytes, .at(Int64(i / 10)), now: 0, &arena, &garbage)
        }
        #expect(hash.earliestDeadline == 0)
        var told: [Int64] = []
        var slices = 0
        repeat {
            var budget = 100
            let slice = hash.expire(now: 500, budget: &budget, &arena, &garbage)
            #expect(slice.count < 140)
            told += slice
            hash.checkInvariants(arena)
            slices += 1
        } while hash.earliestDeadline < 500
        #expect(told.count == 5000 && told.allSatisfy { $0 < 500 } && hash.count == 5000)
        #expect(slices > 30)
        var budget = Int.max
        #expect(!hash.dismantle(&arena, budget: &budget))
        #expect(arena.allocatedBytes == 0)
    }

    @Test func aFieldTakesLittleMemory() {
        var arena = Arena(reservation: 1 << 30)
        var garbage: [Garbage] = []
        var hash = LargeHash(key: SipKey(1, 2))
        let count = 50_000
        func name(_ i: Int) -> [UInt8] { Array(("field:" + String(1_000_000_000 + i)).utf8) }
        for i in 0 ..< count {
            #expect(name(i).count == 16)
            hash.set(name(i).bytes, name(i).bytes, now: 0, &arena, &garbage)
        }
        #expect(arena.pagedBytes / count <= 58, "\(arena.pagedBytes) bytes for \(count) fields")
        let before = arena.allocatedBytes
        for i in 0 ..< count {
            if let field = hash.find(name(i).bytes, arena) { hash.setDeadline(field, Int64(i + 1), &arena, &garbage) }
        }
        #expect((arena.allocatedBytes - before) / count <= 10, "\(arena.allocatedBytes - before) bytes of deadlines")
    }

    /// Choice is uniform in a table that has just grown or shrunk, however its buckets are filled.
    @Test(arguments: [1, 7, 30, 100, 149]) func choiceIsUniform(count: Int) {
        var random = SeededRandom(seed: 12)
        var arena = Arena(reservation: 1 << 28)
        var garbage: [Garbage] = []
        var hash = LargeHash(key: SipKey(3, 4))
        for i in 0 ..< 2 * count {
            hash.set(Array("m\(i)".utf8).bytes, Array("v".utf8).bytes, now: 0, &arena, &garbage)
        }
        for i in count ..< 2 * count {
            if let field = hash.find(Array("m\(i)".utf8).bytes, arena) { hash.remove(field, &arena, &garbage) }
        }
        var hits: [[UInt8]: Int] = [:]
        let draws = 200 * count
        for _ in 0 ..< draws {
            guard let field = hash.random(&random, arena) else { continue }
            hits[arena.name(field).array, default: 0] += 1
        }
        #expect(hits.count == count)
        let chi = hits.values.reduce(0.0) { $0 + (Double($1) - 200) * (Double($1) - 200) / 200 }
        // For k degrees of freedom, k plus four times its deviation; the seed is fixed.
        #expect(chi < Double(count) + 4 * (2 * Double(count)).squareRoot())
    }
}
