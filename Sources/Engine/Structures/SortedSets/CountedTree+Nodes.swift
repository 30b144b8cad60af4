import Bytes

/// The nodes of a `CountedTree`: blocks of the arena, read and written by position.
///
/// Each is a few arrays side by side, so that a search runs over scores that lie together and touches the rest once.
///
///     leaf, 512 bytes
///     0       4       8           16              320            510
///     ┌───────┬───────┬───────────┬───────────────┬──────────────┐
///     │ count │ next  │ previous  │ 38 scores     │ 38 members   │
///     └───────┴───────┴───────────┴───────────────┴──────────────┘
///                                   8 bytes each    handles, 5 bytes each
///
///     branch, 1,024 bytes
///     0       8               392            584            776            1016
///     ┌───────┬───────────────┬──────────────┬──────────────┬──────────────┐
///     │ count │ 48 scores     │ 48 counts    │ 48 children  │ 48 members   │
///     └───────┴───────────────┴──────────────┴──────────────┴──────────────┘
///               of the first    below each     links, 4       of the first element
///               element below   child, 4 bytes bytes each     below each child
///
/// A node lies at a multiple of 512 bytes, so that a link of 32 bits names any node in two tebibytes.
///
/// `Leaf` and `Branch` are addresses that know their layout. The arena never moves an object nor unmaps its range, and positions
/// are checked against a node's capacity; so the worst that a reference kept for too long could do is to read or change another
/// object's bytes. None is kept across the release of its node.
typealias NodeLink = UInt32

@safe
struct Leaf {
    static let capacity = 38
    static let size = 512
    private static let scores = 16
    private static let members = 320
    private let address: UnsafeMutableRawPointer

    /// Safe: `address` must be that of a live leaf.
    @inline(__always) @unsafe
    fileprivate init(_ address: UnsafeMutableRawPointer) { unsafe self.address = address }

    var count: Int {
        @inline(__always) get { unsafe Int(address.load(as: UInt16.self)) }
        nonmutating set {
            precondition(newValue >= 0 && newValue <= Leaf.capacity)
            unsafe address.storeBytes(of: UInt16(truncatingIfNeeded: newValue), as: UInt16.self)
        }
    }

    /// The leaves at both sides; 0 where there is none.
    var next: NodeLink {
        @inline(__always) get { unsafe address.load(fromByteOffset: 4, as: NodeLink.self) }
        nonmutating set { unsafe address.storeBytes(of: newValue, toByteOffset: 4, as: NodeLink.self) }
    }
    var previous: NodeLink {
        @inline(__always) get { unsafe address.load(fromByteOffset: 8, as: NodeLink.self) }
        nonmutating set { unsafe address.storeBytes(of: newValue, toByteOffset: 8, as: NodeLink.self) }
    }

    @inline(__always)
    func score(_ i: Int) -> Double {
        precondition(i >= 0 && i < Leaf.capacity)
        return unsafe address.load(fromByteOffset: Leaf.scores &+ i &* 8, as: Double.self)
    }

    @inline(__always)
    func member(_ i: Int) -> Arena.Handle {
        precondition(i >= 0 && i < Leaf.capacity)
        return unsafe NodeColumn.handle(address, Leaf.members, i)
    }

    func set(_ i: Int, _ element: CountedTree.Element) {
        precondition(i >= 0 && i < Leaf.capacity)
        unsafe address.storeBytes(of: element.score, toByteOffset: Leaf.scores &+ i &* 8, as: Double.self)
        unsafe NodeColumn.setHandle(element.member, address, Leaf.members, i)
    }

    func element(_ i: Int) -> CountedTree.Element { CountedTree.Element(score: score(i), member: member(i)) }

    /// Makes room for one element at `i`, which must be written then.
    func insertGap(at i: Int) {
        copy(i ..< count, of: self, to: i &+ 1)
        count &+= 1
    }

    func remove(_ range: Range<Int>) {
        copy(range.upperBound ..< count, of: self, to: range.lowerBound)
        count &-= range.count
    }

    /// Copies elements of `other`, which may be this leaf, and leaves the count as it is.
    func copy(_ range: Range<Int>, of other: Leaf, to i: Int) {
        precondition(range.lowerBound >= 0 && range.upperBound <= Leaf.capacity)
        precondition(i >= 0 && i &+ range.count <= Leaf.capacity)
        unsafe NodeColumn.move(range, of: other.address, to: i, in: address, at: Leaf.scores, width: 8)
        unsafe NodeColumn.move(range, of: other.address, to: i, in: address, at: Leaf.members, width: 5)
    }
}

@safe
struct Branch {
    static let capacity = 48
    static let size = 1024
    private static let scores = 8
    private static let counts = 392
    private static let children = 584
    private static let members = 776
    private let address: UnsafeMutableRawPointer

    /// Safe: `address` must be that of a live branch.
    @inline(__always) @unsafe
    fileprivate init(_ address: UnsafeMutableRawPointer) { unsafe self.address = address }

    /// Children it has.
    var count: Int {
        @inline(__always) get { unsafe Int(address.load(as: UInt16.self)) }
        nonmutating set {
            precondition(newValue >= 0 && newValue <= Branch.capacity)
            unsafe address.storeBytes(of: UInt16(truncatingIfNeeded: newValue), as: UInt16.self)
        }
    }

    @inline(__always)
    func score(_ i: Int) -> Double {
        precondition(i >= 0 && i < Branch.capacity)
        return unsafe address.load(fromByteOffset: Branch.scores &+ i &* 8, as: Double.self)
    }

    @inline(__always)
    func member(_ i: Int) -> Arena.Handle {
        precondition(i >= 0 && i < Branch.capacity)
        return unsafe NodeColumn.handle(address, Branch.members, i)
    }

