/// How lists are laid out: the directives `list-max-listpack-size` and `list-compress-depth`, and what DEBUG forces.
struct ListLimits: Equatable {
    /// Negative: the bytes of a node, -1 for 4 KiB to -5 for 64; otherwise its elements.
    var fill = -2
    /// Nodes at either end that are left as they are while those between are compressed; 0 compresses none.
    var depth = 0
    /// Elements of so many bytes are nodes of their own, whatever else would fit.
    var plainThreshold = standardPlainThreshold

    static let standardPlainThreshold = 1 << 30

    /// Bytes of a list that may be one listpack in its entry. A larger block would be felt when something is inserted at its
    /// front; a much smaller one would make lists of some dozen elements pay for a `QuickList`.
    static let packedBytes = 2048
    /// Nodes that are limited in their elements are limited to so many bytes besides.
    private static let bytesOfCountedNode = 8192
    /// What an element takes besides its text, at most; a node is full when it might not fit.
    private static let overhead = 8

    init() {}

    init(fill: Int, depth: Int, plainThreshold: Int = standardPlainThreshold) {
        self.fill = min(max(fill, -5), Int(Int16.max))
        self.depth = min(max(depth, 0), Int(UInt16.max))
        self.plainThreshold = plainThreshold
    }

    /// Takes over what the configuration says.
    mutating func adopt(_ configuration: borrowing Configuration) {
        self = ListLimits(
            fill: configuration.listMaxListpackSize, depth: configuration.listCompressDepth,
            plainThreshold: plainThreshold)
    }

    /// Bytes of a node's listpack, at most.
    var nodeBytes: Int { fill < 0 ? 2048 << -fill : ListLimits.bytesOfCountedNode }

    /// Elements of a node, at most.
    var nodeCount: Int { fill < 0 ? .max : max(fill, 1) }

    /// Whether a text of `length` bytes must be a node of its own.
    @inline(__always)
    func isPlain(_ length: Int) -> Bool {
        length >= plainThreshold || Listpack.emptySize &+ length &+ ListLimits.overhead > nodeBytes
    }

    /// Whether a listpack takes one more element with a text of `length` bytes.
    @inline(__always)
    func accepts(_ length: Int, bytes: Int, count: Int) -> Bool {
        bytes &+ length &+ ListLimits.overhead <= nodeBytes && count < nodeCount
    }

    /// Whether a list of so many elements and bytes may be one listpack in its entry.
    func isPacked(bytes: Int, count: Int) -> Bool {
        bytes <= min(ListLimits.packedBytes, nodeBytes) && count <= nodeCount
    }
}
