import Bytes

/// Reads a program and compiles it in the same pass, without a tree in between.
///
/// Recursion is bounded by counting levels as Lua does, so that no text can exhaust the stack.
struct Parser {
    var lexer: Lexer
    var builder: FunctionBuilder
    private var depth = 0

    private static let maxDepth = 200

    /// Compiles a whole source. `chunk` is what messages call it.
    static func compile(_ source: [UInt8], chunk: String) throws(CompileError) -> FunctionTemplate {
        var parser = Parser(lexer: Lexer(source, chunk: chunk), builder: FunctionBuilder(enclosing: nil))
        parser.builder.template.isVariadic = true
        try parser.advance()
        try parser.block(isLoop: false)
        if parser.token != .end { throw parser.expected(.end) }
        return parser.finishFunction()
    }

    private init(lexer: Lexer, builder: FunctionBuilder) {
        self.lexer = lexer
        self.builder = builder
    }

    var token: Token { lexer.token }

    mutating func advance() throws(CompileError) {
        try lexer.advance()
        builder.line = lexer.lastLine
    }

    mutating func enterLevel() throws(CompileError) {
        depth += 1
        if depth > Parser.maxDepth { throw lexer.error("chunk has too many syntax levels") }
    }

    mutating func leaveLevel() { depth -= 1 }

    // MARK: Tokens

    func expected(_ token: Token) -> CompileError {
        lexer.syntaxError("'\(Lexer.name(token))' expected")
    }

    /// Takes the token if it is this one.
    mutating func take(_ wanted: Token) throws(CompileError) -> Bool {
        if token != wanted { return false }
        try advance()
        return true
    }

    mutating func expect(_ wanted: Token) throws(CompileError) {
        if token != wanted { throw expected(wanted) }
        try advance()
    }

    mutating func expectClosing(_ wanted: Token, of opening: Token, at line: Int) throws(CompileError) {
        if try take(wanted) { return }
        if line == lexer.line { throw expected(wanted) }
        throw lexer.syntaxError(
            "'\(Lexer.name(wanted))' expected (to close '\(Lexer.name(opening))' at line \(line))")
    }

    mutating func name() throws(CompileError) -> [UInt8] {
        guard case .name(let name) = token else { throw lexer.syntaxError("'<name>' expected") }
        try advance()
        return name
    }

    func string(_ text: [UInt8]) -> Expression { Expression(.constant(builder.constant(.string(text)))) }

    // MARK: Scopes

    mutating func block(isLoop: Bool, _ body: (inout Parser) throws(CompileError) -> Void) throws(CompileError) {
        enterBlock(isLoop: isLoop)
        try body(&self)
        leaveBlock()
    }

    mutating func block(isLoop: Bool) throws(CompileError) {
        enterBlock(isLoop: isLoop)
        try statements()
        leaveBlock()
    }

    mutating func enterBlock(isLoop: Bool) {
        builder.blocks.append(FunctionBuilder.Block(isLoop: isLoop, activeCount: builder.activeCount))
    }

    mutating func leaveBlock() {
        guard let block = builder.blocks.popLast() else { return }
        removeLocals(downTo: block.activeCount)
        // A block is a scope or can be broken out of, never both, so what `break` has to close is known there.
        if block.isCaptured { builder.emit(.close, a: block.activeCount) }
        builder.freeRegister = builder.activeCount
        builder.patchHere(block.breaks)
    }

    private mutating func removeLocals(downTo count: Int) {
        while builder.activeLocals.count > count {
            let index = builder.activeLocals.removeLast()
            builder.template.locals[index].end = builder.pc
        }
    }

    mutating func declareLocal(_ name: [UInt8]) throws(CompileError) {
        if builder.activeCount + builder.pendingLocals.count >= FunctionBuilder.maxLocals {
            throw limitExceeded(FunctionBuilder.maxLocals, "local variables")
        }
        builder.template.locals.append(Proto.LocalName(name: name.bytes.escapedText, start: 0, end: 0))
        builder.pendingLocals.append(builder.template.locals.count - 1)
    }

    func limitExceeded(_ limit: Int, _ what: String) -> CompileError {
        let line = builder.template.firstLine
        let place = line == 0 ? "main function" : "function at line \(line)"
        return lexer.error("\(place) has more than \(limit) \(what)")
    }

    /// Brings the declared variables into scope.
    mutating func activateLocals() {
        for index in builder.pendingLocals {
            builder.template.locals[index].start = builder.pc
            builder.activeLocals.append(index)
        }
        builder.pendingLocals.removeAll()
    }

    // MARK: Functions

    mutating func enterFunction(line: Int) {
        let inner = FunctionBuilder(enclosing: builder)
        inner.template.firstLine = line
        inner.line = builder.line
        builder = inner
    }

    mutating func finishFunction() -> FunctionTemplate {
        removeLocals(downTo: 0)
        builder.emitReturn(from: 0, count: 0)
        return builder.template
    }

    /// What a name means here: a local, a variable of a function around, or a global.
    func variable(_ name: [UInt8]) throws(CompileError) -> Expression {
        let text = name.bytes.escapedText
        if let found = try find(text, in: builder, isOuter: false) { return found }
        return Expression(.global(builder.constant(.string(name))))
    }

    private func find(
        _ name: String, in builder: FunctionBuilder, isOuter: Bool
    ) throws(CompileError) -> Expression? {
        for register in builder.activeLocals.indices.reversed()
        where builder.template.locals[builder.activeLocals[register]].name == name {
            if isOuter, let block = builder.blocks.lastIndex(where: { $0.activeCount <= register }) {
                builder.blocks[block].isCaptured = true
            }
            return Expression(.local(register))
        }
        guard let enclosing = builder.enclosing else { return nil }
        if let index = builder.template.captures.firstIndex(where: { $0.name == name }) {
            return Expression(.upvalue(index))
        }
        guard let outer = try find(name, in: enclosing, isOuter: true) else { return nil }
        if builder.template.captures.count >= FunctionBuilder.maxCaptures {
            throw limitExceeded(FunctionBuilder.maxCaptures, "upvalues")
        }
        switch outer.kind {
        case .local(let register):
            builder.template.captures.append(Proto.Capture(name: name, isLocal: true, index: register))
        case .upvalue(let index):
            builder.template.captures.append(Proto.Capture(name: name, isLocal: false, index: index))
        default: return nil
        }
        return Expression(.upvalue(builder.template.captures.count - 1))
    }
}
