import Bytes

/// Annotations at the door: flags, uniques and leases beside values, and how they change with them.
extension Keyspace {
    /// A number that no value has been told by before. Numbers only grow.
    mutating func makeUnique() -> UInt64 {
        lastUnique &+= 1
        return lastUnique
    }

    /// What every write does to an annotation: the value is another one, so whoever knows the old by its unique is mistaken,
    /// and no lease for it is worth anything. A deadline is not the value.
    mutating func renewAnnotation(_ entry: Entry, _ event: KeyEvent) {
        guard var annotation = arena.annotation(entry) else { return }
        annotation.unique = 0
        if event != .expire, event != .persist { annotation.state = [] }
        arena.setAnnotation(entry, annotation)
    }

    /// Gives an entry that is to take the place of `old` the same flags: they belong to the value that it came from.
    mutating func inherit(_ entry: Entry, from old: Entry) -> Entry {
        guard let annotation = arena.annotation(old) else { return entry }
        return arena.withAnnotation(entry, annotation)
    }

    /// Gives a key that is there an annotation, or takes it away where it says nothing.
    mutating func annotate(_ place: inout KeyPlace, _ annotation: Annotation) {
        guard let entry = place.entry else { return }
        let header = arena.header(entry)
        if !header.isAnnotated, annotation.isEmpty { return }
        let result = arena.withAnnotation(entry, annotation.isEmpty ? nil : annotation)
        if result != entry {
            exchange(entry, for: result, place.hash, wasVolatile: header.isVolatile)
            place.entry = result
        }
    }

    /// The unique of a key that is there, made now if nobody has asked for it since it was written.
    mutating func unique(_ place: inout KeyPlace) -> UInt64 {
        guard let entry = place.entry else { return 0 }
        var annotation = arena.annotation(entry) ?? Annotation()
        if annotation.unique == 0 {
            annotation.unique = makeUnique()
            annotate(&place, annotation)
        }
        return annotation.unique
    }
}
