import Bytes

/// Changing what lies between the ends.
extension QuickList {
    /// Puts another element in the place of element `index`.
    mutating func replace(_ index: Int, with text: RawSpan, _ arena: inout Arena) {
        let place = place(index, &arena)
        var node = node(place.path)
        let isPlain = limits.isPlain(text.byteCount)
        if node.isPlain, isPlain {
            node.free(&arena)
            update(place.path, .plain(text, &arena))
            return balance(place.path, &arena)
        }
        if !node.isPlain, !isPlain {
            let old = Listpack.size(arena.listBytes(node), place.position)
            if limits.accepts(text.byteCount, bytes: node.length &- old, count: Int(node.count) &- 1) {
                node.replace(at: place.position, with: text, limit: limits.nodeBytes, &arena)
                update(place.path, node)
                return balance(place.path, &arena)
            }
        }
        // Another kind of node, or no room: the element goes, and one comes.
        insert(text, at: index, &arena)
        remove(self.place(index &+ 1, &arena), &arena)
    }

    /// Inserts an element in front of element `index`, or behind the last for `index` equal to `count`.
    mutating func insert(_ text: RawSpan, at index: Int, _ arena: inout Arena) {
        if index == 0 { return push(text, .head, &arena) }
        if index == count { return push(text, .tail, &arena) }
        let place = place(index, &arena)
        var node = node(place.path)
        let length = text.byteCount
        let isPlain = limits.isPlain(length)
        if !isPlain, !node.isPlain, limits.accepts(length, bytes: node.length, count: Int(node.count)) {
            node.insert(text, at: place.position, limit: limits.nodeBytes, &arena)
            update(place.path, node)
            return balance(place.path, &arena)
        }
        if place.index > 0 {
            let rest = node.split(at: place.position, index: place.index, &arena)
            update(place.path, node)
            insertNode(rest, at: Path(page: place.path.page, node: place.path.node &+ 1), &arena)
            return insertBetween(text, at: index, &arena)
        }
        insertBetween(text, at: index, &arena)
    }

    /// Inserts an element where one node ends and the next begins: at the end of the one, the beginning of the other, or in
    /// between.
    private mutating func insertBetween(_ text: RawSpan, at index: Int, _ arena: inout Arena) {
        let (following, inner) = locate(index)
        precondition(inner == 0)
        guard let preceding = previous(following) else { preconditionFailure("the first node has none in front") }
        if !limits.isPlain(text.byteCount) {
            for (path, end) in [(preceding, ListEnd.tail), (following, .head)] {
                unpack(path, &arena)
                var node = node(path)
                let accepts = limits.accepts(text.byteCount, bytes: node.length, count: Int(node.count))
                if !node.isPlain, accepts {
                    let position = end == .head ? Listpack.first : node.length &- 1
                    node.insert(text, at: position, limit: limits.nodeBytes, &arena)
                    update(path, node)
                    balance(preceding, &arena)
                    return balance(following, &arena)
                }
            }
        }
        insertNode(makeNode(text, .tail, spare: 16, &arena), at: following, &arena)
        let path = locate(index).path
        if let before = previous(path) { balance(before, &arena) }
        if let behind = next(path) { balance(behind, &arena) }
        balance(path, &arena)
    }

    /// Takes away the element at `place`, whose node is not compressed.
    mutating func remove(_ place: Place, _ arena: inout Arena) {
        pop(place, &arena)
        if pages.isEmpty { return }
        // A node that vanished leaves its number to the next.
        let isThere = place.path.page < pages.count && place.path.node < pages[place.path.page].nodes.count
        if isThere { settle(place.path, &arena) }
    }

    /// After elements of a node went: joins it with a neighbour if both together are small, and compresses what is to be.
    private mutating func settle(_ path: Path, _ arena: inout Arena) {
        let small = limits.nodeBytes / 4
        var path = path
        if node(path).form == .packed, node(path).length < small, let next = next(path) { join(path, next, &arena) }
        if node(path).form == .packed, node(path).length < small, let previous = previous(path),
            join(previous, path, &arena)
        {
            path = previous
        }
        balance(path, &arena)
    }

