import Bytes
import Testing

@testable import Engine

/// The tree alone, against a sorted array of the same elements.
@Suite struct CountedTreeTests {
    /// A tree and its model.
    private struct Scene: ~Copyable {
        var arena = Arena(reservation: 1 << 30)
        var tree = CountedTree()
        var model: [CountedTree.Element] = []
        var names = 0

        func position(_ element: CountedTree.Element) -> Int {
            CountedTree.partition(model.count) { CountedTree.ascends(model[$0], element, arena) }
        }

        mutating func insert(_ score: Double, _ name: String) {
            let member = RankedMember.make(Array(name.utf8).bytes, score: score, &arena)
            let element = CountedTree.Element(score: score, member: member)
            model.insert(element, at: position(element))
            tree.insert(element, &arena)
        }

        /// A member that is different from all before.
        mutating func insert(_ score: Double) {
            names += 1
            insert(score, "m\(names * 7919 % 100_003)")
        }

        mutating func remove(_ ranks: Range<Int>) {
            let expected = model[ranks].map(\.member)
            model.removeSubrange(ranks)
            var removed: [Arena.Handle] = []
            tree.remove(ranks, &arena) { handle, arena in
                removed.append(handle)
                RankedMember.free(handle, &arena)
            }
            #expect(removed == expected)
        }

        mutating func removeOne(_ rank: Int) {
            let element = model.remove(at: rank)
            tree.remove(element, &arena)
            RankedMember.free(element.member, &arena)
        }

        mutating func move(_ rank: Int, to score: Double) {
            let element = model.remove(at: rank)
            tree.move(element, to: score, &arena)
            arena.setScore(element.member, score)
            let moved = CountedTree.Element(score: score, member: element.member)
            model.insert(moved, at: position(moved))
        }

        func elements(_ ranks: Range<Int>, reversed: Bool = false) -> [CountedTree.Element] {
            var found: [CountedTree.Element] = []
            tree.forEach(ranks, reversed: reversed, arena) {
                found.append($0)
                return true
            }
            return found
        }

        func check() {
            tree.checkInvariants(arena)
            #expect(tree.count == model.count)
        }
    }

    private static func range(_ random: inout SeededRandom, _ count: Int) -> Range<Int> {
        let a = random.next(below: count + 1)
        let b = random.next(below: count + 1)
        return min(a, b) ..< max(a, b)
    }

    /// Scores of few values, so that many are equal; of many; or in order.
    private static func score(_ random: inout SeededRandom, kind: UInt64, step: Int) -> Double {
        switch kind {
        case 0: Double(random.next(below: 5)) - 2
        case 1: Double(step)
        case 2: Double(-step)
        default: (random.nextUnit() - 0.5) * 1000
        }
    }

    @Test(arguments: UInt64(0) ..< 12) func behavesAsASortedArray(seed: UInt64) {
        var random = SeededRandom(seed: seed + 100)
        var scene = Scene()
        let kind = seed % 4
        for step in 0 ..< 6000 {
            let count = scene.model.count
            let growing = step / 2000 % 2 == 0
            switch random.next(below: 20) {
            case 0 ... (growing ? 13 : 5): scene.insert(Self.score(&random, kind: kind, step: step))
            case 14, 15: if count > 0 { scene.move(random.next(below: count), to: Self.score(&random, kind: kind, step: step)) }
            case 16:
                // A small change, which leaves most elements where they are.
                if count > 0 {
                    let rank = random.next(below: count)
                    scene.move(rank, to: scene.model[rank].score + (random.nextUnit() - 0.5))
                }
            case 17:
                if count > 0, random.next(below: 20) == 0 { scene.remove(Self.range(&random, count)) }
            default: if count > 0 { scene.removeOne(random.next(below: count)) }
            }
            if step % 97 == 0 { scene.check() }
            if step % 13 == 0, !scene.model.isEmpty {
                let rank = random.next(below: scene.model.count)
                #expect(scene.tree.rank(of: scene.model[rank], scene.arena) == rank)
                #expect(scene.tree.element(rank, scene.arena) == scene.model[rank])
            }
            if step % 51 == 0 {
                let ranks = Self.range(&random, scene.model.count)
                #expect(scene.elements(ranks) == Array(scene.model[ranks]))
                #expect(scene.elements(ranks, reversed: true) == scene.model[ranks].reversed())
                let bound = Self.score(&random, kind: kind, step: step)
                #expect(
                    scene.tree.count(scene.arena) { score, _ in score < bound }
                        == scene.model.count { $0.score < bound })
                #expect(
                    scene.tree.count(scene.arena) { score, _ in score <= bound }
                        == scene.model.count { $0.score <= bound })
            }
        }
        scene.check()
        #expect(scene.elements(0 ..< scene.model.count) == scene.model)
        scene.remove(0 ..< scene.model.count)
        scene.check()
        #expect(scene.arena.allocatedBytes == 0)
    }

    /// Every size around those at which nodes are split and joined, and the tree grows and shrinks a level.
    @Test(arguments: [1, -1, 0]) func everySmallSize(direction: Int) {
        var random = SeededRandom(seed: 9)
        var scene = Scene()
        for step in 0 ..< 2200 {
            scene.insert(direction == 0 ? Double(random.next(below: 300)) : Double(direction * step))
            if step < 200 || step % 50 == 0 { scene.check() }
        }
        #expect(scene.tree.height == 2)
        while !scene.model.isEmpty {
            let count = scene.model.count
            scene.removeOne(direction == 0 ? random.next(below: count) : direction > 0 ? 0 : count - 1)
            if count < 200 || count % 50 == 0 { scene.check() }
        }
        #expect(scene.tree.height == 0 && scene.arena.allocatedBytes == 0)
    }

    /// Elements that come in ascending order fill their leaves; those in descending order too.
    @Test(arguments: [1, -1]) func loadingInOrderFillsTheLeaves(direction: Int) {
        var scene = Scene()
        for step in 0 ..< 5000 { scene.insert(Double(direction * step)) }
        scene.check()
        let members = 5000 * Arena.occupied(8 + 1 + 6)
        #expect(scene.arena.allocatedBytes - members < 5000 * 15, "\(scene.arena.allocatedBytes - members) bytes of nodes")
    }

    @Test(arguments: [1, 37, 38, 39, 500, 4000]) func dismantlesLeafByLeaf(count: Int) {
        var scene = Scene()
        var random = SeededRandom(seed: 3)
        for _ in 0 ..< count { scene.insert(Double(random.next(below: 100))) }
        var leaves = 1
        while scene.tree.dismantleLastLeaf(&scene.arena) {
            leaves += 1
            scene.tree.checkInvariants(scene.arena)
        }
        #expect(leaves >= count / Leaf.capacity && leaves <= 1 + count / (Leaf.capacity / 3))
        #expect(scene.tree.count == 0 && scene.arena.allocatedBytes == count * Arena.occupied(8 + 1 + 6) || count < 500)
    }
}
