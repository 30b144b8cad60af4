import Bytes

/// Everything a script makes: strings, tables, functions, captured variables, coroutines.
///
/// Each kind has its store, and a value holds an index into it. Nothing is counted. There are two ways for objects to go:
///
/// - **reset**: when a script ends, all that was made since the `Extent` before it is dropped at once. What lies below that
///   extent (the library, compiled scripts and their constants) cannot refer to what lies above, because scripts may
///   not change it. This is how nearly all garbage goes, cycles and all.
/// - **collect**: a script that makes much garbage has it marked and swept while it runs, so that it needs memory for what
///   it uses only. Collecting happens between instructions, where everything alive is on a stack.
///
/// `limit` bounds what one script can take; what would exceed it fails with "not enough memory".
struct Heap: ~Copyable {
    var strings = StringStore()
    var tables: [Table] = []
    var closures: [Closure] = []
    var cells: [Cell] = []
    var threads: [Thread] = [Thread()]
    /// Compiled functions. They stay until the heap is reset below them.
    var protos: [Proto] = []
    private var freeTables: [Int32] = []
    private var freeClosures: [Int32] = []
    private var freeCells: [Int32] = []
    private var freeThreads: [Int32] = []

    /// Bytes allocated since the last collection, roughly, on top of what was alive then.
    var allocated = 0
    /// Collect when this much is allocated.
    var threshold = Heap.firstThreshold
    var limit: Int

    static let firstThreshold = 4 << 20

    init(limit: Int) { self.limit = limit }

    // MARK: Making objects

    mutating func string(_ bytes: RawSpan) throws(LuaError) -> Value {
        try charge(bytes.byteCount &+ 24)
        return strings.intern(bytes)
    }

    /// A short string of the program itself.
    mutating func string(_ text: StaticString) -> Value { strings.intern(text.bytes) }

    mutating func string(_ text: String) throws(LuaError) -> Value { try string(text.unescapedBytes.bytes) }

    mutating func table(array: Int = 0, hash: Int = 0) throws(LuaError) -> Value {
        try charge(array * 8 + hash * 24 + 64)
        let index: Int
        if let free = freeTables.popLast() {
            index = Int(free)
            tables[index] = Table()
        } else {
            index = tables.count
            tables.append(Table())
        }
        if array > 0 || hash > 0 { tables[index].resize(array: array, hash: hash, strings) }
        return Value(table: index)
    }

    mutating func closure(_ closure: Closure) -> Value {
        allocated &+= 48
        if let free = freeClosures.popLast() {
            closures[Int(free)] = closure
            return Value(function: Int(free))
        }
        closures.append(closure)
        return Value(function: closures.count - 1)
    }

    mutating func cell(_ cell: Cell) -> Int32 {
        allocated &+= 16
        if let free = freeCells.popLast() {
            cells[Int(free)] = cell
            return free
        }
        cells.append(cell)
        return Int32(cells.count - 1)
    }

    mutating func thread(running function: Value) -> Value {
        allocated &+= 512
        var thread = Thread()
        thread.stack = [Value](repeating: .nil, count: 32)
        thread.stack[0] = function
        thread.top = 1
        if let free = freeThreads.popLast() {
            threads[Int(free)] = thread
            return Value(thread: Int(free))
        }
        threads.append(thread)
        return Value(thread: threads.count - 1)
    }

    /// Accounts for memory that is about to be taken.
    @inline(__always)
    mutating func charge(_ bytes: Int) throws(LuaError) {
        allocated &+= bytes
        if allocated > limit { throw .outOfMemory }
    }

    // MARK: Tables

    @inline(__always)
    func get(_ table: Value, _ key: Value) -> Value { tables[table.index].value(key, strings) }

    @inline(__always)
    func get(_ table: Value, at position: Int) -> Value { tables[table.index].value(at: position) }

    func get(_ table: Value, _ key: StaticString) -> Value {
        let hash = StringStore.hash(of: key.bytes)
        let part = tables[table.index]
        if part.nodes.isEmpty { return .nil }
        var index = Int(hash) & (part.nodes.count &- 1)
        while index >= 0 {
            let node = part.nodes[index]
            if node.key.isString, strings.bytes(node.key).equals(key.bytes) { return node.value }
            index = Int(node.next)
        }
        return .nil
    }

