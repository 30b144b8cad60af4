import Bytes

/// Keeping the ends as they are and what lies between them compressed.
extension QuickList {
    /// Brings compression in line after nodes were added or taken away, or after the one at `touched` was unpacked: the nodes
    /// at the ends are unpacked, the first beyond them and the touched one are packed. O(depth).
    mutating func balance(_ touched: Path?, _ arena: inout Arena) {
        if limits.depth == 0 || pages.isEmpty { return }
        var head = Path.first
        var tail = last
        var isNearEnd = touched == nil
        for _ in 0 ..< limits.depth {
            unpack(head, &arena)
            unpack(tail, &arena)
            if head == touched || tail == touched { isNearEnd = true }
            guard head < tail, let inner = next(head), let outer = previous(tail), inner <= outer else { return }
            head = inner
            tail = outer
        }
        pack(head, &arena)
        pack(tail, &arena)
        if let touched, !isNearEnd { pack(touched, &arena) }
    }

    private mutating func pack(_ path: Path, _ arena: inout Arena) {
        if !pages[path.page].nodes[path.node].isCompressed { arena.compress(&pages[path.page].nodes[path.node]) }
    }

    /// Makes sure that a node is not compressed, so that it can be changed.
    mutating func unpack(_ path: Path, _ arena: inout Arena) {
        if pages[path.page].nodes[path.node].isCompressed { arena.decompress(&pages[path.page].nodes[path.node]) }
    }
}
