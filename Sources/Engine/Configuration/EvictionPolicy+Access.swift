extension Configuration.EvictionPolicy {
    /// Whether an entry's access data are a count of its uses rather than the time of the last.
    var countsUses: Bool { self == .volatileLFU || self == .allkeysLFU }

    /// Whether keys are evicted by the time of their last use.
    var ranksByLastUse: Bool { self == .volatileLRU || self == .allkeysLRU }

    /// Whether keys are evicted by the time of their last change.
    var ranksByLastChange: Bool { self == .volatileLRM || self == .allkeysLRM }

    /// Whether any key may go that is eligible at all.
    var choosesAtRandom: Bool { self == .volatileRandom || self == .allkeysRandom }

    /// Whether keys without a deadline are never evicted.
    var sparesPersistent: Bool {
        switch self {
        case .volatileLRU, .volatileLFU, .volatileLRM, .volatileRandom, .volatileTTL: true
        case .allkeysLRU, .allkeysLFU, .allkeysLRM, .allkeysRandom, .noeviction: false
        }
    }
}
