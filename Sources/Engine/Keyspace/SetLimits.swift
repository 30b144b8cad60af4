/// Up to where a set is kept in one block, as the directives set-max-intset-entries, set-max-listpack-entries and
/// set-max-listpack-value say.
struct SetLimits {
    var intsetEntries: Int
    var listpackEntries: Int
    var listpackValue: Int

    init(_ configuration: borrowing Configuration) {
        intsetEntries = min(configuration.setMaxIntsetEntries, Intset.largestCount)
        listpackEntries = configuration.setMaxListpackEntries
        listpackValue = configuration.setMaxListpackValue
    }

    /// A listpack's total has 32 bits; Redis stops well before.
    private static let largestListpack = 1 << 30

    @inline(__always)
    func allowsIntset(count: Int) -> Bool { count <= intsetEntries }

    /// Whether so many members, the longest of so many bytes, are kept as a listpack of so many bytes.
    @inline(__always)
    func allowsListpack(count: Int, longest: Int, size: Int) -> Bool {
        count <= listpackEntries && longest <= listpackValue && size <= SetLimits.largestListpack
    }
}
