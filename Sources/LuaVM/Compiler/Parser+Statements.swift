/// Statements.
extension Parser {
    mutating func statements() throws(CompileError) {
        try enterLevel()
        var isLast = false
        while !isLast, !endsBlock(token) {
            isLast = try statement()
            _ = try take(.sign(";"))
            builder.freeRegister = builder.activeCount
        }
        leaveLevel()
    }

    private func endsBlock(_ token: Token) -> Bool {
        switch token {
        case .word(.else), .word(.elseif), .word(.end), .word(.until), .end: return true
        default: return false
        }
    }

    /// True for one that must be the last of its block.
    private mutating func statement() throws(CompileError) -> Bool {
        let line = lexer.line
        switch token {
        case .word(.if): try ifStatement(line)
        case .word(.while): try whileStatement(line)
        case .word(.do):
            try advance()
            try block(isLoop: false)
            try expectClosing(.word(.end), of: .word(.do), at: line)
        case .word(.for): try forStatement(line)
        case .word(.repeat): try repeatStatement(line)
        case .word(.function): try functionStatement(line)
        case .word(.local):
            try advance()
            if try take(.word(.function)) { try localFunction() } else { try localStatement() }
        case .word(.return):
            try returnStatement()
            return true
        case .word(.break):
            try advance()
            try breakStatement()
            return true
        default: try expressionStatement()
        }
        return false
    }

    /// The jumps taken when the condition is false.
    private mutating func condition() throws(CompileError) -> Int {
        var value = try expression()
        if case .nil = value.kind { value.kind = .false }
        try builder.goIfTrue(&value, lexer)
        return value.falseJumps
    }

    private mutating func ifStatement(_ line: Int) throws(CompileError) {
        var escapes = FunctionBuilder.noJump
        try advance()
        var otherwise = try condition()
        try expect(.word(.then))
        try block(isLoop: false)
        while token == .word(.elseif) {
            builder.join(&escapes, builder.emitJump())
            builder.patchHere(otherwise)
            try advance()
            otherwise = try condition()
            try expect(.word(.then))
            try block(isLoop: false)
        }
        if token == .word(.else) {
            builder.join(&escapes, builder.emitJump())
            builder.patchHere(otherwise)
            try advance()
            try block(isLoop: false)
        } else {
            builder.join(&escapes, otherwise)
        }
        builder.patchHere(escapes)
        try expectClosing(.word(.end), of: .word(.if), at: line)
    }

    private mutating func whileStatement(_ line: Int) throws(CompileError) {
        try advance()
        let start = builder.markTarget()
        let exit = try condition()
        enterBlock(isLoop: true)
        try expect(.word(.do))
        try block(isLoop: false)
        builder.patch(builder.emitJump(), to: start)
        try expectClosing(.word(.end), of: .word(.while), at: line)
        leaveBlock()
        builder.patchHere(exit)
    }

    private mutating func repeatStatement(_ line: Int) throws(CompileError) {
        let start = builder.markTarget()
        enterBlock(isLoop: true)
        enterBlock(isLoop: false)
        try advance()
        try statements()
        try expectClosing(.word(.until), of: .word(.repeat), at: line)
        let exit = try condition()
        if let scope = builder.blocks.last, scope.isCaptured {
            // The condition may use the block's variables, so they are closed on both ways out of it.
            try breakStatement()
            builder.patchHere(exit)
            leaveBlock()
            builder.patch(builder.emitJump(), to: start)
        } else {
            leaveBlock()
            builder.patch(exit, to: start)
        }
        leaveBlock()
    }

    private mutating func breakStatement() throws(CompileError) {
        var index = builder.blocks.count - 1
        var isCaptured = false
        while index >= 0, !builder.blocks[index].isLoop {
            isCaptured = isCaptured || builder.blocks[index].isCaptured
            index -= 1
        }
        if index < 0 { throw lexer.syntaxError("no loop to break") }
        if isCaptured { builder.emit(.close, a: builder.blocks[index].activeCount) }
        var breaks = builder.blocks[index].breaks
        builder.join(&breaks, builder.emitJump())
        builder.blocks[index].breaks = breaks
    }

