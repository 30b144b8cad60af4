import Bytes

/// Inline requests: words between white space, as a person types them.
///
///     SET key "two words\n" 'it\'s' …
///
/// Double quotes know `\n \r \t \b \a` and `\xHH`, and a backslash before anything else means that; single
/// quotes know only `\'`. Quotes may open inside a word, but what follows the closing one must be white
/// space.
extension RequestParser {
    mutating func readInline(_ bytes: RawSpan, from start: Int) -> Outcome {
        switch findLineEnd(ASCII.lineFeed, bytes, from: start) {
        case .missing: return .incomplete(missing: 1)
        case .tooLong: return fail(.tooBigInlineRequest)
        case .at(let lineFeed):
            let crlf = lineFeed > start && bytes.byte(lineFeed &- 1) == ASCII.carriageReturn
            let end = lineFeed &+ 1
            guard splitWords(bytes.extracting(start ..< (crlf ? lineFeed &- 1 : lineFeed))) else {
                return fail(.unbalancedQuotes)
            }
            return table.count == 0 ? .blank(end: end) : .inlineRequest(end: end)
        }
    }

    /// Copies the line's words to `inlineBytes`; false when a quote is not closed properly.
    private mutating func splitWords(_ line: RawSpan) -> Bool {
        var index = 0
        while index < line.byteCount {
            if ASCII.isSpace(line.byte(index)) {
                index &+= 1
                continue
            }
            let offset = inlineBytes.count
            guard let end = copyWord(line, from: index) else { return false }
            table.append(ArgumentRange(offset: offset, count: inlineBytes.count &- offset))
            index = end
        }
        return true
    }

    /// Copies one word and returns where it ended.
    private mutating func copyWord(_ line: RawSpan, from start: Int) -> Int? {
        var index = start
        while index < line.byteCount {
            let byte = line.byte(index)
            switch byte {
            // Vertical tab and form feed separate words, but do not end one: Redis skips more than it stops at.
            case ASCII.space, ASCII.tab, ASCII.carriageReturn, ASCII.lineFeed:
                return index
            case ASCII.quote, ASCII.apostrophe:
                let closing =
                    byte == ASCII.quote
                    ? copyDoubleQuoted(line, from: index &+ 1) : copySingleQuoted(line, from: index &+ 1)
                guard let closing else { return nil }
                let end = closing &+ 1
                return end == line.byteCount || ASCII.isSpace(line.byte(end)) ? end : nil
            default:
                let plain = index
                repeat { index &+= 1 } while index < line.byteCount && RequestParser.isPlain(line.byte(index))
                inlineBytes.append(line.extracting(plain ..< index))
            }
        }
        return index
    }

    /// Whether an unquoted word goes on with this byte as it is.
    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case ASCII.space, ASCII.tab, ASCII.carriageReturn, ASCII.lineFeed, ASCII.quote, ASCII.apostrophe:
            false
        default: true
        }
    }

    /// Copies up to the closing quote and returns its place.
    private mutating func copySingleQuoted(_ line: RawSpan, from start: Int) -> Int? {
        var index = start
        while index < line.byteCount {
            let byte = line.byte(index)
            if byte == ASCII.apostrophe { return index }
            index &+= 1
            if byte == ASCII.backslash, index < line.byteCount, line.byte(index) == ASCII.apostrophe {
                inlineBytes.append(ASCII.apostrophe)
                index &+= 1
            } else {
                inlineBytes.append(byte)
            }
        }
        return nil
    }

    /// Copies up to the closing quote, escapes undone, and returns its place.
    private mutating func copyDoubleQuoted(_ line: RawSpan, from start: Int) -> Int? {
        var index = start
        while index < line.byteCount {
            let byte = line.byte(index)
            if byte == ASCII.quote { return index }
            index &+= 1
            guard byte == ASCII.backslash, index < line.byteCount else {
                inlineBytes.append(byte)
                continue
            }
            let escaped = line.byte(index)
            index &+= 1
            if escaped == UInt8(ascii: "x"), index &+ 1 < line.byteCount,
                let high = ASCII.hexDigit(line.byte(index)), let low = ASCII.hexDigit(line.byte(index &+ 1))
            {
                inlineBytes.append(high << 4 | low)
                index &+= 2
            } else {
                inlineBytes.append(RequestParser.unescaped(escaped))
            }
        }
        return nil
    }

    /// What a backslash in front of `byte` makes of it.
    private static func unescaped(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "n"): ASCII.lineFeed
        case UInt8(ascii: "r"): ASCII.carriageReturn
        case UInt8(ascii: "t"): ASCII.tab
        case UInt8(ascii: "b"): ASCII.backspace
        case UInt8(ascii: "a"): ASCII.bell
        default: byte
        }
    }
}
