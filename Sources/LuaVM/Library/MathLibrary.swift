import Glibc

/// `math`.
enum MathLibrary {
    static let functions: [(String, Native.Body)] = [
        ("abs", one { $0.magnitude }), ("ceil", one { $0.rounded(.up) }), ("floor", one { $0.rounded(.down) }),
        ("sqrt", one { $0.squareRoot() }), ("sin", one { Glibc.sin($0) }), ("cos", one { Glibc.cos($0) }),
        ("tan", one { Glibc.tan($0) }), ("asin", one { Glibc.asin($0) }), ("acos", one { Glibc.acos($0) }),
        ("atan", one { Glibc.atan($0) }), ("sinh", one { Glibc.sinh($0) }), ("cosh", one { Glibc.cosh($0) }),
        ("tanh", one { Glibc.tanh($0) }), ("exp", one { Glibc.exp($0) }), ("log", one { Glibc.log($0) }),
        ("log10", one { Glibc.log10($0) }), ("deg", one { $0 / (Double.pi / 180) }),
        ("rad", one { $0 * (Double.pi / 180) }), ("atan2", two { Glibc.atan2($0, $1) }), ("pow", two { luaPower($0, $1) }),
        ("fmod", two { Glibc.fmod($0, $1) }), ("mod", two { Glibc.fmod($0, $1) }),
        ("ldexp", two { scalbn($0, Int32(clamping: luaInteger($1))) }), ("modf", modf), ("frexp", frexp), ("max", max),
        ("min", min), ("random", random), ("randomseed", randomseed),
    ]

    private static func one(_ body: @escaping @Sendable (Double) -> Double) -> Native.Body {
        { (machine: inout Machine, call: NativeCall) throws(LuaError) -> NativeResult in
            machine.give(Value(anyBits: body(try machine.double(call, 1))))
        }
    }

    private static func two(_ body: @escaping @Sendable (Double, Double) -> Double) -> Native.Body {
        { (machine: inout Machine, call: NativeCall) throws(LuaError) -> NativeResult in
            let first = try machine.double(call, 1)
            return machine.give(Value(anyBits: body(first, try machine.double(call, 2))))
        }
    }

    @Sendable static func modf(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let value = try machine.double(call, 1)
        let whole = value.rounded(.towardZero)
        machine.push(Value(anyBits: whole))
        machine.push(Value(anyBits: value.isInfinite ? Double(signOf: value, magnitudeOf: 0) : Double(
            signOf: value, magnitudeOf: value - whole)))
        return .values(2)
    }

    @Sendable static func frexp(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let value = try machine.double(call, 1)
        if value == 0 || !value.isFinite {
            machine.push(Value(anyBits: value))
            machine.push(Value(0))
            return .values(2)
        }
        machine.push(Value(Double(sign: value.sign, exponent: -1, significand: value.significand)))
        machine.push(Value(Double(value.exponent + 1)))
        return .values(2)
    }

    @Sendable static func max(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        var result = try machine.double(call, 1)
        for number in stride(from: 2, through: call.count, by: 1) {
            let value = try machine.double(call, number)
            if value > result { result = value }
        }
        return machine.give(Value(result))
    }

    @Sendable static func min(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        var result = try machine.double(call, 1)
        for number in stride(from: 2, through: call.count, by: 1) {
            let value = try machine.double(call, number)
            if value < result { result = value }
        }
        return machine.give(Value(result))
    }

    @Sendable static func random(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let next = Double(machine.library.random.next())
        let part = next.truncatingRemainder(dividingBy: Random48.largest) / Random48.largest
        func bound(_ number: Int) throws(LuaError) -> Double {
            Double(Int32(truncatingIfNeeded: try machine.integer(call, number)))
        }
        switch call.count {
        case 0: return machine.give(Value(part))
        case 1:
            let high = try bound(1)
            if high < 1 { throw .argument(1, "interval is empty") }
            return machine.give(Value((part * high).rounded(.down) + 1))
        case 2:
            let (low, high) = (try bound(1), try bound(2))
            if low > high { throw .argument(2, "interval is empty") }
            return machine.give(Value((part * (high - low + 1)).rounded(.down) + low))
        default: throw .native("wrong number of arguments")
        }
    }

    @Sendable static func randomseed(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        machine.library.random.seed(Int32(truncatingIfNeeded: try machine.integer(call, 1)))
        return .values(0)
    }
}
