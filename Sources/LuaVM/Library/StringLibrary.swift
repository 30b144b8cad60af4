import Bytes

/// `string`, but for what calls functions: that is written in Lua (`Prelude`).
enum StringLibrary {
    static let functions: [(String, Native.Body)] = [
        ("byte", byte), ("char", char), ("dump", dump), ("find", find), ("format", StringFormat.format), ("len", len),
        ("lower", lower), ("match", match), ("rep", rep), ("reverse", reverse), ("sub", sub), ("upper", upper),
    ]

    /// A position counted from one, or from the end if negative.
    private static func place(_ position: Int, _ length: Int) -> Int {
        position >= 0 ? position : max(length &+ position &+ 1, 0)
    }

    @Sendable static func len(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let text = try machine.string(call, 1)
        return machine.give(Value(Double(machine.heap.strings.count(text))))
    }

    @Sendable static func sub(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let text = try machine.string(call, 1)
        let length = machine.heap.strings.count(text)
        let first = max(place(try machine.integer(call, 2), length), 1)
        let last = min(place(try machine.integer(call, 3, or: -1), length), length)
        if first > last { return machine.give(machine.heap.string("" as StaticString)) }
        if first == 1, last == length { return machine.give(text) }
        return machine.give(try machine.substring(text, first - 1, last))
    }

    @Sendable static func byte(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let text = try machine.string(call, 1)
        let length = machine.heap.strings.count(text)
        let position = place(try machine.integer(call, 2, or: 1), length)
        let first = max(position, 1)
        let last = min(place(try machine.integer(call, 3, or: position), length), length)
        if first > last { return .values(0) }
        if last - first >= 8000 { throw .native("string slice too long") }
        for index in first ... last {
            let byte = machine.heap.strings.bytes(text).byte(index - 1)
            machine.push(Value(Double(byte)))
        }
        return .values(last - first + 1)
    }

    @Sendable static func char(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        var bytes: [UInt8] = []
        for number in stride(from: 1, through: call.count, by: 1) {
            let code = try machine.integer(call, number)
            guard let byte = UInt8(exactly: code) else { throw .argument(number, "invalid value") }
            bytes.append(byte)
        }
        return machine.give(try machine.heap.string(bytes.bytes))
    }

    @Sendable static func dump(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        _ = try machine.function(call, 1)
        throw .native("unable to dump given function")
    }

    private static func mapped(
        _ machine: inout Machine, _ call: NativeCall, _ body: (UInt8) -> UInt8
    ) throws(LuaError) -> NativeResult {
        let string = try machine.string(call, 1)
        return machine.give(
            try machine.build { machine, text in
                let bytes = machine.heap.strings.bytes(string)
                text.reserve(bytes.byteCount)
                for index in 0 ..< bytes.byteCount { text.append(body(bytes.byte(index))) }
            })
    }

    @Sendable static func lower(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        try mapped(&machine, call) { $0 >= 65 && $0 <= 90 ? $0 | 32 : $0 }
    }

    @Sendable static func upper(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        try mapped(&machine, call) { $0 >= 97 && $0 <= 122 ? $0 & 0xDF : $0 }
    }

    @Sendable static func reverse(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let string = try machine.string(call, 1)
        return machine.give(
            try machine.build { machine, text in
                let bytes = machine.heap.strings.bytes(string)
                var index = bytes.byteCount
                while index > 0 {
                    index -= 1
                    text.append(bytes.byte(index))
                }
            })
    }

    @Sendable static func rep(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let string = try machine.string(call, 1)
        let count = max(Int(Int32(truncatingIfNeeded: try machine.integer(call, 2))), 0)
        let (size, overflows) = machine.heap.strings.count(string).multipliedReportingOverflow(by: count)
        if overflows || size > machine.heap.limit - machine.heap.allocated || size > Int(Int32.max) { throw .outOfMemory }
        return machine.give(
            try machine.build { machine, text in
                text.reserve(size, exactly: true)
                let bytes = machine.heap.strings.bytes(string)
                if bytes.byteCount == 1 {
                    text.append(repeating: bytes.byte(0), count: count)
                } else if bytes.byteCount > 0 {
                    for _ in 0 ..< count { text.append(bytes) }
                }
            })
    }