    /// Elements below child `i`.
    @inline(__always)
    func elements(_ i: Int) -> Int {
        precondition(i >= 0 && i < Branch.capacity)
        return unsafe Int(address.load(fromByteOffset: Branch.counts &+ i &* 4, as: UInt32.self))
    }

    /// Elements below the children in front of `i`.
    @inline(__always)
    func elements(before i: Int) -> Int {
        precondition(i >= 0 && i <= Branch.capacity)
        var sum: UInt64 = 0
        var j = 0
        while j < i {
            unsafe sum &+= UInt64(address.load(fromByteOffset: Branch.counts &+ j &* 4, as: UInt32.self))
            j &+= 1
        }
        return Int(truncatingIfNeeded: sum)
    }

    @inline(__always)
    func setElements(_ i: Int, _ elements: Int) {
        precondition(i >= 0 && i < Branch.capacity)
        // Traps above four billion elements in one child: more than any machine holds.
        unsafe address.storeBytes(of: UInt32(elements), toByteOffset: Branch.counts &+ i &* 4, as: UInt32.self)
    }

    @inline(__always)
    func child(_ i: Int) -> NodeLink {
        precondition(i >= 0 && i < Branch.capacity)
        return unsafe address.load(fromByteOffset: Branch.children &+ i &* 4, as: NodeLink.self)
    }

    /// The first element below child `i`.
    func key(_ i: Int) -> CountedTree.Element { CountedTree.Element(score: score(i), member: member(i)) }

    func setKey(_ i: Int, _ key: CountedTree.Element) {
        precondition(i >= 0 && i < Branch.capacity)
        unsafe address.storeBytes(of: key.score, toByteOffset: Branch.scores &+ i &* 8, as: Double.self)
        unsafe NodeColumn.setHandle(key.member, address, Branch.members, i)
    }

    func set(_ i: Int, child: NodeLink, key: CountedTree.Element, elements: Int) {
        setKey(i, key)
        setElements(i, elements)
        unsafe address.storeBytes(of: child, toByteOffset: Branch.children &+ i &* 4, as: NodeLink.self)
    }

    /// Makes room for one child at `i`, which must be written then.
    func insertGap(at i: Int) {
        copy(i ..< count, of: self, to: i &+ 1)
        count &+= 1
    }

    func remove(_ range: Range<Int>) {
        copy(range.upperBound ..< count, of: self, to: range.lowerBound)
        count &-= range.count
    }

    /// Copies children of `other`, which may be this branch, and leaves the count as it is.
    func copy(_ range: Range<Int>, of other: Branch, to i: Int) {
        precondition(range.lowerBound >= 0 && range.upperBound <= Branch.capacity)
        precondition(i >= 0 && i &+ range.count <= Branch.capacity)
        unsafe NodeColumn.move(range, of: other.address, to: i, in: address, at: Branch.scores, width: 8)
        unsafe NodeColumn.move(range, of: other.address, to: i, in: address, at: Branch.counts, width: 4)
        unsafe NodeColumn.move(range, of: other.address, to: i, in: address, at: Branch.children, width: 4)
        unsafe NodeColumn.move(range, of: other.address, to: i, in: address, at: Branch.members, width: 5)
    }
}

/// One array within a node. Safe, throughout: whoever calls has checked the positions against the node's capacity.
private enum NodeColumn {
    /// Handles are 40 bits; the load begins three bytes early, so as never to read past the node.
    @inline(__always) @unsafe
    static func handle(_ node: UnsafeMutableRawPointer, _ column: Int, _ i: Int) -> Arena.Handle {
        unsafe node.loadUnaligned(fromByteOffset: column &+ i &* 5 &- 3, as: UInt64.self) >> 24
    }

    @inline(__always) @unsafe
    static func setHandle(_ handle: Arena.Handle, _ node: UnsafeMutableRawPointer, _ column: Int, _ i: Int) {
        let at = column &+ i &* 5
        unsafe node.storeBytes(of: UInt32(truncatingIfNeeded: handle), toByteOffset: at, as: UInt32.self)
        unsafe node.storeBytes(of: UInt8(truncatingIfNeeded: handle >> 32), toByteOffset: at &+ 4, as: UInt8.self)
    }

    /// Moves a range of positions; both places may overlap.
    @inline(__always) @unsafe
    static func move(
        _ range: Range<Int>, of source: UnsafeMutableRawPointer, to i: Int, in target: UnsafeMutableRawPointer,
        at column: Int, width: Int
    ) {
        if range.isEmpty { return }
        unsafe (target + (column &+ i &* width)).copyMemory(
            from: source + (column &+ range.lowerBound &* width), byteCount: range.count &* width)
    }
}

extension Arena {
    /// Units of eight bytes in the 512 that links count by.
    private static var linkShift: UInt64 { 6 }

    @inline(__always)
    func leaf(_ link: NodeLink) -> Leaf {
        // Safe: links come from the tree, which knows live nodes only; `address` checks the range.
        unsafe Leaf(address(UInt64(link) &<< Arena.linkShift))
    }

    @inline(__always)
    func branch(_ link: NodeLink) -> Branch {
        // Safe: as in `leaf`.
        unsafe Branch(address(UInt64(link) &<< Arena.linkShift))
    }

    mutating func makeLeaf() -> NodeLink {
        // Zeros: empty, and without neighbours.
        link(allocateZeroed(Leaf.size))
    }

    mutating func makeBranch() -> NodeLink { link(allocateZeroed(Branch.size)) }

    private func link(_ handle: Handle) -> NodeLink {
        precondition(handle & 63 == 0)
        return NodeLink(handle >> Arena.linkShift)
    }

    mutating func releaseNode(_ link: NodeLink) { release(UInt64(link) << Arena.linkShift) }
}
