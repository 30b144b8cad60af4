/// One instruction of the register machine, in eight bytes.
///
///     [ opcode | a | b : 16 | c or x : 32 ]
///
/// `a` is a register nearly always. `b` and `c` are registers below 256 and constants from there on (`rk`). `x` is a jump, a
/// constant or a number, and uses the same bits as `c`.
struct Instruction: BitwiseCopyable {
    var opcode: Opcode
    var a: UInt8
    var b: UInt16
    var x: Int32

    init(_ opcode: Opcode, a: Int = 0, b: Int = 0, c: Int = 0) {
        self.opcode = opcode
        self.a = UInt8(a)
        self.b = UInt16(b)
        x = Int32(c)
    }

    @inline(__always) var ra: Int { Int(a) }
    @inline(__always) var rb: Int { Int(b) }
    @inline(__always) var c: Int { Int(x) }

    /// From here on `b` and `c` mean constants.
    static let firstConstant = 256
    static let lastConstant = 65_535
}

enum Opcode: UInt8 {
    /// R(a) = R(b)
    case move
    /// R(a) = K(x)
    case loadConstant
    /// R(a) = b ≠ 0; skips the next instruction if c ≠ 0
    case loadBoolean
    /// R(a) … R(b) = nil
    case loadNil
    case getUpvalue, setUpvalue
    /// R(a) = globals[K(x)] and back
    case getGlobal, setGlobal
    /// R(a) = R(b)[RK(c)]
    case getIndexed
    /// R(a)[RK(b)] = RK(c)
    case setIndexed
    /// R(a) = {}, with room for b in the array and c in the hash
    case newTable
    /// R(a+1) = R(b); R(a) = R(b)[RK(c)]
    case method
    /// R(a) = RK(b) op RK(c)
    case add, subtract, multiply, divide, modulo, power
    /// R(a) = op R(b)
    case negate, not, length
    /// R(a) = R(b) .. … .. R(c)
    case concatenate
    /// pc += x
    case jump
    /// if (RK(b) op RK(c)) ≠ a then skip the next instruction, a jump
    case equal, less, lessOrEqual
    /// if R(a) is not c then skip
    case test
    /// if R(b) is c then R(a) = R(b) else skip
    case testSet
    /// R(a) … = R(a)(R(a+1) …): b-1 arguments, c-1 results; 0 for as many as there are
    case call
    case tailCall
    /// return R(a) …: b-1 values
    case `return`
    /// Numeric loops
    case forLoop, forPrepare
    /// R(a+3) … R(a+2+c) = R(a)(R(a+1), R(a+2))
    case genericCall
    /// if R(a+3) ≠ nil then R(a+2) = R(a+3), pc += x
    case genericLoop
    /// R(a)[(x-1) * 50 + i] = R(a+i), 1 ≤ i ≤ b
    case setList
    /// closes all variables from R(a) up
    case close
    /// R(a) = function x
    case closure
    /// R(a) … = the function's extra arguments: b-1
    case variadic

    static let fieldsPerSetList = 50
}
