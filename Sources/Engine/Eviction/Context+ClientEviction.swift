/// Closing clients, the largest first, while all of them together hold more than `maxmemory-clients`.
extension Context {
    /// After any client's memory grew, or the limit fell. Replies of a chunk or two, `output` bytes, are no reason yet: they are likely
    /// to leave in the turn in which they were written. If they do not, they count when the next turn begins.
    @inline(__always)
    mutating func enforceClientMemory(output: Int = 0) {
        if clientMemoryLimit == 0 { return }
        let spared = output <= Context.smallReplies ? output : 0
        if ledger.total &- spared > clientMemoryLimit { evictClients(downTo: clientMemoryLimit &+ spared) }
    }

    private static var smallReplies: Int { 32 << 10 }

    private mutating func evictClients(downTo limit: Int) {
        while ledger.total > limit {
            let largest = ledger.largest(sessions) { !$0.isExemptFromEviction && $0.ending == nil && $0.countedMemory > 0 }
            guard let session = largest else { return }
            host.log(.notice, "Evicting client: id=\(session.id) addr=\(session.peerAddress) tot-mem=\(session.countedMemory)")
            statistics.evictedClients &+= 1
            session.ending = .now
            session.recount()
            wake(session)
        }
    }
}
