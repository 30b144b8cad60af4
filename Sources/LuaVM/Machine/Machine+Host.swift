import Bytes

/// The host's side: its functions, and values going in and out.
extension Machine {
    /// A function that the host runs: calling it makes `resume` return a request with this number.
    package mutating func hostFunction(_ name: String, _ number: Int) -> Value { function(name, .host(number)) }

    package var globalTable: Value { globals }

    /// How many arguments the pending request has.
    package var requestCount: Int { pendingCall?.call.count ?? 0 }

    /// An argument of the pending request, counted from zero.
    package func request(_ index: Int) -> Value {
        guard let call = pendingCall?.call, index < call.count else { return .nil }
        return stack[call.first + index]
    }

    /// Lets the function that asked return these values, once the machine is resumed.
    package mutating func answer(_ values: [Value]) { reply = .values(values) }

    /// Lets it return one value.
    package mutating func answer(_ value: Value) { reply = .value(value) }

    /// Lets it fail with this error.
    package mutating func fail(_ error: Value) { reply = .error(error) }

    /// Lets it fail with a message, in front of which the place of the call is put.
    package mutating func fail(_ message: String) { reply = .message(message) }

    enum Reply {
        case value(Value)
        case values([Value])
        case error(Value)
        case message(String)
    }

    /// Goes on with the call that the host has answered.
    mutating func takeReply() throws(LuaError) -> Effect? {
        guard let call = pendingCall, let given = reply else { return nil }
        pendingCall = nil
        reply = nil
        top = call.call.first + call.call.count
        switch given {
        case .value(let value):
            push(value)
            return try deliver(top - 1, 1, to: call.slot, call.wanted)
        case .values(let values):
            for value in values { push(value) }
            return try deliver(top - values.count, values.count, to: call.slot, call.wanted)
        case .error(let value): throw .value(value)
        case .message(let text): throw .native(text)
        }
    }

    // MARK: Values

    package mutating func makeString(_ bytes: RawSpan) -> Value {
        heap.allocated += bytes.byteCount + 24
        return heap.strings.intern(bytes)
    }

    package mutating func makeString(_ text: String) -> Value { makeString(text.bytes) }

    package mutating func makeTable(array: Int = 0, hash: Int = 0) -> Value {
        do throws(LuaError) { return try heap.table(array: array, hash: hash) } catch {
            // The host's tables are as large as what it already holds.
            heap.allocated = 0
            do throws(LuaError) { return try heap.table(array: array, hash: hash) } catch { return .nil }
        }
    }

    package mutating func append(_ value: Value, to table: Value, at position: Int) {
        heap.tables[table.index].set(at: position, value, heap.strings)
        heap.allocated += 16
    }

    package mutating func set(_ table: Value, _ key: Value, _ value: Value) {
        heap.tables[table.index].set(key, value, heap.strings)
        heap.allocated += 24
    }

    package mutating func set(_ table: Value, _ key: StaticString, _ value: Value) {
        set(table, heap.string(key), value)
    }

    package func get(_ table: Value, _ key: StaticString) -> Value { heap.get(table, key) }

    package func get(_ table: Value, at position: Int) -> Value { heap.get(table, at: position) }

    package func get(_ table: Value, _ key: Value) -> Value { heap.get(table, key) }

    /// The first entry of a table at or behind a place, in the order of `next`, and the place behind it.
    package func entry(_ table: Value, from place: Int) -> (key: Value, value: Value, next: Int)? {
        guard let entry = heap.tables[table.index].entry(from: place) else { return nil }
        let next = heap.tables[table.index].place(after: entry.key, heap.strings) ?? place + 1
        return (entry.key, entry.value, next)
    }

    @_lifetime(borrow self)
    package func bytes(_ string: Value) -> RawSpan { heap.strings.bytes(string) }

    /// Adds the text of a string or number, as `tostring` shows it.
    package func appendText(of value: Value, to text: inout ByteBuffer) { appendText(value, &text) }

    package func toNumber(_ value: Value) -> Double? { number(value) }

    // MARK: Protection

    /// Forbids scripts to change a table, the tables in it, and their metatables.
    package mutating func protect(_ table: Value) {
        if heap.tables[table.index].isReadOnly { return }
        heap.tables[table.index].isReadOnly = true
        var place = 0
        while let entry = entry(table, from: place) {
            if entry.value.isTable { protect(entry.value) }
            place = entry.next
        }
        let metatable = heap.tables[table.index].metatable
        if metatable >= 0 { protect(Value(table: Int(metatable))) }
    }

    package mutating func protectStrings() { protect(stringMetatable) }

    package mutating func setMetatable(_ table: Value, _ metatable: Value) {
        heap.tables[table.index].metatable = Int32(metatable.index)
    }

    /// Keeps a value alive from now on.
    package mutating func pin(_ value: Value) { pinned.append(value) }

    /// Where the script is: what a message about it would say.
    package var place: (source: String, line: Int)? { currentPlace.map { ($0.chunk, $0.line) } }
}