    // MARK: for

    private mutating func forStatement(_ line: Int) throws(CompileError) {
        enterBlock(isLoop: true)
        try advance()
        let first = try name()
        switch token {
        case .character(UInt8(ascii: "=")): try numericFor(first, line)
        case .character(UInt8(ascii: ",")), .word(.in): try genericFor(first)
        default: throw lexer.syntaxError("'=' or 'in' expected")
        }
        try expectClosing(.word(.end), of: .word(.for), at: line)
        leaveBlock()
    }

    private mutating func numericFor(_ variable: [UInt8], _ line: Int) throws(CompileError) {
        let base = builder.freeRegister
        try declareLocal(Array("(for index)".utf8))
        try declareLocal(Array("(for limit)".utf8))
        try declareLocal(Array("(for step)".utf8))
        try declareLocal(variable)
        let inner = builder.pendingLocals.removeLast()
        try advance()
        try toNextRegister()
        try expect(.sign(","))
        try toNextRegister()
        if try take(.sign(",")) {
            try toNextRegister()
        } else {
            builder.emit(
                .loadConstant, a: builder.freeRegister, c: builder.constant(.number((1.0).bitPattern)))
            try builder.reserve(1, lexer)
        }
        activateLocals()
        try expect(.word(.do))
        let prepare = builder.emit(.forPrepare, a: base, c: FunctionBuilder.noJump)
        try forBody([inner])
        builder.patchHere(prepare)
        let loop = builder.emit(.forLoop, a: base, c: FunctionBuilder.noJump)
        builder.setLine(line)
        builder.patch(loop, to: prepare + 1)
    }

    private mutating func genericFor(_ first: [UInt8]) throws(CompileError) {
        let base = builder.freeRegister
        try declareLocal(Array("(for generator)".utf8))
        try declareLocal(Array("(for state)".utf8))
        try declareLocal(Array("(for control)".utf8))
        try declareLocal(first)
        var count = 1
        while try take(.sign(",")) {
            try declareLocal(try name())
            count += 1
        }
        let inner = Array(builder.pendingLocals.suffix(count))
        builder.pendingLocals.removeLast(count)
        try expect(.word(.in))
        let line = lexer.line
        var (last, given) = try expressionList()
        try adjust(3, given, &last)
        try builder.reserve(3, lexer)
        builder.freeRegister -= 3
        activateLocals()
        try expect(.word(.do))
        let prepare = builder.emitJump()
        try forBody(inner)
        builder.patchHere(prepare)
        // The call needs three registers behind the loop's variables.
        try builder.reserve(3, lexer)
        builder.freeRegister -= 3
        builder.emit(.genericCall, a: base, c: count)
        builder.setLine(line)
        let loop = builder.emit(.genericLoop, a: base, c: FunctionBuilder.noJump)
        builder.setLine(line)
        builder.patch(loop, to: prepare + 1)
    }

    private mutating func forBody(_ variables: [Int]) throws(CompileError) {
        enterBlock(isLoop: false)
        builder.pendingLocals = variables
        activateLocals()
        try builder.reserve(variables.count, lexer)
        try block(isLoop: false)
        leaveBlock()
    }

    private mutating func toNextRegister() throws(CompileError) {
        var value = try expression()
        try builder.toNextRegister(&value, lexer)
    }

    // MARK: Declarations and assignments

    private mutating func functionStatement(_ line: Int) throws(CompileError) {
        try advance()
        var target = try variable(try name())
        var isMethod = false
        while token == .sign(".") { try field(&target) }
        if token == .sign(":") {
            isMethod = true
            try field(&target)
        }
        var body = try functionBody(isMethod: isMethod, line: line)
        try builder.assign(target, &body, lexer)
        builder.setLine(line)
    }

