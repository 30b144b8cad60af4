import Bytes

/// `bit`: operations on 32 bits, after Lua BitOp.
enum BitLibrary {
    static let functions: [(String, Native.Body)] = [
        ("tobit", one { $0 }), ("bnot", one { ~$0 }), ("bswap", one { $0.byteSwapped }), ("band", many { $0 & $1 }),
        ("bor", many { $0 | $1 }), ("bxor", many { $0 ^ $1 }), ("lshift", shift { $0 << $1 }),
        ("rshift", shift { Int32(bitPattern: UInt32(bitPattern: $0) >> UInt32($1)) }), ("arshift", shift { $0 >> $1 }),
        ("rol", shift { rotate($0, $1) }), ("ror", shift { rotate($0, (32 - $1) & 31) }), ("tohex", tohex),
    ]

    private static func rotate(_ value: Int32, _ count: Int32) -> Int32 {
        let bits = UInt32(bitPattern: value)
        if count == 0 { return value }
        return Int32(bitPattern: bits << UInt32(count) | bits >> UInt32(32 - count))
    }

    /// A number's low 32 bits, rounded as the addition of 2^52 + 2^51 rounds.
    private static func bits(_ machine: borrowing Machine, _ call: NativeCall, _ number: Int) throws(LuaError) -> Int32 {
        let value = try machine.double(call, number) + 6_755_399_441_055_744
        return Int32(truncatingIfNeeded: Int64(bitPattern: value.bitPattern))
    }

    private static func one(_ body: @escaping @Sendable (Int32) -> Int32) -> Native.Body {
        { (machine: inout Machine, call: NativeCall) throws(LuaError) -> NativeResult in
            machine.give(Value(Double(body(try bits(machine, call, 1)))))
        }
    }

    private static func many(_ body: @escaping @Sendable (Int32, Int32) -> Int32) -> Native.Body {
        { (machine: inout Machine, call: NativeCall) throws(LuaError) -> NativeResult in
            var result = try bits(machine, call, 1)
            for number in stride(from: 2, through: call.count, by: 1) { result = body(result, try bits(machine, call, number)) }
            return machine.give(Value(Double(result)))
        }
    }

    private static func shift(_ body: @escaping @Sendable (Int32, Int32) -> Int32) -> Native.Body {
        { (machine: inout Machine, call: NativeCall) throws(LuaError) -> NativeResult in
            let value = try bits(machine, call, 1)
            return machine.give(Value(Double(body(value, try bits(machine, call, 2) & 31))))
        }
    }

    @Sendable static func tohex(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let value = UInt32(bitPattern: try bits(machine, call, 1))
        var count = call.count < 2 ? 8 : Int(try bits(machine, call, 2))
        let isUpper = count < 0
        count = min(abs(count), 8)
        let result = try machine.build { _, text in
            for index in 0 ..< count {
                let digit = UInt8(value >> UInt32((count - 1 - index) * 4) & 15)
                text.append(digit < 10 ? 48 + digit : (isUpper ? 55 : 87) + digit)
            }
        }
        return machine.give(result)
    }
}
