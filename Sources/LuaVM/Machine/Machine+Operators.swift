import Bytes
import Glibc

/// `a - floor(a / b) * b`, the remainder that has the divisor's sign.
@inline(__always)
func luaModulo(_ a: Double, _ b: Double) -> Double { a - (a / b).rounded(.down) * b }

func luaPower(_ a: Double, _ b: Double) -> Double { pow(a, b) }

/// Operators on values that are not both numbers, metatables, and what they lead to.
extension Machine {
    /// The table that says what operators do with a value.
    @inline(__always)
    func metatable(of value: Value) -> Value {
        if value.isTable {
            let index = heap.tables[value.index].metatable
            return index < 0 ? .nil : Value(table: Int(index))
        }
        return value.isString ? stringMetatable : .nil
    }

    @inline(__always)
    func metamethod(_ value: Value, _ event: Value) -> Value {
        let table = metatable(of: value)
        return table.isNil ? .nil : heap.get(table, event)
    }

    // MARK: Indexing

    enum Lookup {
        case found(Value)
        /// Ask this function, about this object.
        case ask(Value, Value)
    }

    /// `object[key]`, as far as no function has to be called. `register` is where the object came from.
    func lookUp(_ object: Value, _ key: Value, register: Int) throws(LuaError) -> Lookup {
        var object = object
        for _ in 0 ..< 100 {
            let handler: Value
            if object.isTable {
                let value = heap.get(object, key)
                if !value.isNil { return .found(value) }
                handler = metamethod(object, events.index)
                if handler.isNil { return .found(.nil) }
            } else {
                handler = metamethod(object, events.index)
                if handler.isNil { throw .operand("index", object, register: register) }
            }
            if handler.isFunction { return .ask(handler, object) }
            object = handler
        }
        throw .message("loop in gettable")
    }

    /// `object[key] = value`; a function that has to be called instead.
    mutating func assign(
        _ object: Value, _ key: Value, _ value: Value, register: Int
    ) throws(LuaError) -> (function: Value, object: Value)? {
        var object = object
        for _ in 0 ..< 100 {
            let handler: Value
            if object.isTable {
                if heap.tables[object.index].isReadOnly { throw .message("Attempt to modify a readonly table") }
                if heap.tables[object.index].metatable < 0 || !heap.get(object, key).isNil {
                    try setRaw(object, key, value)
                    return nil
                }
                handler = metamethod(object, events.newIndex)
                if handler.isNil {
                    try setRaw(object, key, value)
                    return nil
                }
            } else {
                handler = metamethod(object, events.newIndex)
                if handler.isNil { throw .operand("index", object, register: register) }
            }
            if handler.isFunction { return (handler, object) }
            object = handler
        }
        throw .message("loop in settable")
    }

    @inline(__always)
    mutating func setRaw(_ table: Value, _ key: Value, _ value: Value) throws(LuaError) {
        if key.isNil { throw .message("table index is nil") }
        if key.isNumber, key.number.isNaN { throw .message("table index is NaN") }
        try heap.set(table, key, value)
    }

    // MARK: Arithmetic

    /// A number, or the one that text stands for.
    func number(_ value: Value) -> Double? {
        if value.isNumber { return value.number }
        return value.isString ? Double(lua: heap.strings.bytes(value)) : nil
    }

    static func compute(_ opcode: Opcode, _ a: Double, _ b: Double) -> Double {
        switch opcode {
        case .add: return a + b
        case .subtract: return a - b
        case .multiply: return a * b
        case .divide: return a / b
        case .modulo: return luaModulo(a, b)
        case .power: return luaPower(a, b)
        default: return -a
        }
    }

    func event(_ opcode: Opcode) -> Value {
        switch opcode {
        case .add: return events.add
        case .subtract: return events.subtract
        case .multiply: return events.multiply
        case .divide: return events.divide
        case .modulo: return events.modulo
        case .power: return events.power
        default: return events.negate
        }
    }

