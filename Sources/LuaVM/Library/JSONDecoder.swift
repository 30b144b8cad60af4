import Bytes

/// `cjson.decode`: values are made while the text is read, in one pass.
struct JSONDecoder {
    private enum Token {
        case objectBegin, objectEnd, arrayBegin, arrayEnd, colon, comma, end, null
        case string(Value)
        case number(Double)
        case boolean(Bool)
        case wrong(String)

        /// What errors call it.
        var name: String {
            switch self {
            case .objectBegin: "T_OBJ_BEGIN"
            case .objectEnd: "T_OBJ_END"
            case .arrayBegin: "T_ARR_BEGIN"
            case .arrayEnd: "T_ARR_END"
            case .colon: "T_COLON"
            case .comma: "T_COMMA"
            case .end: "T_END"
            case .null: "T_NULL"
            case .string: "T_STRING"
            case .number: "T_NUMBER"
            case .boolean: "T_BOOLEAN"
            case .wrong(let text): text
            }
        }
    }

    private let options: JSONOptions
    private let source: [UInt8]
    private var position = 0
    private var tokenStart = 0
    private var depth = 0

    private static let maxDepth = 4000

    init(_ source: [UInt8], _ options: JSONOptions) {
        self.source = source
        self.options = options
    }

    mutating func decode(_ heap: inout Heap) throws(LuaError) -> Value {
        if source.count >= 2, source[0] == 0 || source[1] == 0 {
            throw .native("JSON parser does not support UTF-16 or UTF-32")
        }
        let result = try value(try next(&heap), &heap)
        let last = try next(&heap)
        guard case .end = last else { throw unexpected(last, "the end") }
        return result
    }

    private func unexpected(_ token: Token, _ expected: String) -> LuaError {
        .native("Expected \(expected) but found \(token.name) at character \(tokenStart + 1)")
    }

    private func byte(_ offset: Int = 0) -> UInt8 { position + offset < source.count ? source[position + offset] : 0 }

    private mutating func value(_ token: Token, _ heap: inout Heap) throws(LuaError) -> Value {
        switch token {
        case .string(let value): return value
        case .number(let number): return Value(anyBits: number)
        case .boolean(let flag): return Value(flag)
        case .null: return .null
        case .objectBegin: return try object(&heap)
        case .arrayBegin: return try array(&heap)
        default: throw unexpected(token, "value")
        }
    }

    private mutating func descend() throws(LuaError) {
        depth += 1
        if depth > min(options.decodeMaxDepth, JSONDecoder.maxDepth) {
            throw .native("Found too many nested data structures (\(depth)) at character \(position)")
        }
    }

    private mutating func object(_ heap: inout Heap) throws(LuaError) -> Value {
        try descend()
        let table = try heap.table()
        var token = try next(&heap)
        if case .objectEnd = token {
            depth -= 1
            return table
        }
        while true {
            guard case .string(let key) = token else { throw unexpected(token, "object key string") }
            token = try next(&heap)
            guard case .colon = token else { throw unexpected(token, "colon") }
            let item = try value(try next(&heap), &heap)
            try heap.set(table, key, item)
            token = try next(&heap)
            if case .objectEnd = token {
                depth -= 1
                return table
            }
            guard case .comma = token else { throw unexpected(token, "comma or object end") }
            token = try next(&heap)
        }
    }

    private mutating func array(_ heap: inout Heap) throws(LuaError) -> Value {
        try descend()
        let table = try heap.table()
        var token = try next(&heap)
        if case .arrayEnd = token {
            depth -= 1
            return table
        }
        var index = 1
        while true {
            let item = try value(token, &heap)
            try heap.set(table, at: index, item)
            index += 1
            token = try next(&heap)
            if case .arrayEnd = token {
                depth -= 1
                return table
            }
            guard case .comma = token else { throw unexpected(token, "comma or array end") }
            token = try next(&heap)
        }
    }

    // MARK: Tokens

