import Bytes

/// What happens when something cannot go on.
extension Machine {
    /// Unwinds to whoever protects the running code, and hands them the error. Stops when nobody does.
    mutating func recover(from error: LuaError) throws(LuaError) -> Stop? {
        let value = makeValue(of: error)
        let place = currentPlace
        while true {
            while let frame = frames.last {
                frames.removeLast()
                switch frame.kind {
                case .code, .resuming: continue
                case .protected, .handler:
                    closeCells(from: Int(frame.function))
                    return try handOver(value, to: frame)
                case .protectedWithHandler:
                    closeCells(from: Int(frame.function))
                    let slot = Int(frame.function)
                    let handler = stack[slot]
                    var waiting = frame
                    waiting.kind = .handler
                    frames.append(waiting)
                    ensureStack(slot + Machine.nativeSlots)
                    stack[slot + 1] = handler
                    stack[slot + 2] = value
                    if case .stop(let stop) = try call(at: slot + 1, 1, wanted: -1) { return stop }
                    return frames.isEmpty ? .finished : nil
                }
            }
            closeCells(from: 0)
            if current == 0 { return .failed(value, source: place?.chunk, line: place?.line ?? -1) }
            heap.threads[current].status = .dead
            if heap.threads[current].isWrapped {
                // The error goes on in whoever called the function of `wrap`.
                do throws(LuaError) { _ = try leave(with: [], failed: value) } catch { continue }
                return nil
            }
            if case .stop(let stop) = try leave(with: [], failed: value) { return stop }
            return nil
        }
    }

    private mutating func handOver(_ value: Value, to frame: Frame) throws(LuaError) -> Stop? {
        let slot = Int(frame.function)
        ensureStack(slot + Machine.nativeSlots)
        stack[slot] = .false
        stack[slot + 1] = unwrapped(value)
        top = slot + 2
        if case .stop(let stop) = try deliver(slot, 2, to: slot, Int(frame.wanted)) { return stop }
        return frames.isEmpty ? .finished : nil
    }

    /// Errors of commands are tables with a text in `err`; `pcall` gives the text, which is what scripts expect.
    private func unwrapped(_ error: Value) -> Value {
        if !error.isTable { return error }
        let text = heap.get(error, "err")
        return text.isString ? text : error
    }

    /// What a script sees of an error.
    private mutating func makeValue(of error: LuaError) -> Value {
        let message: String
        switch error {
        case .value(let value): return value
        case .message(let text): message = position + text
        case .native(let text): message = callerPosition + text
        case .argument(let number, let text): message = callerPosition + argumentMessage(number, text)
        case .operand(let operation, let value, let register):
            message = position + operandMessage(operation, value, register)
        case .outOfMemory:
            // There has to be room for the message, and for whoever handles it.
            collect(liveTop: max(top, frameTop))
            message = "not enough memory"
        }
        return heap.strings.intern(message.unescapedBytes.bytes)
    }

    // MARK: Places

    /// The source and line of the innermost code that is the script's own.
    var currentPlace: (chunk: String, line: Int)? {
        for frame in frames.reversed() where frame.kind == .code {
            if let place = place(of: frame) { return place }
        }
        return nil
    }

    private func place(of frame: Frame) -> (chunk: String, line: Int)? {
        let proto = heap.protos[Int(frame.proto)]
        if proto.isLibrary { return nil }
        let pc = max(Int(frame.pc) - 1, 0)
        return (proto.chunk, pc < proto.lines.count ? Int(proto.lines[pc]) : 0)
    }

    private func text(_ place: (chunk: String, line: Int)?) -> String {
        place.map { "\($0.chunk):\($0.line): " } ?? ""
    }

    /// Of the code whose instruction failed. Library code has none, as C has none.
    private var position: String {
        guard let frame = frames.last, frame.kind == .code else { return "" }
        return text(place(of: frame))
    }

    /// Of the code that called the native which failed.
    private var callerPosition: String {
        for frame in frames.reversed() {
            if frame.kind != .code { return "" }
            if let place = place(of: frame) { return text(place) }
        }
        return ""
    }

    /// The place `level` calls up, as `error` adds it: 1 is who called `error`.
    func position(level: Int) -> String {
        var left = level
        for frame in frames.reversed() {
            left -= 1
            if left == 0 { return frame.kind == .code ? text(place(of: frame)) : "" }
            if frame.kind != .code { continue }
            left -= Int(frame.tailCalls)
            if left <= 0 { return "" }
        }
        return ""
    }

