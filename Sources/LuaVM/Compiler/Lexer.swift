import Bytes

/// Cuts source text into tokens.
struct Lexer {
    private let source: [UInt8]
    private var position = 0
    /// What messages call the source.
    let chunk: String
    private(set) var line = 1
    /// The line on which the token before the current one ended.
    private(set) var lastLine = 1
    private(set) var token = Token.end
    private(set) var ahead: (token: Token, text: Range<Int>)?
    /// Where the current token stands.
    private var text = 0 ..< 0

    init(_ source: [UInt8], chunk: String) {
        self.source = source
        self.chunk = chunk
        // A first line for the shell.
        if source.first == UInt8(ascii: "#") {
            while position < source.count, source[position] != 10 { position += 1 }
        }
    }

    mutating func advance() throws(CompileError) {
        lastLine = line
        if let next = ahead {
            (token, text) = (next.token, next.text)
            ahead = nil
            return
        }
        (token, text) = try scan()
    }

    /// Looks at the token behind the current one.
    mutating func peek() throws(CompileError) -> Token {
        let next = try scan()
        ahead = (next.0, next.1)
        return next.0
    }

    // MARK: Errors

    /// An error at the current token.
    func syntaxError(_ message: String) -> CompileError { error(message, near: describe(token)) }

    func error(_ message: String, near: String? = nil) -> CompileError {
        let near = near.map { " near '\($0)'" } ?? ""
        return CompileError(message: "\(chunk):\(line): \(message)\(near)")
    }

    private func describe(_ token: Token) -> String {
        switch token {
        case .name, .string, .number: return Array(source[text]).bytes.escapedText
        default: return Lexer.name(token)
        }
    }

    static func name(_ token: Token) -> String {
        switch token {
        case .end: return "<eof>"
        case .name: return "<name>"
        case .string: return "<string>"
        case .number: return "<number>"
        case .word(let word): return word.rawValue
        case .symbol(let symbol): return symbol.rawValue
        case .character(let byte):
            return byte < 32 || byte == 127 ? "char(\(byte))" : [byte].bytes.escapedText
        }
    }

    // MARK: Scanning

    private var current: UInt8? { position < source.count ? source[position] : nil }

    private func byte(_ offset: Int) -> UInt8? {
        position + offset < source.count ? source[position + offset] : nil
    }

    private mutating func newline() {
        let first = source[position]
        position += 1
        if let second = current, second == 10 || second == 13, second != first { position += 1 }
        line += 1
    }

