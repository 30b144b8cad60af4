import Bytes

/// The order of a large sorted set: a B+ tree whose branches know how many elements are below each child (an order-statistic
/// tree, Cormen et al., "Introduction to Algorithms", ch. 14, on the nodes of Bayer and McCreight, 1972). Elements are ordered by
/// score, those of equal score by the bytes of their members.
///
///                          ┌──────────────────────────────┐
///     branch               │ first element, count, child  │ …
///                          └──┬─────────────────┬─────────┘
///                             ▼                 ▼
///     leaf                ┌────────────────┐  ┌────────────────┐
///                     ⇄   │ score, member …│ ⇄│ score, member …│ ⇄
///                         └────────────────┘  └────────────────┘
///
/// A leaf holds 38 elements, a branch 48 children (`CountedTree+Nodes.swift`): four levels hold a million elements. A search
/// compares scores that lie together in the node, and looks at a member only where scores are equal. The counts make the rank of an
/// element, and the element of a rank, one descent; so every kind of range is a range of ranks.
///
/// Invariants: elements ascend strictly; the key of a child is exactly the first element below it, and its count the number
/// of those; no node is empty but the root of an empty tree; a node has at least a third of its capacity unless it is
/// at the left or right edge of its level, where loading in order leaves nodes behind that are just begun.
///
/// Costs: insert, remove, find, rank and select O(log n), with one or two cache misses in a large tree, since all but the leaves and
/// the lowest branches stay in the cache; stepping O(1). Memory: leaves are full where elements came in order, and about
/// two thirds full where they came at random, so 13 to 20 bytes an element, and 1.5 for branches.
///
/// Why not a skip list: see docs/decisions/0013-counted-tree.md.
struct CountedTree: ~Copyable {
    /// One place in the order.
    struct Element: Equatable {
        var score: Double
        var member: Arena.Handle
    }

    /// The way from the root to a leaf: at each branch the child that was taken.
    struct Path {
        struct Step: BitwiseCopyable {
            var branch: NodeLink = 0
            var child: Int32 = 0
        }

        /// A third of a branch's capacity to the twelfth is far beyond 2^40 handles.
        private var steps = InlineArray<12, Step>(repeating: Step())
        private(set) var count = 0
        /// The leaf, and a position in it.
        var leaf: NodeLink = 0
        var index = 0

        @inline(__always)
        mutating func append(_ branch: NodeLink, _ child: Int) {
            steps[count] = Step(branch: branch, child: Int32(truncatingIfNeeded: child))
            count &+= 1
        }

        /// The step at `level`, counted from the root.
        @inline(__always)
        subscript(level: Int) -> (branch: NodeLink, child: Int) {
            precondition(level < count)
            return (steps[level].branch, Int(steps[level].child))
        }
    }

    /// The root: a leaf where `height` is 0. 0 in a tree that never had an element.
    var root: NodeLink = 0
    /// Branches between the root and a leaf, the root included.
    var height = 0
    var count = 0
    /// The leaves at both ends.
    var first: NodeLink = 0
    var last: NodeLink = 0

    init() {}

    // MARK: Searching

    /// The first position among `count` for which `isBefore` is false; it must be true for all in front of that.
    @inline(__always)
    static func partition(_ count: Int, _ isBefore: (Int) -> Bool) -> Int {
        var low = 0
        var length = count
        while length > 0 {
            let half = length &>> 1
            let middle = low &+ half
            if isBefore(middle) {
                low = middle &+ 1
                length &-= half &+ 1
            } else {
                length = half
            }
        }
        return low
    }

    /// How many elements there are for which `isBefore` is true; it must be true for all in front of those for which it is
    /// false. O(log n).
    @inline(__always)
    func count(_ arena: borrowing Arena, where isBefore: (Double, Arena.Handle) -> Bool) -> Int {
        if count == 0 { return 0 }
        var before = 0
        var link = root
        for _ in 0 ..< height {
            let branch = arena.branch(link)
            let child = CountedTree.child(of: branch, isBefore)
            before &+= branch.elements(before: child)
            link = branch.child(child)
        }
        let leaf = arena.leaf(link)
        return before &+ CountedTree.partition(leaf.count) { isBefore(leaf.score($0), leaf.member($0)) }
    }

