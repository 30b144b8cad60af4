import Bytes

/// Lists at the door: reading. A list is one listpack in its entry while it is small, and a `QuickList` from then on, which
/// commands need not know. OBJECT ENCODING calls both a quicklist, as Redis 7.0 does.
extension Keyspace {
    /// How many elements a list has. O(1).
    @inline(__always)
    func elementCount(_ entry: Entry) -> Int {
        if arena.header(entry).form == .object { return lists[arena.objectIndex(entry)].count }
        return Listpack.count(arena.bytes(entry))
    }

    /// Hands the texts of `count` elements to `body`, in order, the first being element `start`. O(count) beside finding
    /// that one.
    @inline(__always)
    func forEachElement(_ entry: Entry, from start: Int, count: Int, _ body: (RawSpan) -> Void) {
        forEachPack(entry, from: start, count: count) { bytes, isPlain, first, _, taken in
            if isPlain { body(bytes) } else { Listpack.forEach(bytes, from: first, count: taken, body) }
        }
    }

    /// The same backwards: element `start` first, then the ones in front of it.
    func forEachElementBackwards(_ entry: Entry, from start: Int, count: Int, _ body: (RawSpan) -> Void) {
        forEachPackBackwards(entry, from: start, count: count) { bytes, isPlain, last, _, taken in
            if isPlain { body(bytes) } else { Listpack.forEachBackwards(bytes, from: last, count: taken, body) }
        }
    }

    /// All elements in order. O(n).
    @inline(__always)
    func forEachElement(_ entry: Entry, _ body: (RawSpan) -> Void) {
        forEachElement(entry, from: 0, count: elementCount(entry), body)
    }

    /// Hands the numbers of the elements with this text to `body`, in order or backwards, looking at `limit` elements at most, until
    /// that returns false. O(n).
    func forEachMatch(
        _ entry: Entry, _ text: RawSpan, from end: ListEnd, limit: Int, _ body: (Int) -> Bool
    ) {
        let total = elementCount(entry)
        let count = min(limit, total)
        var goesOn = true
        if end == .head {
            forEachPack(entry, from: 0, count: count) { bytes, isPlain, _, index, taken in
                if !goesOn { return }
                goesOn =
                    isPlain
                    ? !bytes.equals(text) || body(index)
                    : Listpack.forEachMatch(bytes, text, count: taken) { body(index &+ $0) }
            }
        } else {
            forEachPackBackwards(entry, from: total &- 1, count: count) { bytes, isPlain, _, index, taken in
                if !goesOn { return }
                goesOn =
                    isPlain
                    ? !bytes.equals(text) || body(index)
                    : Listpack.forEachMatchBackwards(bytes, text, count: taken) { body(index &- $0) }
            }
        }
    }

    // MARK: Blocks

    /// Hands the blocks of a list to `body` that hold the `count` elements from `start` on. With each comes whether it is one
    /// element by itself, the number of the first element wanted within it and within the list, and how many are wanted.
    @inline(__always)
    private func forEachPack(
        _ entry: Entry, from start: Int, count: Int, _ body: (RawSpan, Bool, Int, Int, Int) -> Void
    ) {
        if count <= 0 { return }
        if arena.header(entry).form != .object { return body(arena.bytes(entry), false, start, start, count) }
        let list = arena.objectIndex(entry)
        var (path, inner) = lists[list].locate(start)
        var done = 0
        while true {
            let node = lists[list].node(path)
            let taken = min(count &- done, Int(node.count) &- inner)
            withBytes(of: node) { body($0, node.isPlain, inner, start &+ done, taken) }
            done &+= taken
            inner = 0
            if done == count { return }
            guard let next = lists[list].next(path) else { preconditionFailure("a list is shorter than counted") }
            path = next
        }
    }

    private func forEachPackBackwards(
        _ entry: Entry, from start: Int, count: Int, _ body: (RawSpan, Bool, Int, Int, Int) -> Void
    ) {
        if count <= 0 { return }
        if arena.header(entry).form != .object { return body(arena.bytes(entry), false, start, start, count) }
        let list = arena.objectIndex(entry)
        var (path, inner) = lists[list].locate(start)
        var done = 0
        while true {
            let node = lists[list].node(path)
            let taken = min(count &- done, inner &+ 1)
            withBytes(of: node) { body($0, node.isPlain, inner, start &- done, taken) }
            done &+= taken
            if done == count { return }
            guard let previous = lists[list].previous(path) else {
                preconditionFailure("a list is shorter than counted")
            }
            path = previous
            inner = Int(lists[list].node(path).count) &- 1
        }
    }

    /// Hands what a node holds to `body`, unpacked if need be.
    @inline(__always)
    func withBytes(of node: ListNode, _ body: (RawSpan) -> Void) {
        if !node.isCompressed { return body(arena.listBytes(node)) }
        var unpacked = ByteBuffer()
        arena.decompress(node, into: &unpacked)
        body(unpacked.bytes)
    }
}
