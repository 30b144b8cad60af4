/// Expressions.
extension Parser {
    mutating func expression() throws(CompileError) -> Expression { try subexpression(above: 0).0 }

    /// Reads operators that bind more strongly than `limit`; the operator behind them comes back too.
    private mutating func subexpression(above limit: Int) throws(CompileError) -> (Expression, BinaryOperator?) {
        try enterLevel()
        var left: Expression
        if let prefix = UnaryOperator(token) {
            try advance()
            left = try subexpression(above: BinaryOperator.unaryPriority).0
            try builder.prefix(prefix, &left, lexer)
        } else {
            left = try simpleExpression()
        }
        var operation = BinaryOperator(token)
        while let current = operation, current.priority.left > limit {
            try advance()
            try builder.infix(current, &left, lexer)
            var (right, next) = try subexpression(above: current.priority.right)
            try builder.postfix(current, &left, &right, lexer)
            operation = next
        }
        leaveLevel()
        return (left, operation)
    }

    private mutating func simpleExpression() throws(CompileError) -> Expression {
        let result: Expression
        switch token {
        case .number(let number): result = Expression(.number(number))
        case .string(let text): result = string(text)
        case .word(.nil): result = Expression(.nil)
        case .word(.true): result = Expression(.true)
        case .word(.false): result = Expression(.false)
        case .symbol(.ellipsis):
            if !builder.template.isVariadic { throw lexer.syntaxError("cannot use '...' outside a vararg function") }
            builder.template.needsArgumentTable = false
            result = Expression(.variadic(builder.emit(.variadic, b: 1)))
        case .character(UInt8(ascii: "{")): return try tableConstructor()
        case .word(.function):
            let line = lexer.line
            try advance()
            return try functionBody(isMethod: false, line: line)
        default: return try primaryExpression()
        }
        try advance()
        return result
    }

    private mutating func prefixExpression() throws(CompileError) -> Expression {
        switch token {
        case .character(UInt8(ascii: "(")):
            let line = lexer.line
            try advance()
            var inner = try expression()
            try expectClosing(.sign(")"), of: .sign("("), at: line)
            builder.discharge(&inner)
            return inner
        case .name:
            let name = try name()
            return try variable(name)
        default: throw lexer.syntaxError("unexpected symbol")
        }
    }

    mutating func primaryExpression() throws(CompileError) -> Expression {
        var result = try prefixExpression()
        while true {
            switch token {
            case .character(UInt8(ascii: ".")): try field(&result)
            case .character(UInt8(ascii: "[")):
                try builder.toAnyRegister(&result, lexer)
                var key = try bracketedKey()
                try builder.index(&result, &key, lexer)
            case .character(UInt8(ascii: ":")):
                try advance()
                var key = string(try name())
                try builder.method(&result, &key, lexer)
                try callArguments(&result)
            case .character(UInt8(ascii: "(")), .string, .character(UInt8(ascii: "{")):
                try builder.toNextRegister(&result, lexer)
                try callArguments(&result)
            default: return result
            }
        }
    }

    mutating func field(_ table: inout Expression) throws(CompileError) {
        try builder.toAnyRegister(&table, lexer)
        try advance()
        var key = string(try name())
        try builder.index(&table, &key, lexer)
    }

    private mutating func bracketedKey() throws(CompileError) -> Expression {
        try advance()
        var key = try expression()
        try builder.toValue(&key, lexer)
        try expect(.sign("]"))
        return key
    }

    private mutating func callArguments(_ function: inout Expression) throws(CompileError) {
        let line = lexer.line
        var arguments = Expression(.void)
        switch token {
        case .character(UInt8(ascii: "(")):
            if line != lexer.lastLine { throw lexer.syntaxError("ambiguous syntax (function call x new statement)") }
            try advance()
            if token != .sign(")") {
                (arguments, _) = try expressionList()
                if arguments.isMultiple { try builder.setResults(arguments, -1, lexer) }
            }
            try expectClosing(.sign(")"), of: .sign("("), at: line)
        case .character(UInt8(ascii: "{")): arguments = try tableConstructor()
        case .string(let text):
            arguments = string(text)
            try advance()
        default: throw lexer.syntaxError("function arguments expected")
        }
        guard case .register(let base) = function.kind else { return }
        var count = -1
        if !arguments.isMultiple {
            if case .void = arguments.kind {} else { try builder.toNextRegister(&arguments, lexer) }
            count = builder.freeRegister - (base + 1)
        }
        function = Expression(.call(builder.emit(.call, a: base, b: count + 1, c: 2)))
        builder.setLine(line)
        builder.freeRegister = base + 1
    }

