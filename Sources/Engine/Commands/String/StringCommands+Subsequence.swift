import Bytes
import Wire

/// LCS: what two strings have in common, in order.
extension StringCommands {
    static let lcs = Command(
        "lcs", arity: -3, .string, [.readonly],
        keys: [.range("RO access", 1, last: 1)],
        since: "7.0.0", complexity: "O(N*M) where N and M are the lengths of the two strings.",
        summary: "The longest common subsequence of two string values, its length, or where it lies in both.",
        arguments: "key1:key#0 key2:key#0 len=LEN? idx=IDX? min-match-len:integer=MINMATCHLEN? withmatchlen=WITHMATCHLEN?"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let first = keyspace.read(arguments[1])
        let second = keyspace.read(arguments[2])
        for entry in [first, second] {
            if let entry, !keyspace.arena.header(entry).isString {
                throw .text("ERR The specified keys must contain string values")
            }
        }
        let options = try SubsequenceOptions(arguments)
        // Looking at one string's text ends the look at the other's.
        var a = ByteBuffer()
        var b = ByteBuffer()
        if let first { a.append(keyspace.text(first)) }
        if let second { b.append(keyspace.text(second)) }
        try checkSize(a.count, b.count, context)
        reply.subsequence(a.bytes, b.bytes, options)
    }

    /// Redis keeps a table of 32-bit lengths and refuses what makes it larger than a string may be. Here a bit does for 32,
    /// but the work is the same, and nobody should find that only one of the two servers accepts a pair of strings.
    private static func checkSize(_ a: Int, _ b: Int, _ context: borrowing Context) throws(CommandError) {
        if max(a, b) >= Int(UInt32.max) - 1 { throw .text("ERR String too long for LCS") }
        let (cells, overflow) = (a + 1).multipliedReportingOverflow(by: b + 1)
        if overflow || cells > context.configuration.protoMaxBulkLength / 4 {
            throw .text("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len")
        }
    }
}

/// What LCS is asked to tell.
struct SubsequenceOptions {
    var wantsLength = false
    var wantsRanges = false
    var wantsRangeLengths = false
    var minimum: Int64 = 0

    init(_ arguments: Arguments) throws(CommandError) {
        var index = 3
        while index < arguments.count {
            if arguments.isWord(index, "idx") {
                wantsRanges = true
            } else if arguments.isWord(index, "len") {
                wantsLength = true
            } else if arguments.isWord(index, "withmatchlen") {
                wantsRangeLengths = true
            } else if arguments.isWord(index, "minmatchlen"), index + 1 < arguments.count {
                index += 1
                minimum = try max(0, arguments.integer(index))
            } else {
                throw .syntax
            }
            index += 1
        }
        if wantsLength, wantsRanges {
            throw .text("ERR If you want both the length and indexes, please just use IDX.")
        }
    }
}

extension ReplyWriter {
    fileprivate mutating func subsequence(_ a: RawSpan, _ b: RawSpan, _ options: SubsequenceOptions) {
        let found = LongestCommonSubsequence(a, b, keepsRows: !options.wantsLength)
        if options.wantsLength { return integer(found.length) }
        var matches: [LongestCommonSubsequence.Match] = []
        found.forEachMatch(a, b) { matches.append($0) }
        if !options.wantsRanges {
            var text = ByteBuffer(capacity: found.length)
            for match in matches.reversed() {
                text.append(a.extracting(match.a.lowerBound ..< match.a.upperBound + 1))
            }
            return bulk(text.bytes)
        }
        matches.removeAll { $0.a.count < options.minimum }
        map(2)
        bulk("matches")
        array(matches.count)
        for match in matches {
            array(options.wantsRangeLengths ? 3 : 2)
            for range in [match.a, match.b] {
                array(2)
                integer(range.lowerBound)
                integer(range.upperBound)
            }
            if options.wantsRangeLengths { integer(match.a.count) }
        }
        bulk("len")
        integer(found.length)
    }
}
