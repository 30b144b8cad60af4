/// What the lexer makes of source text.
enum Token: Equatable {
    case end
    case name([UInt8])
    case string([UInt8])
    case number(Double)
    case word(Keyword)
    /// One of the operators of more than one character, or any other character.
    case symbol(Symbol)
    case character(UInt8)

    static func sign(_ scalar: Unicode.Scalar) -> Token { .character(UInt8(ascii: scalar)) }
}

enum Keyword: String, CaseIterable {
    case and, `break`, `do`, `else`, elseif, end, `false`, `for`, function, `if`, `in`, local, `nil`, not, or, `repeat`
    case `return`, then, `true`, until, `while`

    static let byName: [[UInt8]: Keyword] = Dictionary(
        uniqueKeysWithValues: allCases.map { (Array($0.rawValue.utf8), $0) })
}

enum Symbol: String {
    case concatenation = ".."
    case ellipsis = "..."
    case equal = "=="
    case greaterOrEqual = ">="
    case lessOrEqual = "<="
    case notEqual = "~="
}

/// Why source text is not a program.
package struct CompileError: Error {
    /// With the place in front: `user_script:1: '=' expected near 'x'`.
    package let message: String
}
