import Bytes

/// One block of a `QuickList`: where its memory is, and what is in it.
///
///     packed      │ slack │ listpack │ slack │     `start` is where the listpack begins
///     plain       │ one element, as it is     │
///     compressed  │ a listpack or an element, as LZF text │
///
/// The slack on both sides is what makes pushing and popping at either end O(1) in bytes: at the head the listpack's header
/// moves, six bytes, and at the tail its end mark, one. In between, the shorter side moves.
struct ListNode: BitwiseCopyable {
    enum Form: UInt8 {
        case packed, plain, compressed
        /// A plain element in compressed form.
        case compressedPlain
    }

    /// A handle of the arena, or an address where the block is too large for that.
    var address: UInt
    /// Bytes of the block.
    var capacity: Int
    /// Bytes of the listpack or of the element, before compression.
    var length: Int
    var start: UInt16 = 0
    /// Elements.
    var count: UInt16
    var form: Form

    var isCompressed: Bool { form == .compressed || form == .compressedPlain }
    var isPlain: Bool { form == .plain || form == .compressedPlain }

    /// Smaller blocks are not worth growing step by step.
    private static let smallestBlock = 64

    /// A listpack of more bytes does not fit a block.
    static let largestPack = Arena.largestObject

    /// What the arena gives for `size` bytes anyway; a listpack's block is never larger than its largest object.
    private static func roundedUp(_ size: Int) -> Int { Arena.occupied(max(size, smallestBlock)) }

    // MARK: Making and freeing

    /// A block with an empty listpack, its slack where `end` wants it.
    static func packed(capacity: Int, for end: ListEnd, _ arena: inout Arena) -> ListNode {
        let capacity = roundedUp(capacity)
        var node = ListNode(
            address: arena.makeListBlock(capacity), capacity: capacity, length: Listpack.emptySize, count: 0, form: .packed)
        node.start = end == .head ? UInt16(capacity &- Listpack.emptySize) : 0
        var pack = arena.mutableListpack(node)
        Listpack.initialize(&pack)
        return node
    }

    /// A block with a copy of a listpack, and room for `spare` bytes more.
    static func packed(copying pack: RawSpan, count: Int, spare: Int, _ arena: inout Arena) -> ListNode {
        let capacity = roundedUp(pack.byteCount &+ spare)
        let node = ListNode(
            address: arena.makeListBlock(capacity), capacity: capacity, length: pack.byteCount, count: UInt16(count),
            form: .packed)
        var copy = arena.mutableListpack(node)
        copy.copy(pack, to: 0)
        return node
    }

    /// A block that is one element.
    static func plain(_ text: RawSpan, _ arena: inout Arena) -> ListNode {
        let node = ListNode(
            address: arena.makeListBlock(text.byteCount), capacity: text.byteCount, length: text.byteCount, count: 1,
            form: .plain)
        var block = arena.mutableListBlock(node)
        block.copy(text, to: 0)
        return node
    }

    func free(_ arena: inout Arena) { arena.freeListBlock(address, capacity) }

    /// A second block with the same contents, without slack.
    func copy(_ arena: inout Arena) -> ListNode {
        var copy = self
        let size = isCompressed ? capacity : length
        copy.capacity = size
        copy.start = 0
        copy.address = arena.makeListBlock(size)
        arena.copyListBlock(from: self, to: copy)
        return copy
    }

    // MARK: Changing listpacks

    /// Inserts an element at `position`, in a block that may grow to `limit` bytes.
    @inline(__always)
    mutating func insert(_ text: RawSpan, at position: Int, limit: Int, _ arena: inout Arena) {
        let encoding = Listpack.Encoding(text)
        makeRoom(encoding.size, at: position, limit: limit, &arena)
        count &+= 1
        var pack = arena.mutableListpack(self)
        Listpack.write(encoding, text, at: position, into: &pack)
        Listpack.setHeader(total: length, count: Int(count), in: &pack)
    }

    /// Puts another element in the place of the one at `position`.
    mutating func replace(at position: Int, with text: RawSpan, limit: Int, _ arena: inout Arena) {
        let encoding = Listpack.Encoding(text)
        let old = Listpack.size(arena.listBytes(self), position)
        if encoding.size > old { makeRoom(encoding.size &- old, at: position &+ old, limit: limit, &arena) }
        if encoding.size < old { closeGap(old &- encoding.size, at: position &+ encoding.size, &arena) }
        var pack = arena.mutableListpack(self)
        Listpack.write(encoding, text, at: position, into: &pack)
        Listpack.setHeader(total: length, count: Int(count), in: &pack)
    }

    /// Takes `removed` elements out, which are the `bytes` bytes from `position` on. The block shrinks when it is mostly slack.
    @inline(__always)
    mutating func remove(at position: Int, bytes: Int, count removed: Int, _ arena: inout Arena) {
        closeGap(bytes, at: position, &arena)
        count &-= UInt16(removed)
        var pack = arena.mutableListpack(self)
        Listpack.setHeader(total: length, count: Int(count), in: &pack)
        if length < capacity / 4, capacity > ListNode.smallestBlock, count > 0 { shrink(&arena) }
    }

