/// All clients by id, in the order of their arrival. Ids are never used twice.
struct SessionRegistry {
    private(set) var byID: [UInt64: Session] = [:]
    private var nextID: UInt64 = 1
    /// Connections ever taken, and turned away.
    var accepted: UInt64 = 0
    var rejected: UInt64 = 0

    var count: Int { byID.count }

    /// All clients, oldest first. O(n log n).
    var inOrder: [Session] { byID.values.sorted { $0.id < $1.id } }

    mutating func takeID() -> UInt64 {
        defer { nextID += 1 }
        return nextID
    }

    mutating func add(_ session: Session) {
        byID[session.id] = session
        accepted += 1
    }

    mutating func remove(_ session: Session) { byID[session.id] = nil }

    subscript(id: UInt64) -> Session? { byID[id] }
}
