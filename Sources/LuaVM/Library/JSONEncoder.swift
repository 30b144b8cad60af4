import Bytes

/// `cjson.encode`.
struct JSONEncoder: ~Copyable {
    private let options: JSONOptions
    private var text = ByteBuffer()

    init(_ options: JSONOptions) { self.options = options }

    var bytes: RawSpan {
        @_lifetime(borrow self) get { text.bytes }
    }

    /// Tables are nested at most as deep as the options say, and no deeper than this.
    private static let maxDepth = 4000

    mutating func append(_ value: Value, _ heap: borrowing Heap, depth: Int = 0) throws(LuaError) {
        switch value.type {
        case .string: append(string: heap.strings.bytes(value))
        case .number: try append(number: value.number)
        case .boolean: text.append(value.isTrue ? "true" : "false")
        case .nil, .userdata: text.append("null")
        case .table: try append(table: value, heap, depth: depth + 1)
        case .function, .thread: throw .native("Cannot serialise \(value.type.rawValue): type not supported")
        }
        if text.count > heap.limit { throw .outOfMemory }
    }

    private mutating func append(string: RawSpan) {
        text.append(UInt8(ascii: "\""))
        for index in 0 ..< string.byteCount {
            let byte = string.byte(index)
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
                text.append(UInt8(ascii: "\\"))
                text.append(byte)
            case 8: text.append("\\b")
            case 9: text.append("\\t")
            case 10: text.append("\\n")
            case 12: text.append("\\f")
            case 13: text.append("\\r")
            case 0 ..< 32, 127:
                text.append("\\u00")
                text.append(hexadecimalDigit(byte >> 4))
                text.append(hexadecimalDigit(byte & 15))
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    private mutating func append(number: Double) throws(LuaError) {
        if !number.isFinite {
            switch options.encodesInvalidNumbers {
            case .refused: throw .native("Cannot serialise number: must not be NaN or Inf")
            case .null: return text.append("null")
            case .written: if number.isNaN { return text.append("nan") }
            }
        }
        var format = NumberFormat()
        format.precision = options.precision
        format.append(number, conversion: UInt8(ascii: "g"), to: &text)
    }

    private mutating func append(table: Value, _ heap: borrowing Heap, depth: Int) throws(LuaError) {
        if depth > min(options.encodeMaxDepth, JSONEncoder.maxDepth) {
            throw .native("Cannot serialise, excessive nesting (\(depth))")
        }
        let length = try arrayLength(table, heap)
        if length > 0 {
            text.append(UInt8(ascii: "["))
            for position in 1 ... length {
                if position > 1 { text.append(UInt8(ascii: ",")) }
                try append(heap.get(table, at: position), heap, depth: depth)
            }
            return text.append(UInt8(ascii: "]"))
        }
        text.append(UInt8(ascii: "{"))
        var isFirst = true
        var place = 0
        while let entry = heap.tables[table.index].entry(from: place) {
            place = heap.tables[table.index].place(after: entry.key, heap.strings) ?? .max
            if !isFirst { text.append(UInt8(ascii: ",")) }
            isFirst = false
            if entry.key.isNumber {
                text.append(UInt8(ascii: "\""))
                try append(number: entry.key.number)
                text.append(UInt8(ascii: "\""))
            } else if entry.key.isString {
                append(string: heap.strings.bytes(entry.key))
            } else {
                throw .native("Cannot serialise \(entry.key.type.rawValue): table key must be a number or string")
            }
            text.append(UInt8(ascii: ":"))
            try append(entry.value, heap, depth: depth)
        }
        text.append(UInt8(ascii: "}"))
    }

    /// The length of a table that has positions for keys only; negative for another.
    private func arrayLength(_ table: Value, _ heap: borrowing Heap) throws(LuaError) -> Int {
        var (largest, count, place) = (0, 0, 0)
        while let entry = heap.tables[table.index].entry(from: place) {
            place = heap.tables[table.index].place(after: entry.key, heap.strings) ?? .max
            guard let number = entry.key.asNumber, let position = Int(exactly: number), position >= 1,
                position <= Int(Int32.max)
            else { return -1 }
            largest = max(largest, position)
            count += 1
        }
        if options.sparseRatio > 0, largest > count * options.sparseRatio, largest > options.sparseSafe {
            if !options.convertsSparseArrays { throw .native("Cannot serialise table: excessively sparse array") }
            return -1
        }
        return largest
    }
}
