import Bytes
import Wire

/// BITOP: bitwise operations over whole strings, the shorter ones filled up with zeros.
extension BitmapCommands {
    static let bitOperation = Command(
        "bitop", arity: -4, .bitmap, [.write, .denyOOM],
        keys: [.range("OW update", 2), .range("RO access", 3, last: -1)],
        since: "2.6.0", complexity: "O(N)",
        summary: "Combines strings bit by bit and stores the result.",
        arguments:
            "operation(and=AND|or=OR|xor=XOR|not=NOT|diff=DIFF|diff1=DIFF1|andor=ANDOR|one=ONE) "
            + "destkey:key#0 key:key#1*"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let operation = BitOperation(arguments[1]) else { throw .syntax }
        let sources = 3 ..< arguments.count
        try operation.check(sourceCount: sources.count)
        let result =
            switch operation {
            case .and: try keyspace.fold(.and, arguments, sources)
            case .or: try keyspace.fold(.or, arguments, sources)
            case .xor: try keyspace.fold(.xor, arguments, sources)
            case .not: try keyspace.complement(arguments[3])
            case .diff: try keyspace.fold(.andNot, arguments, sources)
            case .diff1: try keyspace.foldRest(.andNot, arguments, sources)
            case .andor: try keyspace.foldRest(.and, arguments, sources)
            case .one: try keyspace.exactlyOnce(arguments, sources)
            }
        let key = arguments[2]
        var place = keyspace.write(key)
        if result.isEmpty {
            keyspace.remove(place)
        } else {
            keyspace.setRawString(key, &place, result.bytes, .clear, .set)
        }
        reply.integer(result.count)
    }
}

/// What BITOP can do.
private enum BitOperation {
    case and, or, xor, not
    /// In the first and in none of the others.
    case diff
    /// Not in the first but in some of the others.
    case diff1
    /// In the first and in some of the others.
    case andor
    /// In exactly one.
    case one

    init?(_ word: RawSpan) {
        if word.equalsIgnoringCase("and") {
            self = .and
        } else if word.equalsIgnoringCase("or") {
            self = .or
        } else if word.equalsIgnoringCase("xor") {
            self = .xor
        } else if word.equalsIgnoringCase("not") {
            self = .not
        } else if word.equalsIgnoringCase("diff") {
            self = .diff
        } else if word.equalsIgnoringCase("diff1") {
            self = .diff1
        } else if word.equalsIgnoringCase("andor") {
            self = .andor
        } else if word.equalsIgnoringCase("one") {
            self = .one
        } else {
            return nil
        }
    }

    func check(sourceCount: Int) throws(CommandError) {
        switch self {
        case .not where sourceCount != 1:
            throw .text("ERR BITOP NOT must be called with a single source key.")
        case .diff where sourceCount < 2: throw BitOperation.tooFew("DIFF")
        case .diff1 where sourceCount < 2: throw BitOperation.tooFew("DIFF1")
        case .andor where sourceCount < 2: throw BitOperation.tooFew("ANDOR")
        default: break
        }
    }

    private static func tooFew(_ name: String) -> CommandError {
        .text("ERR BITOP \(name) must be called with at least two source keys.")
    }
}

extension Keyspace {
    /// A copy of a string, empty when there is no such key.
    private mutating func copyString(_ key: RawSpan) throws(CommandError) -> ByteBuffer {
        guard let entry = try readString(key) else { return ByteBuffer() }
        var copy = ByteBuffer(capacity: textLength(entry))
        copy.append(text(entry))
        return copy
    }

    fileprivate mutating func complement(_ key: RawSpan) throws(CommandError) -> ByteBuffer {
        var result = try copyString(key)
        result.complement()
        return result
    }

    /// The first source combined with the second, the result with the third, and so on.
    fileprivate mutating func fold(
        _ operation: ByteBuffer.BitOperation, _ arguments: Arguments, _ sources: Range<Int>
    ) throws(CommandError) -> ByteBuffer {
        var result = try copyString(arguments[sources.lowerBound])
        for index in sources.dropFirst() {
            if let entry = try readString(arguments[index]) {
                result.combine(operation, text(entry))
            } else if operation == .and {
                result.combine(.and, RawSpan())
            }
        }
        return result
    }

    /// All sources but the first united, then combined with the first.
    fileprivate mutating func foldRest(
        _ operation: ByteBuffer.BitOperation, _ arguments: Arguments, _ sources: Range<Int>
    ) throws(CommandError) -> ByteBuffer {
        let first = try copyString(arguments[sources.lowerBound])
        var result = try fold(.or, arguments, sources.dropFirst())
        result.combine(operation, first.bytes)
        return result
    }

    /// The bits that are set in one source only.
    fileprivate mutating func exactlyOnce(_ arguments: Arguments, _ sources: Range<Int>) throws(CommandError)
        -> ByteBuffer
    {
        var once = ByteBuffer()
        var repeated = ByteBuffer()
        for index in sources {
            if let entry = try readString(arguments[index]) { once.tally(text(entry), repeated: &repeated) }
        }
        once.combine(.andNot, repeated.bytes)
        return once
    }
}
