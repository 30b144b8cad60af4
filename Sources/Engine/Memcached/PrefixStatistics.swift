import Bytes

/// What `stats detail` counts: gets, hits, sets and deletes by the part of the key in front of the first colon. Keys without a
/// colon are not counted. Nothing is looked at while it is off.
struct PrefixStatistics {
    struct Counts {
        var gets: UInt64 = 0
        var hits: UInt64 = 0
        var sets: UInt64 = 0
        var deletes: UInt64 = 0
    }

    var isOn = false
    private var counts: [[UInt8]: Counts] = [:]

    /// Most prefixes that are told apart: keys come from clients, and memory must not grow with what they invent.
    private static let most = 100_000

    var inOrder: [(prefix: [UInt8], counts: Counts)] {
        counts.map { (prefix: $0.key, counts: $0.value) }.sorted { $0.prefix.lexicographicallyPrecedes($1.prefix) }
    }

    mutating func removeAll() { counts.removeAll() }

    mutating func noteGet(_ key: RawSpan, isHit: Bool) {
        count(key) {
            $0.gets &+= 1
            if isHit { $0.hits &+= 1 }
        }
    }

    @inline(__always)
    mutating func noteSet(_ key: RawSpan) { if isOn { count(key) { $0.sets &+= 1 } } }

    @inline(__always)
    mutating func noteDelete(_ key: RawSpan) { if isOn { count(key) { $0.deletes &+= 1 } } }

    private mutating func count(_ key: RawSpan, _ change: (inout Counts) -> Void) {
        if !isOn { return }
        for index in 0 ..< key.byteCount where key.byte(index) == UInt8(ascii: ":") {
            let prefix = key.extracting(0 ..< index).array
            if counts.count >= PrefixStatistics.most, counts[prefix] == nil { return }
            return change(&counts[prefix, default: Counts()])
        }
    }
}
