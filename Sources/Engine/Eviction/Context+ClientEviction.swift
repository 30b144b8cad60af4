/// Closing clients, the largest first, while all of them together hold more than `maxmemory-clients`.
extension Context {
    /// After any client's memory grew, or the limit fell.
    @inline(__always)
    mutating func enforceClientMemory() {
        if clientMemoryLimit > 0, ledger.total > clientMemoryLimit { evictClients() }
    }

    private mutating func evictClients() {
        while ledger.total > clientMemoryLimit {
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
