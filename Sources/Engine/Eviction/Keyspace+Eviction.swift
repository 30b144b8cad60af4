import Bytes

/// Choosing the keys that go when memory is short, and removing them.
///
/// | policy | what is looked at | what goes |
/// |---|---|---|
/// | lru, lrm, lfu | buckets drawn at random, until `maxmemory-samples` keys were seen | the best of the pool by `AccessRule` |
/// | volatile-ttl | the first occupied slot of the expiry wheel | the nearest deadline there |
/// | random | one key drawn uniformly | that |
///
/// A bucket of the table is a cache line with four or five keys, so a sample costs fewer cache misses than keys drawn one by one, and
/// each key has the same chance to be in it.
///
/// **Keys that have a deadline** have no table of their own. But the buckets that they are in are filed in the expiry wheel, so
/// random buckets are asked whether they are filed before they are looked at, and when too few are, a hand goes on through the wheel's
/// nodes from where it stopped the last time: four of them lie in one cache line. So a few volatile keys among many others are found in
/// microseconds per thousand buckets, and they are found as long as there is one.
extension Keyspace {
    /// Evicts one key of the policy's choice. False when there is none that may go.
    mutating func evictOne(_ policy: Configuration.EvictionPolicy, samples: Int) -> Bool {
        if policy == .noeviction { return false }
        var eligible = 0
        for database in 0 ..< databases.count { eligible &+= eligibleCount(policy, database) }
        if eligible == 0 { return false }
        if policy.choosesAtRandom { return evictRandom(policy, eligible: eligible) }
        while true {
            for database in 0 ..< databases.count where eligibleCount(policy, database) > 0 {
                gatherCandidates(policy, database, samples: samples)
            }
            while let candidate = eviction.pool.takeBest() {
                let database = candidate.database
                // Gone since: not in the table any more.
                if !databases[database].table.contains(candidate.entry.handle, candidate.hash, arena) { continue }
                guard let rank = rank(candidate.entry, policy), rank >= candidate.rank else { continue }
                evict(candidate.entry, candidate.hash, in: database)
                return true
            }
        }
    }

    @inline(__always)
    private func eligibleCount(_ policy: Configuration.EvictionPolicy, _ database: Int) -> Int {
        policy.sparesPersistent ? databases[database].volatileCount : databases[database].table.count
    }

    /// Removes a key to make room.
    private mutating func evict(_ entry: Entry, _ hash: UInt64, in database: Int) {
        preserve(KeyPlace(hash: hash, entry: entry), in: database)
        effects.note(.evicted, database, entry, arena)
        statistics.evicted &+= 1
        databases[database].remove(entry, hash, &arena, now: now)
        free(entry)
    }

    /// How well a key can be done without; `nil` where the policy spares it.
    @inline(__always)
    private func rank(_ entry: Entry, _ policy: Configuration.EvictionPolicy) -> Int64? {
        let header = arena.header(entry)
        if policy.sparesPersistent, !header.isVolatile { return nil }
        if policy == .volatileTTL { return .max &- (arena.deadline(entry) ?? .max) }
        return accessRule.dispensability(header.access)
    }

    // MARK: Candidates

    private mutating func gatherCandidates(
        _ policy: Configuration.EvictionPolicy, _ database: Int, samples: Int
    ) {
        eviction.sample.removeAll(keepingCapacity: true)
        if policy == .volatileTTL {
            gatherNearest(database)
        } else if policy.sparesPersistent {
            gatherVolatile(policy, database, samples: samples)
        } else {
            while eviction.sample.count < samples {
                visit(random.next(below: databases[database].table.bucketCount), of: database, policy)
                if eviction.sample.count >= databases[database].table.count { break }
            }
        }
        for entry in eviction.sample {
            guard let rank = rank(entry, policy), eviction.pool.wants(rank, entry, database) else { continue }
            let hash = siphash13(arena.key(entry), hashKey)
            eviction.pool.add(VictimPool.Candidate(rank: rank, entry: entry, hash: hash, database: database))
        }
    }

    /// Adds the keys of a bucket that the policy does not spare to the sample.
    private mutating func visit(_ bucket: Int, of database: Int, _ policy: Configuration.EvictionPolicy) {
        let onlyVolatile = policy.sparesPersistent
        var found = [Entry]()
        Swift.swap(&found, &eviction.sample)
        databases[database].table.visit(bucket, arena) {
            let entry = Entry($0)
            if !onlyVolatile || arena.header(entry).isVolatile { found.append(entry) }
        }
        Swift.swap(&found, &eviction.sample)
    }

    /// Random buckets that are filed in the wheel; where there are few of those, the next ones of the hand.
    private mutating func gatherVolatile(
        _ policy: Configuration.EvictionPolicy, _ database: Int, samples: Int
    ) {
        let buckets = databases[database].table.bucketCount
        let wanted = min(samples, databases[database].volatileCount)
        for _ in 0 ..< samples &* 8 {
            let bucket = random.next(below: buckets)
            if databases[database].wheel.isFiled(bucket) { visit(bucket, of: database, policy) }
            if eviction.sample.count >= wanted { return }
        }
        for _ in 0 ..< buckets {
            databases[database].hand = databases[database].hand &+ 1 < buckets ? databases[database].hand &+ 1 : 0
            if databases[database].wheel.isFiled(databases[database].hand) {
                visit(databases[database].hand, of: database, policy)
            }
            if eviction.sample.count >= wanted { return }
        }
    }

    /// Buckets of the wheel's first slot that are looked at for one eviction.
    private static let nearestBuckets = 64

    /// Keys of the buckets that the expiry cycle will come to next; those of later slots are due later than all of them. A bucket
    /// whose time was put off is filed anew on the way.
    private mutating func gatherNearest(_ database: Int) {
        for bucket in databases[database].wheel.nextFiled(limit: Keyspace.nearestBuckets) {
            visit(bucket, of: database, .volatileTTL)
            var earliest = Int64.max
            databases[database].table.visit(bucket, arena) {
                let entry = Entry($0)
                earliest = min(earliest, arena.deadline(entry) ?? .max, fieldDeadline(entry) ?? .max)
            }
            databases[database].wheel.cancel(bucket)
            if earliest != .max { databases[database].wheel.schedule(bucket, at: earliest &+ 1, now: now) }
        }
        if eviction.sample.isEmpty { gatherVolatile(.volatileTTL, database, samples: 16) }
    }

    // MARK: At random

    private mutating func evictRandom(_ policy: Configuration.EvictionPolicy, eligible: Int) -> Bool {
        var number = random.next(below: eligible)
        for database in 0 ..< databases.count {
            let count = eligibleCount(policy, database)
            if number >= count {
                number &-= count
                continue
            }
            guard let entry = drawVictim(policy, database) else { return false }
            evict(entry, siphash13(arena.key(entry), hashKey), in: database)
            return true
        }
        return false
    }

    private mutating func drawVictim(_ policy: Configuration.EvictionPolicy, _ database: Int) -> Entry? {
        if !policy.sparesPersistent {
            return databases[database].table.random(&random, arena).map { Entry($0) }
        }
        eviction.sample.removeAll(keepingCapacity: true)
        gatherVolatile(policy, database, samples: 5)
        if eviction.sample.isEmpty { return nil }
        return eviction.sample[random.next(below: eviction.sample.count)]
    }
}

/// What choosing keys remembers from one time to the next.
struct EvictionState {
    var pool = VictimPool()
    /// The keys that are being compared.
    var sample: [Entry] = []
}
