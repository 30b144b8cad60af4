import Bytes

/// Finds the patterns that may match a channel, without looking at those that cannot.
///
/// Every pattern begins and ends with plain bytes, perhaps none (`GlobEnds`), and a channel that matches begins and ends with
/// them too. Patterns are filed under the hash of both ends:
///
///     user:*:created ─▶ prefix user:  suffix :created ─▶ shape (5, 8), group hash(user:) + hash(:created)
///
/// The lengths of the two ends are the pattern's *shape*. For each shape in use, the channel's first and last so many bytes
/// are hashed and the group is looked up; what is in it is matched properly. So a message costs a hash for each shape and a
/// match for each pattern whose ends fit: ten thousand patterns `session:<number>:*` are two or three shapes. A trie of the
/// prefixes would do for those, but put all of `user:*:created`, `user:*:deleted` … in one place.
///
/// Invariants: each pattern is in one group; a shape's count is that of its patterns; shapes are in order.
struct PatternIndex: ~Copyable {
    private struct Shape: Comparable {
        var prefix: Int
        var suffix: Int
        var count = 0

        static func < (left: Shape, right: Shape) -> Bool { (left.prefix, left.suffix) < (right.prefix, right.suffix) }
        static func == (left: Shape, right: Shape) -> Bool { (left.prefix, left.suffix) == (right.prefix, right.suffix) }
    }

    private let key: SipKey
    private var shapes: [Shape] = []
    private var groups = HashIndex()

    init(key: SipKey) { self.key = key }

    var count: Int { groups.count }

    /// Files a pattern under its number.
    mutating func insert(_ pattern: RawSpan, _ number: UInt32) {
        let ends = GlobEnds(pattern)
        groups.insert(hash(ends), number)
        let place = place(of: ends)
        if !isShape(at: place, ends) {
            shapes.insert(Shape(prefix: ends.prefix.count, suffix: ends.suffix.count), at: place)
        }
        shapes[place].count += 1
    }

    /// Removes a pattern, which must be there.
    mutating func remove(_ pattern: RawSpan, _ number: UInt32) {
        let ends = GlobEnds(pattern)
        groups.remove(hash(ends), number)
        let place = place(of: ends)
        shapes[place].count -= 1
        if shapes[place].count == 0 { shapes.remove(at: place) }
    }

    /// The patterns that match `channel`, of those in `registry`.
    func matches(_ channel: RawSpan, in registry: borrowing TopicRegistry) -> [Topic] {
        var result: [Topic] = []
        let length = channel.byteCount
        var (hashed, prefixHash) = (-1, UInt64(0))
        for shape in shapes {
            // In order of prefixes: none of those behind this one fits either.
            if shape.prefix > length { break }
            if shape.prefix &+ shape.suffix > length { continue }
            if shape.prefix != hashed {
                hashed = shape.prefix
                prefixHash = siphash13(channel.extracting(0 ..< hashed), key)
            }
            let suffix = channel.extracting(length &- shape.suffix ..< length)
            _ = groups.find(PatternIndex.joined(prefixHash, siphash13(suffix, key))) { number in
                let topic = registry[number]
                let pattern = topic.name
                if globMatch(pattern: pattern.bytes, text: channel) { result.append(topic) }
                return false
            }
        }
        return result
    }

    private func hash(_ ends: GlobEnds) -> UInt64 {
        PatternIndex.joined(siphash13(ends.prefix.bytes, key), siphash13(ends.suffix.bytes, key))
    }

    @inline(__always)
    private static func joined(_ prefix: UInt64, _ suffix: UInt64) -> UInt64 { prefix ^ suffix &* 0x9E37_79B9_7F4A_7C15 }

    /// Where a shape is, or should be. O(log n).
    private func place(of ends: GlobEnds) -> Int {
        let wanted = Shape(prefix: ends.prefix.count, suffix: ends.suffix.count)
        var (low, high) = (0, shapes.count)
        while low < high {
            let middle = (low + high) / 2
            if shapes[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func isShape(at place: Int, _ ends: GlobEnds) -> Bool {
        place < shapes.count && shapes[place].prefix == ends.prefix.count && shapes[place].suffix == ends.suffix.count
    }

    var memory: Int { groups.memory + shapes.capacity * MemoryLayout<Shape>.stride }

    func checkInvariants() {
        #if DEBUG
        groups.checkInvariants()
        precondition(shapes.reduce(0) { $0 + $1.count } == groups.count)
        precondition(zip(shapes, shapes.dropFirst()).allSatisfy { $0 < $1 } && shapes.allSatisfy { $0.count > 0 })
        #endif
    }
}
