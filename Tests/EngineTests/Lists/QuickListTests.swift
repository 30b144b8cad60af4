import Bytes
import Testing

@testable import Engine

/// Long lists against an array, with every small layout of nodes.
@Suite struct QuickListTests {
    private struct Scene: ~Copyable {
        var arena = Arena(reservation: 1 << 30)
        var list: QuickList
        var scratch = ByteBuffer()

        init(_ limits: ListLimits) { list = QuickList(limits) }

        var elements: [[UInt8]] {
            mutating get {
                var found: [[UInt8]] = []
                var path: QuickList.Path? = list.pages.isEmpty ? nil : .first
                while let current = path {
                    let node = list.node(current)
                    var bytes = arena.listBytes(node).array
                    if node.isCompressed {
                        arena.decompress(node, into: &scratch)
                        bytes = scratch.bytes.array
                    }
                    if node.isPlain { found.append(bytes) } else { found += QuickListTests.elements(bytes) }
                    path = list.next(current)
                }
                return found
            }
        }

        var compressedNodes: Int { list.pages.reduce(0) { $0 + $1.nodes.count { $0.isCompressed } } }
    }

    private static func elements(_ pack: [UInt8]) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var position = Listpack.first
        while !Listpack.isEnd(pack.bytes, position) {
            switch Listpack.value(pack.bytes, position) {
            case .integer(let value): found.append(Array(String(value).utf8))
            case .text(let range): found.append(Array(pack[range]))
            }
            position = Listpack.next(pack.bytes, position)
        }
        return found
    }

    /// Few different texts, so that matches occur, and some that are as large as nodes.
    private static func randomText(_ random: inout SeededRandom) -> [UInt8] {
        switch random.next(below: 10) {
        case 0: return Array(String(Int64(random.next(below: 300)) - 100).utf8)
        case 1: return []
        case 2: return [UInt8](repeating: UInt8(random.next(below: 3)), count: random.next(below: 600))
        case 3: return (0 ..< random.next(below: 200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        case 4 where random.next(below: 10) == 0:
            return [UInt8](repeating: UInt8(random.next(below: 3)), count: 4000 + random.next(below: 5000))
        default: return Array("element \(random.next(below: 12))".utf8)
        }
    }

    static let layouts: [ListLimits] = [
        ListLimits(), ListLimits(fill: -1, depth: 0), ListLimits(fill: 1, depth: 0), ListLimits(fill: 3, depth: 0),
        ListLimits(fill: 5, depth: 0, plainThreshold: 100), ListLimits(fill: 128, depth: 0, plainThreshold: 1),
        ListLimits(fill: -2, depth: 1), ListLimits(fill: 4, depth: 1), ListLimits(fill: 3, depth: 2, plainThreshold: 60),
        ListLimits(fill: 1, depth: 3), ListLimits(fill: -5, depth: 0),
    ]

    @Test(arguments: layouts.indices) func behavesAsAnArray(layout: Int) {
        var random = SeededRandom(seed: UInt64(layout) + 1)
        var scene = Scene(Self.layouts[layout])
        var model: [[UInt8]] = []
        for step in 0 ..< 2500 {
            let text = Self.randomText(&random)
            Self.change(&scene, &model, text, step, &random)
            scene.list.checkInvariants(scene.arena)
            #expect(scene.list.count == model.count)
            if step % 7 == 0 { #expect(scene.elements == model, "step \(step)") }
        }
        #expect(scene.elements == model)
        var budget = Int.max
        #expect(!scene.list.dismantle(&scene.arena, budget: &budget))
        #expect(scene.arena.allocatedBytes == 0 && scene.arena.externalBytes == 0)
    }

    private static func change(
        _ scene: inout Scene, _ model: inout [[UInt8]], _ text: [UInt8], _ step: Int, _ random: inout SeededRandom
    ) {
        // The list grows for a while, then shrinks.
        let grows = step / 400 % 2 == 0
        let index = random.next(below: model.count + 1)
        switch random.next(below: grows ? 9 : 14) {
        case 0, 1, 2:
            scene.list.push(text.bytes, .head, &scene.arena)
            model.insert(text, at: 0)
        case 3, 4, 5:
            scene.list.push(text.bytes, .tail, &scene.arena)
            model.append(text)
        case 6:
            scene.list.insert(text.bytes, at: index, &scene.arena)
            model.insert(text, at: index)
        case 7 where index < model.count:
            scene.list.replace(index, with: text.bytes, &scene.arena)
            model[index] = text
        case 8 where index < model.count:
            let place = scene.list.place(index, &scene.arena)
            scene.list.remove(place, &scene.arena)
            model.remove(at: index)
        case 9, 10:
            let end = random.next(below: 2) == 0 ? ListEnd.head : .tail
            if model.isEmpty { return }
            scene.list.pop(scene.list.place(end, scene.arena), &scene.arena)
            model.remove(at: end == .head ? 0 : model.count - 1)
        case 11:
            let range = index ..< index + random.next(below: min(40, model.count - index + 1))
            if var cut = scene.list.remove(range, &scene.arena) {
                #expect(cut.count <= range.count)
                var budget = Int.max
                _ = cut.dismantle(&scene.arena, budget: &budget)
            }
            model.removeSubrange(range)
        case 12:
            let limit = 1 + random.next(below: 5)
            let end = random.next(below: 2) == 0 ? ListEnd.head : .tail
            let removed = scene.list.removeMatches(text.bytes, limit: limit, from: end, &scene.scratch, &scene.arena)
            #expect(removed == removeMatches(&model, text, limit: limit, from: end))
        case 13 where !model.isEmpty:
            let index = random.next(below: model.count)
            let (path, inner) = scene.list.locate(index)
            #expect(scene.list.index(of: path) + inner == index)
        default: break
        }
    }

    private static func removeMatches(
        _ model: inout [[UInt8]], _ text: [UInt8], limit: Int, from end: ListEnd
    ) -> Int {
        let matches = model.indices.filter { model[$0] == text }
        let chosen = end == .head ? matches.prefix(limit) : matches.suffix(limit)
        for index in chosen.reversed() { model.remove(at: index) }
        return chosen.count
    }

    @Test func copiesAreIndependent() {
        var scene = Scene(ListLimits(fill: 3, depth: 1))
        for i in 0 ..< 1000 { scene.list.push(Array("a rather long element \(i)".utf8).bytes, .tail, &scene.arena) }
        #expect(scene.compressedNodes > 0 || scene.list.nodeCount > 300)
        var copy = scene.list.copy(&scene.arena)
        copy.checkInvariants(scene.arena)
        scene.list.push(Array("x".utf8).bytes, .head, &scene.arena)
        #expect(copy.count == 1000 && scene.list.count == 1001)
        var budget = 80
        #expect(copy.dismantle(&scene.arena, budget: &budget))
        #expect(copy.nodeCount == 334 - 10)
        budget = .max
        #expect(!copy.dismantle(&scene.arena, budget: &budget))
        #expect(scene.elements.count == 1001)
    }

    @Test func innerNodesAreCompressed() {
        var scene = Scene(ListLimits(fill: -1, depth: 2))
        for i in 0 ..< 2000 { scene.list.push(Array("an element like others \(i)".utf8).bytes, .tail, &scene.arena) }
        #expect(scene.list.nodeCount > 10)
        #expect(scene.compressedNodes == scene.list.nodeCount - 4)
    }

    @Test func anElementOfSixteenBytesCostsEighteen() {
        var scene = Scene(ListLimits())
        let text = [UInt8](repeating: 120, count: 16)
        for _ in 0 ..< 200_000 { scene.list.push(text.bytes, .tail, &scene.arena) }
        for _ in 0 ..< 200_000 { scene.list.push(text.bytes, .head, &scene.arena) }
        #expect(Double(scene.arena.pagedBytes + scene.arena.externalBytes) / 400_000 < 18.5)
        while scene.list.count > 0 { scene.list.pop(scene.list.place(.head, scene.arena), &scene.arena) }
        #expect(scene.arena.allocatedBytes == 0)
    }

    @Test func cuttingOffMillionsFreesNothingAtOnce() throws {
        var scene = Scene(ListLimits())
        for i in 0 ..< 300_000 { scene.list.push(Array("\(i % 7)".utf8).bytes, .tail, &scene.arena) }
        let nodes = scene.list.nodeCount
        let held = scene.arena.allocatedBytes
        guard let cut = scene.list.remove(100 ..< 299_900, &scene.arena) else {
            Issue.record("nothing was cut off")
            return
        }
        scene.list.checkInvariants(scene.arena)
        cut.checkInvariants(scene.arena)
        #expect(scene.list.count == 200 && cut.nodeCount >= nodes - 2)
        #expect(scene.arena.allocatedBytes > held / 2)
    }
}