    /// Expressions between commas. All but the last are in registers; how many there are comes back too.
    mutating func expressionList() throws(CompileError) -> (Expression, Int) {
        var last = try expression()
        var count = 1
        while try take(.sign(",")) {
            try builder.toNextRegister(&last, lexer)
            last = try expression()
            count += 1
        }
        return (last, count)
    }

    // MARK: Tables

    private mutating func tableConstructor() throws(CompileError) -> Expression {
        let line = lexer.line
        let place = builder.emit(.newTable)
        var table = Expression(.relocatable(place))
        try builder.toNextRegister(&table, lexer)
        guard case .register(let register) = table.kind else { return table }
        var item = Expression(.void)
        var (arrayCount, hashCount, waiting) = (0, 0, 0)
        try expect(.sign("{"))
        while token != .sign("}") {
            if case .void = item.kind {} else {
                try builder.toNextRegister(&item, lexer)
                item = Expression(.void)
                if waiting == Opcode.fieldsPerSetList {
                    flush(register, upTo: arrayCount, waiting)
                    waiting = 0
                }
            }
            var isKeyed = token == .sign("[")
            if case .name = token, try lexer.peek() == .sign("=") { isKeyed = true }
            if isKeyed {
                try keyedField(of: register)
                hashCount += 1
            } else {
                item = try expression()
                arrayCount += 1
                waiting += 1
            }
            let isComma = try take(.sign(","))
            if !isComma {
                let isSemicolon = try take(.sign(";"))
                if !isSemicolon { break }
            }
        }
        try expectClosing(.sign("}"), of: .sign("{"), at: line)
        if waiting > 0 {
            if item.isMultiple {
                try builder.setResults(item, -1, lexer)
                flush(register, upTo: arrayCount, 0)
                arrayCount -= 1
            } else {
                if case .void = item.kind {} else { try builder.toNextRegister(&item, lexer) }
                flush(register, upTo: arrayCount, waiting)
            }
        }
        builder.template.code[place].b = UInt16(min(arrayCount, 65_535))
        builder.template.code[place].x = Int32(hashCount)
        return table
    }

    /// Puts the values that wait in registers into the table; `waiting` 0 for all up to the top.
    private mutating func flush(_ table: Int, upTo count: Int, _ waiting: Int) {
        let batch = (count - 1) / Opcode.fieldsPerSetList + 1
        builder.emit(.setList, a: table, b: waiting, c: batch)
        builder.freeRegister = table + 1
    }

    private mutating func keyedField(of table: Int) throws(CompileError) {
        let free = builder.freeRegister
        var key: Expression
        if case .name = token { key = string(try name()) } else { key = try bracketedKey() }
        try expect(.sign("="))
        let keyOperand = try builder.toOperand(&key, lexer)
        var value = try expression()
        let valueOperand = try builder.toOperand(&value, lexer)
        builder.emit(.setIndexed, a: table, b: keyOperand, c: valueOperand)
        builder.freeRegister = free
    }

    // MARK: Functions

    mutating func functionBody(isMethod: Bool, line: Int) throws(CompileError) -> Expression {
        try enterLevel()
        enterFunction(line: line)
        try expect(.sign("("))
        if isMethod {
            try declareLocal(Array("self".utf8))
            activateLocals()
        }
        try parameters()
        try expect(.sign(")"))
        try statements()
        let lastLine = lexer.line
        try expectClosing(.word(.end), of: .word(.function), at: line)
        builder.line = lastLine
        let template = finishFunction()
        guard let outer = builder.enclosing else { return Expression(.nil) }
        builder = outer
        builder.line = lexer.lastLine
        builder.template.children.append(template)
        leaveLevel()
        return Expression(.relocatable(builder.emit(.closure, c: builder.template.children.count - 1)))
    }

    private mutating func parameters() throws(CompileError) {
        var isMore = token != .sign(")")
        while isMore {
            if case .name = token {
                try declareLocal(try name())
            } else if token == .symbol(.ellipsis) {
                try advance()
                try declareLocal(Array("arg".utf8))
                builder.template.isVariadic = true
                builder.template.needsArgumentTable = true
                break
            } else {
                throw lexer.syntaxError("<name> or '...' expected")
            }
            isMore = try take(.sign(","))
        }
        activateLocals()
        builder.template.parameterCount = builder.activeCount - (builder.template.isVariadic ? 1 : 0)
        try builder.reserve(builder.activeCount, lexer)
    }
}
