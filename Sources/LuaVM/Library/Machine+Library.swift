/// Putting the library into a fresh machine.
extension Machine {
    mutating func installLibrary() {
        add(BaseLibrary.functions, to: globals)
        let string = library("string", StringLibrary.functions)
        let table = library("table", TableLibrary.functions)
        let coroutine = library("coroutine", CoroutineLibrary.functions)
        let math = library("math", MathLibrary.functions)
        _ = library("bit", BitLibrary.functions)
        _ = library("struct", StructLibrary.functions)
        let pack = library("cmsgpack", MessagePackLibrary.functions)
        store("_NAME", heap.string("cmsgpack" as StaticString), in: pack)
        store("_VERSION", heap.string("lua-cmsgpack 0.4.0" as StaticString), in: pack)
        let json = library("cjson", JSONLibrary.functions)
        store("null", .null, in: json)
        store("_NAME", heap.string("cjson" as StaticString), in: json)
        store("_VERSION", heap.string("2.1.0" as StaticString), in: json)
        store("resume", function("resume", .resume), in: coroutine)
        store("yield", function("yield", .yield), in: coroutine)
        store("pcall", function("pcall", .pcall), in: globals)
        store("xpcall", function("xpcall", .xpcall), in: globals)
        store("pi", Value(Double.pi), in: math)
        store("huge", Value(Double.infinity), in: math)
        store("_G", globals, in: globals)
        store("_VERSION", heap.string("Lua 5.1" as StaticString), in: globals)
        library.next = heap.get(globals, "next")
        library.nextPosition = function("ipairs_iterator", .plain(BaseLibrary.nextPosition))
        natives.append(Native(name: "wrap", kind: .wrapped))
        library.wrappedNative = natives.count - 1
        let metatable = newTable()
        store("__index", string, in: metatable)
        stringMetatable = metatable
        runPrelude(string, table, coroutine)
    }

    private mutating func runPrelude(_ string: Value, _ table: Value, _ coroutine: Value) {
        let primitives = newTable()
        add(Primitives.functions, to: primitives)
        let template: FunctionTemplate
        do throws(CompileError) {
            template = try Parser.compile(Array(Prelude.source.utf8), chunk: "library")
        } catch {
            fatalError("the library does not compile: \(error.message)")
        }
        let code = link(template, chunk: "library", isLibrary: true)
        begin(heap.closure(Closure(proto: code, environment: globals.index)), [string, table, coroutine, primitives])
        guard case .finished = resume(steps: .max) else { fatalError("the library does not run") }
        store("load", result(0), in: globals)
        stop()
    }

    /// Adds a table of functions to the globals.
    package mutating func library(_ name: String) -> Value { library(name, []) }

    mutating func library(_ name: String, _ functions: [(String, Native.Body)]) -> Value {
        let table = newTable()
        add(functions, to: table)
        store(name, table, in: globals)
        return table
    }

    private mutating func add(_ functions: [(String, Native.Body)], to table: Value) {
        for (name, body) in functions { store(name, function(name, .plain(body)), in: table) }
    }

    mutating func function(_ name: String, _ kind: Native.Kind) -> Value {
        natives.append(Native(name: name, kind: kind))
        return heap.closure(Closure(native: natives.count - 1, environment: globals.index))
    }

    private mutating func newTable() -> Value {
        do throws(LuaError) { return try heap.table() } catch { fatalError("no memory for the library") }
    }

    /// Sets a field of a table, whoever may not.
    package mutating func store(_ name: String, _ value: Value, in table: Value) {
        do throws(LuaError) { try heap.set(table, heap.strings.intern(name.bytes), value) } catch {
            fatalError("no memory for the library")
        }
    }
}
