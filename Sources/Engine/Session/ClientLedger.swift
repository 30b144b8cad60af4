import Bytes

/// What all clients together hold, kept up to date by each session's `recount`, and which of them hold much.
///
/// Clients of 32 KiB and more are in classes by powers of two, so that the largest are found without a look at all of the many
/// small ones. Costs: a recount is a few additions; a set is touched only when a large client's memory doubles or halves.
///
/// Invariant: `total` is the sum of the sessions' `countedMemory`.
final class ClientLedger {
    private(set) var total = 0
    /// Where the sessions' replies get their first chunks from.
    let chunks: ChunkPool?
    /// The clients' ids, by the logarithm of their memory.
    private var classes = [Set<UInt64>](repeating: [], count: 48)

    private static let smallest = 15

    init(chunks: ChunkPool? = nil) { self.chunks = chunks }

    private static func number(_ bytes: Int) -> Int {
        bytes < 1 << smallest ? -1 : Int.bitWidth - 1 - bytes.leadingZeroBitCount - smallest
    }

    func change(_ id: UInt64, from old: Int, to new: Int) {
        total &+= new &- old
        let (before, after) = (ClientLedger.number(old), ClientLedger.number(new))
        if before == after { return }
        if before >= 0 { classes[before].remove(id) }
        if after >= 0 { classes[after].insert(id) }
    }

    /// The client that holds most among those that `isEligible` allows; of all others if no large one is.
    func largest(_ sessions: SessionRegistry, _ isEligible: (Session) -> Bool) -> Session? {
        for ids in classes.reversed() where !ids.isEmpty {
            let candidates = ids.compactMap { sessions[$0] }.filter(isEligible)
            if let found = ClientLedger.largest(candidates) { return found }
        }
        return ClientLedger.largest(sessions.byID.values.filter(isEligible))
    }

    /// The oldest one where several hold the same.
    private static func largest(_ sessions: [Session]) -> Session? {
        sessions.max { ($0.countedMemory, $1.id) < ($1.countedMemory, $0.id) }
    }
}

extension Session {
    /// Bytes that the server holds for this client; while its requests run, `output` says what is lent.
    func memory(output: Int) -> Int {
        var total = Session.baseMemory &+ output
        if let backlog { total &+= backlog.input.capacity }
        if let transaction { total &+= transaction.summary.memory }
        total &+= Int(watching.count) &* WatchTable.recordMemory &+ subscriptions.memory &+ fieldsets.memory
        if let tracking { total &+= tracking.memory }
        return total
    }

    /// Brings the ledger up to date. One that is being closed holds nothing any more that could be saved.
    @inline(__always)
    func recount(output: Int? = nil) {
        let memory = ending == .now ? 0 : memory(output: output ?? outputMemory)
        if memory == countedMemory { return }
        ledger.change(id, from: countedMemory, to: memory)
        countedMemory = memory
    }

    /// The client is gone.
    func strikeOff() {
        ledger.change(id, from: countedMemory, to: 0)
        countedMemory = 0
    }
}

extension TrackingMode {
    /// Bytes that prefixes take, here and in the tree of all of them.
    var memory: Int { prefixes.isEmpty ? 0 : prefixes.reduce(64) { $0 + 2 * $1.count + 256 } }
}
