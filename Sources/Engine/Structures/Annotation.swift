import Bytes

/// What memcached's protocol and leases keep beside a value: sixteen bytes of an entry that only annotated ones have.
///
///     0        4        8                 16
///     ┌────────┬────────┬─────────────────┐
///     │ flags  │ state  │ unique          │
///     └────────┴────────┴─────────────────┘
///
///     state, from the low bit:
///     stale 1 │ leased 1 │ ends 1 │ vacant 1 │ binary key 1 │ lease end 27
///
/// Most values need none: `flags` are 0 unless a client sets them, and a `unique` is made only when somebody asks for one
/// and given up by the next write, so that two writes need no two numbers if nobody looked in between. Then a check against
/// what was told earlier fails, as it must: 0 is told to nobody.
///
/// See docs/decisions/0021-annotations.md for what else was considered.
struct Annotation: Equatable, Sendable {
    /// What a memcached client stored beside the value, to know how it is encoded.
    var flags: UInt32 = 0
    var state: LeaseState = []
    /// The number by which a client tells whether the value is still the one it saw; 0 while nobody has asked.
    var unique: UInt64 = 0

    /// Whether it says no more than none at all would.
    var isEmpty: Bool { flags == 0 && state.isEmpty && unique == 0 }
}

/// Who renews a value, and whether it may still be served meanwhile.
struct LeaseState: OptionSet, Sendable {
    var rawValue: UInt32

    /// The value is out of date, and served until there is a new one.
    static let stale = LeaseState(rawValue: 1 << 0)
    /// Some client has been told to renew the value; nobody else is.
    static let leased = LeaseState(rawValue: 1 << 1)
    /// The lease ends at `end`; else with the value.
    static let ends = LeaseState(rawValue: 1 << 2)
    /// There is no value yet: the entry stands for one that its leaseholder will bring.
    static let vacant = LeaseState(rawValue: 1 << 3)
    /// The key was given in base64, and is to be shown that way.
    static let binaryKey = LeaseState(rawValue: 1 << 4)

    private static let endShift: UInt32 = 5
    private static let endMask: UInt32 = 1 << 27 - 1
    /// Longest lease in seconds: the end is kept modulo twice that, which is four years.
    static let longestLease: Int64 = 1 << 26 - 1

    /// Whether somebody holds the lease at the time `now`, in seconds since 1970.
    func isLeased(now: Int64) -> Bool {
        if !contains(.leased) { return false }
        if !contains(.ends) { return true }
        let end = rawValue >> LeaseState.endShift
        let left = (end &- UInt32(truncatingIfNeeded: now)) & LeaseState.endMask
        return left != 0 && left <= LeaseState.endMask / 2
    }

    /// Gives the lease to somebody; for ever, or until `end` in seconds since 1970.
    mutating func lease(until end: Int64?) {
        rawValue &= 1 << LeaseState.endShift - 1
        insert(.leased)
        remove(.ends)
        guard let end else { return }
        insert(.ends)
        rawValue |= (UInt32(truncatingIfNeeded: end) & LeaseState.endMask) << LeaseState.endShift
    }

    /// Takes the lease from whoever has it.
    mutating func endLease() {
        rawValue &= 1 << LeaseState.endShift - 1
        subtract([.leased, .ends])
    }
}

extension Arena {
    @inline(__always)
    func annotation(_ entry: Entry) -> Annotation? {
        let header = header(entry)
        return header.isAnnotated ? loadAnnotation(entry, header) : nil
    }

    private func loadAnnotation(_ entry: Entry, _ header: EntryHeader) -> Annotation {
        // Safe: the header says that these sixteen bytes are an annotation's.
        let place = unsafe address(entry.handle) + header.annotationOffset
        let flags = unsafe place.load(as: UInt32.self)
        let state = unsafe place.load(fromByteOffset: 4, as: UInt32.self)
        let unique = unsafe place.load(fromByteOffset: 8, as: UInt64.self)
        return Annotation(flags: flags, state: LeaseState(rawValue: state), unique: unique)
    }

    /// Changes the annotation of an entry that has one.
    func setAnnotation(_ entry: Entry, _ annotation: Annotation) {
        let header = header(entry)
        precondition(header.isAnnotated)
        let place = unsafe address(entry.handle) + header.annotationOffset
        unsafe place.storeBytes(of: annotation.flags, as: UInt32.self)
        unsafe place.storeBytes(of: annotation.state.rawValue, toByteOffset: 4, as: UInt32.self)
        unsafe place.storeBytes(of: annotation.unique, toByteOffset: 8, as: UInt64.self)
    }

    /// The same entry with another annotation, or none; it moves when it gains or loses one.
    mutating func withAnnotation(_ entry: Entry, _ annotation: Annotation?) -> Entry {
        let header = header(entry)
        if header.isAnnotated == (annotation != nil) {
            if let annotation { setAnnotation(entry, annotation) }
            return entry
        }
        let changed = EntryHeader(bits: header.bits ^ EntryHeader.annotated)
        let result = Entry(allocate(changed.size))
        setHeader(result, changed)
        if let deadline = deadline(entry) { setDeadline(result, deadline) }
        if let annotation { setAnnotation(result, annotation) }
        // Safe: both entries have this many bytes behind what the header decides.
        unsafe (address(result.handle) + changed.fixedOffset).copyMemory(
            from: address(entry.handle) + header.fixedOffset, byteCount: header.size - header.fixedOffset)
        release(entry.handle)
        return result
    }
}
