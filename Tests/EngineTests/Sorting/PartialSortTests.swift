import Bytes
import Testing

@testable import Engine

/// A part of an array in order: what is in the part, and in what order equal elements come.
@Suite struct PartialSortTests {
    @Test(arguments: 1 ... 40) func theWantedPartIsThatOfTheWhole(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0 ..< 20 {
            let count = 1 + random.next(below: 300)
            let keys = 1 + random.next(below: 2 * count)
            var elements: [Int] = (0 ..< count).map { _ in random.next(below: keys) }
            if seed % 5 == 0 { elements.sort() }
            if seed % 5 == 1 { elements.sort(by: >) }
            let start = random.next(below: count)
            let wanted = start ... start + random.next(below: count - start)
            let sorted = elements.sorted()
            PartialSort.sort(&elements, wanted) { $0 - $1 }
            #expect(Array(elements[wanted]) == Array(sorted[wanted]))
            #expect(elements.sorted() == sorted)
        }
    }

    /// Numbers of elements, of keys, and the part that is wanted; and which elements Redis's `pqsort` puts there.
    private static let golden: [(Int, Int, ClosedRange<Int>, [Int])] = [
        (6, 3, 1 ... 2, [0, 2]),
        (7, 3, 1 ... 4, [6, 2, 0, 4]),
        (20, 4, 2 ... 9, [10, 5, 0, 2, 3, 12, 14, 15]),
        (41, 5, 0 ... 10, [27, 5, 20, 35, 12, 14, 29, 6, 2, 33, 17]),
        (
            60, 7, 20 ... 44,
            [59, 2, 17, 23, 38, 44, 50, 49, 11, 19, 32, 7, 29, 40, 8, 53, 28, 6, 48, 27, 9, 30, 35, 14, 5]
        ),
        (
            120, 10, 100 ... 118,
            [112, 22, 97, 67, 75, 9, 15, 24, 30, 39, 45, 54, 60, 69, 0, 84, 90, 99, 105]
        ),
    ]

    @Test(arguments: golden.indices) func equalElementsComeAsInRedis(number: Int) {
        let (count, keys, wanted, expected) = Self.golden[number]
        let weights = (0 ..< count).map { index in
            let key = (index * 7919 + 13) % keys
            return (key * key + index / 3) % keys
        }
        var elements = Array(0 ..< count)
        PartialSort.sort(&elements, wanted) { weights[$0] - weights[$1] }
        #expect(Array(elements[wanted]) == expected)
    }

    /// The most that comparing can cost stays near its mean, though everything is in order or equal already.
    @Test func noOrderIsExpensive() {
        let count = 20000
        let shapes: [(Int) -> Int] = [{ $0 }, { count - $0 }, { _ in 7 }, { $0 % 2 }, { min($0, count - $0) }]
        for (number, shape) in shapes.enumerated() {
            var elements = (0 ..< count).map(shape)
            var compared = 0
            PartialSort.sort(&elements, 0 ... 9) {
                compared += 1
                return $0 - $1
            }
            #expect(compared < 8 * count, "shape \(number)")
        }
    }
}
