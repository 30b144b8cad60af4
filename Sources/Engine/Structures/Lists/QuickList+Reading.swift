import Bytes

/// Finding elements.
extension QuickList {
    /// The node that holds element `index`, and the element's number in it. Searched from the nearer end.
    func locate(_ index: Int) -> (path: Path, index: Int) {
        precondition(index >= 0 && index < count)
        return index <= count / 2 ? locateFromHead(index) : locateFromTail(count &- 1 &- index)
    }

    private func locateFromHead(_ index: Int) -> (path: Path, index: Int) {
        var left = index
        var page = 0
        while left >= pages[page].count {
            left &-= pages[page].count
            page &+= 1
        }
        var node = 0
        while left >= Int(pages[page].nodes[node].count) {
            left &-= Int(pages[page].nodes[node].count)
            node &+= 1
        }
        return (Path(page: page, node: node), left)
    }

    private func locateFromTail(_ index: Int) -> (path: Path, index: Int) {
        var left = index
        var page = pages.count &- 1
        while left >= pages[page].count {
            left &-= pages[page].count
            page &-= 1
        }
        var node = pages[page].nodes.count &- 1
        while left >= Int(pages[page].nodes[node].count) {
            left &-= Int(pages[page].nodes[node].count)
            node &-= 1
        }
        return (Path(page: page, node: node), Int(pages[page].nodes[node].count) &- 1 &- left)
    }

    /// How many elements lie in front of a node.
    func index(of path: Path) -> Int {
        var index = 0
        for page in 0 ..< path.page { index &+= pages[page].count }
        for node in 0 ..< path.node { index &+= Int(pages[path.page].nodes[node].count) }
        return index
    }

    /// Where element `index` is, in a node that is unpacked if need be.
    mutating func place(_ index: Int, _ arena: inout Arena) -> Place {
        let (path, inner) = locate(index)
        unpack(path, &arena)
        let node = node(path)
        if node.isPlain { return Place(path: path, position: 0, index: 0) }
        let position = Listpack.position(arena.listBytes(node), of: inner, count: Int(node.count))
        return Place(path: path, position: position, index: inner)
    }
}
