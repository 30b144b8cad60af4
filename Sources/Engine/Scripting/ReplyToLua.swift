import Bytes
import LuaVM
import Wire

/// From a command's reply, as it would go to a client, to the value that a script gets.
///
/// | reply | value |
/// |---|---|
/// | integer | number |
/// | string | string |
/// | status, error | table with `ok` or `err` |
/// | array | table; RESP2's nulls are false in it |
/// | RESP3 | tables with `map`, `set`, `double`, `big_number`, `verbatim_string`; booleans; nil for null |
///
/// Replies are nested as deep as commands nest them, which is not deep, so it may recurse.
struct ReplyToLua {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The rest of the line, which ends behind it.
    private mutating func line() -> Range<Int> {
        let start = position
        while bytes[position] != 13 { position += 1 }
        position += 2
        return start ..< position - 2
    }

    private mutating func integer() -> Int {
        let range = line()
        return Int(Int64(decimal: bytes.bytes.extracting(range)) ?? 0)
    }

    mutating func value(_ machine: inout Machine) -> Value {
        let lead = bytes[position]
        position += 1
        switch lead {
        case UInt8(ascii: ":"): return Value(Double(integer()))
        case UInt8(ascii: "$"):
            let count = integer()
            if count < 0 { return .false }
            let start = position
            position += count + 2
            return machine.makeString(bytes.bytes.extracting(start ..< start + count))
        case UInt8(ascii: "+"):
            let range = line()
            return wrap("ok", machine.makeString(bytes.bytes.extracting(range)), &machine)
        case UInt8(ascii: "-"):
            let range = line()
            return ReplyToLua.error(bytes.bytes.extracting(range).array, isCounted: true, &machine)
        case UInt8(ascii: "*"): return array(&machine)
        case UInt8(ascii: "%"): return map(&machine)
        case UInt8(ascii: "~"): return set(&machine)
        case UInt8(ascii: "_"):
            _ = line()
            return .nil
        case UInt8(ascii: "#"):
            let isTrue = bytes[position] == UInt8(ascii: "t")
            _ = line()
            return Value(isTrue)
        case UInt8(ascii: ","):
            let range = line()
            return wrap("double", Value(anyBits: scanDouble(bytes.bytes.extracting(range)).value), &machine)
        case UInt8(ascii: "("):
            let range = line()
            return wrap("big_number", machine.makeString(bytes.bytes.extracting(range)), &machine)
        case UInt8(ascii: "="): return verbatim(&machine)
        case UInt8(ascii: "|"):
            // Remarks about the reply behind them.
            for _ in 0 ..< integer() * 2 { _ = value(&machine) }
            return value(&machine)
        default: return array(&machine)
        }
    }

    private func wrap(_ field: StaticString, _ value: Value, _ machine: inout Machine) -> Value {
        let table = machine.makeTable(hash: 1)
        machine.set(table, field, value)
        return table
    }

    private mutating func array(_ machine: inout Machine) -> Value {
        let count = integer()
        if count < 0 { return .false }
        let table = machine.makeTable(array: count)
        for index in 0 ..< count { machine.append(value(&machine), to: table, at: index + 1) }
        return table
    }

    private mutating func map(_ machine: inout Machine) -> Value {
        let table = machine.makeTable()
        for _ in 0 ..< integer() {
            let key = value(&machine)
            let item = value(&machine)
            if !key.isNil { machine.set(table, key, item) }
        }
        return wrap("map", table, &machine)
    }

    private mutating func set(_ machine: inout Machine) -> Value {
        let table = machine.makeTable()
        for _ in 0 ..< integer() {
            let member = value(&machine)
            if !member.isNil { machine.set(table, member, .true) }
        }
        return wrap("set", table, &machine)
    }

    private mutating func verbatim(_ machine: inout Machine) -> Value {
        let count = integer()
        let start = position
        position += count + 2
        let table = machine.makeTable(hash: 2)
        machine.set(table, "string", machine.makeString(bytes.bytes.extracting(start + 4 ..< start + count)))
        machine.set(table, "format", machine.makeString(bytes.bytes.extracting(start ..< start + 3)))
        return wrap("verbatim_string", table, &machine)
    }

    /// An error as scripts see it: `{err = "CODE text"}`. One without a minus gets the general code.
    static func error(_ text: [UInt8], isCounted: Bool = false, _ machine: inout Machine) -> Value {
        let table = machine.makeTable(hash: isCounted ? 2 : 1)
        machine.set(table, "err", machine.makeString(text.bytes))
        if isCounted { machine.set(table, "ignore_error_stats_update", .true) }
        return table
    }
}
