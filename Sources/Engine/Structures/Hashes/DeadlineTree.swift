import Bytes

/// For each bucket of a table a time that is no later than the earliest deadline in it, and the least of all these times.
///
///     level 2                                    │ t │                        one time: the least of all
///     level 1                  │ t │ t │ t │ … 8 │                            each the least of eight below
///     level 0    │ t │ t │ t │ … 8 │ t │ t │ …                                one for each bucket
///
/// A tournament tree with eight children for each node, one cache line. Like the expiry wheel of a database it files buckets
/// and not entries: a later deadline than its bucket's costs a comparison, and extending or taking away one costs nothing;
/// the bucket is merely looked at once for no reason. The wheel would take 22 KiB for its lists alone, and there may be
/// a tree in every hash.
///
/// Times lie in the arena, unwritten ones read as "never", and only pages that were written to exist: a table of any size
/// gets its tree in O(1).
///
/// Costs: `lower` and `set` O(log8 n), `earliest` O(1), `firstBucket` O(log8 n). Memory: 9 bytes for each bucket, nothing
/// while there is no deadline.
///
/// Invariants: a time above level 0 is the least of its eight children; the highest level has one.
struct DeadlineTree: ~Copyable {
    private static var shift: Int { 3 }

    private var levels: [TimeList] = []
    /// The least of all times; `Int64.max` when there is none.
    private(set) var earliest = Int64.max

    init() {}

    var isEmpty: Bool { levels.isEmpty }

    /// The time of a bucket.
    func time(of bucket: Int, _ arena: borrowing Arena) -> Int64 {
        levels.isEmpty ? .max : levels[0].time(bucket, arena)
    }

    /// Notes a deadline in `bucket`, which must be one of `count`.
    mutating func lower(_ bucket: Int, to time: Int64, count: Int, _ arena: inout Arena) {
        if time == .max { return }
        cover(count, &arena)
        var index = bucket
        for level in levels.indices {
            if levels[level].time(index, arena) <= time { break }
            levels[level].set(index, time, &arena)
            index >>= Self.shift
        }
        earliest = min(earliest, time)
    }

    /// Gives `bucket` another time, earlier or later.
    mutating func set(_ bucket: Int, to time: Int64, _ arena: inout Arena) {
        if levels.isEmpty { return precondition(time == .max) }
        var index = bucket
        var least = time
        for level in levels.indices {
            if levels[level].time(index, arena) == least { return }
            levels[level].set(index, least, &arena)
            least = leastOfSiblings(index, level, arena)
            index >>= Self.shift
        }
        earliest = least
    }

    /// Follows a table that split bucket `from`, of which `to` took a part; there are `count` now.
    mutating func split(_ from: Int, _ to: Int, count: Int, _ arena: inout Arena) {
        if levels.isEmpty { return }
        lower(to, to: time(of: from, arena), count: count, &arena)
    }

    /// Follows a table that merged its last bucket `from` into `to`.
    mutating func merge(_ from: Int, _ to: Int, _ arena: inout Arena) {
        if levels.isEmpty { return }
        let time = time(of: from, arena)
        set(from, to: .max, &arena)
        lower(to, to: time, count: from, &arena)
        var count = from
        for level in levels.indices {
            levels[level].truncate(to: count, &arena)
            count = (count + 7) >> Self.shift
        }
        while levels.count > Self.depth(from) {
            levels[levels.count - 1].removeAll(&arena)
            levels.removeLast()
        }
    }

    /// A bucket whose time is before `time`; `nil` if there is none.
    func firstBucket(before time: Int64, _ arena: borrowing Arena) -> Int? {
        if earliest >= time { return nil }
        var index = 0
        for level in levels.indices.dropLast().reversed() {
            index <<= Self.shift
            while levels[level].time(index, arena) >= time { index += 1 }
        }
        return index
    }

    /// Forgets all times. O(n / 8192).
    mutating func removeAll(_ arena: inout Arena) {
        for level in levels.indices { levels[level].removeAll(&arena) }
        levels = []
        earliest = .max
    }

    // MARK: Levels

    /// Levels that `count` buckets need.
    private static func depth(_ count: Int) -> Int {
        var depth = 1
        var nodes = count
        while nodes > 1 {
            nodes = (nodes + 7) >> shift
            depth += 1
        }
        return depth
    }

    private mutating func cover(_ count: Int, _ arena: inout Arena) {
        let depth = Self.depth(count)
        while levels.count < depth {
            var level = TimeList()
            // Whatever there was is in the first eighth of the new level.
            if !levels.isEmpty { level.set(0, earliest, &arena) }
            levels.append(level)
        }
    }

    private func leastOfSiblings(_ index: Int, _ level: Int, _ arena: borrowing Arena) -> Int64 {
        if level == levels.count - 1 { return levels[level].time(index, arena) }
        var least = Int64.max
        let first = index & ~7
        for sibling in first ..< first + 8 { least = min(least, levels[level].time(sibling, arena)) }
        return least
    }

    /// Checks what the essay promises for a table of `count` buckets; traps where it does not hold. O(n), for tests.
    func checkInvariants(count: Int, _ arena: borrowing Arena) {
        if levels.isEmpty { return precondition(earliest == .max) }
        precondition(levels.count <= Self.depth(count))
        var width = count
        for level in levels.indices.dropLast() {
            for parent in 0 ..< (width + 7) >> Self.shift {
                let least = leastOfSiblings(parent << Self.shift, level, arena)
                precondition(levels[level + 1].time(parent, arena) == least, "a node is not the least of its children")
            }
            width = (width + 7) >> Self.shift
        }
        precondition(levels[levels.count - 1].time(0, arena) == earliest)
    }
}
