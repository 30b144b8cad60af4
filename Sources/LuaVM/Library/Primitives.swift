import Bytes

/// What the library's Lua part is made of. Scripts never see these.
enum Primitives {
    static let functions: [(String, Native.Body)] = [
        ("search", search), ("captures", captures), ("expand", expand), ("argumentError", argumentError), ("fail", fail),
        ("checkString", checkString), ("checkTable", checkTable), ("checkFunction", checkFunction),
        ("checkInteger", checkInteger), ("type", BaseLibrary.type), ("rawget", BaseLibrary.rawget),
        ("rawset", BaseLibrary.rawset), ("next", BaseLibrary.next), ("loadstring", BaseLibrary.loadstring),
    ]

    /// search(subject, pattern, from, caretIsPlain): where the next match begins and ends, counted from zero.
    @Sendable static func search(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let (subject, pattern) = (machine.argument(call, 1), machine.argument(call, 2))
        let from = try machine.integer(call, 3)
        let caretIsAnchor = !machine.argument(call, 4).isTruthy
        guard let verdict = try machine.runMatch(subject, pattern, from: from, caretIsAnchor: caretIsAnchor) else {
            return .again
        }
        machine.library.lastMatch = verdict.match
        guard let match = verdict.match else { return machine.give(.nil) }
        machine.push(Value(Double(match.start)))
        machine.push(Value(Double(match.end)))
        return .values(2)
    }

    /// captures(subject): what the last match captured.
    @Sendable static func captures(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        guard let match = machine.library.lastMatch else { return .values(0) }
        let before = machine.top
        try machine.pushCaptures(match, machine.argument(call, 1), whole: true)
        return .values(machine.top - before)
    }

    /// expand(subject, replacement): the replacement of the last match, with captures in place of %0 … %9.
    @Sendable static func expand(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        guard let match = machine.library.lastMatch else { return .values(0) }
        let subject = machine.argument(call, 1)
        let replacement = machine.argument(call, 2)
        return machine.give(
            try machine.build { (machine: borrowing Machine, text: inout ByteBuffer) throws(LuaError) in
                let (subject, pattern) = (machine.heap.strings.bytes(subject), machine.heap.strings.bytes(replacement))
                var index = 0
                while index < pattern.byteCount {
                    let byte = pattern.byte(index)
                    index += 1
                    if byte != UInt8(ascii: "%") {
                        text.append(byte)
                        continue
                    }
                    let escape = index < pattern.byteCount ? pattern.byte(index) : 0
                    index += 1
                    if escape < 48 || escape > 57 {
                        text.append(escape)
                        continue
                    }
                    let number = Int(escape) - 49
                    if number < 0 || (number == 0 && match.captures.isEmpty) {
                        text.append(subject.extracting(match.start ..< match.end))
                        continue
                    }
                    if number >= match.captures.count { throw .native("invalid capture index") }
                    let capture = match.captures[number]
                    switch capture.length {
                    case PatternMatch.position: text.append(decimal: capture.start + 1)
                    case PatternMatch.unfinished: throw .native("unfinished capture")
                    default: text.append(subject.extracting(capture.start ..< capture.start + capture.length))
                    }
                }
            })
    }

    @Sendable static func argumentError(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let number = try machine.integer(call, 1)
        throw .argument(number, machine.heap.strings.bytes(machine.argument(call, 2)).escapedText)
    }

    @Sendable static func fail(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        throw .native(machine.heap.strings.bytes(machine.argument(call, 1)).escapedText)
    }

    /// What a function of this library was given, as an argument of that number.
    private static func mismatch(
        _ machine: inout Machine, _ call: NativeCall, _ expected: String
    ) throws(LuaError) -> LuaError {
        let value = machine.argument(call, 2)
        // Whether nothing was given or nil cannot be told apart here.
        let got = value.isNil ? "no value" : value.type.rawValue
        return .argument(try machine.integer(call, 1), "\(expected) expected, got \(got)")
    }

    @Sendable static func checkString(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let value = machine.argument(call, 2)
        if value.isString { return machine.give(value) }
        if value.isNumber { return machine.give(machine.textValue(value)) }
        throw try mismatch(&machine, call, "string")
    }

    @Sendable static func checkTable(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        if machine.argument(call, 2).isTable { return .values(0) }
        throw try mismatch(&machine, call, "table")
    }

    @Sendable static func checkFunction(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        if machine.argument(call, 2).isFunction { return .values(0) }
        throw try mismatch(&machine, call, "function")
    }

    @Sendable static func checkInteger(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        guard let number = machine.number(machine.argument(call, 2)) else { throw try mismatch(&machine, call, "number") }
        return machine.give(Value(Double(luaInteger(number))))
    }
}
