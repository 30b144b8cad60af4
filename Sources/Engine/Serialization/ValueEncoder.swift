import Bytes

/// Writes the value of one key in the RDB format: in one go, or piece by piece while the server goes on with other things.
///
///     var encoder = ValueEncoder(entry, keyspace, compression)
///     output.append(encoder.type.rawValue) … key …
///     while encoder.next(&output, keyspace, budget: &budget) { … }       // true while more is left
///
/// What comes out is what Redis 7.0 writes for the same value, byte for byte where both keep it in one block: a listpack, an
/// intset, the blocks of a list. Tables are written element by element, in the table's order, which no reader minds;
/// sorted sets from their last element to their first, as Redis does, so that a skip list that is filled with them never
/// searches.
///
/// A value is a sequence of *parts* (`Part`): a text, a number, a block. For a table the parts of one bucket are listed at a
/// time, for a sorted set those of one leaf, for a list one block. A text longer than `pieceSize` is continued by the next
/// call, so that no call does more than the budget says and one part of `pieceSize` besides.
///
/// Between two calls the value must stay as it is, with the same entry: whoever is about to change it, or to move its
/// entry, lets the encoder finish first. The encoder holds numbers and handles, no addresses and no memory of its own beyond
/// one bucket's parts.
///
/// Costs: O(bytes); nothing is copied but into the output. Compression takes some 3 ns a byte, the rest is copying.
struct ValueEncoder {
    /// How the value will be written; its number stands in front of the key.
    let type: SerializedType
    private let entry: Entry
    let compression: TextCompression
    private var cursor: Cursor
    /// The number of a large value, which outlives changes of its entry.
    private let index: UInt32
    /// What keeps elements that are about to change; `nil` while none is.
    private var image: ElementImage?
    /// The version that buckets get whose elements are written; 0 for none.
    var version: UInt32 = 0
    /// The parts that are to come next, and how many of them are done.
    var parts: [Part] = []
    private var partsDone = 0
    /// A text of which a part is written.
    private var unfinished: (part: Part, offset: Int)?
    /// The deadlines of fields are written as distances from this.
    var earliestDeadline: Int64 = 0

    /// Where to go on once the parts are done.
    private enum Cursor {
        /// With the value as a whole: a string, an intset or a listpack.
        case start
        case block(QuickList.Path?)
        case setBucket(Int)
        case hashBucket(Int)
        /// The leaf to go on with; 0 in front of the first.
        case leaf(NodeLink)
        /// The table of a sorted set that changes meanwhile.
        case rankedBucket(Int)
        case end
    }

    /// A longer text is written in pieces.
    static let pieceSize = 64 << 10

    init(_ entry: Entry, _ keyspace: borrowing Keyspace, _ compression: TextCompression) {
        self.entry = entry
        self.compression = compression
        type = keyspace.serializedType(entry)
        index = keyspace.arena.header(entry).form == .object ? keyspace.arena.objectIndex(entry) : 0
        cursor = .start
    }

    /// Writes some more of the value, until about `budget` bytes were looked at, which are taken from it. True while more is left.
    mutating func next(_ output: inout ByteBuffer, _ keyspace: borrowing Keyspace, budget: inout Int) -> Bool {
        while true {
            if let (part, offset) = unfinished {
                unfinished = nil
                continueText(part, from: offset, &output, keyspace, &budget)
            } else if partsDone < parts.count {
                partsDone &+= 1
                write(parts[partsDone &- 1], &output, keyspace, &budget)
            } else if case .end = cursor {
                return false
            } else {
                parts.removeAll(keepingCapacity: true)
                partsDone = 0
                advance(&output, keyspace)
            }
            if budget <= 0 { return hasMore }
        }
    }

    private var hasMore: Bool {
        if unfinished != nil || partsDone < parts.count { return true }
        if case .end = cursor { return false }
        return true
    }

    /// The whole value at once.
    mutating func finish(_ output: inout ByteBuffer, _ keyspace: borrowing Keyspace) {
        var budget = Int.max
        while next(&output, keyspace, budget: &budget) { budget = .max }
    }

    // MARK: The next parts

    /// Lists the parts that come next, and moves the cursor behind them.
    private mutating func advance(_ output: inout ByteBuffer, _ keyspace: borrowing Keyspace) {
        switch cursor {
        case .start: start(&output, keyspace)
        case .block(let path): listBlock(path, keyspace)
        case .setBucket(let bucket): listMembers(bucket, keyspace)
        case .hashBucket(let bucket): listFields(bucket, keyspace)
        case .leaf(let link): listRanked(link, keyspace)
        case .rankedBucket(let bucket): listRankedBucket(bucket, keyspace)
        case .end: break
        }
    }

