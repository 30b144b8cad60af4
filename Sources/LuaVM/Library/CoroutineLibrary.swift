/// `coroutine`, but for what switches threads: that is the machine's own.
enum CoroutineLibrary {
    static let functions: [(String, Native.Body)] = [
        ("create", create), ("wrap", wrap), ("status", status), ("running", running),
    ]

    private static func body(_ machine: borrowing Machine, _ call: NativeCall) throws(LuaError) -> Value {
        let function = machine.argument(call, 1)
        if !machine.isCode(function) { throw .argument(1, "Lua function expected") }
        return function
    }

    @Sendable static func create(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        machine.give(machine.heap.thread(running: try body(machine, call)))
    }

    @Sendable static func wrap(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let thread = machine.heap.thread(running: try body(machine, call))
        let cell = machine.heap.cell(Cell(value: thread))
        let native = machine.library.wrappedNative
        return machine.give(
            machine.heap.closure(Closure(native: native, environment: machine.globals.index, upvalues: [cell])))
    }

    @Sendable static func status(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        let thread = machine.argument(call, 1)
        if !thread.isThread { throw .argument(1, "coroutine expected") }
        let name = machine.status(of: thread.index).rawValue
        return machine.give(machine.heap.strings.intern(name.bytes))
    }

    @Sendable static func running(_ machine: inout Machine, _ call: NativeCall) throws(LuaError) -> NativeResult {
        machine.give(machine.current == 0 ? .nil : Value(thread: machine.current))
    }
}
