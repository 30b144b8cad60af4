import Bytes

/// Adding elements and moving those whose score changes.
extension CountedTree {
    /// Adds an element that is not in the tree. O(log n).
    mutating func insert(_ element: Element, _ arena: inout Arena) {
        if root == 0 {
            root = arena.makeLeaf()
            (first, last) = (root, root)
        }
        let path = path(behind: element.score, arena.rankedMember(element.member), arena)
        for level in 0 ..< path.count {
            let (link, child) = path[level]
            let branch = arena.branch(link)
            branch.setElements(child, branch.elements(child) &+ 1)
        }
        count &+= 1
        // A new first element is the first of the whole tree, on every level.
        if path.index == 0 { changeKey(above: path.count, path, to: element, arena) }
        let leaf = arena.leaf(path.leaf)
        if leaf.count == Leaf.capacity {
            splitLeaf(path, inserting: element, &arena)
        } else {
            leaf.insertGap(at: path.index)
            leaf.set(path.index, element)
        }
    }

    /// Notes that the first element below a step has changed: in the branch at the level above, and further up as far as
    /// it is the first there too.
    func changeKey(above level: Int, _ path: Path, to key: Element, _ arena: borrowing Arena) {
        var level = level &- 1
        while level >= 0 {
            let (link, child) = path[level]
            arena.branch(link).setKey(child, key)
            if child > 0 { return }
            level &-= 1
        }
    }

    /// Where a full node of `capacity` is cut so that one can be added at `index`: in the middle, but at the very place at
    /// either end of the tree, so that loading in order fills its nodes.
    private static func cut(_ capacity: Int, _ index: Int, isFirst: Bool, isLast: Bool) -> Int {
        if isLast, index == capacity { return capacity }
        if isFirst, index == 0 { return 0 }
        return capacity / 2
    }

    private mutating func splitLeaf(_ path: Path, inserting element: Element, _ arena: inout Arena) {
        let newLink = arena.makeLeaf()
        let left = arena.leaf(path.leaf)
        let right = arena.leaf(newLink)
        right.next = left.next
        right.previous = path.leaf
        left.next = newLink
        if right.next == 0 { last = newLink } else { arena.leaf(right.next).previous = newLink }

        let cut = CountedTree.cut(
            Leaf.capacity, path.index, isFirst: left.previous == 0, isLast: newLink == last)
        right.copy(cut ..< Leaf.capacity, of: left, to: 0)
        right.count = Leaf.capacity &- cut
        left.count = cut
        let goesRight = path.index > cut || cut == Leaf.capacity
        let leaf = goesRight ? right : left
        let index = goesRight ? path.index &- cut : path.index
        leaf.insertGap(at: index)
        leaf.set(index, element)
        addNode(newLink, key: right.element(0), elements: right.count, behind: path, above: path.count, &arena)
    }

    /// Hangs a node in, to the right of the one that `path` leads to below `level`, which has given it elements.
    private mutating func addNode(
        _ node: NodeLink, key: Element, elements: Int, behind path: Path, above level: Int, _ arena: inout Arena
    ) {
        if level == 0 { return addRoot(node, key: key, elements: elements, &arena) }
        let (link, child) = path[level &- 1]
        let branch = arena.branch(link)
        branch.setElements(child, branch.elements(child) &- elements)
        let index = child &+ 1
        if branch.count < Branch.capacity {
            branch.insertGap(at: index)
            branch.set(index, child: node, key: key, elements: elements)
            return
        }
        let newLink = arena.makeBranch()
        let left = arena.branch(link)
        let right = arena.branch(newLink)
        let isLast = (0 ..< level &- 1).allSatisfy { path[$0].child == arena.branch(path[$0].branch).count &- 1 }
        let cut = CountedTree.cut(Branch.capacity, index, isFirst: false, isLast: isLast)
        right.copy(cut ..< Branch.capacity, of: left, to: 0)
        right.count = Branch.capacity &- cut
        left.count = cut
        let goesRight = index > cut || cut == Branch.capacity
        let target = goesRight ? right : left
        let place = goesRight ? index &- cut : index
        target.insertGap(at: place)
        target.set(place, child: node, key: key, elements: elements)
        addNode(
            newLink, key: right.key(0), elements: right.elements(before: right.count), behind: path, above: level &- 1,
            &arena)
    }

    /// Puts a branch above the root and its new neighbour.
    private mutating func addRoot(_ node: NodeLink, key: Element, elements: Int, _ arena: inout Arena) {
        let newRoot = arena.makeBranch()
        let old = height == 0 ? arena.leaf(root).element(0) : arena.branch(root).key(0)
        let branch = arena.branch(newRoot)
        branch.count = 2
        branch.set(0, child: root, key: old, elements: count &- elements)
        branch.set(1, child: node, key: key, elements: elements)
        root = newRoot
        height &+= 1
    }

    // MARK: Moving

    /// Gives an element another score. O(log n); where it stays between its neighbours, nothing else moves.
    mutating func move(_ element: Element, to score: Double, _ arena: inout Arena) {
        let path = path(to: element, arena)
        let moved = Element(score: score, member: element.member)
        let leaf = arena.leaf(path.leaf)
        if isBehindPrevious(moved, leaf, path.index, arena), isBeforeNext(moved, leaf, path.index, arena) {
            leaf.set(path.index, moved)
            if path.index == 0 { changeKey(above: path.count, path, to: moved, arena) }
            return
        }
        removeElements(path, 1, &arena)
        insert(moved, &arena)
    }

    private func isBehindPrevious(_ element: Element, _ leaf: Leaf, _ index: Int, _ arena: borrowing Arena) -> Bool {
        if index > 0 { return CountedTree.ascends(leaf.element(index &- 1), element, arena) }
        if leaf.previous == 0 { return true }
        let previous = arena.leaf(leaf.previous)
        return CountedTree.ascends(previous.element(previous.count &- 1), element, arena)
    }

    private func isBeforeNext(_ element: Element, _ leaf: Leaf, _ index: Int, _ arena: borrowing Arena) -> Bool {
        if index &+ 1 < leaf.count { return CountedTree.ascends(element, leaf.element(index &+ 1), arena) }
        return leaf.next == 0 || CountedTree.ascends(element, arena.leaf(leaf.next).element(0), arena)
    }

    /// Whether two different elements stand in this order.
    static func ascends(_ a: Element, _ b: Element, _ arena: borrowing Arena) -> Bool {
        if a.score != b.score { return a.score < b.score }
        return arena.rankedMember(a.member).compare(arena.rankedMember(b.member)) < 0
    }
}
