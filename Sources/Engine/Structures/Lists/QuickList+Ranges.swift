import Bytes

/// Taking away many elements at once.
extension QuickList {
    /// Cuts the elements of `range` out. Whole nodes are not freed here but come back as a list of their own, to be
    /// dismantled in slices; `nil` where there are none. O(pages + bytes of two nodes).
    mutating func remove(_ range: Range<Int>, _ arena: inout Arena) -> QuickList? {
        var left = range.count
        var cut = QuickList(limits)
        if left > 0 { left = removeInside(range.lowerBound, left, &arena) }
        while left > 0 {
            let (path, index) = locate(range.lowerBound)
            precondition(index == 0, "what is left begins with a node")
            if path.node == 0, left >= pages[path.page].count {
                left &-= movePages(from: path.page, &cut, left)
            } else if left >= Int(node(path).count) {
                left &-= moveNodes(from: path, &cut, left)
            } else {
                left = removeInside(range.lowerBound, left, &arena)
            }
        }
        balance(nil, &arena)
        if cut.count == 0 { return nil }
        return cut
    }

    /// Takes up to `wanted` elements away that lie in the node of element `index`, unless that is the whole node. Returns how
    /// many are still to go.
    private mutating func removeInside(_ index: Int, _ wanted: Int, _ arena: inout Arena) -> Int {
        let (path, inner) = locate(index)
        let removed = min(wanted, Int(node(path).count) &- inner)
        if removed == Int(node(path).count) { return wanted }
        unpack(path, &arena)
        var node = node(path)
        let from = Listpack.position(arena.listBytes(node), of: inner, count: Int(node.count))
        let to = Listpack.position(arena.listBytes(node), of: inner &+ removed, count: Int(node.count))
        node.remove(at: from, bytes: to &- from, count: removed, &arena)
        update(path, node)
        balance(path, &arena)
        return wanted &- removed
    }

    /// Hands whole pages over to `cut`, up to `wanted` elements. Returns how many went.
    private mutating func movePages(from first: Int, _ cut: inout QuickList, _ wanted: Int) -> Int {
        var moved = 0
        var nodes = 0
        var end = first
        while end < pages.count, moved &+ pages[end].count <= wanted {
            moved &+= pages[end].count
            nodes &+= pages[end].nodes.count
            end &+= 1
        }
        cut.pages.append(contentsOf: pages[first ..< end])
        pages.removeSubrange(first ..< end)
        hand(moved, in: nodes, to: &cut)
        return moved
    }

    /// Hands whole nodes of a page over to `cut`, up to `wanted` elements. Returns how many went.
    private mutating func moveNodes(from first: Path, _ cut: inout QuickList, _ wanted: Int) -> Int {
        var moved = 0
        var end = first.node
        let nodes = pages[first.page].nodes
        while end < nodes.count, moved &+ Int(nodes[end].count) <= wanted {
            moved &+= Int(nodes[end].count)
            end &+= 1
        }
        cut.pages.append(Page(nodes: Array(nodes[first.node ..< end]), count: moved))
        pages[first.page].nodes.removeSubrange(first.node ..< end)
        pages[first.page].count &-= moved
        if pages[first.page].nodes.isEmpty { pages.remove(at: first.page) }
        hand(moved, in: end - first.node, to: &cut)
        return moved
    }

    private mutating func hand(_ elements: Int, in nodes: Int, to cut: inout QuickList) {
        count &-= elements
        nodeCount &-= nodes
        cut.count &+= elements
        cut.nodeCount &+= nodes
    }
}