    private mutating func localFunction() throws(CompileError) {
        try declareLocal(try name())
        try builder.reserve(1, lexer)
        let register = builder.freeRegister - 1
        // In scope already within its own body.
        activateLocals()
        var body = try functionBody(isMethod: false, line: lexer.line)
        builder.release(body)
        builder.store(&body, in: register)
        builder.template.locals[builder.activeLocals[register]].start = builder.pc
    }

    private mutating func localStatement() throws(CompileError) {
        var count = 0
        var isMore = true
        while isMore {
            try declareLocal(try name())
            count += 1
            isMore = try take(.sign(","))
        }
        if try take(.sign("=")) {
            var (last, given) = try expressionList()
            try adjust(count, given, &last)
        } else {
            var nothing = Expression(.void)
            try adjust(count, 0, &nothing)
        }
        activateLocals()
    }

    /// Makes `given` values `wanted` ones, in registers.
    private mutating func adjust(_ wanted: Int, _ given: Int, _ last: inout Expression) throws(CompileError) {
        var extra = wanted - given
        if last.isMultiple {
            extra = max(extra + 1, 0)
            try builder.setResults(last, extra, lexer)
            if extra > 1 { try builder.reserve(extra - 1, lexer) }
            return
        }
        if case .void = last.kind {} else { try builder.toNextRegister(&last, lexer) }
        if extra > 0 {
            let register = builder.freeRegister
            try builder.reserve(extra, lexer)
            builder.emitNil(from: register, count: extra)
        }
    }

    private mutating func returnStatement() throws(CompileError) {
        try advance()
        if endsBlock(token) || token == .sign(";") {
            builder.emitReturn(from: 0, count: 0)
            return
        }
        var (last, count) = try expressionList()
        if last.isMultiple {
            try builder.setResults(last, -1, lexer)
            if case .call(let pc) = last.kind, count == 1 {
                builder.template.code[pc].opcode = .tailCall
            }
            builder.emitReturn(from: builder.activeCount, count: -1)
        } else if count == 1 {
            let register = try builder.toAnyRegister(&last, lexer)
            builder.emitReturn(from: register, count: 1)
        } else {
            try builder.toNextRegister(&last, lexer)
            builder.emitReturn(from: builder.activeCount, count: count)
        }
    }

    private mutating func expressionStatement() throws(CompileError) {
        let first = try primaryExpression()
        if case .call(let pc) = first.kind {
            builder.template.code[pc].x = 1
            return
        }
        try assignment([first])
    }

    private mutating func assignment(_ first: [Expression]) throws(CompileError) {
        var targets = first
        while true {
            switch targets[targets.count - 1].kind {
            case .local, .upvalue, .global, .indexed: break
            default: throw lexer.syntaxError("syntax error")
            }
            if try !take(.sign(",")) { break }
            let target = try primaryExpression()
            if case .local(let register) = target.kind { try keepApart(register, &targets) }
            if targets.count >= 200 { throw lexer.error("function at line \(builder.template.firstLine) has more than 200 variables in assignment") }
            targets.append(target)
        }
        try expect(.sign("="))
        var (last, count) = try expressionList()
        if count == targets.count {
            builder.limitToOne(&last)
            try builder.assign(targets.removeLast(), &last, lexer)
        } else {
            try adjust(targets.count, count, &last)
            if count > targets.count { builder.freeRegister -= count - targets.count }
        }
        while let target = targets.popLast() {
            var value = Expression(.register(builder.freeRegister - 1))
            try builder.assign(target, &value, lexer)
        }
    }

    /// A local that is assigned to may be the table or key of a target in front: those get a copy of it first.
    private mutating func keepApart(_ register: Int, _ targets: inout [Expression]) throws(CompileError) {
        let copy = builder.freeRegister
        var conflicts = false
        for index in targets.indices {
            guard case .indexed(var table, var key) = targets[index].kind else { continue }
            if table == register || key == register { conflicts = true }
            if table == register { table = copy }
            if key == register { key = copy }
            targets[index].kind = .indexed(table: table, key: key)
        }
        if conflicts {
            builder.emit(.move, a: copy, b: register)
            try builder.reserve(1, lexer)
        }
    }
}
