import Bytes

/// The functions that belong to no table.
enum BaseLibrary {
    static let functions: [(String, Native.Body)] = [
        ("assert", assert), ("error", error), ("getmetatable", getmetatable), ("setmetatable", setmetatable),
        ("next", next), ("rawequal", rawequal), ("rawget", rawget), ("rawset", rawset), ("select", select),
        ("tonumber", tonumber), ("tostring", tostring), ("type", type), ("unpack", unpack), ("getfenv", getfenv),
        ("setfenv", setfenv), ("loadstring", loadstring), ("collectgarbage", collectgarbage), ("gcinfo", gcinfo),
        ("pairs", pairs), ("ipairs", ipairs),
    ]

    @Sendable static func assert(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let value = try machine.any(call, 1)
        if value.isTruthy {
            machine.top = call.first + call.count
            return .values(call.count)
        }
        if machine.argument(call, 2).isNil { throw .native("assertion failed!") }
        let message = try machine.string(call, 2)
        // The message is used as it is: luaL_error puts the place in front.
        throw .native(machine.heap.strings.bytes(message).escapedText)
    }

    @Sendable static func error(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let level = try machine.integer(call, 2, or: 1)
        let value = machine.argument(call, 1)
        if level <= 0 || !(value.isString || value.isNumber) { throw .value(value) }
        let place = machine.position(level: level)
        if place.isEmpty { throw .value(value) }
        throw .value(
            try machine.build { machine, text in
                text.append(place)
                machine.appendText(value, &text)
            })
    }

    @Sendable static func getmetatable(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let table = machine.metatable(of: try machine.any(call, 1))
        if table.isNil { return machine.give(.nil) }
        let shown = machine.heap.get(table, machine.events.metatable)
        return machine.give(shown.isNil ? table : shown)
    }

    @Sendable static func setmetatable(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let table = try machine.table(call, 1)
        let metatable = machine.argument(call, 2)
        if call.count < 2 || !(metatable.isNil || metatable.isTable) { throw .argument(2, "nil or table expected") }
        let old = machine.metatable(of: table)
        if !old.isNil, !machine.heap.get(old, machine.events.metatable).isNil {
            throw .native("cannot change a protected metatable")
        }
        if machine.heap.tables[table.index].isReadOnly { throw machine.readOnlyTable() }
        machine.heap.tables[table.index].metatable = metatable.isNil ? -1 : Int32(metatable.index)
        return machine.give(table)
    }

    @Sendable static func next(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let table = try machine.table(call, 1)
        let key = machine.argument(call, 2)
        guard let place = machine.heap.tables[table.index].place(after: key, machine.heap.strings) else {
            throw .native("invalid key to 'next'")
        }
        guard let entry = machine.heap.tables[table.index].entry(from: place) else { return machine.give(.nil) }
        machine.push(entry.key)
        machine.push(entry.value)
        return .values(2)
    }

    @Sendable static func pairs(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let table = try machine.table(call, 1)
        machine.push(machine.library.next)
        machine.push(table)
        machine.push(.nil)
        return .values(3)
    }

    @Sendable static func ipairs(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let table = try machine.table(call, 1)
        machine.push(machine.library.nextPosition)
        machine.push(table)
        machine.push(Value(0))
        return .values(3)
    }

    /// What `ipairs` iterates with.
    @Sendable static func nextPosition(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let position = try machine.integer(call, 2) &+ 1
        let value = machine.heap.get(try machine.table(call, 1), at: position)
        if value.isNil { return machine.give(.nil) }
        machine.push(Value(Double(position)))
        machine.push(value)
        return .values(2)
    }

    @Sendable static func rawequal(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        machine.give(Value(try machine.any(call, 1).rawEquals(try machine.any(call, 2))))
    }

    @Sendable static func rawget(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let table = try machine.table(call, 1)
        return machine.give(machine.heap.get(table, try machine.any(call, 2)))
    }

