/// An expression that has been read but whose value may not be in a register yet.
///
/// Compiling in one pass, what to do with a value is known only after it has been read: `x` may become an operand, an
/// argument, or the left side of an assignment. So reading gives a description, and code is emitted when it is
/// known where the value is to go. A comparison is a pair of jump lists until somebody wants its value.
struct Expression {
    enum Kind {
        case void
        case `nil`, `true`, `false`
        case number(Double)
        case constant(Int)
        case local(Int)
        case upvalue(Int)
        case global(Int)
        case indexed(table: Int, key: Int)
        /// The pc of a jump.
        case jump(Int)
        /// The pc of an instruction whose target register is still open.
        case relocatable(Int)
        case register(Int)
        /// The pc of a call, or of what spreads the extra arguments: the number of results is still open.
        case call(Int)
        case variadic(Int)
    }

    var kind: Kind
    /// Jumps taken when the expression is true, and when it is false.
    var trueJumps = FunctionBuilder.noJump
    var falseJumps = FunctionBuilder.noJump

    init(_ kind: Kind) { self.kind = kind }

    var hasJumps: Bool { trueJumps != falseJumps }

    /// How many values it gives depends on what happens.
    var isMultiple: Bool {
        switch kind {
        case .call, .variadic: return true
        default: return false
        }
    }

    var plainNumber: Double? {
        if case .number(let number) = kind, !hasJumps { return number }
        return nil
    }
}
