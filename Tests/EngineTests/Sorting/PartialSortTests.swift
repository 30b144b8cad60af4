import Bytes
import Testing

@testable import Engine

/// A part of an array in order: what is in the part, and in what order equal elements come.
@Suite struct PartialSortTests {
    /// All small arrays of few values, with every range of wanted places.
    @Test func smallArrays() {
        for count in 0 ... 9 {
            for number in 0 ..< 300 {
                var random = SeededRandom(seed: UInt64(count * 1000 + number))
                let array = (0 ..< count).map { _ in random.next(below: 1 + number % 7) }
                for low in 0 ... count {
                    for high in low ... count { check(array, low ..< high) }
                }
            }
        }
    }

    /// Around the sizes at which the way to choose a pivot changes, and well beyond.
    @Test(arguments: [39, 40, 41, 42, 100, 1000, 5000]) func largeArrays(count: Int) {
        for seed in 0 ..< 20 {
            var random = SeededRandom(seed: UInt64(seed))
            let values = [2, 10, count, count * 10][seed % 4]
            var array = (0 ..< count).map { _ in random.next(below: values) }
            if seed % 5 == 1 { array.sort() }
            if seed % 5 == 2 { array.sort(by: >) }
            let low = random.next(below: count)
            check(array, low ..< low + random.next(below: count - low + 1))
            check(array, 0 ..< 1 + random.next(below: count))
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
        partialSort(&elements, wanted: Range(wanted)) { weights[$0] - weights[$1] }
        #expect(Array(elements[wanted]) == expected)
    }

    /// The most that comparing can cost stays near its mean, though everything is in order or equal already.
    @Test func noOrderIsExpensive() {
        let count = 20000
        let shapes: [(Int) -> Int] = [{ $0 }, { count - $0 }, { _ in 7 }, { $0 % 2 }, { min($0, count - $0) }]
        for (number, shape) in shapes.enumerated() {
            var elements = (0 ..< count).map(shape)
            var compared = 0
            partialSort(&elements, wanted: 0 ..< 10) {
                compared += 1
                return $0 - $1
            }
            #expect(compared < 8 * count, "shape \(number)")
        }
    }

    private func check(_ array: [Int], _ wanted: Range<Int>) {
        var sorted = array
        partialSort(&sorted, wanted: wanted) { $0 - $1 }
        let expected = array.sorted()
        #expect(Array(sorted[wanted]) == Array(expected[wanted]))
        #expect(sorted.sorted() == expected)
    }
}
