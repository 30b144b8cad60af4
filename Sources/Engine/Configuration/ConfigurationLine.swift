import Bytes

/// The syntax of one line: words separated by blanks, any part of a word in quotes.
///
///     requirepass "two words \x0a \" \\"     double quotes know \n \r \t \b \a \xHH and \ before others
///     logfile '/var/log/it''s.log'           is refused: what follows a closing quote must be a blank
///     dir '/it\'s'                           single quotes know only \'
///
/// The inverse, `quoted`, escapes every byte outside printable ASCII, so that a rewritten file reads back
/// byte for byte.
package enum ConfigurationLine {
    /// The line's words, unquoted; nil when a quote is not closed or its closing quote is followed by
    /// something.
    package static func words(_ line: some Collection<UInt8>) -> [[UInt8]]? {
        var rest = line[...]
        var words: [[UInt8]] = []
        while true {
            rest = rest.drop(while: isBlank)
            if rest.isEmpty { return words }
            guard let word = takeWord(&rest) else { return nil }
            words.append(word)
        }
    }

    private static func takeWord<Line: Collection<UInt8>>(_ rest: inout Line) -> [UInt8]?
    where Line.SubSequence == Line {
        var word: [UInt8] = []
        while let byte = rest.popFirst() {
            if isBlank(byte) { return word }
            guard byte == doubleQuote || byte == singleQuote else {
                word.append(byte)
                continue
            }
            let closed = byte == doubleQuote ? takeDoubleQuoted(&rest, &word) : takeSingleQuoted(&rest, &word)
            guard closed, rest.first.map(isBlank) ?? true else { return nil }
            return word
        }
        return word
    }

    private static func takeDoubleQuoted<Line: Collection<UInt8>>(_ rest: inout Line, _ word: inout [UInt8])
        -> Bool
    where Line.SubSequence == Line {
        while let byte = rest.popFirst() {
            if byte == doubleQuote { return true }
            guard byte == backslash else {
                word.append(byte)
                continue
            }
            guard let escaped = rest.popFirst() else { return false }
            switch escaped {
            case UInt8(ascii: "n"): word.append(0x0A)
            case UInt8(ascii: "r"): word.append(0x0D)
            case UInt8(ascii: "t"): word.append(0x09)
            case UInt8(ascii: "b"): word.append(0x08)
            case UInt8(ascii: "a"): word.append(0x07)
            case UInt8(ascii: "x"):
                let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
                if digits.count == 2 {
                    word.append(UInt8(digits[0] * 16 + digits[1]))
                    rest = rest.dropFirst(2)
                } else {
                    word.append(escaped)
                }
            default: word.append(escaped)
            }
        }
        return false
    }

    private static func takeSingleQuoted<Line: Collection<UInt8>>(_ rest: inout Line, _ word: inout [UInt8])
        -> Bool
    where Line.SubSequence == Line {
        while let byte = rest.popFirst() {
            if byte == singleQuote { return true }
            if byte == backslash, rest.first == singleQuote {
                rest = rest.dropFirst()
                word.append(singleQuote)
            } else {
                word.append(byte)
            }
        }
        return false
    }

    /// `text` in double quotes.
    package static func quoted(_ text: String) -> String {
        var result = ByteBuffer()
        result.append(quoted: text.bytes)
        return result.bytes.text
    }

    /// The lines of a file, without the blanks at both ends; behind a final line feed there is one more,
    /// empty line.
    static func trimmedLines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        text.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            let start = line.drop(while: isTrimmed)
            let end = start.lastIndex { !isTrimmed($0) } ?? start.startIndex - 1
            return start[start.startIndex..<end + 1]
        }
    }

    static func isComment(_ line: ArraySlice<UInt8>) -> Bool { line.first == UInt8(ascii: "#") }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func isTrimmed(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
    }

    private static let doubleQuote = UInt8(ascii: "\"")
    private static let singleQuote = UInt8(ascii: "'")
    private static let backslash = UInt8(ascii: "\\")
}
