import Bytes

/// `cmsgpack`: values to MessagePack and back.
enum MessagePackLibrary {
    static let functions: [(String, Native.Body)] = [
        ("pack", pack), ("unpack", unpack), ("unpack_one", unpackOne), ("unpack_limit", unpackLimit),
    ]

    /// Tables nested deeper become nil, so that one that contains itself has an end.
    private static let maxDepth = 16

    @Sendable static func pack(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        if call.count == 0 { throw .argument(0, "MessagePack pack needs input.") }
        let limit = machine.heap.limit
        return machine.give(
            try machine.build { (machine: borrowing Machine, text: inout ByteBuffer) throws(LuaError) in
                for number in 1 ... call.count {
                    try append(machine.argument(call, number), machine.heap, &text, depth: 0, limit)
                }
            })
    }

    // MARK: Packing

    private static func append(
        _ value: Value, _ heap: borrowing Heap, _ text: inout ByteBuffer, depth: Int, _ limit: Int
    ) throws(LuaError) {
        if text.count > limit { throw .outOfMemory }
        switch value.type {
        case .string:
            let bytes = heap.strings.bytes(value)
            appendLength(bytes.byteCount, (0xA0, 31), 0xD9, 0xDA, 0xDB, &text)
            text.append(bytes)
        case .boolean: text.append(value.isTrue ? 0xC3 : 0xC2)
        case .number: append(number: value.number, &text)
        case .table where depth < maxDepth: try append(table: value, heap, &text, depth: depth, limit)
        default: text.append(0xC0)
        }
    }

    private static func appendLength(
        _ count: Int, _ short: (lead: UInt8, limit: Int), _ one: UInt8?, _ two: UInt8, _ four: UInt8,
        _ text: inout ByteBuffer
    ) {
        if count <= short.limit {
            text.append(short.lead | UInt8(count))
        } else if let one, count <= 0xFF {
            text.append(one)
            append(UInt64(count), bytes: 1, &text)
        } else if count <= 0xFFFF {
            text.append(two)
            append(UInt64(count), bytes: 2, &text)
        } else {
            text.append(four)
            append(UInt64(count), bytes: 4, &text)
        }
    }

    private static func append(_ bits: UInt64, bytes count: Int, _ text: inout ByteBuffer) {
        for index in 0 ..< count {
            text.append(UInt8(truncatingIfNeeded: bits >> UInt64((count - 1 - index) * 8)))
        }
    }

    private static func append(number: Double, _ text: inout ByteBuffer) {
        guard let integer = Int64(exactly: number) else {
            if Double(Float(number)) == number {
                text.append(0xCA)
                return append(UInt64(Float(number).bitPattern), bytes: 4, &text)
            }
            text.append(0xCB)
            return append(number.bitPattern, bytes: 8, &text)
        }
        let bits = UInt64(bitPattern: integer)
        func put(_ lead: UInt8, _ count: Int) {
            text.append(lead)
            append(bits, bytes: count, &text)
        }
        switch integer {
        case 0 ... 127, -32 ..< 0: text.append(UInt8(truncatingIfNeeded: integer))
        case 128 ... 0xFF: put(0xCC, 1)
        case 0x100 ... 0xFFFF: put(0xCD, 2)
        case 0x1_0000 ... 0xFFFF_FFFF: put(0xCE, 4)
        case 0x1_0000_0000...: put(0xCF, 8)
        case -128 ..< -32: put(0xD0, 1)
        case -32768 ..< -128: put(0xD1, 2)
        case -2_147_483_648 ..< -32768: put(0xD2, 4)
        default: put(0xD3, 8)
        }
    }

    private static func append(
        table: Value, _ heap: borrowing Heap, _ text: inout ByteBuffer, depth: Int, _ limit: Int
    ) throws(LuaError) {
        var (count, largest, isArray, place) = (0, 0, true, 0)
        while let entry = heap.tables[table.index].entry(from: place) {
            place = heap.tables[table.index].place(after: entry.key, heap.strings) ?? .max
            count += 1
            if let number = entry.key.asNumber, let position = Int32(exactly: number), position > 0 {
                largest = max(largest, Int(position))
            } else {
                isArray = false
            }
        }
        if isArray, largest == count {
            appendLength(count, (0x90, 15), nil, 0xDC, 0xDD, &text)
            for position in stride(from: 1, through: count, by: 1) {
                try append(heap.get(table, at: position), heap, &text, depth: depth + 1, limit)
            }
            return
        }
        appendLength(count, (0x80, 15), nil, 0xDE, 0xDF, &text)
        place = 0
        while let entry = heap.tables[table.index].entry(from: place) {
            place = heap.tables[table.index].place(after: entry.key, heap.strings) ?? .max
            try append(entry.key, heap, &text, depth: depth + 1, limit)
            try append(entry.value, heap, &text, depth: depth + 1, limit)
        }
    }

    // MARK: Unpacking

    @Sendable static func unpack(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        try unpack(&machine, call, limit: 0, offset: 0)
    }