    /// Sets a key that is neither nil nor NaN, without metamethods and without regard to read-only tables.
    @inline(__always)
    mutating func set(_ table: Value, _ key: Value, _ value: Value) throws(LuaError) {
        let before = tables[table.index].nodes.count &+ tables[table.index].array.count
        tables[table.index].set(key, value, strings)
        let grown = tables[table.index].nodes.count &+ tables[table.index].array.count &- before
        if grown > 0 { try charge(grown &* 24) }
    }

    mutating func set(_ table: Value, at position: Int, _ value: Value) throws(LuaError) {
        try set(table, Value(Double(position)), value)
    }

    mutating func set(_ table: Value, _ key: StaticString, _ value: Value) throws(LuaError) {
        try set(table, string(key), value)
    }

    // MARK: Letting go

    struct Extent: BitwiseCopyable {
        var strings = StringStore.Extent()
        var tables = 0
        var closures = 0
        var cells = 0
        var protos = 0
    }

    var extent: Extent {
        Extent(
            strings: strings.extent, tables: tables.count, closures: closures.count, cells: cells.count, protos: protos.count)
    }

    /// Forgets every object made since `extent` was taken.
    mutating func reset(to extent: Extent) {
        strings.reset(to: extent.strings)
        tables.removeLast(tables.count - extent.tables)
        closures.removeLast(closures.count - extent.closures)
        cells.removeLast(cells.count - extent.cells)
        protos.removeLast(protos.count - extent.protos)
        threads.removeLast(threads.count - 1)
        threads[0] = Thread()
        freeTables.removeAll()
        freeClosures.removeAll()
        freeCells.removeAll()
        freeThreads.removeAll()
        allocated = 0
        threshold = Heap.firstThreshold
    }

    /// Frees what was not marked, but for what lies below `extent`.
    mutating func sweep(above extent: Extent) {
        strings.sweep(keeping: extent.strings.records)
        freeTables.removeAll(keepingCapacity: true)
        freeClosures.removeAll(keepingCapacity: true)
        freeCells.removeAll(keepingCapacity: true)
        freeThreads.removeAll(keepingCapacity: true)
        var alive = strings.memory
        for index in tables.indices {
            if index >= extent.tables, !tables[index].isMarked {
                if !tables[index].isFree {
                    tables[index] = Table()
                    tables[index].isFree = true
                }
                freeTables.append(Int32(index))
            } else {
                tables[index].isMarked = false
                alive += tables[index].memory + 64
            }
        }
        for index in closures.indices {
            if index >= extent.closures, !closures[index].isMarked {
                closures[index].upvalues = []
                freeClosures.append(Int32(index))
            } else {
                closures[index].isMarked = false
                alive += 48
            }
        }
        for index in cells.indices {
            if index >= extent.cells, !cells[index].isMarked {
                freeCells.append(Int32(index))
            } else {
                cells[index].isMarked = false
                alive += 16
            }
        }
        threads[0].isMarked = false
        for index in threads.indices.dropFirst() {
            if threads[index].isMarked {
                threads[index].isMarked = false
                alive += threads[index].stack.count * 8 + 512
            } else {
                threads[index] = Thread()
                freeThreads.append(Int32(index))
            }
        }
        allocated = alive
        threshold = max(Heap.firstThreshold, alive * 2)
    }
}

/// A function: compiled code or a native, with the variables it captured and the table its globals are in.
struct Closure {
    /// The number of the compiled function; negative for a native: `-1 - number`.
    var code: Int32
    /// Index of the table of globals.
    var environment: Int32
    /// Indices of cells.
    var upvalues: [Int32] = []
    var isMarked = false

    init(proto: Int, environment: Int, upvalues: [Int32] = []) {
        code = Int32(proto)
        self.environment = Int32(environment)
        self.upvalues = upvalues
    }

    init(native: Int, environment: Int, upvalues: [Int32] = []) {
        code = Int32(-1 - native)
        self.environment = Int32(environment)
        self.upvalues = upvalues
    }

    var native: Int? { code < 0 ? Int(-1 - code) : nil }
}

/// A captured variable. While the block that declared it runs it is open: the variable is still on the stack.
struct Cell: BitwiseCopyable {
    var value = Value.nil
    /// Where on which coroutine's stack; negative once closed.
    var slot: Int32 = -1
    var thread: Int32 = 0
    var isMarked = false
}
