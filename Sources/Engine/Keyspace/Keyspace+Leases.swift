import Bytes

/// Leases: of all who find a value missing, stale or about to go, one is told to bring a new one.
///
/// The state is kept with the value (`LeaseState`), so that it goes when the value does, and any write of the key ends it.
/// memcached's meta commands and LEASE both work by what is here.
extension Keyspace {
    /// What a reader is told about a value's lease.
    struct Turn {
        /// Somebody else has the lease.
        var isLeased = false
        var isStale = false
        /// This reader has it from now on.
        var wins = false
    }

    /// Looks at the lease of a key that is there, and gives it to this reader if nobody has it and the value is stale or the
    /// reader `wants` it. The lease ends at `end`, in seconds since 1970, or with the value.
    mutating func takeTurn(_ place: inout KeyPlace, wants: Bool, until end: Int64?) -> Turn {
        guard let entry = place.entry else { return Turn() }
        var annotation = arena.annotation(entry) ?? Annotation()
        var turn = Turn()
        turn.isStale = annotation.state.contains(.stale)
        turn.isLeased = annotation.state.isLeased(now: now / 1000)
        turn.wins = !turn.isLeased && (wants || turn.isStale)
        if turn.wins {
            annotation.state.lease(until: end)
            annotate(&place, annotation)
            if let entry = place.entry { mention(.reencoded, entry) }
        }
        return turn
    }

    /// Whether a value goes before `life` would, counted in whole seconds.
    func isDueForRenewal(_ entry: Entry, _ life: ItemLife) -> Bool {
        guard let left = secondsLeft(entry), case .until(let moment) = life else { return false }
        return left < (moment - now) / 1000
    }

    /// Marks the value of a key that is there as stale: the next reader renews it. Its unique changes.
    mutating func invalidate(_ place: inout KeyPlace) {
        guard let entry = place.entry else { return }
        var annotation = arena.annotation(entry) ?? Annotation()
        annotation.state.insert(.stale)
        annotation.state.endLease()
        annotation.unique = 0
        annotate(&place, annotation)
        if let entry = place.entry { effects.note(.reencoded, selected, entry, arena) }
    }
}
