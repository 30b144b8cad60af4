import Bytes

/// What SORT takes its elements from, and what it leaves behind.
extension Keyspace {
    /// Whether the elements of a value that can be sorted have an order of their own. Throws where it cannot be sorted.
    func hasOrder(_ entry: Entry) throws(CommandError) -> Bool {
        switch arena.header(entry).type {
        case .list: true
        case .set: false
        case .string, .sortedSet, .hash, .stream: throw .wrongType
        }
    }

    /// Copies the elements of a value. Where their order is to be kept, only those that are wanted, if they can be found.
    /// Returns which of those copied are wanted, once they are in order.
    func gatherElements(_ entry: Entry, _ request: SortRequest, into list: inout TextList) -> Range<Int> {
        switch arena.header(entry).type {
        case .list: return gatherListed(entry, request, into: &list)
        case .set:
            forEachMember(entry) {
                list.append($0)
                return true
            }
            return request.window(of: list.count)
        case .string, .sortedSet, .hash, .stream: preconditionFailure("not a value that can be sorted")
        }
    }

    private func gatherListed(_ entry: Entry, _ request: SortRequest, into list: inout TextList) -> Range<Int> {
        let count = elementCount(entry)
        let window = request.window(of: count)
        if !request.keepsOrder {
            forEachElement(entry) { list.append($0) }
            return window
        }
        if request.descends {
            forEachElementBackwards(entry, from: count - 1 - window.lowerBound, count: window.count) { list.append($0) }
        } else {
            forEachElement(entry, from: window.lowerBound, count: window.count) { list.append($0) }
        }
        return 0 ..< window.count
    }

    /// Gives a key these elements as a list, or takes the key away where there are none.
    mutating func storeSorted(_ key: RawSpan, _ elements: borrowing TextList) {
        var place = write(key)
        if elements.count == 0 {
            remove(place)
            return
        }
        discard(&place)
        for index in 0 ..< elements.count { push(elements[index], .tail, to: key, &place) }
        if let entry = place.entry { changed(.sortstore, entry) }
    }
}