    @Sendable static func unpackOne(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        try unpack(&machine, call, limit: 1, offset: try machine.integer(call, 2, or: 0))
    }

    @Sendable static func unpackLimit(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let limit = try machine.integer(call, 2)
        return try unpack(&machine, call, limit: limit, offset: try machine.integer(call, 3, or: 0))
    }

    private static func unpack(
        _ machine: inout Machine, _ call: NativeCall, limit: Int, offset: Int
    ) throws(LuaError) -> NativeResult {
        let source = machine.heap.strings.bytes(try machine.string(call, 1)).array
        if offset < 0 || limit < 0 {
            throw .native("Invalid request to unpack with offset of \(offset) and limit of \(source.count).")
        }
        if offset > source.count { throw .native("Start offset \(offset) greater than input length \(source.count).") }
        let isWhole = limit == 0 && offset == 0
        var reader = MessagePackReader(source, from: offset)
        var values: [Value] = []
        while reader.position < source.count, isWhole || values.count < limit {
            values.append(try reader.value(&machine.heap))
            if values.count > 7990 {
                throw .native("too many return values at once; use unpack_one or unpack_limit instead.")
            }
        }
        if !isWhole { machine.push(Value(reader.position == source.count ? -1 : Double(reader.position))) }
        for value in values { machine.push(value) }
        return .values(values.count + (isWhole ? 0 : 1))
    }
}

/// Reads MessagePack.
struct MessagePackReader {
    private let source: [UInt8]
    private(set) var position: Int
    private var depth = 0

    private static let maxDepth = 4000

    init(_ source: [UInt8], from position: Int) {
        self.source = source
        self.position = position
    }

    private mutating func bits(_ count: Int) throws(LuaError) -> UInt64 {
        if count > source.count - position { throw .native("Missing bytes in input.") }
        var result: UInt64 = 0
        for _ in 0 ..< count {
            result = result << 8 | UInt64(source[position])
            position += 1
        }
        return result
    }

    mutating func value(_ heap: inout Heap) throws(LuaError) -> Value {
        let lead = UInt8(try bits(1))
        switch lead {
        case 0x00 ... 0x7F: return Value(Double(lead))
        case 0xE0 ... 0xFF: return Value(Double(Int8(bitPattern: lead)))
        case 0xA0 ... 0xBF: return try text(Int(lead & 31), &heap)
        case 0x90 ... 0x9F: return try array(Int(lead & 15), &heap)
        case 0x80 ... 0x8F: return try map(Int(lead & 15), &heap)
        case 0xC0: return .nil
        case 0xC2: return .false
        case 0xC3: return .true
        case 0xCA: return Value(anyBits: Double(Float(bitPattern: UInt32(try bits(4)))))
        case 0xCB: return Value(anyBits: Double(bitPattern: try bits(8)))
        case 0xCC, 0xCD, 0xCE, 0xCF: return Value(Double(try bits(1 << Int(lead - 0xCC))))
        case 0xD0: return Value(Double(Int8(truncatingIfNeeded: try bits(1))))
        case 0xD1: return Value(Double(Int16(truncatingIfNeeded: try bits(2))))
        case 0xD2: return Value(Double(Int32(truncatingIfNeeded: try bits(4))))
        case 0xD3: return Value(Double(Int64(bitPattern: try bits(8))))
        case 0xD9, 0xDA, 0xDB: return try text(Int(try bits(1 << Int(lead - 0xD9))), &heap)
        case 0xDC, 0xDD: return try array(Int(try bits(lead == 0xDC ? 2 : 4)), &heap)
        case 0xDE, 0xDF: return try map(Int(try bits(lead == 0xDE ? 2 : 4)), &heap)
        default: throw .native("Bad data format in input.")
        }
    }

    private mutating func text(_ count: Int, _ heap: inout Heap) throws(LuaError) -> Value {
        if count > source.count - position { throw .native("Missing bytes in input.") }
        position += count
        return try heap.string(source.bytes.extracting(position - count ..< position))
    }

    private mutating func descend() throws(LuaError) {
        depth += 1
        if depth > MessagePackReader.maxDepth { throw .native("Bad data format in input.") }
    }

    private mutating func array(_ count: Int, _ heap: inout Heap) throws(LuaError) -> Value {
        try descend()
        let table = try heap.table()
        for position in stride(from: 1, through: count, by: 1) {
            let element = try value(&heap)
            try heap.set(table, at: position, element)
        }
        depth -= 1
        return table
    }

    private mutating func map(_ count: Int, _ heap: inout Heap) throws(LuaError) -> Value {
        try descend()
        let table = try heap.table()
        for _ in 0 ..< count {
            let key = try value(&heap)
            let item = try value(&heap)
            if key.isNil { throw .message("table index is nil") }
            if key.isNumber, key.number.isNaN { throw .message("table index is NaN") }
            try heap.set(table, key, item)
        }
        depth -= 1
        return table
    }
}
