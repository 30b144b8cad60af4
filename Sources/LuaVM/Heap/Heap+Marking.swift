/// Finding what is alive: an explicit list of what is still to be visited, since structures can be deeper than any stack.
struct Marking {
    private var pending: [Value] = []

    mutating func add(_ value: Value) {
        if value.tag >= Value.Tag.string, !value.isNumber { pending.append(value) }
    }

    /// Visits everything that what was added leads to.
    mutating func run(_ heap: inout Heap) {
        while let value = pending.popLast() {
            switch value.tag {
            case Value.Tag.string: heap.strings.mark(value)
            case Value.Tag.table: visit(table: value.index, &heap)
            case Value.Tag.function: visit(closure: value.index, &heap)
            default: visit(thread: value.index, &heap)
            }
        }
    }

    private mutating func visit(table index: Int, _ heap: inout Heap) {
        if heap.tables[index].isMarked { return }
        heap.tables[index].isMarked = true
        let table = heap.tables[index]
        for value in table.array { add(value) }
        for node in table.nodes {
            // A key whose value is gone stays for `next`, so it keeps its string.
            add(node.key)
            add(node.value)
        }
        if table.metatable >= 0 { add(Value(table: Int(table.metatable))) }
    }

    private mutating func visit(closure index: Int, _ heap: inout Heap) {
        if heap.closures[index].isMarked { return }
        heap.closures[index].isMarked = true
        let closure = heap.closures[index]
        add(Value(table: Int(closure.environment)))
        for cell in closure.upvalues { visit(cell: Int(cell), &heap) }
    }

    mutating func visit(cell index: Int, _ heap: inout Heap) {
        if heap.cells[index].isMarked { return }
        heap.cells[index].isMarked = true
        let cell = heap.cells[index]
        add(cell.value)
        // The variable lives on that stack.
        if cell.slot >= 0, cell.thread > 0 { add(Value(thread: Int(cell.thread))) }
    }

    mutating func visit(thread index: Int, _ heap: inout Heap) {
        if heap.threads[index].isMarked { return }
        heap.threads[index].isMarked = true
        let thread = heap.threads[index]
        // What lies above the top may be stale. A stale handle only keeps something alive a little longer.
        for slot in 0 ..< min(thread.top, thread.stack.count) { add(thread.stack[slot]) }
        for cell in thread.openCells { visit(cell: Int(cell), &heap) }
        for frame in thread.frames { add(Value(function: Int(frame.closure))) }
        if thread.resumer > 0 { add(Value(thread: Int(thread.resumer))) }
    }
}
