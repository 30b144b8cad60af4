import Bytes
import Testing

@testable import Engine

@Suite struct PrefixTreeTests {
    /// Against a plain dictionary that is searched through, under seeded random operations.
    @Test(arguments: [UInt64(1), 2, 3, 4]) func findsJustThePrefixes(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var tree = PrefixTree<Int>()
        var model: [[UInt8]: Int] = [:]
        // Few letters, so that strings share much of their beginnings.
        func string(_ limit: Int) -> [UInt8] {
            (0 ..< random.next(below: limit)).map { _ in UInt8(97 + random.next(below: 2)) }
        }
        for step in 0 ..< 6000 {
            let key = string(8)
            switch random.next(below: 4) {
            case 0, 1:
                tree.insert(key.bytes, step)
                model[key] = step
            case 2: #expect(tree.remove(key.bytes) == model.removeValue(forKey: key))
            default:
                let subject = string(14)
                var found: [Int] = []
                tree.visitPrefixes(of: subject.bytes) { found.append($0) }
                let expected = model.filter { subject.starts(with: $0.key) }.sorted { $0.key.count < $1.key.count }
                #expect(found == expected.map(\.value))
            }
            #expect(tree[key.bytes] == model[key])
            #expect(tree.count == model.count)
            tree.checkInvariants()
        }
    }

    @Test func emptyTreeKnowsNothing() {
        var tree = PrefixTree<Int>()
        let key = Array("key".utf8)
        var seen = 0
        tree.visitPrefixes(of: key.bytes) { _ in seen += 1 }
        #expect(seen == 0)
        #expect(tree[key.bytes] == nil)
        #expect(tree.remove(key.bytes) == nil)
    }

    @Test func theEmptyStringIsAPrefixOfAll() {
        var tree = PrefixTree<Int>()
        let nothing: [UInt8] = []
        let key = Array("key".utf8)
        tree.insert(nothing.bytes, 1)
        var seen: [Int] = []
        tree.visitPrefixes(of: key.bytes) { seen.append($0) }
        tree.visitPrefixes(of: nothing.bytes) { seen.append($0) }
        #expect(seen == [1, 1])
        #expect(tree.remove(nothing.bytes) == 1)
        #expect(tree.count == 0)
    }
}
