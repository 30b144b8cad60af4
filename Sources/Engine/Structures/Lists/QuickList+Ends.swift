import Bytes

/// Pushing and popping.
extension QuickList {
    /// Adds an element at one end.
    @inline(__always)
    mutating func push(_ text: RawSpan, _ end: ListEnd, _ arena: inout Arena) {
        let length = text.byteCount
        if nodeCount > 0, !limits.isPlain(length) {
            let path = path(end)
            var node = node(path)
            if node.form == .packed, limits.accepts(length, bytes: node.length, count: Int(node.count)) {
                let position = end == .head ? Listpack.first : node.length &- 1
                node.insert(text, at: position, limit: limits.nodeBytes, &arena)
                return update(path, node)
            }
        }
        pushNode(text, end, &arena)
    }

    /// Adds a node behind the last one, which keeps its form.
    mutating func append(_ node: ListNode, _ arena: inout Arena) {
        insertNode(node, at: pages.isEmpty ? .first : Path(page: last.page, node: last.node &+ 1), &arena)
        balance(last, &arena)
    }

    /// Adds an element in a node of its own, which those that follow may join.
    private mutating func pushNode(_ text: RawSpan, _ end: ListEnd, _ arena: inout Arena) {
        // Behind a full listpack another will be filled up; the first may stay small, and so may one of few elements.
        let isLarge = nodeCount > 0 && limits.fill < 0 && !node(path(end)).isPlain
        let node = makeNode(text, end, spare: isLarge ? limits.nodeBytes : 16, &arena)
        if pages.isEmpty {
            insertNode(node, at: .first, &arena)
        } else if end == .head {
            insertNode(node, at: .first, &arena)
        } else {
            insertNode(node, at: Path(page: last.page, node: last.node &+ 1), &arena)
        }
        balance(path(end), &arena)
    }

    /// A node that holds one element, and has room for about `spare` bytes more at `end`.
    func makeNode(_ text: RawSpan, _ end: ListEnd, spare: Int, _ arena: inout Arena) -> ListNode {
        if limits.isPlain(text.byteCount) { return .plain(text, &arena) }
        let capacity = min(Listpack.emptySize &+ text.byteCount &+ spare, limits.nodeBytes)
        var node = ListNode.packed(capacity: capacity, for: end, &arena)
        node.insert(text, at: Listpack.first, limit: limits.nodeBytes, &arena)
        return node
    }

    /// Where the element at one end is. The list must not be empty.
    @inline(__always)
    func place(_ end: ListEnd, _ arena: borrowing Arena) -> Place {
        let path = path(end)
        let node = node(path)
        if node.isPlain { return Place(path: path, position: 0, index: 0) }
        if end == .head { return Place(path: path, position: Listpack.first, index: 0) }
        guard let position = Listpack.last(arena.listBytes(node)) else { preconditionFailure("a node is empty") }
        return Place(path: path, position: position, index: Int(node.count) &- 1)
    }

    /// Takes away the element at `place`, which is that of `end`.
    @inline(__always)
    mutating func pop(_ place: Place, _ arena: inout Arena) {
        var node = node(place.path)
        if node.count == 1 {
            removeNode(place.path, &arena)
            return balance(nil, &arena)
        }
        let size = Listpack.size(arena.listBytes(node), place.position)
        node.remove(at: place.position, bytes: size, count: 1, &arena)
        update(place.path, node)
    }
}
