import Bytes

/// `cjson`: JSON text to values and back, with the options that Lua CJSON has.
enum JSONLibrary {
    static let functions: [(String, Native.Body)] = [
        ("encode", encode), ("decode", decode), ("encode_sparse_array", sparse), ("encode_max_depth", encodeDepth),
        ("decode_max_depth", decodeDepth), ("encode_number_precision", precision), ("encode_keep_buffer", keepBuffer),
        ("encode_invalid_numbers", encodeInvalid), ("decode_invalid_numbers", decodeInvalid),
    ]

    @Sendable static func encode(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        if call.count != 1 { throw .argument(1, "expected 1 argument") }
        var encoder = JSONEncoder(machine.library.json)
        try encoder.append(machine.argument(call, 1), machine.heap)
        machine.steps &-= encoder.bytes.byteCount / 16
        return machine.give(try machine.heap.string(encoder.bytes))
    }

    @Sendable static func decode(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        if call.count != 1 { throw .argument(1, "expected 1 argument") }
        let source = machine.heap.strings.bytes(try machine.string(call, 1)).array
        var decoder = JSONDecoder(source, machine.library.json)
        machine.steps &-= source.count / 16
        return machine.give(try decoder.decode(&machine.heap))
    }

    // MARK: Options: each sets what it is given, and tells what is set

    private static func limit(_ machine: borrowing Machine, _ call: NativeCall, _ count: Int) throws(LuaError) {
        if call.count > count { throw .argument(count + 1, "found too many arguments") }
    }

    private static func integer(
        _ machine: borrowing Machine, _ call: NativeCall, _ number: Int, _ range: ClosedRange<Int>, _ setting: inout Int
    ) throws(LuaError) {
        if machine.argument(call, number).isNil { return }
        let value = try machine.integer(call, number)
        if !range.contains(value) {
            throw .argument(1, "expected integer between \(range.lowerBound) and \(range.upperBound)")
        }
        setting = value
    }

    /// A choice by its name, or a boolean for the first two.
    private static func choice(
        _ machine: inout Machine, _ call: NativeCall, _ names: [String], _ setting: inout Int
    ) throws(LuaError) {
        let value = machine.argument(call, 1)
        if value.isNil { return }
        if value.isBoolean, !value.isNull {
            setting = value.isTrue ? 1 : 0
            return
        }
        let name = machine.heap.strings.bytes(try machine.string(call, 1)).text
        guard let index = names.firstIndex(of: name) else { throw .argument(1, "invalid option '\(name)'") }
        setting = index
    }

    private static let switches = ["off", "on"]

    @Sendable static func sparse(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        try limit(machine, call, 3)
        var options = machine.library.json
        var converts = options.convertsSparseArrays ? 1 : 0
        try choice(&machine, call, switches, &converts)
        options.convertsSparseArrays = converts == 1
        try integer(machine, call, 2, 0 ... Int(Int32.max), &options.sparseRatio)
        try integer(machine, call, 3, 0 ... Int(Int32.max), &options.sparseSafe)
        machine.library.json = options
        machine.push(Value(options.convertsSparseArrays))
        machine.push(Value(Double(options.sparseRatio)))
        machine.push(Value(Double(options.sparseSafe)))
        return .values(3)
    }

    @Sendable static func encodeDepth(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        try limit(machine, call, 1)
        var options = machine.library.json
        try integer(machine, call, 1, 1 ... Int(Int32.max), &options.encodeMaxDepth)
        machine.library.json = options
        return machine.give(Value(Double(options.encodeMaxDepth)))
    }

    @Sendable static func decodeDepth(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        try limit(machine, call, 1)
        var options = machine.library.json
        try integer(machine, call, 1, 1 ... Int(Int32.max), &options.decodeMaxDepth)
        machine.library.json = options
        return machine.give(Value(Double(options.decodeMaxDepth)))
    }

    @Sendable static func precision(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        try limit(machine, call, 1)
        var options = machine.library.json
        try integer(machine, call, 1, 1 ... 14, &options.precision)
        machine.library.json = options
        return machine.give(Value(Double(options.precision)))
    }

    @Sendable static func keepBuffer(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        try limit(machine, call, 1)
        var setting = machine.library.json.keepsBuffer ? 1 : 0
        try choice(&machine, call, switches, &setting)
        machine.library.json.keepsBuffer = setting == 1
        return machine.give(Value(setting == 1))
    }

    @Sendable static func encodeInvalid(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        try limit(machine, call, 1)
        var setting = machine.library.json.encodesInvalidNumbers.rawValue
        try choice(&machine, call, switches + ["null"], &setting)
        machine.library.json.encodesInvalidNumbers = JSONOptions.InvalidNumbers(rawValue: setting) ?? .refused
        return machine.give(setting == 2 ? machine.heap.string("null" as StaticString) : Value(setting == 1))
    }

    @Sendable static func decodeInvalid(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        try limit(machine, call, 1)
        var setting = machine.library.json.decodesInvalidNumbers ? 1 : 0
        try choice(&machine, call, switches, &setting)
        machine.library.json.decodesInvalidNumbers = setting == 1
        return machine.give(Value(setting == 1))
    }
}
