import Bytes
import Glibc

/// The memory of list nodes: in the arena where it fits a page, on the heap where it does not.
// Safe, throughout: an address comes from `makeListBlock`, with the capacity that its node remembers beside it; nodes are known to
// their list only, which forgets them when it frees them.
extension Arena {
    mutating func makeListBlock(_ capacity: Int) -> UInt {
        let size = max(capacity, 1)
        if size <= Arena.largestObject { return UInt(allocate(size)) }
        guard let block = unsafe malloc(size) else { fatalError("out of memory for a list element of \(size) bytes") }
        noteExternal(Arena.heapCost(size))
        return UInt(bitPattern: block)
    }

    mutating func freeListBlock(_ address: UInt, _ capacity: Int) {
        if capacity <= Arena.largestObject { return release(Handle(address)) }
        unsafe Glibc.free(UnsafeMutableRawPointer(bitPattern: address)!)
        noteExternal(-Arena.heapCost(capacity))
    }

    @inline(__always) @unsafe
    private func start(of node: ListNode) -> UnsafeMutableRawPointer {
        if node.capacity <= Arena.largestObject { return unsafe address(Handle(node.address)) }
        return unsafe UnsafeMutableRawPointer(bitPattern: node.address)!
    }

    /// The listpack, the element, or the compressed text of a node.
    @inline(__always) @_lifetime(borrow self)
    func listBytes(_ node: ListNode) -> RawSpan {
        let count = node.isCompressed ? node.capacity : node.length
        precondition(Int(node.start) &+ count <= node.capacity)
        let span = unsafe RawSpan(_unsafeStart: start(of: node) + Int(node.start), byteCount: count)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// The whole block of a node, slack included.
    @inline(__always) @_lifetime(&self)
    mutating func mutableListBlock(_ node: ListNode) -> MutableRawSpan {
        let span = unsafe MutableRawSpan(_unsafeStart: start(of: node), byteCount: node.capacity)
        return unsafe _overrideLifetime(span, mutating: &self)
    }

    /// The listpack of a node.
    @inline(__always) @_lifetime(&self)
    mutating func mutableListpack(_ node: ListNode) -> MutableRawSpan {
        precondition(node.form == .packed && Int(node.start) &+ node.length <= node.capacity)
        let span = unsafe MutableRawSpan(_unsafeStart: start(of: node) + Int(node.start), byteCount: node.length)
        return unsafe _overrideLifetime(span, mutating: &self)
    }

    /// Copies bytes of one node's listpack into that of another.
    mutating func copyListBytes(from source: ListNode, _ range: Range<Int>, to target: ListNode, _ position: Int) {
        precondition(range.lowerBound >= 0 && Int(source.start) &+ range.upperBound <= source.capacity)
        precondition(position >= 0 && Int(target.start) &+ position &+ range.count <= target.capacity)
        unsafe (start(of: target) + Int(target.start) + position).copyMemory(
            from: start(of: source) + Int(source.start) + range.lowerBound, byteCount: range.count)
    }

    /// Copies what a node holds into the block of its copy.
    mutating func copyListBlock(from source: ListNode, to target: ListNode) {
        copyListBytes(from: source, 0 ..< target.capacity, to: target, 0)
    }

    // MARK: Compression

    /// Fewer bytes are not worth compressing, nor is saving fewer than that.
    private static let leastCompressed = 48
    private static let leastSaved = 8

    /// Turns a node's contents into LZF text, where that saves enough.
    mutating func compress(_ node: inout ListNode) {
        if node.isCompressed || node.length < Arena.leastCompressed { return }
        let room = node.length - Arena.leastSaved - 1
        let trial = makeListBlock(room)
        let whole = ListNode(address: trial, capacity: room, length: room, count: 1, form: .plain)
        let from = unsafe RawSpan(_unsafeStart: start(of: node) + Int(node.start), byteCount: node.length)
        var to = unsafe MutableRawSpan(_unsafeStart: start(of: whole), byteCount: room)
        if let size = LZF.compress(from, into: &to) {
            var packed = node
            packed.address = makeListBlock(size)
            packed.capacity = size
            packed.start = 0
            packed.form = node.isPlain ? .compressedPlain : .compressed
            copyListBytes(from: whole, 0 ..< size, to: packed, 0)
            freeListBlock(node.address, node.capacity)
            node = packed
        }
        freeListBlock(trial, room)
    }

    /// Turns LZF text back into what it stands for.
    mutating func decompress(_ node: inout ListNode) {
        if !node.isCompressed { return }
        var unpacked = node
        unpacked.address = makeListBlock(node.length)
        unpacked.capacity = node.length
        unpacked.form = node.isPlain ? .plain : .packed
        let from = unsafe RawSpan(_unsafeStart: start(of: node), byteCount: node.capacity)
        var to = unsafe MutableRawSpan(_unsafeStart: start(of: unpacked), byteCount: node.length)
        precondition(LZF.decompress(from, into: &to), "a list's block does not decompress")
        freeListBlock(node.address, node.capacity)
        node = unpacked
    }

    /// Writes what the LZF text of a node stands for into `buffer`, and nothing else.
    func decompress(_ node: ListNode, into buffer: inout ByteBuffer) {
        buffer.removeAll()
        buffer.append(repeating: 0, count: node.length)
        var to = buffer.mutableBytes
        precondition(LZF.decompress(listBytes(node), into: &to), "a list's block does not decompress")
    }
}
