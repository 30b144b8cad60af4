/// The parts of instructions that are not done in passing. Those that return a Boolean say whether the same frame goes on at
/// once; if not, `takeStop` tells whether the machine has to stop.
extension Machine {
    mutating func takeStop() -> Stop? {
        let stop = pendingStop
        pendingStop = nil
        return stop
    }

    func remember(_ effect: Effect) -> Stop? {
        if case .stop(let stop) = effect { return stop }
        return nil
    }

    private mutating func goesOn(_ effect: Effect) -> Bool {
        switch effect {
        case .returned: return true
        case .entered: return false
        case .stop(let stop):
            pendingStop = stop
            return false
        }
    }

    mutating func index(
        _ object: Value, _ key: Value, _ target: Int, _ register: Int, _ depth: Int, _ pc: Int
    ) throws(LuaError) -> Bool {
        switch try lookUp(object, key, register: register) {
        case .found(let value):
            stack[target] = value
            return true
        case .ask(let handler, let object):
            frames[depth].pc = Int32(pc)
            return goesOn(try callMetamethod(handler, object, key))
        }
    }

    mutating func setIndex(
        _ object: Value, _ key: Value, _ value: Value, _ register: Int, _ depth: Int, _ pc: Int
    ) throws(LuaError) -> Bool {
        guard let handler = try assign(object, key, value, register: register) else { return true }
        frames[depth].pc = Int32(pc)
        return goesOn(try callMetamethod(handler.function, handler.object, key, value))
    }

    mutating func slowArithmetic(
        _ i: Instruction, _ left: Value, _ right: Value, _ base: Int, _ depth: Int, _ pc: Int
    ) throws(LuaError) -> Bool {
        if left.isNumber, right.isNumber {
            stack[base &+ i.ra] = Value(Machine.compute(i.opcode, left.number, right.number))
            return true
        }
        frames[depth].pc = Int32(pc)
        let isUnary = i.opcode == .negate
        let (b, c) = (i.rb, isUnary ? i.rb : i.c)
        let effect = try arithmetic(
            i.opcode, left, right, into: base + i.ra, b < Instruction.firstConstant ? base + b : -1,
            c < Instruction.firstConstant ? base + c : -1)
        return goesOn(effect)
    }

    mutating func concatenateDone(_ base: Int, _ i: Instruction) throws(LuaError) -> Bool {
        // Without metamethods the result is there, and the frame goes on.
        let depth = frames.count
        let effect = try concatenate(from: base &+ i.rb, through: base &+ i.c, into: base &+ i.ra)
        if case .stop(let stop) = effect { pendingStop = stop }
        return depth == frames.count && pendingStop == nil
    }

    /// `nil` when a metamethod has been asked.
    mutating func compare(
        _ opcode: Opcode, _ left: Value, _ right: Value, _ depth: Int
    ) throws(LuaError) -> Bool? {
        if left.isString, right.isString {
            let order = compareText(left, right)
            return opcode == .less ? order < 0 : order <= 0
        }
        if left.type != right.type { throw notComparable(left, right) }
        var handler = comparer(left, right, opcode == .less ? events.less : events.lessOrEqual)
        if !handler.isNil {
            if case .stop(let stop) = try callMetamethod(handler, left, right) { pendingStop = stop }
            return nil
        }
        // a <= b where only < is known: not (b < a).
        if opcode == .lessOrEqual { handler = comparer(left, right, events.less) }
        if handler.isNil { throw notComparable(left, right) }
        frames[depth].isNegated = true
        if case .stop(let stop) = try callMetamethod(handler, right, left) { pendingStop = stop }
        return nil
    }

    mutating func prepareLoop(_ slot: Int) throws(LuaError) {
        guard let start = number(stack[slot]) else { throw .message("'for' initial value must be a number") }
        guard let limit = number(stack[slot + 1]) else { throw .message("'for' limit must be a number") }
        guard let step = number(stack[slot + 2]) else { throw .message("'for' step must be a number") }
        stack[slot] = Value(start - step)
        stack[slot + 1] = Value(limit)
        stack[slot + 2] = Value(step)
    }

    mutating func makeClosure(_ number: Int, _ frame: Frame, _ base: Int) -> Value {
        let captures = heap.protos[number].captures
        var cells: [Int32] = []
        cells.reserveCapacity(captures.count)
        for capture in captures {
            if capture.isLocal {
                cells.append(openCell(base + capture.index))
            } else {
                cells.append(heap.closures[Int(frame.closure)].upvalues[capture.index])
            }
        }
        heap.allocated += cells.count * 4
        let environment = Int(heap.closures[Int(frame.closure)].environment)
        return heap.closure(Closure(proto: number, environment: environment, upvalues: cells))
    }

    func isCode(_ function: Value) -> Bool { function.isFunction && heap.closures[function.index].code >= 0 }

    /// Calls a Lua function in place of the running one.
    mutating func tailCall(_ slot: Int, _ count: Int, _ depth: Int) throws(LuaError) -> Effect {
        let frame = frames[depth]
        if !openCells.isEmpty { closeCells(from: Int(frame.base)) }
        frames.removeLast()
        let target = Int(frame.function)
        for offset in 0 ... count { stack[target + offset] = stack[slot + offset] }
        let effect = try call(at: target, count, wanted: Int(frame.wanted))
        if case .entered = effect { frames[frames.count - 1].tailCalls = frame.tailCalls &+ 1 }
        return effect
    }
}
