import Bytes

/// A long list: blocks of elements, most of them listpacks of 8 KiB, under a directory of two levels.
///
///     pages   │ 31,872 elements │ 58,112 │ … │ 9,080 │          one record for each page
///                   │
///     page    │ node │ node │ node │ … │                       up to 128 nodes, 32 bytes each (`ListNode`)
///                  │
///     block   │ slack │ header │ element │ element │ … │ end │ slack │
///
/// Elements lie beside each other in blocks, so 16 bytes of text cost 18.1 bytes with everything, and a range is read
/// straight from memory in order. Pushing and popping touch one block at an end, where slack waits on either side.
///
/// Redis links its blocks to a chain, and walks it to reach an index: 1,100 cache misses to the middle of a million
/// elements. Here the directory is searched instead: a page's record says how many elements lie under it, and its nodes
/// say it of theirs, side by side. The middle of a million is found by looking at five pages, 64 nodes and some hundred
/// elements. A counted tree would do the same at any size, with more to go wrong; a page holds some 58,000 elements, so the
/// upper level of a list of a hundred million is 1,700 records, 40 KiB that are read in order.
///
/// With a compression depth the nodes that lie deeper than that from both ends are LZF text, as far as that saves
/// anything. Reading unpacks into a buffer of the reader's; changing unpacks the node and packs it again.
///
/// Invariants: no node and no page is empty; a page's count is the sum of its nodes', the list's the sum of its pages';
/// the first and last `depth` nodes are not compressed.
///
/// Costs: push and pop O(1); finding an index O(pages + nodes of a page + elements of a node); inserting and
/// removing there the same and O(bytes of a node). Dismantled a node at a time.
struct QuickList: ~Copyable {
    struct Page {
        var nodes: [ListNode] = []
        var count = 0
    }

    /// Where a node is.
    struct Path: Equatable, Comparable {
        var page: Int
        var node: Int

        static let first = Path(page: 0, node: 0)

        static func < (a: Path, b: Path) -> Bool { (a.page, a.node) < (b.page, b.node) }
    }

    /// Where an element is: its node, and its position in the listpack there. Good until the list is changed.
    struct Place: Equatable {
        var path: Path
        var position: Int
        /// The number of the element in its node.
        var index: Int
    }

    static let pageSize = 128

    let limits: ListLimits
    var pages: [Page] = []
    /// Elements.
    var count = 0
    var nodeCount = 0

    init(_ limits: ListLimits) { self.limits = limits }

    /// A list with the elements of a listpack.
    init(_ pack: RawSpan, _ limits: ListLimits, _ arena: inout Arena) {
        self.limits = limits
        let count = Listpack.count(pack)
        if count == 0 { return }
        if limits.isPacked(bytes: pack.byteCount, count: count) {
            // Room for a quarter more: whoever converts is about to insert.
            let node = ListNode.packed(copying: pack, count: count, spare: pack.byteCount / 4, &arena)
            insertNode(node, at: .first, &arena)
        } else {
            var position = Listpack.first
            var digits = ByteBuffer(capacity: 24)
            while !Listpack.isEnd(pack, position) {
                switch Listpack.value(pack, position) {
                case .text(let range): push(pack.extracting(range), .tail, &arena)
                case .integer(let number):
                    digits.removeAll()
                    digits.append(decimal: number)
                    push(digits.bytes, .tail, &arena)
                }
                position = Listpack.next(pack, position)
            }
        }
    }

    // MARK: Nodes

    /// The node at `path`.
    @inline(__always)
    func node(_ path: Path) -> ListNode { pages[path.page].nodes[path.node] }

    /// Where the node after or before another is; `nil` at the end.
    func next(_ path: Path) -> Path? {
        if path.node &+ 1 < pages[path.page].nodes.count { return Path(page: path.page, node: path.node &+ 1) }
        return path.page &+ 1 < pages.count ? Path(page: path.page &+ 1, node: 0) : nil
    }

    func previous(_ path: Path) -> Path? {
        if path.node > 0 { return Path(page: path.page, node: path.node &- 1) }
        return path.page > 0 ? Path(page: path.page &- 1, node: pages[path.page &- 1].nodes.count &- 1) : nil
    }

    /// Where the last node is, or would be.
    var last: Path {
        pages.isEmpty ? .first : Path(page: pages.count &- 1, node: pages[pages.count &- 1].nodes.count &- 1)
    }

