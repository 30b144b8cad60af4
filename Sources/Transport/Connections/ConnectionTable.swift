/// All connections of a loop, by slot. The kernel reports events with a token made of the slot and of how often the
/// slot has been used before:
///
///     token = │ generation : 32 │ slot : 32 │
///
/// so that an event of a connection closed earlier in the same batch finds nothing, even if its slot, or its
/// descriptor's number, is already someone else's. Lookup is an index and a comparison.
///
/// Invariants: a slot is either occupied or in `free`, once; generations only grow.
struct ConnectionTable {
    private struct Slot {
        var connection: Connection?
        var generation: UInt32
    }

    private var slots: [Slot] = []
    private var free: [UInt32] = []
    private(set) var count = 0

    /// The token no connection ever has.
    static let wakeToken = UInt64.max

    mutating func insert(_ connection: Connection) {
        let slot: Int
        if let reused = free.popLast() {
            slot = Int(reused)
        } else {
            // One less than 32 bits can say: the last slot would make the wake-up's token.
            precondition(slots.count < Int(UInt32.max))
            slot = slots.count
            slots.append(Slot(connection: nil, generation: 0))
        }
        slots[slot].connection = connection
        connection.token = UInt64(slots[slot].generation) << 32 | UInt64(slot)
        count += 1
    }

    mutating func remove(_ connection: Connection) {
        let slot = Int(connection.token & 0xFFFF_FFFF)
        precondition(slots[slot].connection === connection)
        slots[slot].connection = nil
        slots[slot].generation &+= 1
        free.append(UInt32(slot))
        count -= 1
    }

    subscript(token: UInt64) -> Connection? {
        let slot = Int(truncatingIfNeeded: token & 0xFFFF_FFFF)
        guard slot < slots.count, slots[slot].generation == UInt32(truncatingIfNeeded: token >> 32) else { return nil }
        return slots[slot].connection
    }

    /// Finds the connections of a batch of events and flags them; events that have none are left out. Returns whether the
    /// wake-up was among them.
    func resolve(_ events: [ReadinessEvent], count: Int, into batch: inout [Connection]) -> Bool {
        var wakes = false
        for index in 0 ..< count {
            let event = events[index]
            if let connection = self[event.token] {
                // Who has output from before stands in another list already.
                if !connection.flags.contains(.dirty) { connection.flags.insert(.ready) }
                connection.readiness = event.readiness
                batch.append(consume connection)
            } else if event.token == ConnectionTable.wakeToken {
                wakes = true
            }
        }
        return wakes
    }

    /// All connections, in no order.
    var all: [Connection] { slots.compactMap(\.connection) }

    func checkInvariants() {
        #if DEBUG
        let vacant = slots.indices.filter { slots[$0].connection == nil }
        precondition(Set(free.map(Int.init)) == Set(vacant) && free.count == vacant.count)
        precondition(count == slots.count - vacant.count)
        for connection in all { precondition(self[connection.token] === connection) }
        #endif
    }
}
