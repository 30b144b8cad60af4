/// A glob pattern looked at once, to be matched against many texts: KEYS over a million keys, PUBLISH over many
/// patterns.
///
/// Most patterns in the world are `*`, a plain name, or `prefix*`; those are a comparison, and what is left goes to
/// `globMatch`. It borrows the pattern's bytes and allocates nothing.
package struct GlobPattern: ~Escapable {
    private enum Shape {
        /// `*` any number of times: every text but the empty one.
        case anything
        /// No special byte at all.
        case literal
        /// Plain bytes, this many, and a star or more behind them.
        case prefix(Int)
        case general
    }

    private let pattern: RawSpan
    private let shape: Shape
    private let ignoringCase: Bool

    @_lifetime(copy pattern)
    package init(_ pattern: RawSpan, ignoringCase: Bool = false) {
        self.pattern = pattern
        self.ignoringCase = ignoringCase
        shape = GlobPattern.shape(pattern)
    }

    private static func shape(_ pattern: RawSpan) -> Shape {
        let count = pattern.byteCount
        var plain = 0
        scan: while plain < count {
            switch pattern.byte(plain) {
            case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "\\"): break scan
            default: plain &+= 1
            }
        }
        if plain == count { return .literal }
        for i in plain ..< count where pattern.byte(i) != UInt8(ascii: "*") { return .general }
        return plain == 0 ? .anything : .prefix(plain)
    }

    /// Whether the pattern is the single `*` for which KEYS and SCAN do not match at all, so that even the empty
    /// key is shown.
    package var isUniversal: Bool { pattern.byteCount == 1 && pattern.byte(0) == UInt8(ascii: "*") }

    /// Whether the pattern has no special byte, so that it can match no text but itself.
    package var isLiteral: Bool {
        if case .literal = shape { return true }
        return false
    }

    /// Whether `text` matches, just as `globMatch` says.
    package func matches(_ text: RawSpan) -> Bool {
        switch shape {
        case .anything: return text.byteCount > 0
        case .literal: return same(pattern, text)
        case .prefix(let count):
            return text.byteCount >= count && same(pattern.extracting(0 ..< count), text.extracting(0 ..< count))
        case .general: return globMatch(pattern: pattern, text: text, ignoringCase: ignoringCase)
        }
    }

    private func same(_ a: RawSpan, _ b: RawSpan) -> Bool { ignoringCase ? a.equalsIgnoringCase(b) : a.equals(b) }
}
