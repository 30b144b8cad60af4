import Bytes

/// The parts that values are made of.
extension ValueEncoder {
    enum Part {
        /// The bytes of an entry: a string, an intset, a listpack.
        case value(Entry)
        case integer(Int64)
        /// A block of a list.
        case block(ListNode)
        case member(Arena.Handle)
        case rankedMember(Arena.Handle)
        case score(Double)
        case fieldDeadline(HashField)
        case fieldName(HashField)
        case fieldValue(HashField)
    }

    /// Bytes that a part costs besides its text.
    private static let partCost = 8

    /// Writes a part, or the beginning of a long one.
    mutating func write(
        _ part: Part, _ output: inout ByteBuffer, _ keyspace: borrowing Keyspace, _ budget: inout Int
    ) {
        budget &-= ValueEncoder.partCost
        switch part {
        case .value(let entry): write(text: keyspace.arena.bytes(entry), of: part, &output, &budget)
        case .integer(let integer): output.append(serialized: integer)
        case .block(let node): write(node, part, &output, keyspace, &budget)
        case .member(let handle): write(text: keyspace.arena.member(handle), of: part, &output, &budget)
        case .rankedMember(let handle): write(text: keyspace.arena.rankedMember(handle), of: part, &output, &budget)
        case .score(let score): output.append(word: score.bitPattern)
        case .fieldDeadline(let field):
            // One more than the distance, so that 0 can say that there is no deadline.
            output.append(length: keyspace.arena.deadline(field).map { max(1, Int($0 &- earliestDeadline &+ 1)) } ?? 0)
        case .fieldName(let field): write(text: keyspace.arena.name(field), of: part, &output, &budget)
        case .fieldValue(let field): write(text: keyspace.arena.value(field), of: part, &output, &budget)
        }
    }

    /// Writes a block of a list; one that is compressed already stays so.
    private mutating func write(
        _ node: ListNode, _ part: Part, _ output: inout ByteBuffer, _ keyspace: borrowing Keyspace, _ budget: inout Int
    ) {
        output.append(length: node.isPlain ? BlockKind.plain : BlockKind.packed)
        let bytes = keyspace.arena.listBytes(node)
        if !node.isCompressed { return write(text: bytes, of: part, &output, &budget) }
        output.append(compressedHeader: bytes.byteCount, of: node.length)
        writePiece(of: bytes, part, from: 0, &output, &budget)
    }

    /// Writes the next piece of a long text.
    mutating func continueText(
        _ part: Part, from offset: Int, _ output: inout ByteBuffer, _ keyspace: borrowing Keyspace, _ budget: inout Int
    ) {
        switch part {
        case .value(let entry): writePiece(of: keyspace.arena.bytes(entry), part, from: offset, &output, &budget)
        case .block(let node): writePiece(of: keyspace.arena.listBytes(node), part, from: offset, &output, &budget)
        case .member(let handle):
            writePiece(of: keyspace.arena.member(handle), part, from: offset, &output, &budget)
        case .rankedMember(let handle):
            writePiece(of: keyspace.arena.rankedMember(handle), part, from: offset, &output, &budget)
        case .fieldName(let field): writePiece(of: keyspace.arena.name(field), part, from: offset, &output, &budget)
        case .fieldValue(let field): writePiece(of: keyspace.arena.value(field), part, from: offset, &output, &budget)
        case .integer, .score, .fieldDeadline: preconditionFailure("a number has no pieces")
        }
    }
}
