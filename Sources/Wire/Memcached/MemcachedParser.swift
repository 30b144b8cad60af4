import Bytes

/// Finds the commands in what a memcached client sends: one line each, for storage commands with a block of data behind.
///
///     set greeting 7 0 5\r\n hello\r\n get greeting\r\n …
///     └─┬─┘ …  tokens     │  data
///     start               end
///
/// A line ends with a line feed; a carriage return in front of it belongs to the end. Its tokens stand between spaces (only
/// those: a tab is part of a token), and a zero byte hides the rest of the line. memcached 1.6 decides what is accepted,
/// these oddities included.
///
/// Data blocks are not the parser's business, since whether one follows depends on the command and on whether its line is
/// right. Who runs the command looks at what is behind `end`, and asks for the line again when the block has not arrived: a
/// line that has not run leaves no trace. A block that nobody wants is dropped by `skip`, without being kept first.
///
/// Like `RequestParser` it is told all bytes it has not finished with every time, and keeps offsets only. A line is searched
/// for its end once, however it is cut.
///
/// Invariant: `progress.scanned == 0` unless a line is unfinished.
@usableFromInline package struct MemcachedParser: ~Copyable {
    package enum Outcome: Equatable, Sendable {
        /// A line, located by `tokens` from its start; it may have none. What follows it begins at `end`.
        case line(end: Int)
        /// Bytes that nobody wanted lay in front of `end`.
        case skipped(end: Int)
        /// Call again when there are more bytes; at least `missing` of them are needed.
        case incomplete(missing: Int)
        /// No line: close the connection.
        case tooLong
    }

    /// Longest line that may arrive in pieces, but for those of `get` and `gets`, which may name any number of keys.
    package static let longestLine = 2048
    /// Longest key.
    package static let longestKey = 250

    /// How far a client's input has been read: all that must be kept of a parser that serves many clients in turn.
    package struct Progress: Sendable {
        /// Bytes known not to end the line being read.
        var scanned = 0
        /// Bytes still to be dropped.
        var unwanted = 0

        package init() {}
    }

    @usableFromInline var table = ByteRangeTable()
    package var progress = Progress()

    /// Ranges kept from one line for the next.
    private static let rangesKept = 256

    package init() {}

    /// Where the tokens of the last line are, from the line's start.
    @inlinable package var tokens: Span<ByteRange> {
        @_lifetime(borrow self) get { table.ranges }
    }

    /// Drops the next `count` bytes, those that have not arrived yet included.
    package mutating func skip(_ count: Int) { progress.unwanted = count }

    /// Finds the line that begins at `start`. After `incomplete` the same bytes must stand there again.
    package mutating func parse(_ bytes: RawSpan, from start: Int) -> Outcome {
        if progress.unwanted > 0 {
            let dropped = min(progress.unwanted, bytes.byteCount &- start)
            if dropped == 0 { return .incomplete(missing: progress.unwanted) }
            progress.unwanted &-= dropped
            return .skipped(end: start &+ dropped)
        }
        table.removeAll()
        // What was seen before without an end is searched, not taken apart, until there is one.
        if progress.scanned > 0 {
            if MemcachedParser.find(ASCII.lineFeed, bytes, from: start &+ progress.scanned) == nil {
                return unfinished(bytes, from: start)
            }
            progress.scanned = 0
        }
        guard let lineFeed = split(bytes, from: start) else { return unfinished(bytes, from: start) }
        return .line(end: lineFeed &+ 1)
    }

    /// No line end yet. A line may not become arbitrarily long, unless it asks for keys.
    private mutating func unfinished(_ bytes: RawSpan, from start: Int) -> Outcome {
        table.removeAll(keeping: MemcachedParser.rangesKept)
        progress.scanned = bytes.byteCount &- start
        if progress.scanned > MemcachedParser.longestLine, !asksForKeys(bytes, from: start) { return .tooLong }
        return .incomplete(missing: 1)
    }

    private func asksForKeys(_ bytes: RawSpan, from start: Int) -> Bool {
        var index = start
        while index < bytes.byteCount, bytes.byte(index) == ASCII.space { index &+= 1 }
        if index &- start > 100 { return false }
        let rest = bytes.extracting(index ..< bytes.byteCount)
        return rest.begins(with: "get ") || rest.begins(with: "gets ")
    }

    // MARK: Taking a line apart

    /// Fills `table` with the tokens of the line at `start` and returns where its line feed is; `nil` when there is none.
    @inline(__always)
    private mutating func split(_ bytes: RawSpan, from start: Int) -> Int? {
        var index = start
        var token = start
        while let stop = MemcachedParser.findStop(bytes, from: index) {
            let byte = bytes.byte(stop)
            if byte == ASCII.space {
                if stop > token { append(token ..< stop, start) }
                token = stop &+ 1
                index = token
                continue
            }
            if byte == 0 {
                if stop > token { append(token ..< stop, start) }
                return MemcachedParser.find(ASCII.lineFeed, bytes, from: stop)
            }
            // A carriage return that is the whole line is no end of it.
            let hasReturn = stop > start &+ 1 && bytes.byte(stop &- 1) == ASCII.carriageReturn
            let end = hasReturn ? stop &- 1 : stop
            if end > token { append(token ..< end, start) }
            return stop
        }
        return nil
    }

    @inline(__always)
    private mutating func append(_ token: Range<Int>, _ start: Int) {
        table.append(ByteRange(offset: token.lowerBound &- start, count: token.count))
    }

    /// The next byte from `start` on that is a space, a line feed or zero: eight at a time.
    @inline(__always)
    private static func findStop(_ bytes: RawSpan, from start: Int) -> Int? {
        var index = start
        while let word = bytes.wordIfPresent(index) {
            // The high bit of each byte up to the first that is no more than a space; exact for that first one.
            var small = (word &- 0x2121_2121_2121_2121) & ~word & 0x8080_8080_8080_8080
            while small != 0 {
                let position = index &+ small.trailingZeroBitCount / 8
                if isStop(bytes.byte(position)) { return position }
                small &= small &- 1
            }
            index &+= 8
        }
        while index < bytes.byteCount {
            if isStop(bytes.byte(index)) { return index }
            index &+= 1
        }
        return nil
    }

    @inline(__always)
    private static func isStop(_ byte: UInt8) -> Bool {
        byte == ASCII.space || byte == ASCII.lineFeed || byte == 0
    }

    private static func find(_ wanted: UInt8, _ bytes: RawSpan, from start: Int) -> Int? {
        var index = start
        let pattern = UInt64(wanted) &* 0x0101_0101_0101_0101
        while let word = bytes.wordIfPresent(index) {
            let differences = word ^ pattern
            let zeros = (differences &- 0x0101_0101_0101_0101) & ~differences & 0x8080_8080_8080_8080
            if zeros != 0 { return index &+ zeros.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < bytes.byteCount {
            if bytes.byte(index) == wanted { return index }
            index &+= 1
        }
        return nil
    }
}

extension RawSpan {
    /// Whether these bytes begin with `text`.
    package func begins(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        return byteCount >= count && extracting(0 ..< count).equals(text.bytes)
    }
}
