import Bytes

/// `table`, but for what calls functions: that is written in Lua (`Prelude`).
enum TableLibrary {
    static let functions: [(String, Native.Body)] = [
        ("concat", concat), ("insert", insert), ("remove", remove), ("maxn", maxn), ("getn", getn), ("setn", setn),
    ]

    private static func length(_ machine: borrowing Machine, _ table: Value) -> Int {
        machine.heap.tables[table.index].border(machine.heap.strings)
    }

    @Sendable static func concat(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let separator = machine.argument(call, 2).isNil ? nil : try machine.string(call, 2)
        let table = try machine.table(call, 1)
        let first = try machine.integer(call, 3, or: 1)
        let last = machine.argument(call, 4).isNil ? length(machine, table) : try machine.integer(call, 4)
        if first > last { return machine.give(machine.heap.string("" as StaticString)) }
        let limit = machine.heap.limit
        let result = try machine.build { (machine: borrowing Machine, text: inout ByteBuffer) throws(LuaError) in
            var position = first
            while true {
                let value = machine.heap.get(table, at: position)
                if !value.isString && !value.isNumber {
                    throw .native("invalid value (\(value.type.rawValue)) at index \(position) in table for 'concat'")
                }
                machine.appendText(value, &text)
                if position == last { break }
                if let separator { text.append(machine.heap.strings.bytes(separator)) }
                if text.count > limit { throw .outOfMemory }
                position += 1
            }
        }
        return machine.give(result)
    }

    /// Writes by way of the raw interface, as C's library does; still no table that scripts may not change.
    private static func set(
        _ machine: inout Machine, _ table: Value, _ position: Int, _ value: Value
    ) throws(LuaError) {
        if machine.heap.tables[table.index].isReadOnly { throw machine.readOnlyTable() }
        try machine.heap.set(table, at: position, value)
    }

    @Sendable static func insert(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let table = try machine.table(call, 1)
        let end = length(machine, table) + 1
        switch call.count {
        case 2: try set(&machine, table, end, machine.argument(call, 2))
        case 3:
            let position = Int(Int32(truncatingIfNeeded: try machine.integer(call, 2)))
            var index = max(end, position)
            machine.steps &-= (index - position) / 16
            if index - position > 1 << 26 { throw .outOfMemory }
            while index > position {
                try set(&machine, table, index, machine.heap.get(table, at: index - 1))
                index -= 1
            }
            try set(&machine, table, position, machine.argument(call, 3))
        default: throw .native("wrong number of arguments to 'insert'")
        }
        return .values(0)
    }

    @Sendable static func remove(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let table = try machine.table(call, 1)
        let end = length(machine, table)
        let position = Int(Int32(truncatingIfNeeded: try machine.integer(call, 2, or: end)))
        if position < 1 || position > end { return .values(0) }
        let removed = machine.heap.get(table, at: position)
        machine.steps &-= (end - position) / 16
        var index = position
        while index < end {
            try set(&machine, table, index, machine.heap.get(table, at: index + 1))
            index += 1
        }
        try set(&machine, table, end, .nil)
        return machine.give(removed)
    }

    @Sendable static func maxn(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let table = try machine.table(call, 1)
        var result = 0.0
        var place = 0
        while let entry = machine.heap.tables[table.index].entry(from: place) {
            if let number = entry.key.asNumber, number > result { result = number }
            guard let next = machine.heap.tables[table.index].place(after: entry.key, machine.heap.strings) else { break }
            place = next
        }
        return machine.give(Value(result))
    }

    @Sendable static func getn(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        machine.give(Value(Double(length(machine, try machine.table(call, 1)))))
    }

    @Sendable static func setn(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        _ = try machine.table(call, 1)
        throw .native("'setn' is obsolete")
    }
}