    // MARK: Patterns

    @Sendable static func find(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        try search(&machine, call, isFind: true)
    }

    @Sendable static func match(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        try search(&machine, call, isFind: false)
    }

    private static func search(
        _ machine: inout Machine, _ call: NativeCall, isFind: Bool
    ) throws(LuaError) -> NativeResult {
        let (subject, pattern) = (try machine.string(call, 1), try machine.string(call, 2))
        let length = machine.heap.strings.count(subject)
        let start = min(max(place(try machine.integer(call, 3, or: 1), length) - 1, 0), length)
        let isPlain = machine.argument(call, 4).isTruthy
        if isFind, isPlain || !PatternMatch.hasSpecials(machine.heap.strings.bytes(pattern)) {
            guard let found = locate(&machine, subject, pattern, from: start) else { return machine.give(.nil) }
            machine.push(Value(Double(found + 1)))
            machine.push(Value(Double(found + machine.heap.strings.count(pattern))))
            return .values(2)
        }
        guard let verdict = try machine.runMatch(subject, pattern, from: start) else { return .again }
        guard let match = verdict.match else { return machine.give(.nil) }
        let before = machine.top
        if isFind {
            machine.push(Value(Double(match.start + 1)))
            machine.push(Value(Double(match.end)))
        }
        try machine.pushCaptures(match, subject, whole: !isFind)
        return .values(machine.top - before)
    }

    /// The first place at or behind `start` where the text stands.
    private static func locate(_ machine: inout Machine, _ subject: Value, _ text: Value, from start: Int) -> Int? {
        let (subject, text) = (machine.heap.strings.bytes(subject), machine.heap.strings.bytes(text))
        if text.byteCount == 0 { return start }
        let first = text.byte(0)
        var index = start
        while index + text.byteCount <= subject.byteCount {
            if subject.byte(index) == first,
                subject.extracting(index ..< index + text.byteCount).equals(text)
            {
                return index
            }
            index += 1
        }
        return nil
    }
}

extension Machine {
    mutating func substring(_ text: Value, _ from: Int, _ to: Int) throws(LuaError) -> Value {
        try build { machine, result in result.append(machine.heap.strings.bytes(text).extracting(from ..< to)) }
    }

    /// Runs a match, or goes on with the one that was put aside. `nil` when it has to be put aside: the native function
    /// that asked is to be called again then.
    mutating func runMatch(
        _ subject: Value, _ pattern: Value, from start: Int, caretIsAnchor: Bool = true
    ) throws(LuaError) -> (match: PatternMatch?, Void)? {
        var match = library.matching
            ?? PatternMatch(from: start, heap.strings.bytes(pattern), caretIsAnchor: caretIsAnchor)
        library.matching = nil
        var left = steps
        let verdict = try match.search(heap.strings.bytes(subject), heap.strings.bytes(pattern), &left)
        steps = left
        switch verdict {
        case .matched: return (match, ())
        case .failed: return (nil, ())
        case .outOfSteps:
            library.matching = match
            return nil
        }
    }

    /// Pushes what was captured; where nothing was, the whole match if that is wanted.
    mutating func pushCaptures(_ match: PatternMatch, _ subject: Value, whole: Bool) throws(LuaError) {
        if match.captures.isEmpty, whole {
            push(try substring(subject, match.start, match.end))
            return
        }
        for capture in match.captures { push(try value(of: capture, subject)) }
    }

    mutating func value(of capture: PatternMatch.Capture, _ subject: Value) throws(LuaError) -> Value {
        switch capture.length {
        case PatternMatch.position: return Value(Double(capture.start + 1))
        case PatternMatch.unfinished: throw .native("unfinished capture")
        default: return try substring(subject, capture.start, capture.start + capture.length)
        }
    }
}