    /// The node at one end.
    func path(_ end: ListEnd) -> Path { end == .head ? .first : last }

    /// Bytes of the directory for one node, as far as the memory figures are concerned.
    private static var nodeCost: Int { MemoryLayout<ListNode>.stride }

    /// Puts a node in front of the one at `path`; `node` may be one more than the page's last, and a list without pages gets
    /// its first.
    mutating func insertNode(_ node: ListNode, at path: Path, _ arena: inout Arena) {
        arena.noteExternal(QuickList.nodeCost)
        count &+= Int(node.count)
        nodeCount &+= 1
        var path = path
        if pages.isEmpty {
            pages.append(Page())
        } else if pages[path.page].nodes.count == QuickList.pageSize {
            path = splitPage(path)
        }
        pages[path.page].count &+= Int(node.count)
        pages[path.page].nodes.insert(node, at: path.node)
    }

    /// Makes room in a full page. At the ends of a list that grows there, pages stay full; in between, they are halved.
    private mutating func splitPage(_ path: Path) -> Path {
        if path == .first {
            pages.insert(Page(), at: 0)
            return path
        }
        if path.page == pages.count &- 1, path.node == QuickList.pageSize {
            pages.append(Page())
            return Path(page: path.page &+ 1, node: 0)
        }
        let half = QuickList.pageSize / 2
        var rest = Page(nodes: Array(pages[path.page].nodes[half...]))
        for node in rest.nodes { rest.count &+= Int(node.count) }
        pages[path.page].nodes.removeSubrange(half...)
        pages[path.page].count &-= rest.count
        pages.insert(rest, at: path.page &+ 1)
        return path.node <= half ? path : Path(page: path.page &+ 1, node: path.node &- half)
    }

    /// Takes a node out of the list and frees it.
    mutating func removeNode(_ path: Path, _ arena: inout Arena) {
        let node = pages[path.page].nodes.remove(at: path.node)
        node.free(&arena)
        arena.noteExternal(-QuickList.nodeCost)
        count &-= Int(node.count)
        nodeCount &-= 1
        pages[path.page].count &-= Int(node.count)
        if pages[path.page].nodes.isEmpty { pages.remove(at: path.page) }
    }

    /// Puts back a node that was changed, and keeps the counts in step.
    @inline(__always)
    mutating func update(_ path: Path, _ node: ListNode) {
        let difference = Int(node.count) &- Int(pages[path.page].nodes[path.node].count)
        pages[path.page].nodes[path.node] = node
        pages[path.page].count &+= difference
        count &+= difference
    }

    /// Checks what the essay promises; traps where it does not hold. O(n), for tests.
    func checkInvariants(_ arena: borrowing Arena) {
        var total = 0
        var nodes = 0
        for page in pages {
            precondition(!page.nodes.isEmpty && page.nodes.count <= QuickList.pageSize)
            precondition(page.count == page.nodes.reduce(0) { $0 + Int($1.count) })
            total += page.count
            for node in page.nodes {
                let deep = nodes >= limits.depth && nodes < nodeCount - limits.depth
                precondition(node.count > 0 && (!node.isCompressed || (deep && limits.depth > 0)))
                nodes += 1
                if node.isPlain { precondition(node.count == 1) }
                if node.form != .packed { continue }
                let pack = arena.listBytes(node)
                precondition(Int(pack.halfWord(at: 0)) == node.length && Listpack.count(pack) == Int(node.count))
                precondition(Listpack.countElements(pack) == Int(node.count))
            }
        }
        precondition(total == count && nodes == nodeCount)
    }
}

extension QuickList: LargeValue {
    borrowing func copy(_ arena: inout Arena) -> QuickList {
        var copy = QuickList(limits)
        copy.pages = pages
        copy.count = count
        copy.nodeCount = nodeCount
        arena.noteExternal(nodeCount * QuickList.nodeCost)
        for page in pages.indices {
            for node in pages[page].nodes.indices { copy.pages[page].nodes[node] = pages[page].nodes[node].copy(&arena) }
        }
        return copy
    }

    /// What freeing a node takes from a budget of elements: it is one call to the arena, and now and then one to the system.
    private static var nodeBudget: Int { 8 }

    mutating func dismantle(_ arena: inout Arena, budget: inout Int) -> Bool {
        while !pages.isEmpty {
            if budget <= 0 { return true }
            budget -= QuickList.nodeBudget
            removeNode(last, &arena)
        }
        return false
    }
}
