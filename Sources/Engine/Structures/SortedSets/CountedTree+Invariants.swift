import Bytes

extension CountedTree {
    /// Checks what the essay promises; traps where it does not hold. O(n), for tests.
    func checkInvariants(_ arena: borrowing Arena) {
        if root == 0 {
            precondition(count == 0 && height == 0 && first == 0 && last == 0)
            return
        }
        var check = TreeCheck(tree: (first, last))
        let found = check.visit(root, height, isFirst: true, isLast: true, isRoot: true, arena)
        precondition(found == count && check.leaf == last && arena.leaf(last).next == 0)
    }
}

/// A walk through a whole tree.
private struct TreeCheck {
    let tree: (first: NodeLink, last: NodeLink)
    /// The leaf and the element that were visited last.
    private(set) var leaf: NodeLink = 0
    private var element: CountedTree.Element?

    init(tree: (first: NodeLink, last: NodeLink)) { self.tree = tree }

    /// Returns the elements below a node.
    mutating func visit(
        _ link: NodeLink, _ height: Int, isFirst: Bool, isLast: Bool, isRoot: Bool, _ arena: borrowing Arena
    ) -> Int {
        if height == 0 { return visitLeaf(link, isEdge: isFirst || isLast, arena) }
        let branch = arena.branch(link)
        precondition(branch.count >= (isRoot ? 2 : isFirst || isLast ? 1 : Branch.capacity / 3), "a branch is too empty")
        for i in 0 ..< branch.count {
            let found = visit(
                branch.child(i), height - 1, isFirst: isFirst && i == 0, isLast: isLast && i == branch.count - 1,
                isRoot: false, arena)
            precondition(found == branch.elements(i), "a count is wrong")
            precondition(branch.key(i) == first(branch.child(i), height - 1, arena), "a key is not the first element")
        }
        return branch.elements(before: branch.count)
    }

    private mutating func visitLeaf(_ link: NodeLink, isEdge: Bool, _ arena: borrowing Arena) -> Int {
        let node = arena.leaf(link)
        precondition(leaf == 0 ? link == tree.first : arena.leaf(leaf).next == link)
        precondition(node.previous == leaf)
        precondition(node.count >= (isEdge ? 1 : Leaf.capacity / 3), "a leaf is too empty")
        for i in 0 ..< node.count {
            let next = node.element(i)
            precondition(next.score == arena.score(next.member), "the member has another score")
            if let element { precondition(CountedTree.ascends(element, next, arena), "out of order") }
            element = next
        }
        leaf = link
        return node.count
    }

    /// The first element below a node.
    private func first(_ link: NodeLink, _ height: Int, _ arena: borrowing Arena) -> CountedTree.Element {
        height == 0 ? arena.leaf(link).element(0) : arena.branch(link).key(0)
    }
}
