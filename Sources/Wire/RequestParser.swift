import Bytes

/// Finds the requests in one client's input, without copying them.
///
///     *3\r\n $3\r\n SET\r\n $1\r\n k\r\n $5\r\n value\r\n *1\r\n …
///     start         └┬┘          ┬           └─┬─┘      end
///                    ranges, as offsets from `start`
///
/// An inline request (a line of words, as typed into telnet) is the exception: quotes and escapes have to be
/// undone, so its words are copied to `inlineBytes` and the ranges are offsets into that.
///
/// The parser is told all bytes it has not finished with every time, and remembers how far it got: the
/// arguments located, the length of the argument that is arriving, how much of an unfinished line it has
/// searched. It keeps offsets from `start` only, so the bytes may move between calls. However the input is
/// cut into pieces, the time is linear in its length, and the outcomes are the same.
///
/// Nothing is allocated for what a header promises, only for arguments that have arrived. Memory that an
/// unusually long request needed is given back when the input has run dry.
///
/// Redis's server decides what is accepted, oddities included: the byte behind a carriage return is skipped
/// whatever it is, so are the two behind an argument, and a zero byte inside a line hides the rest of it, so
/// that the line never ends and at last is too long.
///
/// Invariants: `wanted == 0` between requests and in a request's first line, and then `bulkLength == nil`;
/// `scanned == 0` unless a line is unfinished.
@usableFromInline package struct RequestParser: ~Copyable {
    package enum Outcome: Equatable, Sendable {
        /// A request of at least one argument, located by `ranges` from `start`; the next one begins at
        /// `end`.
        case request(end: Int)
        /// The same, the arguments lying in `inlineBytes`.
        case inlineRequest(end: Int)
        /// Nothing to run up to `end`: an empty line, or a request of no arguments.
        case blank(end: Int)
        /// Call again when there are more bytes; this request needs at least `missing` of them.
        case incomplete(missing: Int)
        /// Close the connection.
        case invalid(ProtocolError)
    }

    package var limits: RequestLimits {
        didSet { allowsShort = limits.allowShort }
    }
    /// The words of the last inline request, unquoted, back to back.
    package internal(set) var inlineBytes = ByteBuffer()

    @usableFromInline var table = ByteRangeTable()
    /// Arguments still to be located; 0 as long as the request's first line has not been read.
    var wanted = 0
    /// Bytes known not to end the line being read.
    var scanned = 0
    /// Where to go on, from the request's start; without meaning when nothing is wanted.
    private var cursor = 0
    /// The length of the argument at `cursor`, once its header has been read.
    private var bulkLength: Int?
    /// Whether no limit can forbid a request that is short enough for `parseShort`.
    private var allowsShort: Bool

    /// Ranges kept from one request for the next.
    private static let rangesKept = 256
    /// Bytes of unquoted words kept from one inline request for the next.
    private static let inlineBytesKept = 1024

    package init(limits: RequestLimits = RequestLimits()) {
        self.limits = limits
        allowsShort = limits.allowShort
    }

    /// Changes the limits that a server may change while it runs. Costs two comparisons when they are the same.
    package mutating func adopt(maxBulkLength: Int, authenticated: Bool) {
        if limits.maxBulkLength == maxBulkLength, limits.authenticated == authenticated { return }
        limits.maxBulkLength = maxBulkLength
        limits.authenticated = authenticated
    }

    /// Where the arguments of the last `request` or `inlineRequest` lie.
    @inlinable package var ranges: Span<ArgumentRange> {
        @_lifetime(borrow self) get { table.ranges }
    }

    /// Finds the request that begins at `start`; the last one's ranges are forgotten.
    ///
    /// After `incomplete`, the same bytes must stand at `start` again. Going on until there is an
    /// `incomplete` is also what gives back the memory of an unusually long request.
    package mutating func parse(_ bytes: RawSpan, from start: Int) -> Outcome {
        precondition(start >= 0 && start <= bytes.byteCount)
        if wanted | scanned == 0, allowsShort, let end = parseShort(bytes, from: start) {
            return .request(end: end)
        }
        return parseStepwise(bytes, from: start)
    }

    /// The end of the request at `start`, if it is complete and of short arguments; `nil` says nothing about it, and leaves
    /// the parser as it was. For looking at what comes, with a parser of one's own.
    package mutating func parseAhead(_ bytes: RawSpan, from start: Int) -> Int? {
        wanted | scanned == 0 && allowsShort ? parseShort(bytes, from: start) : nil
    }

    /// Whether the last call ended within a request.
    package var isMidway: Bool { wanted | scanned != 0 }

    /// Bytes of an unfinished request up to the argument that is arriving, its header included.
    package var locatedBytes: Int { wanted > 0 ? cursor : 0 }

    private mutating func parseStepwise(_ bytes: RawSpan, from start: Int) -> Outcome {
        if wanted == 0 {
            if scanned == 0 { forgetRequest() }
            if let outcome = readFirstLine(bytes, from: start) { return outcome }
        }
        while wanted > 0 {
            let position = start &+ cursor
            if bulkLength == nil, allowsShort, let end = locateShort(bytes, from: start, at: position) {
                // The header may have been searched in vain before it was complete.
                scanned = 0
                cursor = end &- start
                wanted &-= 1
            } else if let outcome = locateNext(bytes, from: start) {
                return outcome
            }
        }
        return .request(end: start &+ cursor)
    }

    private mutating func forgetRequest() {
        table.removeAll(keeping: RequestParser.rangesKept)
        inlineBytes.removeAll(keeping: RequestParser.inlineBytesKept)
    }

    /// Goes back to where a request begins, so that the parser can serve another connection.
    mutating func fail(_ error: ProtocolError) -> Outcome {
        wanted = 0
        scanned = 0
        bulkLength = nil
        return .invalid(error)
    }

    /// Reads the request's first line. Nil once arguments are wanted, from `cursor` on.
    private mutating func readFirstLine(_ bytes: RawSpan, from start: Int) -> Outcome? {
        guard start < bytes.byteCount else { return .incomplete(missing: 1) }
        guard bytes.byte(start) == ASCII.asterisk else { return readInline(bytes, from: start) }
        switch findLineEnd(ASCII.carriageReturn, bytes, from: start) {
        case .missing: return .incomplete(missing: 1)
        case .tooLong: return fail(.tooBigMultibulkCount)
        case .at(let end):
            let digits = bytes.extracting(start &+ 1 ..< end)
            guard let count = Int(requestNumber: digits), count <= Int(Int32.max) else {
                return fail(.invalidMultibulkLength)
            }
            if !limits.authenticated, count > limits.maxMultibulkUnauthenticated {
                return fail(.unauthenticatedMultibulkLength)
            }
            if count <= 0 { return .blank(end: end &+ 2) }
            wanted = count
            cursor = end &+ 2 &- start
            return nil
        }
    }

    /// Locates the argument at `cursor`. Nil when it did.
    private mutating func locateNext(_ bytes: RawSpan, from start: Int) -> Outcome? {
        if bulkLength == nil {
            if let outcome = readBulkHeader(bytes, from: start) { return outcome }
        }
        guard let length = bulkLength else { return nil }
        let payload = start &+ cursor
        let available = bytes.byteCount &- payload
        if length > available &- 2 {
            return .incomplete(missing: min(length, .max - 2) &+ 2 &- available)
        }
        table.append(ArgumentRange(offset: cursor, count: length))
        bulkLength = nil
        wanted &-= 1
        cursor &+= length &+ 2
        return nil
    }

    /// Reads the line in front of the argument at `cursor` and moves behind it. Nil when it did.
    private mutating func readBulkHeader(_ bytes: RawSpan, from start: Int) -> Outcome? {
        let line = start &+ cursor
        switch findLineEnd(ASCII.carriageReturn, bytes, from: line) {
        case .missing: return .incomplete(missing: 1)
        case .tooLong: return fail(.tooBigBulkCount)
        case .at(let end):
            let lead = bytes.byte(line)
            guard lead == ASCII.dollar else { return fail(.expectedDollar(got: lead)) }
            let digits = bytes.extracting(line &+ 1 ..< end)
            guard let length = Int(requestNumber: digits), length >= 0, length <= limits.maxBulkLength else {
                return fail(.invalidBulkLength)
            }
            guard length <= limits.bulkLength else { return fail(.unauthenticatedBulkLength) }
            bulkLength = length
            cursor = end &+ 2 &- start
            return nil
        }
    }
}