    /// Writes what stands in front of the first part, and begins with that.
    private mutating func start(_ output: inout ByteBuffer, _ keyspace: borrowing Keyspace) {
        let header = keyspace.arena.header(entry)
        guard header.form == .object else { return startBlock(header, &output, keyspace) }
        switch header.type {
        case .list:
            output.append(length: keyspace.lists[index].nodeCount)
            cursor = keyspace.lists[index].nodeCount > 0 ? .block(.first) : .end
        case .set:
            output.append(length: keyspace.sets[index].count)
            cursor = .setBucket(0)
        case .sortedSet:
            output.append(length: keyspace.sortedSets[index].count)
            cursor = .leaf(0)
        case .hash:
            if type == .hashWithDeadlines {
                earliestDeadline = keyspace.hashes[index].earliestDeadline
                output.append(word: UInt64(bitPattern: earliestDeadline))
            }
            output.append(length: keyspace.hashes[index].count)
            cursor = .hashBucket(0)
        case .string, .stream: preconditionFailure("\(header.type) has no large values")
        }
    }

    /// The same for a value in one block.
    private mutating func startBlock(
        _ header: EntryHeader, _ output: inout ByteBuffer, _ keyspace: borrowing Keyspace
    ) {
        cursor = .end
        switch type {
        case .listOfBlocks:
            output.append(length: 1)
            output.append(length: BlockKind.packed)
        case .hashListpackWithDeadlines:
            output.append(word: UInt64(bitPattern: keyspace.earliestFieldDeadline(entry)))
        case .set:
            // Before version 11 there were no sets in listpacks.
            return writeMembers(&output, keyspace)
        case .hashListpack where header.encoding == .listpackEx:
            return writeTimelessPack(&output, keyspace)
        default: break
        }
        parts.append(header.form == .integer ? .integer(keyspace.arena.integer(entry)) : .value(entry))
    }

    private mutating func listBlock(_ path: QuickList.Path?, _ keyspace: borrowing Keyspace) {
        guard let path else { return cursor = .end }
        parts.append(.block(keyspace.lists[index].node(path)))
        cursor = .block(keyspace.lists[index].next(path))
    }

    private mutating func listMembers(_ bucket: Int, _ keyspace: borrowing Keyspace) {
        if bucket >= keyspace.sets[index].table.bucketCount { return cursor = .end }
        cursor = .setBucket(bucket &+ 1)
        if !keyspace.sets[index].table.claim(bucket, version) { return }
        keyspace.sets[index].table.visit(bucket, keyspace.arena) { parts.append(.member($0)) }
    }

    private mutating func listFields(_ bucket: Int, _ keyspace: borrowing Keyspace) {
        if bucket >= keyspace.hashes[index].table.bucketCount { return cursor = .end }
        cursor = .hashBucket(bucket &+ 1)
        if !keyspace.hashes[index].table.claim(bucket, version) { return }
        let hasDeadlines = type == .hashWithDeadlines
        keyspace.hashes[index].table.visit(bucket, keyspace.arena) {
            let field = HashField($0)
            if hasDeadlines { parts.append(.fieldDeadline(field)) }
            parts.append(.fieldName(field))
            parts.append(.fieldValue(field))
        }
    }

    private mutating func listRanked(_ link: NodeLink, _ keyspace: borrowing Keyspace) {
        let link = link == 0 ? keyspace.sortedSets[index].tree.last : link
        if link == 0 { return cursor = .end }
        let leaf = keyspace.arena.leaf(link)
        for i in stride(from: leaf.count &- 1, through: 0, by: -1) {
            parts.append(.rankedMember(leaf.member(i)))
            parts.append(.score(leaf.score(i)))
        }
        cursor = leaf.previous == 0 ? .end : .leaf(leaf.previous)
    }

    private mutating func listRankedBucket(_ bucket: Int, _ keyspace: borrowing Keyspace) {
        if bucket >= keyspace.sortedSets[index].table.bucketCount { return cursor = .end }
        cursor = .rankedBucket(bucket &+ 1)
        if !keyspace.sortedSets[index].table.claim(bucket, version) { return }
        keyspace.sortedSets[index].table.visit(bucket, keyspace.arena) {
            if image?.isWritten($0, keyspace.arena) == true { return }
            parts.append(.rankedMember($0))
            parts.append(.score(keyspace.arena.score($0)))
        }
    }

    // MARK: Values that change meanwhile