    private mutating func next(_ heap: inout Heap) throws(LuaError) -> Token {
        while byte() == 32 || byte() == 9 || byte() == 10 || byte() == 13 { position += 1 }
        tokenStart = position
        let single: Token
        switch byte() {
        case 0: return .end
        case UInt8(ascii: "{"): single = .objectBegin
        case UInt8(ascii: "}"): single = .objectEnd
        case UInt8(ascii: "["): single = .arrayBegin
        case UInt8(ascii: "]"): single = .arrayEnd
        case UInt8(ascii: ","): single = .comma
        case UInt8(ascii: ":"): single = .colon
        case UInt8(ascii: "\""): return try string(&heap)
        case UInt8(ascii: "-"), 48 ... 57:
            if !options.decodesInvalidNumbers, isInvalidNumber { return .wrong("invalid number") }
            return number()
        default:
            if take("true") { return .boolean(true) }
            if take("false") { return .boolean(false) }
            if take("null") { return .null }
            let starts = "+iInN".utf8.contains(byte())
            if options.decodesInvalidNumbers, starts, isInvalidNumber { return number() }
            return .wrong("invalid token")
        }
        position += 1
        return single
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let bytes = word.bytes
        if position + bytes.byteCount > source.count { return false }
        for index in 0 ..< bytes.byteCount where source[position + index] != bytes.byte(index) { return false }
        position += bytes.byteCount
        return true
    }

    /// Whether what `strtod` would take is no JSON: hexadecimal, leading zeros, infinities.
    private var isInvalidNumber: Bool {
        if byte() == UInt8(ascii: "+") { return true }
        let offset = byte() == UInt8(ascii: "-") ? 1 : 0
        if byte(offset) == 48 {
            let second = byte(offset + 1)
            return second | 32 == UInt8(ascii: "x") || (second >= 48 && second <= 57)
        }
        if byte(offset) <= 57 { return false }
        let word = [byte(offset) | 32, byte(offset + 1) | 32, byte(offset + 2) | 32]
        return word == Array("inf".utf8) || word == Array("nan".utf8)
    }

    private mutating func number() -> Token {
        // No number is as long as this; what stands behind it is not read again and again.
        let end = min(position + 512, source.count)
        let scan = scanDouble(source.bytes.extracting(position ..< end))
        if scan.end == 0 { return .wrong("invalid number") }
        position += scan.end
        return .number(scan.value)
    }

    private mutating func string(_ heap: inout Heap) throws(LuaError) -> Token {
        position += 1
        var text = ByteBuffer()
        while byte() != UInt8(ascii: "\"") {
            let current = byte()
            if current == 0 {
                tokenStart = position
                return .wrong("unexpected end of string")
            }
            if current != UInt8(ascii: "\\") {
                text.append(current)
                position += 1
                continue
            }
            switch byte(1) {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte(1))
            case UInt8(ascii: "b"): text.append(8)
            case UInt8(ascii: "f"): text.append(12)
            case UInt8(ascii: "n"): text.append(10)
            case UInt8(ascii: "r"): text.append(13)
            case UInt8(ascii: "t"): text.append(9)
            case UInt8(ascii: "u"):
                guard let scalar = unicodeEscape() else {
                    tokenStart = position
                    return .wrong("invalid unicode escape code")
                }
                append(scalar, to: &text)
                continue
            default:
                tokenStart = position
                return .wrong("invalid escape code")
            }
            position += 2
        }
        position += 1
        return .string(try heap.string(text.bytes))
    }

    /// Reads `\uXXXX`, or two of them that are one character.
    private mutating func unicodeEscape() -> UInt32? {
        guard let first = hexadecimal(at: 2) else { return nil }
        if first & 0xF800 != 0xD800 {
            position += 6
            return first
        }
        if first & 0x400 != 0 || byte(6) != UInt8(ascii: "\\") || byte(7) != UInt8(ascii: "u") { return nil }
        guard let second = hexadecimal(at: 8), second & 0xFC00 == 0xDC00 else { return nil }
        position += 12
        return ((first & 0x3FF) << 10 | second & 0x3FF) + 0x10000
    }

    private func hexadecimal(at offset: Int) -> UInt32? {
        var result: UInt32 = 0
        for index in 0 ..< 4 {
            guard let digit = hexadecimalValue(byte(offset + index)) else { return nil }
            result = result << 4 | UInt32(digit)
        }
        return result
    }

    private func append(_ scalar: UInt32, to text: inout ByteBuffer) {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(scalar >> shift & 0x3F) | 0x80 }
        switch scalar {
        case 0 ..< 0x80: text.append(UInt8(scalar))
        case 0x80 ..< 0x800:
            text.append(UInt8(scalar >> 6) | 0xC0)
            text.append(tail(0))
        case 0x800 ..< 0x10000:
            text.append(UInt8(scalar >> 12) | 0xE0)
            text.append(tail(6))
            text.append(tail(0))
        default:
            text.append(UInt8(scalar >> 18) | 0xF0)
            text.append(tail(12))
            text.append(tail(6))
            text.append(tail(0))
        }
    }
}
