/// Connections that wait for their turn, first come, first served. Joining and leaving is O(1), amortised.
///
/// Invariant: before `first` there is nobody, behind it everybody.
struct ConnectionQueue {
    private var places: [Connection?] = []
    private var first = 0

    var isEmpty: Bool { first == places.count }

    mutating func append(_ connection: Connection) {
        if first > 64, first > places.count / 2 {
            places.removeFirst(first)
            first = 0
        }
        places.append(connection)
    }

    mutating func popFirst() -> Connection? {
        if isEmpty { return nil }
        let connection = places[first].take()
        first += 1
        if isEmpty {
            places.removeAll(keepingCapacity: true)
            first = 0
        }
        return connection
    }

    /// Sends everybody away, after `body` has seen them.
    mutating func removeAll(_ body: (Connection) -> Void) {
        while let connection = popFirst() { body(connection) }
    }

    func contains(_ connection: Connection) -> Bool { places.contains { $0 === connection } }
}
