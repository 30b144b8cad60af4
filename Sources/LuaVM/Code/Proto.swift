/// A compiled function, shared by all closures made of it.
///
/// What stands behind `lines` is only for error messages.
final class Proto {
    let code: [Instruction]
    let constants: [Value]
    /// Numbers of the functions declared in this one.
    let children: [Int]
    let captures: [Capture]
    let parameterCount: Int
    let isVariadic: Bool
    /// Has a table `arg` of its extra arguments, as functions of Lua 5.0 had.
    let needsArgumentTable: Bool
    let registerCount: Int
    /// The line of each instruction.
    let lines: [Int32]
    let locals: [LocalName]
    /// What messages call the source: `user_script`.
    let chunk: String
    let firstLine: Int
    /// Written in Lua but part of the library: to scripts it is a native function.
    let isLibrary: Bool

    /// A variable that a function takes along from the one around it.
    struct Capture {
        var name: String
        /// A register of the function around it, or one of its own captures.
        var isLocal: Bool
        var index: Int
    }

    /// A local variable and where in the code it lives.
    struct LocalName {
        var name: String
        var start: Int
        var end: Int
    }

    init(_ template: FunctionTemplate, constants: [Value], children: [Int], chunk: String, isLibrary: Bool) {
        code = template.code
        self.constants = constants
        self.children = children
        captures = template.captures
        parameterCount = template.parameterCount
        isVariadic = template.isVariadic
        needsArgumentTable = template.needsArgumentTable
        registerCount = template.registerCount
        lines = template.lines
        locals = template.locals
        self.chunk = chunk
        firstLine = template.firstLine
        self.isLibrary = isLibrary
    }

    /// Memory, in bytes, roughly.
    var memory: Int { code.count * 12 + constants.count * 8 + locals.count * 48 + 200 }
}

/// What the compiler makes of one function: no heap is needed for it.
struct FunctionTemplate {
    enum Constant: Hashable {
        case `nil`
        case boolean(Bool)
        /// The bits of a number, so that -0 and 0 are two.
        case number(UInt64)
        case string([UInt8])
    }

    var code: [Instruction] = []
    var lines: [Int32] = []
    var constants: [Constant] = []
    var children: [FunctionTemplate] = []
    var captures: [Proto.Capture] = []
    var locals: [Proto.LocalName] = []
    var parameterCount = 0
    var isVariadic = false
    var needsArgumentTable = false
    var registerCount = 2
    var firstLine = 0
}
