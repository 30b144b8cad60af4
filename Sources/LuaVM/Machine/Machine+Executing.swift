/// The loop that runs instructions.
extension Machine {
    /// Runs the frame on top, and those that follow, until something makes the machine stop.
    ///
    /// The frame's state is in local variables as long as it is on top, and written back before anything that may push
    /// another or throw.
    mutating func execute() throws(LuaError) -> Stop {
        while true {
            let depth = frames.count &- 1
            let frame = frames[depth]
            let proto = heap.protos[Int(frame.proto)]
            let base = Int(frame.base)
            var pc = Int(frame.pc)
            do throws(LuaError) {
                if let stop = try execute(proto, base, depth, &pc) { return stop }
            } catch {
                if depth < frames.count { frames[depth].pc = Int32(pc) }
                throw error
            }
        }
    }

    @inline(__always)
    private func operand(_ number: Int, _ base: Int, _ constants: [Value]) -> Value {
        number < Instruction.firstConstant ? stack[base &+ number] : constants[number &- Instruction.firstConstant]
    }

    /// Runs one frame; returns when another is on top, or the machine has to stop.
    private mutating func execute(
        _ proto: Proto, _ base: Int, _ depth: Int, _ pc: inout Int
    ) throws(LuaError) -> Stop? {
        let code = proto.code
        let constants = proto.constants
        while true {
            let i = code[pc]
            pc &+= 1
            switch i.opcode {
            case .move: stack[base &+ i.ra] = stack[base &+ i.rb]
            case .loadConstant: stack[base &+ i.ra] = constants[i.c]
            case .loadBoolean:
                stack[base &+ i.ra] = Value(i.b != 0)
                if i.x != 0 { pc &+= 1 }
            case .loadNil: for register in i.ra ... i.rb { stack[base &+ register] = .nil }
            case .getUpvalue:
                let cell = heap.closures[Int(frames[depth].closure)].upvalues[i.rb]
                stack[base &+ i.ra] = read(cell)
            case .setUpvalue:
                let cell = heap.closures[Int(frames[depth].closure)].upvalues[i.rb]
                write(cell, stack[base &+ i.ra])
            case .getGlobal:
                let table = Value(table: Int(heap.closures[Int(frames[depth].closure)].environment))
                let value = heap.get(table, constants[i.c])
                if !value.isNil {
                    stack[base &+ i.ra] = value
                    continue
                }
                if try index(table, constants[i.c], base &+ i.ra, -1, depth, pc) { continue }
                return takeStop()
            case .setGlobal:
                let table = Value(table: Int(heap.closures[Int(frames[depth].closure)].environment))
                if try setIndex(table, constants[i.c], stack[base &+ i.ra], -1, depth, pc) { continue }
                return takeStop()
            case .getIndexed:
                let object = stack[base &+ i.rb]
                let key = operand(i.c, base, constants)
                if object.isTable {
                    let value = heap.get(object, key)
                    if !value.isNil {
                        stack[base &+ i.ra] = value
                        continue
                    }
                }
                if try index(object, key, base &+ i.ra, base &+ i.rb, depth, pc) { continue }
                return takeStop()
            case .setIndexed:
                let object = stack[base &+ i.ra]
                let done = try setIndex(
                    object, operand(i.rb, base, constants), operand(i.c, base, constants), base &+ i.ra, depth, pc)
                if done { continue }
                return takeStop()
            case .newTable:
                stack[base &+ i.ra] = try heap.table(array: i.rb, hash: i.c)
                if wantsCollection { collect(liveTop: base &+ proto.registerCount) }
            case .method:
                let object = stack[base &+ i.rb]
                let key = operand(i.c, base, constants)
                stack[base &+ i.ra &+ 1] = object
                if try index(object, key, base &+ i.ra, base &+ i.rb, depth, pc) { continue }
                return takeStop()
            case .add:
                let (l, r) = (operand(i.rb, base, constants), operand(i.c, base, constants))
                if l.isNumber, r.isNumber {
                    stack[base &+ i.ra] = Value(l.number + r.number)
                    continue
                }
                if try slowArithmetic(i, l, r, base, depth, pc) { continue }
                return takeStop()
            case .subtract:
                let (l, r) = (operand(i.rb, base, constants), operand(i.c, base, constants))
                if l.isNumber, r.isNumber {
                    stack[base &+ i.ra] = Value(l.number - r.number)
                    continue
                }
                if try slowArithmetic(i, l, r, base, depth, pc) { continue }
                return takeStop()
            case .multiply:
                let (l, r) = (operand(i.rb, base, constants), operand(i.c, base, constants))
                if l.isNumber, r.isNumber {
                    stack[base &+ i.ra] = Value(l.number * r.number)
                    continue
                }
                if try slowArithmetic(i, l, r, base, depth, pc) { continue }
                return takeStop()
            case .divide, .modulo, .power:
                let (l, r) = (operand(i.rb, base, constants), operand(i.c, base, constants))
                if try slowArithmetic(i, l, r, base, depth, pc) { continue }
                return takeStop()
            case .negate:
                let value = stack[base &+ i.rb]
                if value.isNumber {
                    stack[base &+ i.ra] = Value(-value.number)
                    continue
                }
                if try slowArithmetic(i, value, value, base, depth, pc) { continue }
                return takeStop()
            case .not: stack[base &+ i.ra] = Value(!stack[base &+ i.rb].isTruthy)
            case .length:
                let value = stack[base &+ i.rb]
                if value.isTable {
                    stack[base &+ i.ra] = Value(Double(heap.tables[value.index].border(heap.strings)))
                } else if value.isString {
                    stack[base &+ i.ra] = Value(Double(heap.strings.count(value)))
                } else {
                    throw .operand("get length of", value, register: base &+ i.rb)
                }
            case .concatenate:
                frames[depth].pc = Int32(pc)
                let isDone = try concatenateDone(base, i)
                if !isDone { return takeStop() }
                if wantsCollection { collect(liveTop: base &+ proto.registerCount) }
            case .jump:
                pc &+= i.c
                if i.x < 0, spend() {
                    frames[depth].pc = Int32(pc)
                    return .paused
                }
            case .equal:
                let (l, r) = (operand(i.rb, base, constants), operand(i.c, base, constants))
                if l.isNumber, r.isNumber {
                    if (l.number == r.number) != (i.a != 0) { pc &+= 1 }
                    continue
                }
                switch isEqual(l, r) {
                case .known(let answer): if answer != (i.a != 0) { pc &+= 1 }
                case .ask(let handler):
                    frames[depth].pc = Int32(pc)
                    return remember(try callMetamethod(handler, l, r))
                }
            case .less, .lessOrEqual:
                let (l, r) = (operand(i.rb, base, constants), operand(i.c, base, constants))
                if l.isNumber, r.isNumber {
                    let answer = i.opcode == .less ? l.number < r.number : l.number <= r.number
                    if answer != (i.a != 0) { pc &+= 1 }
                    continue
                }
                frames[depth].pc = Int32(pc)
                if let answer = try compare(i.opcode, l, r, depth) {
                    if answer != (i.a != 0) { pc &+= 1 }
                    continue
                }
                return takeStop()
            case .test: if stack[base &+ i.ra].isTruthy != (i.x != 0) { pc &+= 1 }
            case .testSet:
                let value = stack[base &+ i.rb]
                if value.isTruthy == (i.x != 0) { stack[base &+ i.ra] = value } else { pc &+= 1 }
            case .call, .tailCall:
                if spend() {
                    frames[depth].pc = Int32(pc &- 1)
                    return .paused
                }
                frames[depth].pc = Int32(pc)
                let slot = base &+ i.ra
                let count = i.b != 0 ? Int(i.b) &- 1 : top &- slot &- 1
                if i.opcode == .tailCall, isCode(stack[slot]) { return remember(try tailCall(slot, count, depth)) }
                switch try call(at: slot, count, wanted: i.c &- 1) {
                case .entered: return nil
                case .stop(let stop): return stop
                case .returned: if wantsCollection { collect(liveTop: max(top, base &+ proto.registerCount)) }
                }
            case .return:
                let first = base &+ i.ra
                let count = i.b != 0 ? Int(i.b) &- 1 : top &- first
                if !openCells.isEmpty { closeCells(from: base) }
                return remember(try finishCall(first, count))
            case .forPrepare:
                try prepareLoop(base &+ i.ra)
                pc &+= i.c
            case .forLoop:
                let slot = base &+ i.ra
                let step = stack[slot &+ 2].number
                let index = stack[slot].number + step
                let limit = stack[slot &+ 1].number
                if step > 0 ? index <= limit : limit <= index {
                    pc &+= i.c
                    stack[slot] = Value(index)
                    stack[slot &+ 3] = Value(index)
                    if spend() {
                        frames[depth].pc = Int32(pc)
                        return .paused
                    }
                }
            case .genericCall:
                let slot = base &+ i.ra
                stack[slot &+ 3] = stack[slot]
                stack[slot &+ 4] = stack[slot &+ 1]
                stack[slot &+ 5] = stack[slot &+ 2]
                frames[depth].pc = Int32(pc)
                switch try call(at: slot &+ 3, 2, wanted: i.c) {
                case .entered: return nil
                case .stop(let stop): return stop
                case .returned: break
                }
            case .genericLoop:
                let slot = base &+ i.ra
                if stack[slot &+ 3].isNil { continue }
                stack[slot &+ 2] = stack[slot &+ 3]
                pc &+= i.c
                if spend() {
                    frames[depth].pc = Int32(pc)
                    return .paused
                }
            case .setList:
                let table = stack[base &+ i.ra]
                let count = i.b != 0 ? Int(i.b) : top &- (base &+ i.ra) &- 1
                let offset = (i.c &- 1) &* Opcode.fieldsPerSetList
                if offset &+ count > heap.tables[table.index].array.count {
                    try heap.charge(count &* 8)
                    heap.tables[table.index].growArray(to: offset &+ count, heap.strings)
                }
                for index in 0 ..< count { try heap.set(table, at: offset &+ index &+ 1, stack[base &+ i.ra &+ 1 &+ index]) }
            case .close: closeCells(from: base &+ i.ra)
            case .closure:
                stack[base &+ i.ra] = makeClosure(proto.children[i.c], frames[depth], base)
                if wantsCollection { collect(liveTop: base &+ proto.registerCount) }
            case .variadic:
                let available = max(base &- Int(frames[depth].function) &- 1 &- proto.parameterCount, 0)
                let source = base &- available
                let wanted = i.b != 0 ? Int(i.b) &- 1 : available
                ensureStack(base &+ i.ra &+ wanted &+ Machine.nativeSlots)
                for index in 0 ..< wanted {
                    stack[base &+ i.ra &+ index] = index < available ? stack[source &+ index] : .nil
                }
                if i.b == 0 { top = base &+ i.ra &+ wanted }
            }
        }
    }

    /// Takes one step; true when there is none.
    @inline(__always)
    private mutating func spend() -> Bool {
        if steps <= 0 { return true }
        steps &-= 1
        return false
    }
}
