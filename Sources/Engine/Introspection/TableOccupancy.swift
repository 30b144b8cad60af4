import Bytes

/// How full the buckets of a hash table are, as DEBUG HTSTATS and HTSTATS-KEY show it under Redis's headings.
struct TableOccupancy {
    private let buckets: Int
    private let count: Int
    private let overflows: Int
    /// Buckets by the number of entries in them and their overflow.
    private var distribution: [Int] = []

    /// Goes through the whole table. O(n).
    init<Layout: TableLayout>(_ table: borrowing HashTable<Layout>, _ arena: borrowing Arena) {
        buckets = table.bucketCount
        count = table.count
        overflows = table.overflowCount
        for index in 0 ..< buckets {
            var length = 0
            table.visit(index, arena) { _ in length += 1 }
            while distribution.count <= length { distribution.append(0) }
            distribution[length] += 1
        }
    }

    var report: String {
        var report = "Hash table 0 stats (main hash table):\n"
        if count == 0 { return report + "No stats available for empty dictionaries\n" }
        report += " table size: \(buckets)\n number of elements: \(count)\n"
        report += " different slots: \(buckets - distribution[0])\n"
        report += " max chain length: \(distribution.count - 1)\n"
        report += " overflow buckets: \(overflows)\n"
        report += " avg chain length: \(TableOccupancy.hundredths(count * 100 / buckets))\n"
        report += " Chain length distribution:\n"
        for (length, number) in distribution.enumerated() where number > 0 {
            report += "   \(length): \(number) (\(TableOccupancy.hundredths(number * 10000 / buckets))%)\n"
        }
        return report
    }

    /// A number of hundredths with two digits behind the point.
    private static func hundredths(_ number: Int) -> String {
        "\(number / 100).\(number % 100 / 10)\(number % 10)"
    }
}
