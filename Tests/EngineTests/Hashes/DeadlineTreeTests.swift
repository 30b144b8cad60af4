import Bytes
import Testing

@testable import Engine

/// Trees of deadlines against a plain array, while the table they belong to grows and shrinks.
@Suite struct DeadlineTreeTests {
    @Test(arguments: [UInt64(1), 2, 3, 4]) func behavesAsAnArray(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var arena = Arena(reservation: 1 << 28)
        var tree = DeadlineTree()
        var model = [Int64.max]
        // Far enough that the lowest level has several pages.
        let largest = seed == 4 ? 18_000 : 700
        for step in 0 ..< 4 * largest {
            switch random.next(below: 8) {
            case 0 ..< (step < 2 * largest ? 4 : 1):
                let from = random.next(below: model.count)
                model.append(model[from])
                tree.split(from, model.count - 1, count: model.count, &arena)
            case 4 where model.count > 1:
                let to = random.next(below: model.count - 1)
                model[to] = min(model[to], model[model.count - 1])
                model.removeLast()
                tree.merge(model.count, to, &arena)
            case 5:
                let bucket = random.next(below: model.count)
                let time: Int64 = random.next(below: 3) == 0 ? .max : Int64(random.next(below: 1000))
                if tree.isEmpty && time != .max { continue }
                model[bucket] = time
                tree.set(bucket, to: time, &arena)
            default:
                let bucket = random.next(below: model.count)
                let time = Int64(random.next(below: 1000))
                model[bucket] = min(model[bucket], time)
                tree.lower(bucket, to: time, count: model.count, &arena)
            }
            // The plain array is slow to ask.
            if seed == 4 && step % 997 != 0 { continue }
            #expect(tree.earliest == model.min())
            let limit = Int64(random.next(below: 1000))
            let first = tree.firstBucket(before: limit, arena)
            #expect((first != nil) == ((model.min() ?? .max) < limit))
            if let first { #expect(model[first] < limit) }
            if seed == 4 || step % 131 == 0 {
                tree.checkInvariants(count: model.count, arena)
                for bucket in model.indices { #expect(tree.time(of: bucket, arena) == model[bucket]) }
            }
        }
        #expect(model.count > largest / 4)
        tree.removeAll(&arena)
        #expect(tree.isEmpty && arena.allocatedBytes == 0)
    }

    /// A table of any size gets its tree at once.
    @Test func onlyWhatIsWrittenTakesMemory() {
        var arena = Arena(reservation: 1 << 28)
        var tree = DeadlineTree()
        tree.lower(1_999_999, to: 7, count: 2_000_000, &arena)
        #expect(tree.earliest == 7 && tree.firstBucket(before: 8, arena) == 1_999_999)
        #expect(arena.allocatedBytes < 300_000)
        tree.removeAll(&arena)
    }
}
