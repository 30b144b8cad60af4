import Bytes
import Wire

/// Looking ahead beyond the entry: a large set, hash or sorted set is a table too, and what a request will look up in it can be asked for from
/// memory as well as its key. Hints only: nothing is counted, touched or removed, and a wrong guess costs one useless load.
extension Keyspace {
    /// Starts loading the bucket in which a request will look for a member or field, if `entry` is a large value of that kind.
    /// Returns what `anticipateElementEntry` needs.
    @inline(__always)
    func anticipateElement(_ entry: Entry, _ arguments: Arguments) -> ElementMemo? {
        if arguments.count < 3 { return nil }
        let header = arena.header(entry)
        return header.form == .object ? anticipateElement(header.type, arena.objectIndex(entry), arguments) : nil
    }

    private func anticipateElement(_ type: ValueType, _ index: UInt32, _ arguments: Arguments) -> ElementMemo? {
        let hash: UInt64
        switch type {
        case .set:
            hash = siphash13(arguments[2], sets[index].table.key)
            sets[index].table.prefetch(hash)
        case .hash:
            hash = siphash13(arguments[2], hashes[index].table.key)
            hashes[index].table.prefetch(hash)
        case .sortedSet:
            // Behind the score, where there is one.
            hash = siphash13(arguments[min(arguments.count &- 1, 3)], sortedSets[index].table.key)
            sortedSets[index].table.prefetch(hash)
        case .string, .list, .stream: return nil
        }
        return ElementMemo(type: type, index: index, hash: hash)
    }

    /// Starts loading the member or field itself; its bucket should be there by now.
    func anticipateElementEntry(_ memo: ElementMemo) {
        switch memo.type {
        case .set: sets[memo.index].table.prefetchEntries(memo.hash, arena)
        case .hash: hashes[memo.index].table.prefetchEntries(memo.hash, arena)
        case .sortedSet: sortedSets[memo.index].table.prefetchEntries(memo.hash, arena)
        case .string, .list, .stream: preconditionFailure("\(memo.type) has no table")
        }
    }
}

/// Which large value a request will probably look into, and the hash of what it will look for there.
struct ElementMemo: BitwiseCopyable {
    var type: ValueType
    var index: UInt32
    var hash: UInt64
}
