import Bytes
import Wire

/// One line of a memcached client, and what has arrived behind it.
struct MemcachedRequest: ~Escapable {
    /// From the line's start to the end of what has arrived.
    let bytes: RawSpan
    private let tokens: Span<ByteRange>
    /// Where the line ends and a data block would begin.
    let lineEnd: Int
    /// Whether the client wants no reply (`noreply`, `q`).
    var isQuiet = false

    @_lifetime(copy bytes, copy tokens)
    init(_ bytes: RawSpan, _ tokens: Span<ByteRange>, lineEnd: Int) {
        self.bytes = bytes
        self.tokens = tokens
        self.lineEnd = lineEnd
    }

    /// How many tokens there are, the command's name included.
    var count: Int { tokens.count }

    subscript(index: Int) -> RawSpan {
        @_lifetime(copy self) get {
            let range = tokens[index]
            return bytes.extracting(range.offset ..< range.offset &+ range.count)
        }
    }

    func isWord(_ index: Int, _ word: StaticString) -> Bool { self[index].equals(word.bytes) }

    /// Notes `noreply` where it is the last token. Errors are not told either then.
    mutating func readNoReply() { if isWord(count &- 1, "noreply") { isQuiet = true } }

    /// The data block of `length` bytes, and whether a line end follows it; `nil` when not all of it is there yet.
    @_lifetime(copy self)
    func block(_ length: Int) -> RawSpan? {
        bytes.byteCount &- lineEnd < length &+ 2 ? nil : bytes.extracting(lineEnd ..< lineEnd &+ length)
    }

    /// Whether a line end follows the block of `length` bytes.
    func hasBlockEnd(_ length: Int) -> Bool {
        let end = lineEnd &+ length
        return bytes.byte(end) == 13 && bytes.byte(end &+ 1) == 10
    }

    /// How many bytes a block of `length` bytes lacks.
    func missing(_ length: Int) -> Int { lineEnd &+ length &+ 2 &- bytes.byteCount }

    // MARK: Replies of one line

    @inline(__always)
    func reply(_ text: StaticString, _ reply: inout ReplyWriter) {
        if !isQuiet { reply.output.append(line: text.bytes) }
    }

    @inline(__always)
    func reply(_ number: UInt64, _ reply: inout ReplyWriter) {
        if isQuiet { return }
        reply.output.append(decimal: number)
        reply.output.append("\r\n")
    }
}

/// What became of a request.
enum MemcachedOutcome: Equatable {
    /// Its line is used up.
    case done
    /// Its line and a block of so many bytes are, the block's line end included.
    case took(Int)
    /// Its line has to be run again when so many more bytes have come.
    case awaits(Int)
    /// Its line is used up, and so many bytes behind it are to be dropped.
    case drops(Int)
    /// The client waits, and the line with it.
    case hold
}
