/// Calls and returns. Nothing here recurses: whatever has to wait for a call has a frame that says what to do with the
/// results.
extension Machine {
    enum Effect {
        /// Another frame is on top: its code runs next.
        case entered
        /// A native ran, and its results are where they belong.
        case returned
        case stop(Stop)
    }

    /// Calls the value in `slot` with the `count` values behind it.
    mutating func call(at slot: Int, _ count: Int, wanted: Int) throws(LuaError) -> Effect {
        var (slot, count, wanted) = (slot, count, wanted)
        var attempts = 0
        while true {
            let function = stack[slot]
            if !function.isFunction {
                let handler = metamethod(function, events.call)
                attempts += 1
                if !handler.isFunction || attempts > 1 { throw .operand("call", function, register: slot) }
                ensureStack(slot + count + 3)
                var index = slot + count
                while index >= slot {
                    stack[index + 1] = stack[index]
                    index -= 1
                }
                stack[slot] = handler
                count += 1
                continue
            }
            let code = Int(heap.closures[function.index].code)
            if code >= 0 {
                try enter(code, function, slot, count, wanted)
                return .entered
            }
            top = slot &+ 1 &+ count
            ensureStack(top &+ Machine.nativeSlots)
            let arguments = NativeCall(first: slot &+ 1, count: count)
            switch natives[-1 &- code].kind {
            case .plain(let body):
                switch try body(&self, arguments) {
                case .values(let results): return try deliver(top &- results, results, to: slot, wanted)
                case .call(let passed):
                    let from = top - passed - 1
                    for offset in 0 ... passed { stack[slot + offset] = stack[from + offset] }
                    count = passed
                case .again:
                    retry = (slot, count, wanted)
                    return .stop(.paused)
                }
            case .pcall:
                if count == 0 { throw .argument(1, "value expected") }
                try pushFrame(Frame(kind: .protected, function: Int32(slot), wanted: Int32(wanted)))
                (slot, count, wanted) = (slot &+ 1, count &- 1, -1)
            case .xpcall:
                if count < 2 { throw .argument(2, "value expected") }
                // The handler waits in the slot of xpcall itself.
                stack[slot] = stack[slot &+ 2]
                try pushFrame(Frame(kind: .protectedWithHandler, function: Int32(slot), wanted: Int32(wanted)))
                (slot, count, wanted) = (slot &+ 1, 0, -1)
            case .resume: return try resumeCoroutine(arguments, slot, wanted)
            case .wrapped: return try resumeWrapped(arguments, function, slot, wanted)
            case .yield: return try yield(arguments, slot, wanted)
            case .host(let number):
                pendingCall = (slot, arguments, wanted)
                return .stop(.request(number))
            }
        }
    }

    /// Pushes a frame for a Lua function and lays out its registers.
    private mutating func enter(
        _ number: Int, _ function: Value, _ slot: Int, _ count: Int, _ wanted: Int
    ) throws(LuaError) {
        if frames.count >= Machine.maxFrames { throw .message("stack overflow") }
        let proto = heap.protos[number]
        let parameters = proto.parameterCount
        var base = slot &+ 1
        if proto.isVariadic { base &+= count }
        let needed = base &+ proto.registerCount &+ Machine.nativeSlots
        if needed > Machine.maxSlots { throw .message("stack overflow") }
        ensureStack(needed)
        if proto.isVariadic {
            // The extra arguments stay in front of the registers, the others become registers.
            for index in 0 ..< parameters {
                stack[base &+ index] = index < count ? stack[slot &+ 1 &+ index] : .nil
                if index < count { stack[slot &+ 1 &+ index] = .nil }
            }
            if proto.needsArgumentTable { try makeArgumentTable(parameters, slot, count, base) }
        } else {
            var index = count
            while index < parameters {
                stack[base &+ index] = .nil
                index &+= 1
            }
        }
        frames.append(
            Frame(
                closure: Int32(function.index), proto: Int32(number), function: Int32(slot), base: Int32(base),
                wanted: Int32(wanted)))
    }

    private mutating func makeArgumentTable(
        _ parameters: Int, _ slot: Int, _ count: Int, _ base: Int
    ) throws(LuaError) {
        let extra = max(count - parameters, 0)
        let table = try heap.table(array: extra, hash: 1)
        for index in 0 ..< extra { try heap.set(table, at: index + 1, stack[slot + 1 + parameters + index]) }
        try heap.set(table, "n", Value(Double(extra)))
        stack[base + parameters] = table
    }

