import Bytes
import Wire

/// The cursor and the options of SCAN and the other scanning commands.
struct ScanRequest {
    let cursor: UInt64
    /// How much to look through, roughly.
    private(set) var count = 10
    /// Which argument is the pattern, and which the type; `nil` where all will do.
    private(set) var pattern: Int?
    private(set) var type: Int?
    /// NOVALUES and NOSCORES: only the names are wanted.
    private(set) var namesOnly = false

    /// `cursor` is the position of the cursor, behind which the options stand. Only SCAN `hasTypes`; `bareWord`, in lower case,
    /// is the one by which a command leaves out what is told besides names.
    init(
        _ arguments: Arguments, cursor position: Int, hasTypes: Bool = false, bareWord: StaticString? = nil
    ) throws(CommandError) {
        cursor = try ScanRequest.cursor(arguments[position])
        var index = position + 1
        while index < arguments.count {
            if let bareWord, arguments.isWord(index, bareWord) {
                namesOnly = true
                index += 1
                continue
            }
            if index + 1 == arguments.count { throw .syntax }
            if arguments.isWord(index, "count") {
                count = Int(try arguments.integer(index + 1))
                if count < 1 { throw .syntax }
            } else if arguments.isWord(index, "match") {
                // A lone star matches all, even the empty name.
                pattern = arguments.isWord(index + 1, "*") ? nil : index + 1
            } else if hasTypes, arguments.isWord(index, "type") {
                type = index + 1
            } else {
                throw .syntax
            }
            index += 2
        }
    }

    /// Whether a name passes MATCH; `arguments` are those the request was read from.
    func matches(_ name: RawSpan, _ arguments: Arguments) -> Bool {
        guard let pattern else { return true }
        return globMatch(pattern: arguments[pattern], text: name)
    }

    /// All 64 bits are a cursor's, read as `strtoul` does: clients may even send the number of one with a sign.
    static func cursor(_ text: RawSpan) throws(CommandError) -> UInt64 {
        let scan = scanUnsigned(text)
        let startsWithSpace = text.byteCount > 0 && (text.byte(0) == 32 || (9 ... 13).contains(text.byte(0)))
        if startsWithSpace || !scan.reachedEnd || scan.isOutOfRange { throw .text("ERR invalid cursor") }
        return scan.value
    }
}