    /// Writes the parts that are listed, so that what they belong to may change.
    mutating func finishParts(_ output: inout ByteBuffer, _ keyspace: borrowing Keyspace) {
        var budget = Int.max
        while unfinished != nil || partsDone < parts.count {
            if let (part, offset) = unfinished {
                unfinished = nil
                continueText(part, from: offset, &output, keyspace, &budget)
            } else {
                partsDone &+= 1
                write(parts[partsDone &- 1], &output, keyspace, &budget)
            }
        }
    }

    /// From here on, elements of a set, a hash or a sorted set may change, if `image` has been given those of their bucket before. What
    /// is listed, and the head, must have been written. `nil` where there is nothing more to write.
    mutating func share(_ keyspace: borrowing Keyspace) -> ElementImage? {
        if case .end = cursor { return nil }
        if let image { return image }
        let shared = ElementImage(version: version, compression)
        if type == .hashWithDeadlines { shared.earliestDeadline = earliestDeadline }
        if case .leaf(let link) = cursor {
            // What lies behind the next leaf is written, and the table does not know of it.
            let following = link == 0 ? 0 : keyspace.arena.leaf(link).next
            if following != 0 {
                let leaf = keyspace.arena.leaf(following)
                shared.boundary = (leaf.score(0), keyspace.arena.rankedMember(leaf.member(0)).array)
            }
            cursor = .rankedBucket(0)
        }
        image = shared
        return shared
    }

    // MARK: Small values in another form than theirs

    /// The members of a set's listpack, one by one.
    private func writeMembers(_ output: inout ByteBuffer, _ keyspace: borrowing Keyspace) {
        output.append(length: keyspace.memberCount(entry))
        keyspace.forEachMember(entry) {
            output.append(serialized: $0, compressing: compression.includes($0.byteCount))
            return true
        }
    }

    /// The listpack of a hash all of whose deadlines were taken away, without the zeros that are left of them.
    private func writeTimelessPack(_ output: inout ByteBuffer, _ keyspace: borrowing Keyspace) {
        let pack = Listpack.withoutThirdColumn(keyspace.arena.bytes(entry))
        output.append(serialized: pack.bytes, compressing: compression.includes(pack.count))
    }

    // MARK: Long texts

    /// Writes a text, or the beginning of one that is too long to be written at once.
    mutating func write(
        text: RawSpan, of part: Part, _ output: inout ByteBuffer, _ budget: inout Int
    ) {
        let count = text.byteCount
        if count <= ValueEncoder.pieceSize || compression.includes(count) {
            budget &-= count
            return output.append(serialized: text, compressing: compression.includes(count))
        }
        output.append(length: count)
        writePiece(of: text, part, from: 0, &output, &budget)
    }

    /// Writes a piece of a text whose length has been written.
    mutating func writePiece(
        of text: RawSpan, _ part: Part, from offset: Int, _ output: inout ByteBuffer, _ budget: inout Int
    ) {
        let end = min(text.byteCount, offset &+ ValueEncoder.pieceSize)
        output.append(text.extracting(offset ..< end))
        budget &-= end &- offset
        if end < text.byteCount { unfinished = (part, end) }
    }
}

/// Which strings are compressed.
///
/// Compressing takes all of a string at once, so a snapshot that is written while clients wait leaves long ones alone, where
/// DUMP does not.
struct TextCompression: Equatable {
    private let longest: Int

    static let none = TextCompression(longest: 0)
    static let all = TextCompression(longest: .max)

    /// Strings of at most so many bytes.
    static func upTo(_ longest: Int) -> TextCompression { TextCompression(longest: longest) }

    /// Whether one of `count` bytes is compressed, if that saves something.
    @inline(__always)
    func includes(_ count: Int) -> Bool { count > ByteBuffer.longestUncompressed && count <= longest }
}

/// The two kinds of blocks that a list is made of.
enum BlockKind {
    static let plain = 1
    static let packed = 2
}

extension Keyspace {
    /// How the value of an entry is written.
    func serializedType(_ entry: Entry) -> SerializedType {
        let header = arena.header(entry)
        let isLarge = header.form == .object
        switch header.type {
        case .string: return .string
        case .list: return .listOfBlocks
        case .set: return header.encoding == .intset ? .setIntset : .set
        case .sortedSet: return isLarge ? .sortedSet : .sortedSetListpack
        case .hash:
            if isLarge { return hashes[arena.objectIndex(entry)].volatileCount > 0 ? .hashWithDeadlines : .hash }
            return earliestFieldDeadline(entry) != .max ? .hashListpackWithDeadlines : .hashListpack
        case .stream: preconditionFailure("there are no streams yet")
        }
    }
}
