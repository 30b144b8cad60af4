/// From descriptions of expressions to registers and operands.
extension FunctionBuilder {
    func reserve(_ count: Int, _ lexer: Lexer) throws(CompileError) {
        freeRegister += count
        if freeRegister > template.registerCount {
            if freeRegister >= FunctionBuilder.maxRegisters { throw lexer.syntaxError("function or expression too complex") }
            template.registerCount = freeRegister
        }
    }

    /// Gives back the register of a temporary.
    func release(_ register: Int) {
        if register < Instruction.firstConstant, register >= activeCount { freeRegister -= 1 }
    }

    func release(_ expression: Expression) {
        if case .register(let register) = expression.kind { release(register) }
    }

    /// Makes a variable's or call's value something with a known register, or an instruction that still lacks one.
    func discharge(_ expression: inout Expression) {
        switch expression.kind {
        case .local(let register): expression.kind = .register(register)
        case .upvalue(let index): expression.kind = .relocatable(emit(.getUpvalue, b: index))
        case .global(let name): expression.kind = .relocatable(emit(.getGlobal, c: name))
        case .indexed(let table, let key):
            release(key)
            release(table)
            expression.kind = .relocatable(emit(.getIndexed, b: table, c: key))
        case .variadic, .call: limitToOne(&expression)
        default: break
        }
    }

    func limitToOne(_ expression: inout Expression) {
        switch expression.kind {
        case .call(let pc): expression.kind = .register(template.code[pc].ra)
        case .variadic(let pc):
            template.code[pc].b = 2
            expression.kind = .relocatable(pc)
        default: break
        }
    }

    /// Makes a call or `...` give `count` values; negative for all.
    func setResults(_ expression: Expression, _ count: Int, _ lexer: Lexer) throws(CompileError) {
        switch expression.kind {
        case .call(let pc): template.code[pc].x = Int32(count + 1)
        case .variadic(let pc):
            template.code[pc].b = UInt16(count + 1)
            template.code[pc].a = UInt8(freeRegister)
            try reserve(1, lexer)
        default: break
        }
    }

    /// Puts the value into a register, jumps not considered.
    private func discharge(_ expression: inout Expression, to register: Int) {
        discharge(&expression)
        switch expression.kind {
        case .nil: emitNil(from: register, count: 1)
        case .true: emit(.loadBoolean, a: register, b: 1)
        case .false: emit(.loadBoolean, a: register, b: 0)
        case .constant(let number): emit(.loadConstant, a: register, c: number)
        case .number(let value):
            emit(.loadConstant, a: register, c: constant(.number(value.bitPattern)))
        case .relocatable(let pc): template.code[pc].a = UInt8(register)
        case .register(let source): if source != register { emit(.move, a: register, b: source) }
        default: return
        }
        expression.kind = .register(register)
    }

    private func dischargeToAny(_ expression: inout Expression, _ lexer: Lexer) throws(CompileError) {
        if case .register = expression.kind { return }
        try reserve(1, lexer)
        discharge(&expression, to: freeRegister - 1)
    }

    /// Puts the value into `register`, whichever way the expression was left.
    func store(_ expression: inout Expression, in register: Int) {
        discharge(&expression, to: register)
        if case .jump(let pc) = expression.kind { join(&expression.trueJumps, pc) }
        if expression.hasJumps {
            var loadFalse = FunctionBuilder.noJump
            var loadTrue = FunctionBuilder.noJump
            if needsValue(expression.trueJumps) || needsValue(expression.falseJumps) {
                var over = FunctionBuilder.noJump
                if case .jump = expression.kind {} else { over = emitJump() }
                _ = markTarget()
                loadFalse = emit(.loadBoolean, a: register, b: 0, c: 1)
                _ = markTarget()
                loadTrue = emit(.loadBoolean, a: register, b: 1, c: 0)
                patchHere(over)
            }
            let end = markTarget()
            patch(expression.falseJumps, end, register: register, valueless: loadFalse)
            patch(expression.trueJumps, end, register: register, valueless: loadTrue)
        }
        expression = Expression(.register(register))
    }

    func toNextRegister(_ expression: inout Expression, _ lexer: Lexer) throws(CompileError) {
        discharge(&expression)
        release(expression)
        try reserve(1, lexer)
        store(&expression, in: freeRegister - 1)
    }

    @discardableResult
    func toAnyRegister(_ expression: inout Expression, _ lexer: Lexer) throws(CompileError) -> Int {
        discharge(&expression)
        if case .register(let register) = expression.kind {
            if !expression.hasJumps { return register }
            if register >= activeCount {
                store(&expression, in: register)
                return register
            }
        }
        try toNextRegister(&expression, lexer)
        if case .register(let register) = expression.kind { return register }
        return 0
    }

    func toValue(_ expression: inout Expression, _ lexer: Lexer) throws(CompileError) {
        if expression.hasJumps { try toAnyRegister(&expression, lexer) } else { discharge(&expression) }
    }