    /// Moves results to where the caller expects them, and lets waiting frames take them.
    mutating func deliver(_ first: Int, _ count: Int, to slot: Int, _ wanted: Int) throws(LuaError) -> Effect {
        var (first, count, slot, wanted) = (first, count, slot, wanted)
        while true {
            move(first, count, slot, wanted)
            guard let frame = frames.last else { return try finishThread(slot) }
            switch frame.kind {
            case .code:
                if !frame.isMidway { return .returned }
                frames[frames.count &- 1].isMidway = false
                frames[frames.count &- 1].isNegated = false
                return try finishInstruction(frame, stack[slot])
            case .protected, .protectedWithHandler:
                frames.removeLast()
                (first, slot, wanted) = (Int(frame.function), Int(frame.function), Int(frame.wanted))
                stack[first] = .true
                count = top - first
            case .handler:
                frames.removeLast()
                first = Int(frame.function)
                stack[first] = .false
                // Exactly one value of the handler is passed on.
                if top == first + 1 { stack[first + 1] = .nil }
                (count, slot, wanted) = (2, first, Int(frame.wanted))
            case .resuming: return .returned
            }
        }
    }

    @inline(__always)
    private mutating func move(_ first: Int, _ count: Int, _ slot: Int, _ wanted: Int) {
        let kept = wanted < 0 ? count : min(count, wanted)
        ensureStack(slot &+ max(kept, wanted) &+ 1)
        var index = 0
        if first != slot {
            while index < kept {
                stack[slot &+ index] = stack[first &+ index]
                index &+= 1
            }
        }
        index = kept
        while index < wanted {
            stack[slot &+ index] = .nil
            index &+= 1
        }
        top = slot &+ (wanted < 0 ? count : wanted)
    }

    /// Ends the call of the frame on top, whose results are the `count` values from `first`.
    mutating func finishCall(_ first: Int, _ count: Int) throws(LuaError) -> Effect {
        let frame = frames.removeLast()
        return try deliver(first, count, to: Int(frame.function), Int(frame.wanted))
    }

    /// Calls a metamethod for the instruction that runs, which will be finished with its first result.
    mutating func callMetamethod(
        _ function: Value, _ first: Value, _ second: Value, _ third: Value? = nil
    ) throws(LuaError) -> Effect {
        let frame = frames[frames.count - 1]
        let slot = Int(frame.base) + heap.protos[Int(frame.proto)].registerCount
        ensureStack(slot + Machine.nativeSlots)
        stack[slot] = function
        stack[slot + 1] = first
        stack[slot + 2] = second
        if let third { stack[slot + 3] = third }
        frames[frames.count - 1].isMidway = true
        return try call(at: slot, third == nil ? 2 : 3, wanted: 1)
    }

    /// Does what is left of an instruction whose metamethod gave `result`.
    private mutating func finishInstruction(_ frame: Frame, _ result: Value) throws(LuaError) -> Effect {
        let instruction = heap.protos[Int(frame.proto)].code[Int(frame.pc) - 1]
        switch instruction.opcode {
        case .setIndexed, .setGlobal: break
        case .equal, .less, .lessOrEqual:
            let isTrue = result.isTruthy != frame.isNegated
            if isTrue != (instruction.a != 0) { frames[frames.count - 1].pc += 1 }
        case .concatenate:
            // The result stands for the last two operands of those not yet joined.
            stack[Int(frame.joined)] = result
            return try concatenate(
                from: Int(frame.base) + instruction.rb, through: Int(frame.joined), into: Int(frame.base) + instruction.ra)
        default: stack[Int(frame.base) + instruction.ra] = result
        }
        return .entered
    }

    mutating func pushFrame(_ frame: Frame) throws(LuaError) {
        if frames.count >= Machine.maxFrames { throw .message("stack overflow") }
        frames.append(frame)
    }

    // MARK: Captured variables

    /// The cell of a variable that is still on the stack.
    mutating func openCell(_ slot: Int) -> Int32 {
        var index = openCells.count
        while index > 0 {
            let cell = openCells[index - 1]
            let place = Int(heap.cells[Int(cell)].slot)
            if place == slot { return cell }
            if place < slot { break }
            index -= 1
        }
        let cell = heap.cell(Cell(slot: Int32(slot), thread: Int32(current)))
        openCells.insert(cell, at: index)
        return cell
    }

    /// Takes captured variables from `slot` up off the stack.
    @inline(__always)
    mutating func closeCells(from slot: Int) {
        while let cell = openCells.last {
            let place = Int(heap.cells[Int(cell)].slot)
            if place < slot { return }
            heap.cells[Int(cell)].value = stack[place]
            heap.cells[Int(cell)].slot = -1
            openCells.removeLast()
        }
    }

    @inline(__always)
    func read(_ cell: Int32) -> Value {
        let cell = heap.cells[Int(cell)]
        if cell.slot < 0 { return cell.value }
        return Int(cell.thread) == current ? stack[Int(cell.slot)] : heap.threads[Int(cell.thread)].stack[Int(cell.slot)]
    }

    @inline(__always)
    mutating func write(_ cell: Int32, _ value: Value) {
        let record = heap.cells[Int(cell)]
        if record.slot < 0 {
            heap.cells[Int(cell)].value = value
        } else if Int(record.thread) == current {
            stack[Int(record.slot)] = value
        } else {
            heap.threads[Int(record.thread)].stack[Int(record.slot)] = value
        }
    }
}
