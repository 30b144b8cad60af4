import Bytes

/// Reading the arguments of natives, with the errors that C's auxiliary library gives.
extension Machine {
    /// Argument number `number`, counted from one; nil where there is none.
    @inline(__always)
    func argument(_ call: NativeCall, _ number: Int) -> Value {
        number <= call.count ? stack[call.first &+ number &- 1] : .nil
    }

    func typeName(_ call: NativeCall, _ number: Int) -> String {
        number <= call.count ? argument(call, number).type.rawValue : "no value"
    }

    func wrongType(_ call: NativeCall, _ number: Int, _ expected: String) -> LuaError {
        .argument(number, "\(expected) expected, got \(typeName(call, number))")
    }

    func any(_ call: NativeCall, _ number: Int) throws(LuaError) -> Value {
        if number > call.count { throw .argument(number, "value expected") }
        return argument(call, number)
    }

    func table(_ call: NativeCall, _ number: Int) throws(LuaError) -> Value {
        let value = argument(call, number)
        if !value.isTable { throw wrongType(call, number, "table") }
        return value
    }

    func function(_ call: NativeCall, _ number: Int) throws(LuaError) -> Value {
        let value = argument(call, number)
        if !value.isFunction { throw wrongType(call, number, "function") }
        return value
    }

    func double(_ call: NativeCall, _ number: Int) throws(LuaError) -> Double {
        let value = argument(call, number)
        if value.isNumber { return value.number }
        guard let converted = self.number(value) else { throw wrongType(call, number, "number") }
        return converted
    }

    func integer(_ call: NativeCall, _ number: Int) throws(LuaError) -> Int { luaInteger(try double(call, number)) }

    func integer(_ call: NativeCall, _ number: Int, or fallback: Int) throws(LuaError) -> Int {
        argument(call, number).isNil ? fallback : try integer(call, number)
    }

    /// A string, or a number as one.
    mutating func string(_ call: NativeCall, _ number: Int) throws(LuaError) -> Value {
        let value = argument(call, number)
        if value.isString { return value }
        if !value.isNumber { throw wrongType(call, number, "string") }
        let text = textValue(value)
        stack[call.first + number - 1] = text
        return text
    }

    /// A number as a string; a string as it is.
    mutating func textValue(_ value: Value) -> Value {
        if value.isString { return value }
        var text = ByteBuffer()
        text.append(lua: value.number)
        return heap.strings.intern(text.bytes)
    }

    /// Builds a string in the scratch buffer.
    mutating func build(_ body: (borrowing Machine, inout ByteBuffer) throws(LuaError) -> Void) throws(LuaError) -> Value {
        var text = ByteBuffer()
        swap(&text, &scratch)
        text.removeAll(keeping: 1 << 20)
        do throws(LuaError) {
            try body(self, &text)
            steps &-= text.count / 64
            let result = try heap.string(text.bytes)
            swap(&text, &scratch)
            return result
        } catch {
            swap(&text, &scratch)
            throw error
        }
    }

    /// A native tried to change a table that it may not: no place is told, as C's interface tells none.
    mutating func readOnlyTable() -> LuaError { .value(heap.string("Attempt to modify a readonly table" as StaticString)) }

    /// One result.
    mutating func give(_ value: Value) -> NativeResult {
        push(value)
        return .values(1)
    }
}

/// A number cut to an integer, as C casts on this processor: what does not fit becomes the smallest.
func luaInteger(_ number: Double) -> Int {
    number.magnitude < 0x1p63 ? Int(number) : Int.min
}
