/// Operators, their priorities, and the code for them.
enum BinaryOperator {
    case add, subtract, multiply, divide, modulo, power, concatenate
    case notEqual, equal, less, lessOrEqual, greater, greaterOrEqual, and, or

    init?(_ token: Token) {
        switch token {
        case .character(UInt8(ascii: "+")): self = .add
        case .character(UInt8(ascii: "-")): self = .subtract
        case .character(UInt8(ascii: "*")): self = .multiply
        case .character(UInt8(ascii: "/")): self = .divide
        case .character(UInt8(ascii: "%")): self = .modulo
        case .character(UInt8(ascii: "^")): self = .power
        case .character(UInt8(ascii: "<")): self = .less
        case .character(UInt8(ascii: ">")): self = .greater
        case .symbol(.concatenation): self = .concatenate
        case .symbol(.notEqual): self = .notEqual
        case .symbol(.equal): self = .equal
        case .symbol(.lessOrEqual): self = .lessOrEqual
        case .symbol(.greaterOrEqual): self = .greaterOrEqual
        case .word(.and): self = .and
        case .word(.or): self = .or
        default: return nil
        }
    }

    /// How strongly it binds what stands to its left and right; not the same where it groups to the right.
    var priority: (left: Int, right: Int) {
        switch self {
        case .or: return (1, 1)
        case .and: return (2, 2)
        case .notEqual, .equal, .less, .lessOrEqual, .greater, .greaterOrEqual: return (3, 3)
        case .concatenate: return (5, 4)
        case .add, .subtract: return (6, 6)
        case .multiply, .divide, .modulo: return (7, 7)
        case .power: return (10, 9)
        }
    }

    static let unaryPriority = 8
}

enum UnaryOperator {
    case negate, not, length

    init?(_ token: Token) {
        switch token {
        case .character(UInt8(ascii: "-")): self = .negate
        case .word(.not): self = .not
        case .character(UInt8(ascii: "#")): self = .length
        default: return nil
        }
    }
}

extension FunctionBuilder {
    func prefix(_ operation: UnaryOperator, _ operand: inout Expression, _ lexer: Lexer) throws(CompileError) {
        switch operation {
        case .not: try negateTruth(&operand, lexer)
        case .negate:
            if let number = operand.plainNumber, !number.isNaN {
                operand.kind = .number(-number)
                return
            }
            try unary(.negate, &operand, lexer)
        case .length: try unary(.length, &operand, lexer)
        }
    }

    private func unary(_ opcode: Opcode, _ operand: inout Expression, _ lexer: Lexer) throws(CompileError) {
        let register = try toAnyRegister(&operand, lexer)
        release(operand)
        operand = Expression(.relocatable(emit(opcode, b: register)))
    }

    /// After the left operand has been read, before the right one is.
    func infix(_ operation: BinaryOperator, _ left: inout Expression, _ lexer: Lexer) throws(CompileError) {
        switch operation {
        case .and: try goIfTrue(&left, lexer)
        case .or: try goIfFalse(&left, lexer)
        case .concatenate: try toNextRegister(&left, lexer)
        case .add, .subtract, .multiply, .divide, .modulo, .power:
            if left.plainNumber == nil { _ = try toOperand(&left, lexer) }
        default: _ = try toOperand(&left, lexer)
        }
    }

    /// After both have been read; the result is in `left`.
    func postfix(
        _ operation: BinaryOperator, _ left: inout Expression, _ right: inout Expression, _ lexer: Lexer
    ) throws(CompileError) {
        switch operation {
        case .and:
            discharge(&right)
            join(&right.falseJumps, left.falseJumps)
            left = right
        case .or:
            discharge(&right)
            join(&right.trueJumps, left.trueJumps)
            left = right
        case .concatenate:
            try toValue(&right, lexer)
            if case .relocatable(let pc) = right.kind, template.code[pc].opcode == .concatenate,
                case .register(let first) = left.kind
            {
                // a .. (b .. c) becomes one instruction for all three.
                release(left)
                template.code[pc].b = UInt16(first)
                left.kind = .relocatable(pc)
            } else {
                try toNextRegister(&right, lexer)
                try arithmetic(.concatenate, &left, &right, lexer)
            }
        case .add: try arithmetic(.add, &left, &right, lexer)
        case .subtract: try arithmetic(.subtract, &left, &right, lexer)
        case .multiply: try arithmetic(.multiply, &left, &right, lexer)
        case .divide: try arithmetic(.divide, &left, &right, lexer)
        case .modulo: try arithmetic(.modulo, &left, &right, lexer)
        case .power: try arithmetic(.power, &left, &right, lexer)
        case .equal: try compare(.equal, true, &left, &right, lexer)
        case .notEqual: try compare(.equal, false, &left, &right, lexer)
        case .less: try compare(.less, true, &left, &right, lexer)
        case .lessOrEqual: try compare(.lessOrEqual, true, &left, &right, lexer)
        case .greater: try compare(.less, false, &left, &right, lexer)
        case .greaterOrEqual: try compare(.lessOrEqual, false, &left, &right, lexer)
        }
    }

    private func arithmetic(
        _ opcode: Opcode, _ left: inout Expression, _ right: inout Expression, _ lexer: Lexer
    ) throws(CompileError) {
        if let a = left.plainNumber, let b = right.plainNumber, let folded = fold(opcode, a, b) {
            left.kind = .number(folded)
            return
        }
        let second = try toOperand(&right, lexer)
        let first = try toOperand(&left, lexer)
        if first > second {
            release(left)
            release(right)
        } else {
            release(right)
            release(left)
        }
        left = Expression(.relocatable(emit(opcode, b: first, c: second)))
    }

    /// The value of an operation on constants, unless it is none that a constant can have.
    private func fold(_ opcode: Opcode, _ a: Double, _ b: Double) -> Double? {
        let result: Double
        switch opcode {
        case .add: result = a + b
        case .subtract: result = a - b
        case .multiply: result = a * b
        case .divide:
            if b == 0 { return nil }
            result = a / b
        case .modulo:
            if b == 0 { return nil }
            result = luaModulo(a, b)
        case .power: result = luaPower(a, b)
        default: return nil
        }
        return result.isNaN ? nil : result
    }
}
