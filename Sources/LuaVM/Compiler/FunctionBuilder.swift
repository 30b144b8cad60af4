/// A function while it is being compiled: its code so far, the blocks it is in, and which registers are taken.
///
///     registers   [ active locals … | temporaries … | free ]
///                                    ▲ activeCount   ▲ freeRegister
///
/// Expressions are compiled to where their value is needed, not to where they happen to be found: see `Expression`.
final class FunctionBuilder {
    var template = FunctionTemplate()
    let enclosing: FunctionBuilder?
    private var constantNumbers: [FunctionTemplate.Constant: Int] = [:]
    /// Indices in `template.locals` of the variables in scope; the position is the register.
    var activeLocals: [Int] = []
    /// Declared, but not in scope before their statement is through.
    var pendingLocals: [Int] = []
    var blocks: [Block] = []
    var freeRegister = 0
    /// The last place that something jumps to: no instruction in front of it may be changed.
    var lastTarget = -1
    /// Jumps to whatever comes next.
    var pendingJumps = FunctionBuilder.noJump
    var line = 1

    struct Block {
        var isLoop: Bool
        var breaks = FunctionBuilder.noJump
        var activeCount: Int
        /// Whether some local of it was captured.
        var isCaptured = false
    }

    static let noJump = -1
    static let maxLocals = 200
    static let maxCaptures = 60
    static let maxRegisters = 250

    init(enclosing: FunctionBuilder?) { self.enclosing = enclosing }

    var pc: Int { template.code.count }
    var activeCount: Int { activeLocals.count }

    // MARK: Code

    @discardableResult
    func emit(_ opcode: Opcode, a: Int = 0, b: Int = 0, c: Int = 0) -> Int {
        dischargePendingJumps()
        template.code.append(Instruction(opcode, a: a, b: b, c: c))
        template.lines.append(Int32(line))
        return pc - 1
    }

    func setLine(_ line: Int) { template.lines[pc - 1] = Int32(line) }

    func constant(_ constant: FunctionTemplate.Constant) -> Int {
        if let number = constantNumbers[constant] { return number }
        template.constants.append(constant)
        constantNumbers[constant] = template.constants.count - 1
        return template.constants.count - 1
    }

    func emitNil(from first: Int, count: Int) {
        if pc > lastTarget, pc > 0, let previous = template.code.last, previous.opcode == .loadNil {
            let (from, to) = (previous.ra, previous.rb)
            if from <= first, first <= to + 1 {
                if first + count - 1 > to { template.code[pc - 1].b = UInt16(first + count - 1) }
                return
            }
        }
        emit(.loadNil, a: first, b: first + count - 1)
    }

    func emitReturn(from first: Int, count: Int) { emit(.return, a: first, b: count + 1) }

    // MARK: Jumps. Those to the same unknown place are chained through their own distance fields.

    func emitJump() -> Int {
        let waiting = pendingJumps
        pendingJumps = FunctionBuilder.noJump
        var jump = emit(.jump, c: FunctionBuilder.noJump)
        join(&jump, waiting)
        return jump
    }

    func markTarget() -> Int {
        lastTarget = pc
        return pc
    }

    func patch(_ list: Int, to target: Int) {
        if target == pc { patchHere(list) } else { patch(list, target, register: nil, valueless: target) }
    }

    func patchHere(_ list: Int) {
        _ = markTarget()
        join(&pendingJumps, list)
    }

    func join(_ first: inout Int, _ second: Int) {
        if second == FunctionBuilder.noJump { return }
        if first == FunctionBuilder.noJump {
            first = second
            return
        }
        var last = first
        while true {
            let next = jumpTarget(last)
            if next == FunctionBuilder.noJump { break }
            last = next
        }
        setJump(last, to: second)
    }

    func jumpTarget(_ jump: Int) -> Int {
        let distance = template.code[jump].c
        return distance == FunctionBuilder.noJump ? FunctionBuilder.noJump : jump + 1 + distance
    }

    private func setJump(_ jump: Int, to target: Int) { template.code[jump].x = Int32(target - (jump + 1)) }

    /// The instruction that decides about a jump: the test in front of it, or the jump itself.
    func control(of jump: Int) -> Int {
        if jump >= 1 {
            switch template.code[jump - 1].opcode {
            case .equal, .less, .lessOrEqual, .test, .testSet: return jump - 1
            default: break
            }
        }
        return jump
    }

    /// Whether some jump of the list does not bring a value with it.
    func needsValue(_ list: Int) -> Bool {
        var jump = list
        while jump != FunctionBuilder.noJump {
            if template.code[control(of: jump)].opcode != .testSet { return true }
            jump = jumpTarget(jump)
        }
        return false
    }

    /// Lets a jump that brings a value put it into `register`, or bring none.
    @discardableResult
    private func patchTest(_ jump: Int, register: Int?) -> Bool {
        let place = control(of: jump)
        let instruction = template.code[place]
        if instruction.opcode != .testSet { return false }
        if let register, register != instruction.rb {
            template.code[place].a = UInt8(register)
        } else {
            template.code[place] = Instruction(.test, a: instruction.rb, b: 0, c: instruction.c)
        }
        return true
    }

    func removeValues(_ list: Int) {
        var jump = list
        while jump != FunctionBuilder.noJump {
            patchTest(jump, register: nil)
            jump = jumpTarget(jump)
        }
    }

    func patch(_ list: Int, _ target: Int, register: Int?, valueless: Int) {
        var jump = list
        while jump != FunctionBuilder.noJump {
            let next = jumpTarget(jump)
            setJump(jump, to: patchTest(jump, register: register) ? target : valueless)
            jump = next
        }
    }

    private func dischargePendingJumps() {
        let list = pendingJumps
        pendingJumps = FunctionBuilder.noJump
        patch(list, pc, register: nil, valueless: pc)
    }
}
