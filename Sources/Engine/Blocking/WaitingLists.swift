/// Which clients wait for which keys, each key's in the order in which they came.
///
///     queues   key "jobs" of database 0 ──▶ link ⇄ link ⇄ link        who waits for a key, oldest first
///                                             │                │
///     waiters  number 7 ──────────────▶ link ──▶ link                what a client waits for
///
/// A link belongs to one key and one waiter, and leads to its neighbours in the key's queue and to the waiter's next link.
/// Links and queues are records in arrays, found by number and used again, so a client that comes and goes allocates
/// little, and none keeps another alive.
///
/// Costs: adding and removing a waiter O(its keys) with one table lookup for each when it comes and for the last of a
/// key when it goes; finding who waits for a key one lookup. Waiting costs nothing.
///
/// Invariants: a queue is in the table exactly while it has links; a waiter has one link for each of its keys.
struct WaitingLists {
    /// A key of one of the databases.
    struct Key: Hashable {
        let database: Int
        let bytes: [UInt8]
    }

    private struct Queue {
        var key: Key
        var first: Int
        var last: Int
        /// Whether the key is among those that became ready.
        var isReady = false
    }

    private struct Link {
        let waiter: Int
        let queue: Int
        var next: Int?
        var previous: Int?
        /// The waiter's link for its next key.
        var sibling: Int?
    }

    private var numbers: [Key: Int] = [:]
    private var queues = SlotArray<Queue>()
    private var links = SlotArray<Link>()
    /// The first link of each waiter.
    private var firstLinks: [Int: Int] = [:]

    /// Whether nobody waits.
    var isEmpty: Bool { numbers.isEmpty }

    /// Keys that somebody waits for, in no particular order.
    var keys: some Collection<Key> { numbers.keys }

    func isAwaited(_ key: Key) -> Bool { numbers[key] != nil }

    /// Puts a waiter at the end of the queues of `keys`; one named twice is one.
    mutating func add(_ waiter: Int, to keys: [Key]) {
        for key in keys {
            let queue = numbers[key] ?? makeQueue(key)
            let last = queues[queue].last
            // The same key again: the waiter is last in that queue already.
            if last >= 0, links[last].waiter == waiter { continue }
            let link = links.insert(
                Link(waiter: waiter, queue: queue, previous: last < 0 ? nil : last, sibling: firstLinks[waiter]))
            firstLinks[waiter] = link
            if last < 0 { queues[queue].first = link } else { links[last].next = link }
            queues[queue].last = link
        }
    }

    private mutating func makeQueue(_ key: Key) -> Int {
        let queue = queues.insert(Queue(key: key, first: -1, last: -1))
        numbers[key] = queue
        return queue
    }

    /// Takes a waiter out of all queues.
    mutating func remove(_ waiter: Int) {
        var next = firstLinks.removeValue(forKey: waiter)
        while let number = next {
            let link = links.remove(number)
            next = link.sibling
            if let previous = link.previous { links[previous].next = link.next } else { queues[link.queue].first = link.next ?? -1 }
            if let following = link.next { links[following].previous = link.previous } else { queues[link.queue].last = link.previous ?? -1 }
            if queues[link.queue].first < 0 { numbers[queues.remove(link.queue).key] = nil }
        }
    }

    /// The oldest waiter for a key, or the one behind another.
    func first(_ key: Key) -> Place? {
        guard let queue = numbers[key] else { return nil }
        return place(queues[queue].first)
    }

    func next(_ place: Place) -> Place? { links[place.link].next.map { self.place($0) } }

    private func place(_ link: Int) -> Place { Place(waiter: links[link].waiter, link: link) }

    /// A waiter's place in the queue of one key; good until that waiter is removed.
    struct Place: Equatable {
        let waiter: Int
        fileprivate let link: Int
    }

    /// Marks a key as ready. False if nobody waits for it, or it is marked already.
    mutating func markReady(_ key: Key) -> Bool {
        guard let queue = numbers[key], !queues[queue].isReady else { return false }
        queues[queue].isReady = true
        return true
    }

    mutating func unmarkReady(_ key: Key) {
        if let queue = numbers[key] { queues[queue].isReady = false }
    }

    /// Checks what the essay promises; traps where it does not hold. O(n), for tests.
    func checkInvariants() {
        var found = 0
        for (key, number) in numbers {
            precondition(queues[number].key == key)
            var link: Int? = queues[number].first
            var previous: Int?
            var waiters: Set<Int> = []
            while let current = link {
                precondition(links[current].queue == number && links[current].previous == previous)
                precondition(waiters.insert(links[current].waiter).inserted)
                previous = current
                link = links[current].next
                found += 1
            }
            precondition(previous == queues[number].last && found > 0)
        }
        precondition(found == links.count && numbers.count == queues.count)
        var owned = 0
        for (waiter, first) in firstLinks {
            var link: Int? = first
            while let current = link {
                precondition(links[current].waiter == waiter)
                owned += 1
                link = links[current].sibling
            }
        }
        precondition(owned == found)
    }
}

/// Records by number; the numbers of removed ones are used again.
struct SlotArray<Element> {
    private var elements: [Element?] = []
    private var free: [Int] = []

    var count: Int { elements.count - free.count }

    mutating func insert(_ element: Element) -> Int {
        if let number = free.popLast() {
            elements[number] = element
            return number
        }
        elements.append(element)
        return elements.count - 1
    }

    @discardableResult
    mutating func remove(_ number: Int) -> Element {
        guard let element = elements[number].take() else { preconditionFailure("no record \(number)") }
        free.append(number)
        return element
    }

    subscript(number: Int) -> Element {
        get {
            guard let element = elements[number] else { preconditionFailure("no record \(number)") }
            return element
        }
        _modify { yield &elements[number]! }
    }
}
