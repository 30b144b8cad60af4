import Bytes
import Testing

@testable import Engine

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

    private func check(_ array: [Int], _ wanted: Range<Int>) {
        var sorted = array
        partialSort(&sorted, wanted: wanted) { $0 - $1 }
        let expected = array.sorted()
        #expect(Array(sorted[wanted]) == Array(expected[wanted]))
        #expect(sorted.sorted() == expected)
    }
}