    // MARK: Messages

    private func operandMessage(_ operation: String, _ value: Value, _ register: Int) -> String {
        let type = value.type.rawValue
        guard let frame = frames.last, frame.kind == .code, register >= Int(frame.base) else {
            return "attempt to \(operation) a \(type) value"
        }
        let proto = heap.protos[Int(frame.proto)]
        let names = RegisterNames(proto: proto)
        guard let found = names.origin(of: register - Int(frame.base), at: Int(frame.pc) - 1, heap.strings) else {
            return "attempt to \(operation) a \(type) value"
        }
        return "attempt to \(operation) \(found.kind) '\(found.name)' (a \(type) value)"
    }

    private func argumentMessage(_ number: Int, _ text: String) -> String {
        var number = number
        let found = callName
        if found?.kind == "method" {
            number -= 1
            if number == 0 { return "calling '\(found?.name ?? "?")' on bad self (\(text))" }
        }
        return "bad argument #\(number) to '\(found?.name ?? "?")' (\(text))"
    }

    /// What the running native function was called, by the code that called it.
    private var callName: (kind: String, name: String)? {
        for frame in frames.reversed() {
            if frame.kind != .code { return nil }
            let proto = heap.protos[Int(frame.proto)]
            let pc = Int(frame.pc) - 1
            if proto.isLibrary { continue }
            let instruction = proto.code[pc]
            switch instruction.opcode {
            case .call, .tailCall, .genericCall:
                return RegisterNames(proto: proto).origin(of: instruction.ra, at: pc, heap.strings)
            default: return nil
            }
        }
        return nil
    }
}

/// Finds out what the value of a register was called in the source, for messages like "attempt to call field 'x'".
///
/// The code is walked from its start to the instruction in question, noting who wrote the register last; jumps over
/// that place hide what was written between.
struct RegisterNames {
    let proto: Proto

    func origin(of register: Int, at pc: Int, _ strings: borrowing StringStore) -> (kind: String, name: String)? {
        if let name = localName(register, at: pc) { return ("local", name) }
        guard let writer = lastWriter(of: register, before: pc) else { return nil }
        let instruction = proto.code[writer]
        switch instruction.opcode {
        case .getGlobal: return ("global", text(proto.constants[instruction.c], strings))
        case .move:
            return instruction.rb < instruction.ra ? origin(of: instruction.rb, at: writer, strings) : nil
        case .getIndexed: return ("field", keyText(instruction.c, strings))
        case .getUpvalue: return ("upvalue", proto.captures[instruction.rb].name)
        case .method: return ("method", keyText(instruction.c, strings))
        default: return nil
        }
    }

    private func keyText(_ operand: Int, _ strings: borrowing StringStore) -> String {
        if operand < Instruction.firstConstant { return "?" }
        let constant = proto.constants[operand - Instruction.firstConstant]
        return constant.isString ? text(constant, strings) : "?"
    }

    private func text(_ value: Value, _ strings: borrowing StringStore) -> String {
        value.isString ? strings.bytes(value).escapedText : "?"
    }

    func localName(_ register: Int, at pc: Int) -> String? {
        var number = register
        for local in proto.locals where local.start <= pc && pc < local.end {
            if number == 0 { return local.name }
            number -= 1
        }
        return nil
    }

    private func lastWriter(of register: Int, before pc: Int) -> Int? {
        var result: Int?
        var index = 0
        while index < pc {
            let instruction = proto.code[index]
            let a = instruction.ra
            switch instruction.opcode {
            case .setGlobal, .setUpvalue, .setIndexed, .setList, .equal, .less, .lessOrEqual, .test, .return, .close: break
            case .loadNil: if a <= register, register <= instruction.rb { result = index }
            case .method: if register == a || register == a + 1 { result = index }
            case .genericCall: if register >= a + 3 { result = index }
            case .call, .tailCall: if register >= a { result = index }
            case .jump:
                let target = index + 1 + instruction.c
                if target > index, target <= pc { index = target - 1 }
            case .forLoop, .forPrepare: if register >= a, register <= a + 3 { result = index }
            default: if register == a { result = index }
            }
            index += 1
        }
        return result
    }
}