    @Sendable static func rawset(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let table = try machine.table(call, 1)
        let (key, value) = (try machine.any(call, 2), try machine.any(call, 3))
        if machine.heap.tables[table.index].isReadOnly { throw machine.readOnlyTable() }
        try machine.setRaw(table, key, value)
        return machine.give(table)
    }

    @Sendable static func select(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let first = machine.argument(call, 1)
        if first.isString, machine.heap.strings.bytes(first).byteCount == 1,
            machine.heap.strings.bytes(first).byte(0) == UInt8(ascii: "#")
        {
            return machine.give(Value(Double(call.count - 1)))
        }
        var position = try machine.integer(call, 1)
        if position < 0 { position = call.count + position } else if position > call.count { position = call.count }
        if position < 1 { throw .argument(1, "index out of range") }
        machine.top = call.first + call.count
        return .values(call.count - position)
    }

    @Sendable static func tonumber(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let base = try machine.integer(call, 2, or: 10)
        if base == 10 {
            let value = try machine.any(call, 1)
            return machine.give(machine.number(value).map { Value(anyBits: $0) } ?? .nil)
        }
        let text = try machine.string(call, 1)
        if base < 2 || base > 36 { throw .argument(2, "base out of range") }
        return machine.give(parse(machine.heap.strings.bytes(text), base))
    }

