import Bytes

/// A Lua 5.1 machine: compiles scripts, runs them, and stops when its host says so.
///
///     let code = try machine.compile(source, chunk: "user_script")      once for each script
///     machine.begin(code)
///     loop: switch machine.resume(steps: 100_000) {
///           case .request(let number): … machine.answer(…)               the script called a host function
///           case .paused: …                                              other work first, then again
///           case .finished, .failed: break loop }
///     machine.reset()                                                    all that the script made is gone
///
/// The machine's state is all in its own arrays. It never calls back: what a script wants from outside makes `resume`
/// return, so a host may put a running script aside and go on with it when it likes.
package struct Machine: ~Copyable {
    var heap: Heap
    var natives: [Native] = []
    /// What the library keeps from one call to the next.
    var library: LibraryState

    // The running thread's state, out of its record in the heap.
    var stack: [Value] = []
    var frames: [Frame] = []
    var openCells: [Int32] = []
    /// The first free slot behind what natives push, and behind lists of values whose length is known at run time only.
    var top = 0
    /// Index of the running thread; 0 is the script itself.
    var current = 0

    /// How many coroutines resumed each other.
    var nesting = 0

    let globals: Value
    var stringMetatable = Value.nil
    let events: Events
    /// What `reset` goes back to.
    var foundation = Heap.Extent()
    /// Values of the host that must stay alive.
    var pinned: [Value] = []
    /// Instructions that may still run before the host is to be asked; natives take their share.
    var steps = 0
    /// Text in the making.
    var scratch = ByteBuffer()
    /// Where the call of a host function expects its results.
    var reply: Reply?
    var pendingCall: (slot: Int, call: NativeCall, wanted: Int)?

    static let maxFrames = 20_000
    static let maxSlots = 1_000_000
    static let maxNesting = 190
    /// Free slots that every native finds on the stack.
    static let nativeSlots = 40

    package init(memoryLimit: Int = 1 << 30) {
        heap = Heap(limit: memoryLimit)
        heap.tables.append(Table())
        globals = Value(table: 0)
        events = Events(&heap)
        library = LibraryState()
        stack = [Value](repeating: .nil, count: 256)
        installLibrary()
        seal()
    }

    // MARK: Scripts

    /// Compiles a script. Not while one runs. What it needs stays until the machine is gone.
    package mutating func compile(_ source: [UInt8], chunk: String) throws(CompileError) -> Int {
        precondition(frames.isEmpty, "a script runs")
        if source.first == 0x1B { throw CompileError(message: "\(chunk): bytecode is not accepted") }
        let template = try Parser.compile(source, chunk: chunk)
        let code = link(template, chunk: chunk)
        foundation = heap.extent
        return code
    }

    /// Makes strings and numbers of a compiled function's constants, and of its children's.
    mutating func link(_ template: FunctionTemplate, chunk: String, isLibrary: Bool = false) -> Int {
        let children = template.children.map { link($0, chunk: chunk, isLibrary: isLibrary) }
        var constants: [Value] = []
        constants.reserveCapacity(template.constants.count)
        for constant in template.constants {
            switch constant {
            case .nil: constants.append(.nil)
            case .boolean(let flag): constants.append(Value(flag))
            case .number(let bits): constants.append(Value(Double(bitPattern: bits)))
            case .string(let bytes): constants.append(heap.strings.intern(bytes.bytes))
            }
        }
        let proto = Proto(template, constants: constants, children: children, chunk: chunk, isLibrary: isLibrary)
        heap.allocated += proto.memory
        heap.protos.append(proto)
        return heap.protos.count - 1
    }

    /// Makes everything there is part of what `reset` keeps.
    package mutating func seal() { foundation = heap.extent }

    /// Prepares to run compiled code.
    package mutating func begin(_ code: Int) {
        precondition(frames.isEmpty, "a script runs already")
        let function = heap.closure(Closure(proto: code, environment: globals.index))
        begin(function, [])
    }

    /// Prepares to call a function.
    package mutating func begin(_ function: Value, _ arguments: [Value]) {
        current = 0
        ensureStack(arguments.count + Machine.nativeSlots)
        stack[0] = function
        for (index, argument) in arguments.enumerated() { stack[index + 1] = argument }
        top = arguments.count + 1
        retry = (0, arguments.count, -1)
    }

    /// A call that is to be made before anything else: the first, or one whose native ran out of steps.
    var retry: (slot: Int, count: Int, wanted: Int)?
    /// Why the instruction that just ran makes the machine stop.
    var pendingStop: Stop?

    /// Runs until something happens, but about `count` instructions at most.
    package mutating func resume(steps count: Int) -> Stop {
        steps = count
        var failure: LuaError?
        do throws(LuaError) {
            switch try takeReply() {
            case .stop(let stop)?: return stop
            case .entered?, .returned?: if frames.isEmpty { return .finished }
            case nil: break
            }
        } catch { failure = error }
        if let call = retry {
            retry = nil
            do throws(LuaError) {
                switch try self.call(at: call.slot, call.count, wanted: call.wanted) {
                case .stop(let stop): return stop
                case .entered, .returned: if frames.isEmpty { return .finished }
                }
            } catch { failure = error }
        }
        while true {
            if let error = failure {
                failure = nil
                do throws(LuaError) {
                    if let stop = try recover(from: error) { return stop }
                } catch {
                    failure = error
                    continue
                }
            }
            do throws(LuaError) { return try execute() } catch { failure = error }
        }
    }

    /// Forgets all that was made since the last script was compiled.
    package mutating func reset() {
        stop()
        heap.reset(to: foundation)
        if stack.count > 4096 { stack = [Value](repeating: .nil, count: 256) }
        scratch.removeAll(keeping: 1 << 16)
        library.reset()
    }

    /// Gives up what runs, without forgetting what it made.
    package mutating func stop() {
        frames.removeAll(keepingCapacity: true)
        openCells.removeAll(keepingCapacity: true)
        top = 0
        current = 0
        nesting = 0
        pendingCall = nil
        reply = nil
        retry = nil
        pendingStop = nil
    }

    /// What the script returned.
    package var resultCount: Int { top }
    package func result(_ index: Int) -> Value { index < top ? stack[index] : .nil }

    /// Memory that the heap takes, in bytes, roughly.
    package var memory: Int { heap.strings.memory + heap.allocated }

    // MARK: Stack

    /// Makes sure that the stack has `count` slots.
    @inline(__always)
    mutating func ensureStack(_ count: Int) {
        if count > stack.count { growStack(count) }
    }

    private mutating func growStack(_ count: Int) {
        let size = max(count, stack.count * 2)
        stack.append(contentsOf: repeatElement(.nil, count: size - stack.count))
    }

    /// Pushes a result or argument of a native.
    @inline(__always)
    mutating func push(_ value: Value) {
        ensureStack(top &+ 1)
        stack[top] = value
        top &+= 1
    }

    // MARK: Garbage

    @inline(__always)
    var wantsCollection: Bool { heap.allocated > heap.threshold }

    /// Frees what nothing refers to. Only between instructions: everything alive is on a stack then, below `liveTop`.
    mutating func collect(liveTop: Int) {
        var marking = Marking()
        marking.add(globals)
        marking.add(stringMetatable)
        for value in pinned { marking.add(value) }
        for value in library.roots { marking.add(value) }
        for slot in 0 ..< min(liveTop, stack.count) { marking.add(stack[slot]) }
        for frame in frames where frame.closure >= 0 { marking.add(Value(function: Int(frame.closure))) }
        for cell in openCells { marking.visit(cell: Int(cell), &heap) }
        if current > 0 { marking.add(Value(thread: current)) }
        // Compiled functions stay as long as the script, and their constants with them.
        for index in heap.protos.indices { for constant in heap.protos[index].constants { marking.add(constant) } }
        marking.run(&heap)
        if current > 0 { marking.visit(thread: 0, &heap); marking.run(&heap) }
        // What a thread that waits has on its stack is alive too; those that resumed each other are linked.
        heap.sweep(above: foundation)
    }
}

/// Names of the events that metatables handle, made once.
struct Events {
    let index, newIndex, call, add, subtract, multiply, divide, modulo, power, negate, length, concat: Value
    let equal, less, lessOrEqual, metatable, toString, mode: Value

    init(_ heap: inout Heap) {
        index = heap.string("__index" as StaticString)
        newIndex = heap.string("__newindex" as StaticString)
        call = heap.string("__call" as StaticString)
        add = heap.string("__add" as StaticString)
        subtract = heap.string("__sub" as StaticString)
        multiply = heap.string("__mul" as StaticString)
        divide = heap.string("__div" as StaticString)
        modulo = heap.string("__mod" as StaticString)
        power = heap.string("__pow" as StaticString)
        negate = heap.string("__unm" as StaticString)
        length = heap.string("__len" as StaticString)
        concat = heap.string("__concat" as StaticString)
        equal = heap.string("__eq" as StaticString)
        less = heap.string("__lt" as StaticString)
        lessOrEqual = heap.string("__le" as StaticString)
        metatable = heap.string("__metatable" as StaticString)
        toString = heap.string("__tostring" as StaticString)
        mode = heap.string("__mode" as StaticString)
    }
}
