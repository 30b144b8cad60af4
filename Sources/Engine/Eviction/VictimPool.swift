import Bytes

/// The keys best done without among those that were looked at: sixteen, the best last.
///
/// Each eviction compares some keys and takes the best of them and of the pool. What was nearly the best stays for the next time, so
/// that a few keys compared each time come close to comparing all (S. Sanfilippo, Redis 3.0).
///
/// A candidate is known by its hash and handle. Its key may be gone when its turn comes, or have been used, so it is looked up and judged
/// again before it is taken; another entry that has come to lie at the same place under the same tag is judged like any.
struct VictimPool {
    struct Candidate {
        var rank: Int64
        var entry: Entry
        var hash: UInt64
        var database: Int
    }

    private static let size = 16

    private var candidates: [Candidate] = []

    init() { candidates.reserveCapacity(VictimPool.size) }

    /// Whether a key of this rank would find room.
    @inline(__always)
    func wants(_ rank: Int64, _ entry: Entry, _ database: Int) -> Bool {
        if candidates.count == VictimPool.size, rank <= candidates[0].rank { return false }
        return !candidates.contains { $0.entry == entry && $0.database == database }
    }

    /// Adds a candidate that is wanted; if the pool is full, the worst one goes.
    mutating func add(_ candidate: Candidate) {
        if candidates.count == VictimPool.size { candidates.removeFirst() }
        let place = candidates.lastIndex { $0.rank <= candidate.rank }.map { $0 + 1 } ?? 0
        candidates.insert(candidate, at: place)
    }

    mutating func takeBest() -> Candidate? { candidates.popLast() }

    mutating func removeAll() { candidates.removeAll(keepingCapacity: true) }
}
