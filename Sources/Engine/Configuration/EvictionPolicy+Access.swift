extension Configuration.EvictionPolicy {
    /// Whether an entry's access data are a count of its uses rather than the time of the last.
    var countsUses: Bool { self == .volatileLFU || self == .allkeysLFU }

    /// Whether keys are evicted by the time of their last use.
    var ranksByLastUse: Bool { self == .volatileLRU || self == .allkeysLRU }
}
