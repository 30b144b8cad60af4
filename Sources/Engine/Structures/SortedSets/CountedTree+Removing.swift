import Bytes

/// Taking elements out, and keeping nodes from becoming too empty.
extension CountedTree {
    /// Removes an element that is in the tree. O(log n).
    mutating func remove(_ element: Element, _ arena: inout Arena) {
        removeElements(path(to: element, arena), 1, &arena)
    }

    /// Removes the elements of the ranks `ranks` and hands the member of each to `body`, which may free it. O(log n + m).
    @inline(__always)
    mutating func remove(
        _ ranks: Range<Int>, _ arena: inout Arena, _ body: (Arena.Handle, inout Arena) -> Void
    ) {
        precondition(ranks.lowerBound >= 0 && ranks.upperBound <= count)
        var left = ranks.count
        while left > 0 {
            let path = path(toRank: ranks.lowerBound, arena)
            let leaf = arena.leaf(path.leaf)
            let here = min(left, leaf.count &- path.index)
            var members = InlineArray<38, Arena.Handle>(repeating: 0)
            for i in 0 ..< here { members[i] = leaf.member(path.index &+ i) }
            removeElements(path, here, &arena)
            for i in 0 ..< here { body(members[i], &arena) }
            left &-= here
        }
    }

    /// Removes `removed` elements from the place of `path` on, all of them in its leaf.
    mutating func removeElements(_ path: Path, _ removed: Int, _ arena: inout Arena) {
        count &-= removed
        for level in 0 ..< path.count {
            let (link, child) = path[level]
            let branch = arena.branch(link)
            branch.setElements(child, branch.elements(child) &- removed)
        }
        let leaf = arena.leaf(path.leaf)
        leaf.remove(path.index ..< path.index &+ removed)
        if leaf.count == 0 { return removeLeaf(path, &arena) }
        if path.index == 0 { changeKey(above: path.count, path, to: leaf.element(0), arena) }
        if leaf.count < CountedTree.leastLeaf, path.count > 0 { balanceLeaf(path, &arena) }
    }

    private static var leastLeaf: Int { Leaf.capacity / 3 }
    private static var leastBranch: Int { Branch.capacity / 3 }

    // MARK: Nodes without elements

    private mutating func removeLeaf(_ path: Path, _ arena: inout Arena) {
        let leaf = arena.leaf(path.leaf)
        if leaf.previous == 0 { first = leaf.next } else { arena.leaf(leaf.previous).next = leaf.next }
        if leaf.next == 0 { last = leaf.previous } else { arena.leaf(leaf.next).previous = leaf.previous }
        arena.releaseNode(path.leaf)
        removeChild(path, path.count &- 1, &arena)
    }

    /// Takes the child that `path` leads to out of the branch at `level`; the child is gone already.
    private mutating func removeChild(_ path: Path, _ level: Int, _ arena: inout Arena) {
        if level < 0 {
            root = 0
            height = 0
            return
        }
        let (link, child) = path[level]
        let branch = arena.branch(link)
        branch.remove(child ..< child &+ 1)
        if branch.count == 0 {
            arena.releaseNode(link)
            return removeChild(path, level &- 1, &arena)
        }
        if child == 0 { changeKey(above: level, path, to: branch.key(0), arena) }
        balanceBranch(path, level, &arena)
    }

    // MARK: Nodes with few

    /// Joins the leaf with a neighbour below the same branch, or shares their elements evenly.
    private mutating func balanceLeaf(_ path: Path, _ arena: inout Arena) {
        guard let (branch, child) = neighbours(path, path.count &- 1, arena) else { return }
        let left = arena.leaf(branch.child(child))
        let right = arena.leaf(branch.child(child &+ 1))
        let total = left.count &+ right.count
        if total <= Leaf.capacity {
            left.copy(0 ..< right.count, of: right, to: left.count)
            left.count = total
            left.next = right.next
            if left.next == 0 { last = branch.child(child) } else { arena.leaf(left.next).previous = branch.child(child) }
            joined(path, path.count &- 1, child, &arena)
        } else {
            let moved = total / 2 &- left.count
            if moved > 0 {
                left.copy(0 ..< moved, of: right, to: left.count)
                right.remove(0 ..< moved)
            } else {
                right.copy(0 ..< right.count, of: right, to: -moved)
                right.copy(left.count &+ moved ..< left.count, of: left, to: 0)
                right.count &-= moved
            }
            left.count = total / 2
            branch.setElements(child, left.count)
            branch.setElements(child &+ 1, right.count)
            branch.setKey(child &+ 1, right.element(0))
        }
    }

    /// The same for the branch at `level`; the root goes when it has only one child.
    private mutating func balanceBranch(_ path: Path, _ level: Int, _ arena: inout Arena) {
        if level == 0 { return dropRoot(&arena) }
        if arena.branch(path[level].branch).count >= CountedTree.leastBranch { return }
        guard let (branch, child) = neighbours(path, level &- 1, arena) else { return }
        let left = arena.branch(branch.child(child))
        let right = arena.branch(branch.child(child &+ 1))
        let total = left.count &+ right.count
        if total <= Branch.capacity {
            left.copy(0 ..< right.count, of: right, to: left.count)
            left.count = total
            joined(path, level &- 1, child, &arena)
        } else {
            let moved = total / 2 &- left.count
            if moved > 0 {
                left.copy(0 ..< moved, of: right, to: left.count)
                right.remove(0 ..< moved)
            } else {
                right.copy(0 ..< right.count, of: right, to: -moved)
                right.copy(left.count &+ moved ..< left.count, of: left, to: 0)
                right.count &-= moved
            }
            left.count = total / 2
            let both = branch.elements(child) &+ branch.elements(child &+ 1)
            branch.setElements(child, left.elements(before: left.count))
            branch.setElements(child &+ 1, both &- branch.elements(child))
            branch.setKey(child &+ 1, right.key(0))
        }
    }

    /// Two neighbouring children of the branch at `level`, by the first of them; one is where `path` leads. `nil` for an
    /// only child.
    private func neighbours(_ path: Path, _ level: Int, _ arena: borrowing Arena) -> (Branch, Int)? {
        let (link, child) = path[level]
        let branch = arena.branch(link)
        if branch.count < 2 { return nil }
        return (branch, child &+ 1 < branch.count ? child : child &- 1)
    }

    /// Child `child` of the branch at `level` has taken over the elements of the next one.
    private mutating func joined(_ path: Path, _ level: Int, _ child: Int, _ arena: inout Arena) {
        let branch = arena.branch(path[level].branch)
        branch.setElements(child, branch.elements(child) &+ branch.elements(child &+ 1))
        arena.releaseNode(branch.child(child &+ 1))
        branch.remove(child &+ 1 ..< child &+ 2)
        balanceBranch(path, level, &arena)
    }

    private mutating func dropRoot(_ arena: inout Arena) {
        while height > 0, arena.branch(root).count == 1 {
            let child = arena.branch(root).child(0)
            arena.releaseNode(root)
            root = child
            height &-= 1
        }
    }

    // MARK: The whole tree

    /// Frees the last leaf without looking at its members; false when that was all. O(1) amortised for each element.
    mutating func dismantleLastLeaf(_ arena: inout Arena) -> Bool {
        if root == 0 { return false }
        var path = path(toRank: count &- 1, arena)
        let removed = path.index &+ 1
        path.index = 0
        removeElements(path, removed, &arena)
        return root != 0
    }
}
