/// The end of an engine, and what must hold at any moment before.
extension Engine {
    /// Checks every invariant of the data; traps where one is broken. O(n): for tests and fuzzing.
    package func checkInvariants() {
        core.keyspace.checkInvariants()
        core.context.pubsub.checkInvariants()
    }

    /// Bytes held for keys and values, dead ones that are still to be taken apart included.
    package var heldBytes: Int { core.keyspace.arena.allocatedBytes + core.keyspace.arena.externalBytes }
}

extension Keyspace {
    func checkInvariants() {
        for database in 0 ..< databases.count {
            databases[database].table.checkInvariants(arena)
            databases[database].wheel.checkInvariants()
            var volatileCount = 0
            for bucket in 0 ..< databases[database].table.bucketCount {
                databases[database].table.visit(bucket, arena) {
                    let entry = Entry($0)
                    if arena.header(entry).isVolatile { volatileCount += 1 }
                    if let deadline = fieldDeadline(entry) {
                        let time = databases[database].wheel.time(of: bucket) ?? .max
                        precondition(time <= deadline &+ 1, "a bucket is filed later than a field in it is due")
                    }
                    if arena.header(entry).type == .hash, hashForm(entry) == .table {
                        hashes[arena.objectIndex(entry)].checkInvariants(arena)
                    }
                }
            }
            precondition(volatileCount == databases[database].volatileCount)
        }
    }

    /// Frees all data at once. What lies in the arena goes with the arena, but values may hold memory outside of it, and
    /// a program that embeds a server outlives it. O(n).
    mutating func tearDown() {
        abandonSnapshot()
        for database in 0 ..< databases.count { flush(database) }
        while dismantle(buckets: .max) || dismantleObjects(budget: .max) {}
        for large in garbage { large.free() }
        garbage.removeAll()
    }
}