    /// Takes elements with the text of `text` out: all but the first `skipping`, at most `limit`. Returns how many. O(n).
    mutating func removeMatches(
        _ text: RawSpan, skipping: Int, limit: Int, _ arena: inout Arena
    ) -> Int {
        var pack = arena.mutableListpack(self)
        let (removed, left) = Listpack.removeMatches(&pack, text, skipping: skipping, limit: limit)
        if removed == 0 { return 0 }
        length = left
        count &-= UInt16(removed)
        Listpack.setHeader(total: length, count: Int(count), in: &pack)
        if length < capacity / 4, capacity > ListNode.smallestBlock, count > 0 { shrink(&arena) }
        return removed
    }

    /// Splits the listpack in front of `position`, which is that of element `index`; the part from there on is returned.
    mutating func split(at position: Int, index: Int, _ arena: inout Arena) -> ListNode {
        let tail = length &- position
        let size = Listpack.headerSize &+ tail
        let rest = ListNode(
            address: arena.makeListBlock(size), capacity: size, length: size, count: count &- UInt16(index), form: .packed)
        arena.copyListBytes(from: self, position ..< length, to: rest, Listpack.headerSize)
        var pack = arena.mutableListpack(rest)
        Listpack.setHeader(total: size, count: Int(rest.count), in: &pack)
        remove(at: position, bytes: tail &- 1, count: Int(rest.count), &arena)
        return rest
    }

    /// Adds the elements of another listpack behind these. The other block stays.
    mutating func append(_ other: ListNode, limit: Int, _ arena: inout Arena) {
        let added = other.length &- Listpack.emptySize
        let end = length &- 1
        makeRoom(added, at: end, limit: limit, &arena)
        arena.copyListBytes(
            from: other, Listpack.headerSize ..< Listpack.headerSize &+ added, to: self, end)
        count &+= other.count
        var pack = arena.mutableListpack(self)
        Listpack.setHeader(total: length, count: Int(count), in: &pack)
    }

    // MARK: Room

    /// Makes `size` bytes of room at `position` of the listpack, whose length grows by that.
    @inline(__always)
    private mutating func makeRoom(_ size: Int, at position: Int, limit: Int, _ arena: inout Arena) {
        let front = Int(start)
        let head = position
        let tail = length &- position
        if head <= tail, size <= front {
            // Six bytes when an element is pushed: the header.
            start &-= UInt16(size)
            var block = arena.mutableListBlock(self)
            block.move(front ..< front &+ head, to: front &- size)
        } else if tail < head, size <= capacity &- front &- length {
            var block = arena.mutableListBlock(self)
            block.move(front &+ head ..< front &+ length, to: front &+ head &+ size)
        } else {
            rearrange(size, at: position, limit: limit, &arena)
        }
        length &+= size
    }

    /// Makes room where the shorter side has too little slack: in a larger block, or by sharing all slack out between both
    /// sides, so that whoever pushes at both ends does not move everything each time.
    private mutating func rearrange(_ size: Int, at position: Int, limit: Int, _ arena: inout Arena) {
        let old = self
        let needed = length &+ size
        if needed > capacity || (needed > capacity / 8 &* 7 && capacity < limit) {
            capacity = ListNode.roundedUp(max(needed, min(capacity &* 2, limit)))
            start = position == Listpack.first ? UInt16(capacity &- needed) : 0
            address = arena.makeListBlock(capacity)
            arena.copyListBytes(from: old, 0 ..< position, to: self, 0)
            arena.copyListBytes(from: old, position ..< old.length, to: self, position &+ size)
            old.free(&arena)
            return
        }
        let from = Int(start)
        let newStart = (capacity &- needed) / 2
        start = UInt16(newStart)
        var block = arena.mutableListBlock(self)
        // Whatever moves away from the other part goes first.
        if newStart < from { block.move(from ..< from &+ position, to: newStart) }
        block.move(from &+ position ..< from &+ length, to: newStart &+ position &+ size)
        if newStart >= from { block.move(from ..< from &+ position, to: newStart) }
    }

    /// Closes a gap of `size` bytes at `position` of the listpack, whose length shrinks by that; the shorter side moves.
    @inline(__always)
    private mutating func closeGap(_ size: Int, at position: Int, _ arena: inout Arena) {
        let from = Int(start)
        var block = arena.mutableListBlock(self)
        if position <= length &- position &- size {
            block.move(from ..< from &+ position, to: from &+ size)
            start &+= UInt16(size)
        } else {
            block.move(from &+ position &+ size ..< from &+ length, to: from &+ position)
        }
        length &-= size
    }

    /// Gives back slack: a block that is less than a quarter full becomes one that is half full.
    private mutating func shrink(_ arena: inout Arena) {
        let old = self
        capacity = ListNode.roundedUp(length &* 2)
        start = UInt16((capacity &- length) / 2)
        address = arena.makeListBlock(capacity)
        arena.copyListBytes(from: old, 0 ..< length, to: self, 0)
        old.free(&arena)
    }
}

/// The two ends of a list.
enum ListEnd {
    case head, tail
}
