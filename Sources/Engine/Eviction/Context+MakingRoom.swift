import Bytes

/// Keeping within `maxmemory`: before each command, and after the limit fell.
///
/// What counts is all that the server holds (`MemoryFigures`) but what is held for a snapshot or the log: keys that are evicted
/// add to that, so that counting it would evict more and more. A command is refused as out of memory only if nothing is left that
/// may go. Where very much is to go (the limit was lowered, a client was sent much at once), one command evicts no longer than
/// `maxmemory-eviction-tenacity` says, goes on, and the rest is done in slices between batches and before the commands to come.
extension Context {
    /// How a search for room ended.
    enum Room { case enough, evicting, none }

    /// Evicts keys until the memory in use is within its limit. `output` is what the running client's replies hold.
    @inline(__always)
    mutating func makeRoom(_ keyspace: inout Keyspace, output: Int) {
        session.recount(output: output)
        let excess = excess(keyspace)
        isOutOfMemory = false
        isEvicting = false
        if excess > 0 { evict(&keyspace, excess) }
    }

    /// Goes on evicting in a slice. True while there is more to do.
    mutating func goOnEvicting(_ keyspace: inout Keyspace) -> Bool {
        if !isEvicting { return false }
        isEvicting = false
        let excess = excess(keyspace)
        if excess > 0 { evict(&keyspace, excess) }
        return isEvicting
    }

    /// Bytes in use beyond the limit.
    @inline(__always)
    private func excess(_ keyspace: borrowing Keyspace) -> Int {
        memory.others &+ ledger.total &+ keyspace.arena.allocatedBytes &+ keyspace.arena.externalBytes
            &- configuration.maxmemory
    }

    private mutating func evict(_ keyspace: inout Keyspace, _ excess: Int) {
        // The data are to stand still during a pause, and there is nothing to choose from while they are being loaded.
        if configuration.maxmemory == 0 || conditions.contains(.loading) { return }
        if conditions.contains(.paused), now < pause.end { return }
        switch evictKeys(&keyspace, excess) {
        case .enough: break
        case .evicting: isEvicting = true
        case .none: isOutOfMemory = true
        }
        EffectRouting.run(&keyspace, &self)
    }

    /// Keys evicted between two looks at the clock.
    private static var keysPerLook: Int { 16 }
    /// Elements of large values freed between two looks.
    private static var elementsPerLook: Int { 4096 }

    /// Only what the data give back counts: what clients are told of evicted keys takes memory for a moment, and must not cause more
    /// to be evicted.
    private mutating func evictKeys(_ keyspace: inout Keyspace, _ excess: Int) -> Room {
        let limit = tenacity
        let start = clock.monotonicNanoseconds()
        let target = keyspace.arena.heldBytes &- excess
        var evicted = 0
        while keyspace.arena.heldBytes > target {
            let waits = !configuration.lazyfreeLazyEviction && keyspace.isDismantling
            if !waits, keyspace.evictOne(configuration.maxmemoryPolicy, samples: configuration.maxmemorySamples) {
                evicted &+= 1
                if evicted % Context.keysPerLook != 0 { continue }
            } else if !keyspace.dismantleSome(elements: Context.elementsPerLook) {
                if keyspace.arena.heldBytes > target { return .none }
            }
            if limit != .max, clock.monotonicNanoseconds() &- start > limit { return .evicting }
        }
        return .enough
    }

    /// Nanoseconds for one command: 50 microseconds for each step up to 10, then 15 % more for each, to some two minutes; 100 is without
    /// a limit.
    private var tenacity: UInt64 {
        let steps = configuration.maxmemoryEvictionTenacity
        if steps <= 10 { return UInt64(steps) * 50_000 }
        if steps >= 100 { return .max }
        var limit = 500_000.0
        for _ in 10 ..< steps { limit *= 1.15 }
        return UInt64(limit)
    }
}

extension Arena {
    /// Bytes in objects, and of what they hold outside of the arena.
    var heldBytes: Int { allocatedBytes &+ externalBytes }
}

extension Keyspace {
    /// Whether memory is on its way back that no key refers to any more.
    var isDismantling: Bool { !flushed.isEmpty || hasBuriedObjects }

    /// Frees some of that. False when there was none that can be freed now.
    mutating func dismantleSome(elements: Int) -> Bool {
        if !isDismantling { return false }
        let before = arena.heldBytes
        let leavesTables = dismantle(buckets: max(1, elements / 16))
        let leavesObjects = dismantleObjects(budget: elements)
        return leavesTables || leavesObjects || arena.heldBytes < before
    }

    /// Takes up the policy in force.
    mutating func adoptEviction(_ configuration: borrowing Configuration) {
        accessRule.adopt(configuration)
        eviction.pool.removeAll()
        lifetimes.adopt(configuration.keyLifetimes)
    }
}