    /// Puts two neighbours into one node, where they leave it a good part free.
    @discardableResult
    private mutating func join(_ first: Path, _ second: Path, _ arena: inout Arena) -> Bool {
        var node = node(first)
        let other = self.node(second)
        if node.form != .packed || other.form != .packed { return false }
        if node.length + other.length > limits.nodeBytes / 4 * 3 { return false }
        if Int(node.count) + Int(other.count) > limits.nodeCount { return false }
        node.append(other, limit: limits.nodeBytes, &arena)
        removeNode(second, &arena)
        update(first, node)
        return true
    }

    /// Takes away elements with this text: at most `limit`, the first ones or the last. Returns how many. O(n).
    mutating func removeMatches(
        _ text: RawSpan, limit: Int, from end: ListEnd, _ scratch: inout ByteBuffer, _ arena: inout Arena
    ) -> Int {
        var removed = 0
        var path: Path? = pages.isEmpty ? nil : self.path(end)
        while let current = path, removed < limit {
            // Removing a node changes the number of those behind it, in this page or as far as pages go.
            let follower = end == .head ? next(current) : previous(current)
            let nodes = nodeCount
            removed &+= removeMatches(text, limit: limit &- removed, from: end, at: current, &scratch, &arena)
            // Joining removes a node too: the one just looked at, or one behind it that was looked at before.
            if nodeCount == nodes { joinBehind(end, current, &arena) }
            path = nodeCount == nodes || end == .tail ? follower : isInside(current) ? current : nextPage(current)
        }
        balance(nil, &arena)
        return removed
    }

    /// Joins a node that has become small with its neighbour on the side that is done.
    private mutating func joinBehind(_ end: ListEnd, _ path: Path, _ arena: inout Arena) {
        if node(path).form != .packed || node(path).length >= limits.nodeBytes / 4 { return }
        if end == .head {
            if let previous = previous(path) { join(previous, path, &arena) }
        } else if let next = next(path) {
            join(path, next, &arena)
        }
    }

    private func isInside(_ path: Path) -> Bool { path.page < pages.count && path.node < pages[path.page].nodes.count }

    private func nextPage(_ path: Path) -> Path? {
        path.page &+ 1 < pages.count ? Path(page: path.page &+ 1, node: 0) : nil
    }

    private mutating func removeMatches(
        _ text: RawSpan, limit: Int, from end: ListEnd, at path: Path, _ scratch: inout ByteBuffer, _ arena: inout Arena
    ) -> Int {
        let matches = countMatches(text, at: path, &scratch, arena)
        if matches == 0 { return 0 }
        if matches == Int(node(path).count), matches <= limit {
            removeNode(path, &arena)
            return matches
        }
        unpack(path, &arena)
        var node = node(path)
        let skipping = end == .tail ? max(0, matches &- limit) : 0
        let removed = node.removeMatches(text, skipping: skipping, limit: limit, &arena)
        update(path, node)
        balance(path, &arena)
        return removed
    }

    private func countMatches(
        _ text: RawSpan, at path: Path, _ scratch: inout ByteBuffer, _ arena: borrowing Arena
    ) -> Int {
        let node = node(path)
        if !node.isCompressed { return QuickList.countMatches(text, arena.listBytes(node), isPlain: node.isPlain) }
        arena.decompress(node, into: &scratch)
        return QuickList.countMatches(text, scratch.bytes, isPlain: node.isPlain)
    }

    private static func countMatches(_ text: RawSpan, _ bytes: RawSpan, isPlain: Bool) -> Int {
        if isPlain { return bytes.equals(text) ? 1 : 0 }
        return Listpack.countMatches(bytes, text)
    }
}