    /// A register, or a constant if the number of the constant fits the operand.
    func toOperand(_ expression: inout Expression, _ lexer: Lexer) throws(CompileError) -> Int {
        try toValue(&expression, lexer)
        var number: Int?
        switch expression.kind {
        case .nil: number = constant(.nil)
        case .true: number = constant(.boolean(true))
        case .false: number = constant(.boolean(false))
        case .number(let value): number = constant(.number(value.bitPattern))
        case .constant(let constant): number = constant
        default: break
        }
        if let number, number <= Instruction.lastConstant - Instruction.firstConstant {
            expression.kind = .constant(number)
            return number + Instruction.firstConstant
        }
        return try toAnyRegister(&expression, lexer)
    }

    /// Assigns a value to a variable.
    func assign(_ variable: Expression, _ value: inout Expression, _ lexer: Lexer) throws(CompileError) {
        switch variable.kind {
        case .local(let register):
            release(value)
            store(&value, in: register)
            return
        case .upvalue(let index):
            let source = try toAnyRegister(&value, lexer)
            emit(.setUpvalue, a: source, b: index)
        case .global(let name):
            let source = try toAnyRegister(&value, lexer)
            emit(.setGlobal, a: source, c: name)
        case .indexed(let table, let key):
            let source = try toOperand(&value, lexer)
            emit(.setIndexed, a: table, b: key, c: source)
        default: break
        }
        release(value)
    }

    func method(_ expression: inout Expression, _ key: inout Expression, _ lexer: Lexer) throws(CompileError) {
        try toAnyRegister(&expression, lexer)
        release(expression)
        let register = freeRegister
        try reserve(2, lexer)
        guard case .register(let object) = expression.kind else { return }
        let operand = try toOperand(&key, lexer)
        emit(.method, a: register, b: object, c: operand)
        release(key)
        expression.kind = .register(register)
    }

    func index(_ table: inout Expression, _ key: inout Expression, _ lexer: Lexer) throws(CompileError) {
        let operand = try toOperand(&key, lexer)
        guard case .register(let register) = table.kind else { return }
        table.kind = .indexed(table: register, key: operand)
    }

    // MARK: Conditions

    private func invertCondition(of jump: Int) {
        let place = control(of: jump)
        template.code[place].a ^= 1
    }

    private func emitConditionalJump(_ opcode: Opcode, a: Int, b: Int, c: Int) -> Int {
        emit(opcode, a: a, b: b, c: c)
        return emitJump()
    }

    /// A jump that is taken when the value's truth is `condition`.
    private func jump(
        on expression: inout Expression, if condition: Bool, _ lexer: Lexer
    ) throws(CompileError) -> Int {
        if case .relocatable(let pc) = expression.kind, template.code[pc].opcode == .not {
            let source = template.code[pc].rb
            template.code.removeLast()
            template.lines.removeLast()
            return emitConditionalJump(.test, a: source, b: 0, c: condition ? 0 : 1)
        }
        try dischargeToAny(&expression, lexer)
        release(expression)
        guard case .register(let register) = expression.kind else { return FunctionBuilder.noJump }
        return emitConditionalJump(.testSet, a: 255, b: register, c: condition ? 1 : 0)
    }

    /// Goes on here if the expression is true.
    func goIfTrue(_ expression: inout Expression, _ lexer: Lexer) throws(CompileError) {
        discharge(&expression)
        let leave: Int
        switch expression.kind {
        case .constant, .number, .true: leave = FunctionBuilder.noJump
        case .jump(let pc):
            invertCondition(of: pc)
            leave = pc
        default: leave = try jump(on: &expression, if: false, lexer)
        }
        join(&expression.falseJumps, leave)
        patchHere(expression.trueJumps)
        expression.trueJumps = FunctionBuilder.noJump
    }

    func goIfFalse(_ expression: inout Expression, _ lexer: Lexer) throws(CompileError) {
        discharge(&expression)
        let leave: Int
        switch expression.kind {
        case .nil, .false: leave = FunctionBuilder.noJump
        case .jump(let pc): leave = pc
        default: leave = try jump(on: &expression, if: true, lexer)
        }
        join(&expression.trueJumps, leave)
        patchHere(expression.falseJumps)
        expression.falseJumps = FunctionBuilder.noJump
    }

    func negateTruth(_ expression: inout Expression, _ lexer: Lexer) throws(CompileError) {
        discharge(&expression)
        switch expression.kind {
        case .nil, .false: expression.kind = .true
        case .constant, .number, .true: expression.kind = .false
        case .jump(let pc): invertCondition(of: pc)
        default:
            try dischargeToAny(&expression, lexer)
            release(expression)
            if case .register(let register) = expression.kind {
                expression.kind = .relocatable(emit(.not, b: register))
            }
        }
        swap(&expression.trueJumps, &expression.falseJumps)
        removeValues(expression.trueJumps)
        removeValues(expression.falseJumps)
    }

    func compare(
        _ opcode: Opcode, _ condition: Bool, _ left: inout Expression, _ right: inout Expression, _ lexer: Lexer
    ) throws(CompileError) {
        var condition = condition
        var first = try toOperand(&left, lexer)
        var second = try toOperand(&right, lexer)
        release(right)
        release(left)
        if !condition, opcode != .equal {
            swap(&first, &second)
            condition = true
        }
        left.kind = .jump(emitConditionalJump(opcode, a: condition ? 1 : 0, b: first, c: second))
    }
}
