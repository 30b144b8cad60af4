/// Up to where a sorted set is kept in one block, as the directives zset-max-listpack-entries and zset-max-listpack-value
/// say.
struct SortedSetLimits {
    var listpackEntries: Int
    var listpackValue: Int

    init(_ configuration: borrowing Configuration) {
        listpackEntries = configuration.zsetMaxListpackEntries
        listpackValue = configuration.zsetMaxListpackValue
    }

    /// A listpack's total has 32 bits; Redis stops well before.
    private static let largestListpack = 1 << 30

    /// Whether so many members, the longest of so many bytes, are kept as a listpack of so many bytes.
    @inline(__always)
    func allowsListpack(count: Int, longest: Int, size: Int) -> Bool {
        count <= listpackEntries && longest <= listpackValue && size <= SortedSetLimits.largestListpack
    }
}
