import Bytes

/// Up to where a hash is kept in one block, as the directives hash-max-listpack-entries and hash-max-listpack-value say.
struct HashLimits {
    var entries: Int
    var longest: Int

    init(_ configuration: borrowing Configuration) {
        entries = configuration.hashMaxListpackEntries
        longest = configuration.hashMaxListpackValue
    }

    /// A listpack's total has 32 bits; Redis stops well before.
    private static let largestListpack = 1 << 30

    /// Whether a field may be put into a listpack of `size` bytes.
    @inline(__always)
    func allows(_ name: RawSpan, _ value: RawSpan, size: Int) -> Bool {
        let (nameLength, valueLength) = (name.byteCount, value.byteCount)
        return nameLength <= longest && valueLength <= longest
            && size &+ nameLength &+ valueLength <= HashLimits.largestListpack
    }
}

extension Context {
    var hashLimits: HashLimits { @inline(__always) get { HashLimits(configuration) } }
}