    private mutating func scan() throws(CompileError) -> (Token, Range<Int>) {
        while let byte = current {
            let start = position
            switch byte {
            case 10, 13: newline()
            case 9, 11, 12, 32: position += 1
            case UInt8(ascii: "-"):
                position += 1
                if current != UInt8(ascii: "-") { return (.sign("-"), start ..< position) }
                try skipComment()
            case UInt8(ascii: "["):
                if let level = longBracket() {
                    let bytes = try longText(level, "string")
                    return (.string(bytes), start ..< position)
                }
                if self.byte(1) == UInt8(ascii: "=") { throw error("invalid long string delimiter", near: "[=") }
                position += 1
                return (.sign("["), start ..< position)
            case UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "~"):
                position += 1
                if current != UInt8(ascii: "=") { return (.character(byte), start ..< position) }
                position += 1
                let symbol: Symbol
                switch byte {
                case UInt8(ascii: "="): symbol = .equal
                case UInt8(ascii: "<"): symbol = .lessOrEqual
                case UInt8(ascii: ">"): symbol = .greaterOrEqual
                default: symbol = .notEqual
                }
                return (.symbol(symbol), start ..< position)
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                let bytes = try quoted(byte)
                return (.string(bytes), start ..< position)
            case UInt8(ascii: "."):
                position += 1
                if current == UInt8(ascii: ".") {
                    position += 1
                    if current == UInt8(ascii: ".") {
                        position += 1
                        return (.symbol(.ellipsis), start ..< position)
                    }
                    return (.symbol(.concatenation), start ..< position)
                }
                if let next = current, isDigit(next) {
                    let number = try number(from: start)
                    return (.number(number), start ..< position)
                }
                return (.sign("."), start ..< position)
            default:
                if isDigit(byte) {
                    let number = try number(from: start)
                    return (.number(number), start ..< position)
                }
                if isLetter(byte) {
                    while let next = current, isLetter(next) || isDigit(next) { position += 1 }
                    let name = Array(source[start ..< position])
                    if let word = Keyword.byName[name] { return (.word(word), start ..< position) }
                    return (.name(name), start ..< position)
                }
                position += 1
                return (.character(byte), start ..< position)
            }
        }
        return (.end, position ..< position)
    }

    private mutating func skipComment() throws(CompileError) {
        position += 1
        if current == UInt8(ascii: "["), let level = longBracket() {
            _ = try longText(level, "comment")
            return
        }
        while let byte = current, byte != 10, byte != 13 { position += 1 }
    }

    /// The number of equals signs, if a long bracket opens here.
    private func longBracket() -> Int? {
        var level = 0
        while byte(1 + level) == UInt8(ascii: "=") { level += 1 }
        return byte(1 + level) == UInt8(ascii: "[") ? level : nil
    }

    private mutating func longText(_ level: Int, _ what: String) throws(CompileError) -> [UInt8] {
        position += level + 2
        if let byte = current, byte == 10 || byte == 13 { newline() }
        var result: [UInt8] = []
        while let byte = current {
            switch byte {
            case 10, 13:
                newline()
                result.append(10)
            case UInt8(ascii: "]"):
                var count = 0
                while self.byte(1 + count) == UInt8(ascii: "=") { count += 1 }
                if count == level, self.byte(1 + count) == UInt8(ascii: "]") {
                    position += level + 2
                    return result
                }
                result.append(byte)
                position += 1
            default:
                result.append(byte)
                position += 1
            }
        }
        throw error("unfinished long \(what)", near: "<eof>")
    }

    private mutating func quoted(_ quote: UInt8) throws(CompileError) -> [UInt8] {
        position += 1
        var result: [UInt8] = []
        while let byte = current {
            if byte == quote {
                position += 1
                return result
            }
            switch byte {
            case 10, 13: throw error("unfinished string", near: ([quote] + result).bytes.escapedText)
            case UInt8(ascii: "\\"):
                position += 1
                guard let escape = current else { continue }
                switch escape {
                case UInt8(ascii: "a"): result.append(7)
                case UInt8(ascii: "b"): result.append(8)
                case UInt8(ascii: "f"): result.append(12)
                case UInt8(ascii: "n"): result.append(10)
                case UInt8(ascii: "r"): result.append(13)
                case UInt8(ascii: "t"): result.append(9)
                case UInt8(ascii: "v"): result.append(11)
                case 10, 13:
                    newline()
                    result.append(10)
                    continue
                default:
                    if !isDigit(escape) {
                        result.append(escape)
                        break
                    }
                    var code = 0
                    for _ in 0 ..< 3 {
                        guard let digit = current, isDigit(digit) else { break }
                        code = code * 10 + Int(digit - 48)
                        position += 1
                    }
                    if code > 255 {
                        throw error("escape sequence too large", near: ([quote] + result).bytes.escapedText)
                    }
                    result.append(UInt8(code))
                    continue
                }
                position += 1
            default:
                result.append(byte)
                position += 1
            }
        }
        throw error("unfinished string", near: "<eof>")
    }

    private mutating func number(from start: Int) throws(CompileError) -> Double {
        position = start
        while let byte = current, isDigit(byte) || byte == UInt8(ascii: ".") { position += 1 }
        if let byte = current, byte | 32 == UInt8(ascii: "e") {
            position += 1
            if let sign = current, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
        }
        while let byte = current, isDigit(byte) || isLetter(byte) { position += 1 }
        let text = Array(source[start ..< position])
        if let value = Double(lua: text.bytes) { return value }
        throw error("malformed number", near: text.bytes.escapedText)
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    private func isLetter(_ byte: UInt8) -> Bool { (byte | 32 >= 97 && byte | 32 <= 122) || byte == 95 }
}

extension Double {
    /// The number that a text is to Lua: decimal or hexadecimal, with spaces around it; `nil` where it is none.
    init?(lua text: RawSpan) {
        let scan = scanDouble(text)
        var end = scan.end
        if end == 0 { return nil }
        while end < text.byteCount {
            let byte = text.byte(end)
            if byte != 32, byte < 9 || byte > 13 { return nil }
            end += 1
        }
        self = scan.value.isNaN ? .nan : scan.value
    }
}
