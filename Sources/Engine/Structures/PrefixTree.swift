import Bytes

/// A radix tree (Morrison, "PATRICIA", 1968) over byte strings, for one question: which of the strings in it does this key
/// begin with?
///
///     app, apple, apt        root ── "ap" ─┬─ "p" (app) ── "le" (apple)
///                                          └─ "t" (apt)
///
/// The walk follows the key's own bytes, so it takes time in proportion to the key's length and not to the number of
/// strings: those that the key does not begin with are never looked at. (A hash table would have to be asked once for
/// every length in use.) Children are sorted by their first byte and found by bisection.
///
/// Invariants: the bytes along the path to a node are its string; siblings differ in their first byte; only the root's
/// label is empty; a node without a value has at least two children, the root apart.
///
/// Costs: insertion and removal O(length), some hundred bytes for each string.
struct PrefixTree<Value>: ~Copyable {
    private final class Node {
        var label: [UInt8]
        var children: [Node] = []
        var value: Value?

        init(_ label: [UInt8], _ value: Value? = nil) {
            self.label = label
            self.value = value
        }

        /// Where the child that begins with `byte` stands, or would.
        func place(of byte: UInt8) -> (index: Int, isThere: Bool) {
            var (low, high) = (0, children.count)
            while low < high {
                let middle = (low + high) / 2
                if children[middle].label[0] < byte { low = middle + 1 } else { high = middle }
            }
            return (low, low < children.count && children[low].label[0] == byte)
        }

        /// How many bytes of the label stand in `key` from `position` on.
        func matching(_ key: RawSpan, from position: Int) -> Int {
            let limit = min(label.count, key.byteCount - position)
            var count = 0
            while count < limit, label[count] == key.byte(position + count) { count += 1 }
            return count
        }
    }

    private let root = Node([])
    /// Strings in the tree.
    private(set) var count = 0

    init() {}

    /// The value of exactly this string.
    subscript(_ key: RawSpan) -> Value? {
        var node = root
        var position = 0
        while position < key.byteCount {
            guard let next = PrefixTree.step(node, key, &position) else { return nil }
            node = next
        }
        return node.value
    }

    /// Hands the values of all strings that `key` begins with to `body`, the shortest first. O(length of the key).
    func visitPrefixes(of key: RawSpan, _ body: (Value) -> Void) {
        var node = root
        var position = 0
        while true {
            if let value = node.value { body(value) }
            if position == key.byteCount { return }
            guard let next = PrefixTree.step(node, key, &position) else { return }
            node = next
        }
    }

    /// The child whose whole label stands in `key` at `position`, which moves on behind it.
    private static func step(_ node: Node, _ key: RawSpan, _ position: inout Int) -> Node? {
        let (index, isThere) = node.place(of: key.byte(position))
        if !isThere { return nil }
        let child = node.children[index]
        if child.matching(key, from: position) < child.label.count { return nil }
        position += child.label.count
        return child
    }

    /// Adds a string that is not in the tree, or gives it another value.
    mutating func insert(_ key: RawSpan, _ value: Value) {
        var node = root
        var position = 0
        while position < key.byteCount {
            let (index, isThere) = node.place(of: key.byte(position))
            if !isThere {
                node.children.insert(Node(key.extracting(position ..< key.byteCount).array, value), at: index)
                count += 1
                return
            }
            let child = node.children[index]
            let shared = child.matching(key, from: position)
            if shared < child.label.count {
                // The label is cut in two where the strings part.
                let upper = Node(Array(child.label[..<shared]))
                child.label.removeFirst(shared)
                upper.children = [child]
                node.children[index] = upper
            }
            node = node.children[index]
            position += shared
        }
        if node.value == nil { count += 1 }
        node.value = value
    }

    /// Takes a string out. Returns its value, `nil` where it was not in the tree.
    @discardableResult
    mutating func remove(_ key: RawSpan) -> Value? {
        var path = [root]
        var position = 0
        while position < key.byteCount {
            guard let next = PrefixTree.step(path[path.count - 1], key, &position) else { return nil }
            path.append(next)
        }
        let node = path.removeLast()
        guard let value = node.value else { return nil }
        node.value = nil
        count -= 1
        guard let parent = path.last else { return value }
        if node.children.isEmpty {
            parent.children.remove(at: parent.place(of: node.label[0]).index)
            if path.count > 1 { PrefixTree.joinOnlyChild(parent) }
        } else {
            PrefixTree.joinOnlyChild(node)
        }
        return value
    }

    /// Makes one node of one without a value and its only child.
    private static func joinOnlyChild(_ node: Node) {
        guard node.value == nil, node.children.count == 1 else { return }
        let child = node.children[0]
        node.label += child.label
        node.value = child.value
        node.children = child.children
    }

    /// Checks what the essay promises; traps where it does not hold. O(n), for tests.
    func checkInvariants() {
        precondition(root.label.isEmpty)
        var seen = root.value == nil ? 0 : 1
        var stack = root.children
        func checkOrder(_ children: [Node]) {
            for (left, right) in zip(children, children.dropFirst()) { precondition(left.label[0] < right.label[0]) }
        }
        checkOrder(root.children)
        while let node = stack.popLast() {
            precondition(!node.label.isEmpty)
            precondition(node.value != nil || node.children.count >= 2, "a node that tells nothing")
            checkOrder(node.children)
            if node.value != nil { seen += 1 }
            stack += node.children
        }
        precondition(seen == count)
    }
}
