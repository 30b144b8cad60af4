import Bytes

/// Large values: each type has a store, and here is where a type finds its own.
extension Keyspace {
    /// Gives up a large value that no entry refers to any more.
    mutating func bury(_ type: ValueType, _ index: UInt32) {
        if adopt(type, index) { return }
        switch type {
        case .list: lists.bury(index, &arena)
        case .set: sets.bury(index, &arena)
        case .hash: hashes.bury(index, &arena)
        case .sortedSet: sortedSets.bury(index, &arena)
        case .string, .stream: preconditionFailure("\(type) has no large values")
        }
    }

    /// A second value with the same elements. O(n).
    mutating func copyObject(_ type: ValueType, _ index: UInt32) -> UInt32 {
        switch type {
        case .list: return lists.add(lists[index].copy(&arena))
        case .set: return sets.add(sets[index].copy(&arena))
        case .hash: return hashes.add(hashes[index].copy(&arena))
        case .sortedSet: return sortedSets.add(sortedSets[index].copy(&arena))
        case .string, .stream: preconditionFailure("\(type) has no large values")
        }
    }

    /// One slice of freeing large values, `budget` elements long. True while more is left.
    mutating func dismantleObjects(budget: Int) -> Bool {
        var left = budget
        let leavesLists = lists.dismantle(&arena, budget: &left)
        let leavesSets = sets.dismantle(&arena, budget: &left)
        let leavesHashes = hashes.dismantle(&arena, budget: &left)
        let leavesSortedSets = sortedSets.dismantle(&arena, budget: &left)
        return leavesLists || leavesSets || leavesHashes || leavesSortedSets
    }

    /// How many elements a large value has.
    func objectCount(_ entry: Entry) -> Int {
        switch arena.header(entry).type {
        case .list: lists[arena.objectIndex(entry)].count
        case .set: sets[arena.objectIndex(entry)].count
        case .hash: hashes[arena.objectIndex(entry)].count
        case .sortedSet: sortedSets[arena.objectIndex(entry)].count
        case .string, .stream: preconditionFailure("no large values")
        }
    }
}
