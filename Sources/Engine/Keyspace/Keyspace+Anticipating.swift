import Bytes
import Wire

/// Looking ahead beyond the entry: a large set or hash is a table too, and what a request will look up in it can be asked for from
/// memory as well as its key. Hints only: nothing is counted, touched or removed, and a wrong guess costs one useless load.
extension Keyspace {
    /// Starts loading the bucket in which a request will look for a member or field, if `entry` is a large value of that kind.
    /// Returns what `anticipateElementEntry` needs.
    @inline(__always)
    func anticipateElement(_ entry: Entry, _ arguments: Arguments) -> ElementMemo? {
        if arguments.count < 3 { return nil }
        let header = arena.header(entry)
        return header.form == .object ? anticipateElement(header.type, arena.objectIndex(entry), arguments[2]) : nil
    }

    private func anticipateElement(_ type: ValueType, _ index: UInt32, _ text: RawSpan) -> ElementMemo? {
        let key: SipKey
        switch type {
        case .set: key = sets[index].table.key
        case .hash: key = hashes[index].table.key
        case .string, .list, .sortedSet, .stream: return nil
        }
        let hash = siphash13(text, key)
        if type == .set { sets[index].table.prefetch(hash) } else { hashes[index].table.prefetch(hash) }
        return ElementMemo(type: type, index: index, hash: hash)
    }

    /// Starts loading the member or field itself; its bucket should be there by now.
    func anticipateElementEntry(_ memo: ElementMemo) {
        if memo.type == .set {
            sets[memo.index].table.prefetchEntries(memo.hash, arena)
        } else {
            hashes[memo.index].table.prefetchEntries(memo.hash, arena)
        }
    }
}

/// Which large value a request will probably look into, and the hash of what it will look for there.
struct ElementMemo: BitwiseCopyable {
    var type: ValueType
    var index: UInt32
    var hash: UInt64
}