    /// The child below which the border between both kinds of elements is: the last whose first element is in front of it.
    @inline(__always)
    static func child(of branch: Branch, _ isBefore: (Double, Arena.Handle) -> Bool) -> Int {
        max(0, partition(branch.count) { isBefore(branch.score($0), branch.member($0)) } &- 1)
    }

    /// Whether an element is `target`, whose member has the bytes `member`, or in front of it.
    @inline(__always)
    static func isAtMost(
        _ score: Double, _ handle: Arena.Handle, _ target: Double, _ member: RawSpan, _ arena: borrowing Arena
    ) -> Bool {
        if score != target { return score < target }
        return arena.rankedMember(handle).compare(member) <= 0
    }

    /// The rank of an element that is in the tree. O(log n).
    @inline(__always)
    func rank(of element: Element, _ arena: borrowing Arena) -> Int {
        let member = arena.rankedMember(element.member)
        return count(arena) { CountedTree.isAtMost($0, $1, element.score, member, arena) } &- 1
    }

    /// The place of the element of rank `rank`, which must exist, and the way there. O(log n).
    func path(toRank rank: Int, _ arena: borrowing Arena) -> Path {
        precondition(rank >= 0 && rank < count)
        var path = Path()
        var left = rank
        var link = root
        for _ in 0 ..< height {
            let branch = arena.branch(link)
            var child = 0
            while left >= branch.elements(child) {
                left &-= branch.elements(child)
                child &+= 1
            }
            path.append(link, child)
            link = branch.child(child)
        }
        path.leaf = link
        path.index = left
        return path
    }

    /// The place of an element that is in the tree, and the way there. O(log n).
    func path(to element: Element, _ arena: borrowing Arena) -> Path {
        let member = arena.rankedMember(element.member)
        var path = path(behind: element.score, member, arena)
        path.index &-= 1
        precondition(path.index >= 0 && arena.leaf(path.leaf).member(path.index) == element.member, "not in the tree")
        return path
    }

    /// The place behind the last element that is not behind the one described. The tree must not be empty. O(log n).
    @inline(__always)
    func path(behind score: Double, _ member: RawSpan, _ arena: borrowing Arena) -> Path {
        var path = Path()
        var link = root
        for _ in 0 ..< height {
            let branch = arena.branch(link)
            let child = CountedTree.child(of: branch) { CountedTree.isAtMost($0, $1, score, member, arena) }
            path.append(link, child)
            link = branch.child(child)
        }
        let leaf = arena.leaf(link)
        path.leaf = link
        path.index = CountedTree.partition(leaf.count) {
            CountedTree.isAtMost(leaf.score($0), leaf.member($0), score, member, arena)
        }
        return path
    }

    // MARK: Stepping

    /// Hands the elements of the ranks `ranks` to `body`, the last one first if `reversed`, until that returns false. The tree must not
    /// change meanwhile. O(log n + m).
    @inline(__always)
    func forEach(
        _ ranks: Range<Int>, reversed: Bool = false, _ arena: borrowing Arena, _ body: (Element) -> Bool
    ) {
        precondition(ranks.lowerBound >= 0 && ranks.upperBound <= count)
        if ranks.isEmpty { return }
        let start = path(toRank: reversed ? ranks.upperBound &- 1 : ranks.lowerBound, arena)
        var leaf = arena.leaf(start.leaf)
        var index = start.index
        var left = ranks.count
        while true {
            let here = min(left, reversed ? index &+ 1 : leaf.count &- index)
            let step = reversed ? -1 : 1
            // Members lie anywhere: their loads are begun some ahead, so that they overlap.
            for ahead in 0 ..< min(here, CountedTree.lookahead) { arena.prefetchMember(leaf.member(index &+ step &* ahead)) }
            for done in 0 ..< here {
                if done &+ CountedTree.lookahead < here {
                    arena.prefetchMember(leaf.member(index &+ step &* CountedTree.lookahead))
                }
                if !body(leaf.element(index)) { return }
                index &+= step
            }
            left &-= here
            if left == 0 { return }
            leaf = arena.leaf(reversed ? leaf.previous : leaf.next)
            index = reversed ? leaf.count &- 1 : 0
        }
    }

    /// Members whose loads are under way while elements are handed out.
    private static var lookahead: Int { 8 }

    /// The element of rank `rank`, which must exist. O(log n).
    func element(_ rank: Int, _ arena: borrowing Arena) -> Element {
        let path = path(toRank: rank, arena)
        return arena.leaf(path.leaf).element(path.index)
    }
}