    /// Arithmetic on anything. The registers are where the operands came from, negative for constants.
    mutating func arithmetic(
        _ opcode: Opcode, _ left: Value, _ right: Value, into target: Int, _ leftRegister: Int, _ rightRegister: Int
    ) throws(LuaError) -> Effect {
        if let a = number(left), let b = number(right) {
            stack[target] = Value(Machine.compute(opcode, a, b))
            return .returned
        }
        var handler = metamethod(left, event(opcode))
        if handler.isNil { handler = metamethod(right, event(opcode)) }
        if handler.isNil {
            let isRight = number(left) != nil
            throw .operand(
                "perform arithmetic on", isRight ? right : left, register: isRight ? rightRegister : leftRegister)
        }
        return try callMetamethod(handler, left, right)
    }

    // MARK: Comparing

    enum Comparison {
        case known(Bool)
        case ask(Value)
    }

    func isEqual(_ left: Value, _ right: Value) -> Comparison {
        if left.rawEquals(right) { return .known(true) }
        guard left.isTable, right.isTable else { return .known(false) }
        let (first, second) = (metatable(of: left), metatable(of: right))
        if first.isNil || second.isNil { return .known(false) }
        let handler = heap.get(first, events.equal)
        if handler.isNil { return .known(false) }
        if first.bits == second.bits || handler.rawEquals(heap.get(second, events.equal)) { return .ask(handler) }
        return .known(false)
    }

    /// The metamethod for comparing both: they must have the same.
    func comparer(_ left: Value, _ right: Value, _ event: Value) -> Value {
        let first = metamethod(left, event)
        if first.isNil { return .nil }
        let second = metamethod(right, event)
        return first.rawEquals(second) ? first : .nil
    }

    func compareText(_ left: Value, _ right: Value) -> Int {
        heap.strings.bytes(left).compare(heap.strings.bytes(right))
    }

    func notComparable(_ left: Value, _ right: Value) -> LuaError {
        let (first, second) = (left.type.rawValue, right.type.rawValue)
        if first == second { return .message("attempt to compare two \(first) values") }
        return .message("attempt to compare \(first) with \(second)")
    }

    // MARK: Joining

    /// Joins the values of consecutive slots, from the right, and puts the result into `target`.
    mutating func concatenate(from first: Int, through last: Int, into target: Int) throws(LuaError) -> Effect {
        var last = last
        while last > first {
            let (left, right) = (stack[last - 1], stack[last])
            if isText(left), isText(right) {
                var start = last - 1
                while start > first, isText(stack[start - 1]) { start -= 1 }
                stack[start] = try join(start, last)
                last = start
                continue
            }
            var handler = metamethod(left, events.concat)
            if handler.isNil { handler = metamethod(right, events.concat) }
            if handler.isNil {
                let isRight = isText(left)
                throw .operand("concatenate", isRight ? right : left, register: isRight ? last : last - 1)
            }
            frames[frames.count - 1].joined = Int32(last - 1)
            return try callMetamethod(handler, left, right)
        }
        stack[target] = stack[first]
        return .entered
    }

    private func isText(_ value: Value) -> Bool { value.isString || value.isNumber }

    private mutating func join(_ first: Int, _ last: Int) throws(LuaError) -> Value {
        var text = ByteBuffer()
        swap(&text, &scratch)
        text.removeAll()
        for slot in first ... last { appendText(stack[slot], &text) }
        steps &-= text.count / 64
        let result: Value
        do throws(LuaError) { result = try heap.string(text.bytes) } catch {
            swap(&text, &scratch)
            throw error
        }
        swap(&text, &scratch)
        return result
    }

    /// Adds the text of a string or a number.
    func appendText(_ value: Value, _ text: inout ByteBuffer) {
        if value.isString { text.append(heap.strings.bytes(value)) } else { text.append(lua: value.number) }
    }
}