    /// What `strtoul` reads, spaces around it allowed.
    private static func parse(_ text: RawSpan, _ base: Int) -> Value {
        func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }
        var (start, end) = (0, text.byteCount)
        while start < end, isSpace(text.byte(start)) { start += 1 }
        while end > start, isSpace(text.byte(end - 1)) { end -= 1 }
        var isNegative = false
        if start < end, text.byte(start) == 45 || text.byte(start) == 43 {
            isNegative = text.byte(start) == 45
            start += 1
        }
        if base == 16, end - start > 2, text.byte(start) == 48, text.byte(start + 1) | 32 == 120 { start += 2 }
        if start == end { return .nil }
        var result: UInt64 = 0
        var overflows = false
        for index in start ..< end {
            let byte = text.byte(index)
            let digit: Int
            switch byte {
            case 48 ... 57: digit = Int(byte) - 48
            case 65 ... 90: digit = Int(byte) - 55
            case 97 ... 122: digit = Int(byte) - 87
            default: return .nil
            }
            if digit >= base { return .nil }
            let (product, first) = result.multipliedReportingOverflow(by: UInt64(base))
            let (sum, second) = product.addingReportingOverflow(UInt64(digit))
            overflows = overflows || first || second
            result = sum
        }
        if overflows { result = .max } else if isNegative { result = 0 &- result }
        return Value(Double(result))
    }

    @Sendable static func tostring(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let value = try machine.any(call, 1)
        let handler = machine.metamethod(value, machine.events.toString)
        if !handler.isNil {
            machine.push(handler)
            machine.push(value)
            return .call(1)
        }
        return machine.give(try machine.describe(value))
    }

    @Sendable static func type(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let name = try machine.any(call, 1).type.rawValue
        return machine.give(machine.heap.strings.intern(name.bytes))
    }

    @Sendable static func unpack(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let table = try machine.table(call, 1)
        let first = try machine.integer(call, 2, or: 1)
        let last = machine.argument(call, 3).isNil
            ? machine.heap.tables[table.index].border(machine.heap.strings) : try machine.integer(call, 3)
        let (from, to) = (Int(Int32(truncatingIfNeeded: first)), Int(Int32(truncatingIfNeeded: last)))
        if from > to { return .values(0) }
        if to - from >= 8000 { throw .native("too many results to unpack") }
        for position in from ... to { machine.push(machine.heap.get(table, at: position)) }
        return .values(to - from + 1)
    }

    // MARK: Environments

    /// The function meant by a function or a level.
    private static func target(
        _ machine: inout Machine, _ call: NativeCall, optional: Bool
    ) throws(LuaError) -> Value? {
        let value = machine.argument(call, 1)
        if value.isFunction { return value }
        let level = optional ? try machine.integer(call, 1, or: 1) : try machine.integer(call, 1)
        if level < 0 { throw .argument(1, "level must be non-negative") }
        if level == 0 { return nil }
        var left = level
        for frame in machine.frames.reversed() {
            left -= 1
            if left == 0 { return frame.closure >= 0 ? Value(function: Int(frame.closure)) : nil }
        }
        throw .argument(1, "invalid level")
    }

    @Sendable static func getfenv(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        guard let function = try target(&machine, call, optional: true), machine.isCode(function) else {
            return machine.give(machine.globals)
        }
        return machine.give(Value(table: Int(machine.heap.closures[function.index].environment)))
    }

    @Sendable static func setfenv(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let table = try machine.table(call, 2)
        guard let function = try target(&machine, call, optional: false), machine.isCode(function),
            function.index >= machine.foundation.closures
        else { throw .native("'setfenv' cannot change environment of given object") }
        machine.heap.closures[function.index].environment = Int32(table.index)
        return machine.give(function)
    }

    // MARK: Code and memory

    @Sendable static func loadstring(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let source = try machine.string(call, 1)
        let name = machine.argument(call, 2).isNil ? source : try machine.string(call, 2)
        let chunk = chunkName(machine.heap.strings.bytes(name).array)
        let bytes = machine.heap.strings.bytes(source).array
        do throws(CompileError) {
            if bytes.first == 0x1B { throw CompileError(message: "\(chunk): bytecode is not accepted") }
            let template = try Parser.compile(bytes, chunk: chunk)
            let code = machine.link(template, chunk: chunk)
            return machine.give(machine.heap.closure(Closure(proto: code, environment: machine.globals.index)))
        } catch {
            machine.push(.nil)
            machine.push(try machine.heap.string(error.message))
            return .values(2)
        }
    }

    /// What messages call a source: `@name` and `=name` are names, anything else is the source itself, shortened.
    static func chunkName(_ name: [UInt8]) -> String {
        let room = 60
        if name.first == UInt8(ascii: "=") { return Array(name.dropFirst().prefix(room - 1)).bytes.escapedText }
        if name.first == UInt8(ascii: "@") {
            let rest = Array(name.dropFirst())
            let limit = room - 9
            return rest.count > limit ? "..." + Array(rest.suffix(limit)).bytes.escapedText : rest.bytes.escapedText
        }
        var line = Array(name.prefix { $0 != 10 && $0 != 13 })
        let limit = room - 17
        let isCut = line.count < name.count || line.count > limit
        if line.count > limit { line = Array(line.prefix(limit)) }
        return "[string \"" + line.bytes.escapedText + (isCut ? "..." : "") + "\"]"
    }

    @Sendable static func collectgarbage(
        _ machine: inout Machine, _ call: NativeCall
    ) throws(LuaError) -> NativeResult {
        let option = machine.argument(call, 1).isNil ? "collect" : machine.heap.strings.bytes(try machine.string(call, 1)).text
        switch option {
        case "count": return machine.give(Value(Double(machine.memory) / 1024))
        case "collect", "step":
            // Done as soon as the calling code goes on.
            machine.heap.threshold = 0
            return machine.give(option == "step" ? .true : Value(0))
        case "stop", "restart", "setpause", "setstepmul": return machine.give(Value(0))
        default: throw .argument(1, "invalid option '\(option)'")
        }
    }

    @Sendable static func gcinfo(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        machine.give(Value(Double(machine.memory / 1024)))
    }
}

extension Machine {
    /// What `tostring` makes of a value that has nothing of its own to say.
    mutating func describe(_ value: Value) throws(LuaError) -> Value {
        switch value.type {
        case .string: return value
        case .number: return textValue(value)
        case .nil: return heap.string("nil" as StaticString)
        case .boolean: return value.isTrue ? heap.string("true" as StaticString) : heap.string("false" as StaticString)
        case .userdata: return heap.string("userdata: (nil)" as StaticString)
        default:
            let number = NumberText(hexadecimal: 0x5500_0000_0000 + UInt64(value.index) * 64)
            return try heap.string("\(value.type.rawValue): 0x" + number.bytes.extracting(4 ..< 16).text)
        }
    }
}
