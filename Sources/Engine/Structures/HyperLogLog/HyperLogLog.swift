import Bytes

/// A set of which only its size is known, and that within a percent: 16384 registers, each the longest run of
/// zeros seen in the hashes that fall to it. It is a plain string, so that GET, SET and DUMP carry it between
/// servers, and its bytes are those of Redis.
///
///     0      4          5        8                      16
///     ┌──────┬──────────┬────────┬──────────────────────┬──────────────────────────────┐
///     │ HYLL │ encoding │ unused │ cached count, LE     │ registers                    │
///     └──────┴──────────┴────────┴──────────────────────┴──────────────────────────────┘
///              0 dense             highest bit set:       dense: 12288 bytes
///              1 sparse            the cache is stale     sparse: a list of runs
///
/// *Dense* packs the registers at six bits each, lowest bits first (`DenseRegisters`). *Sparse* is a list of
/// runs of equal registers (`SparseRegisters`), two bytes long for an empty set and smaller than dense up to
/// a few thousand elements; once it outgrows `hll-sparse-max-bytes`, or a register outgrows what a run can
/// show, it becomes dense and stays so.
///
/// An element's hash gives the register by its low 14 bits, and the register's candidate by how many zeros
/// end the other 50: a value of k is seen with probability 2^-k, so that the registers' distribution tells
/// the count (`RegisterCounts`).
///
/// Nothing here owns memory: all functions work on spans, of entries in the keyspace or of buffers. A string
/// may claim to be a HyperLogLog and be anything, so nothing is read or written without a bounds check, and
/// lists of runs that do not add up to 16384 registers are told apart.
enum HyperLogLog {
    static let headerSize = 16
    static let registerCount = 1 << indexBits
    static let denseSize = headerSize + DenseRegisters.byteCount

    private static let indexBits = 14
    /// The bits of a hash that are not an index: the most zeros that can be counted.
    static let patternBits = 64 - indexBits
    /// "HYLL", the first letter lowest.
    private static let magic: UInt32 = 0x4C4C_5948
    private static let encodingOffset = 4
    private static let cacheOffset = 8
    /// Where the cached count's highest byte is, whose highest bit says that it is stale.
    private static let staleOffset = 15

    enum Encoding: UInt8 {
        case dense = 0
        case sparse = 1
    }

    /// Bytes of an empty set: the header and one run of zeros.
    static let emptySize = headerSize + 2

    /// Makes `emptySize` bytes, all zero, an empty set.
    static func makeEmpty(_ bytes: inout MutableRawSpan) {
        bytes.storeBytes(of: magic.littleEndian, toByteOffset: 0, as: UInt32.self)
        setEncoding(&bytes, .sparse)
        bytes.setByte(headerSize, 0x7F)
        bytes.setByte(headerSize + 1, 0xFF)
    }

    /// The encoding of `bytes`; nil when they are no HyperLogLog by their header and length.
    static func encoding(_ bytes: RawSpan) -> Encoding? {
        if bytes.byteCount < headerSize { return nil }
        if bytes.halfWord(at: 0) != magic { return nil }
        guard let encoding = Encoding(rawValue: bytes.byte(encodingOffset)) else { return nil }
        if encoding == .dense, bytes.byteCount != denseSize { return nil }
        return encoding
    }

    static func setEncoding(_ bytes: inout MutableRawSpan, _ encoding: Encoding) {
        bytes.setByte(encodingOffset, encoding.rawValue)
    }

    /// The count as it was last computed; nil when registers have changed since.
    static func cachedCount(_ bytes: RawSpan) -> UInt64? {
        if bytes.byte(staleOffset) & 0x80 != 0 { return nil }
        return bytes.word(at: cacheOffset)
    }

    static func setCachedCount(_ bytes: inout MutableRawSpan, _ count: UInt64) {
        for index in 0 ..< 8 {
            let shift = UInt64(truncatingIfNeeded: 8 &* index)
            bytes.setByte(cacheOffset &+ index, UInt8(truncatingIfNeeded: count &>> shift))
        }
    }

    static func invalidateCache(_ bytes: inout MutableRawSpan) {
        bytes.setByte(staleOffset, bytes.byte(staleOffset) | 0x80)
    }

    /// The register that an element falls to, and the value it has to have at least: 1 to 51.
    @inline(__always)
    static func place(of element: RawSpan) -> (register: Int, value: UInt8) {
        let hash = murmurHash64A(element)
        // The bit behind the last one ends a run that would not end by itself.
        let pattern = hash &>> UInt64(indexBits) | 1 &<< UInt64(patternBits)
        let register = Int(truncatingIfNeeded: hash & UInt64(registerCount &- 1))
        return (register, UInt8(truncatingIfNeeded: pattern.trailingZeroBitCount &+ 1))
    }
}
