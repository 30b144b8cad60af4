/// A function of the library that is written in Swift.
struct Native {
    /// Runs to its end at once. Its arguments are on the stack; its results are what it pushes.
    typealias Body = @Sendable (inout Machine, NativeCall) throws(LuaError) -> NativeResult

    enum Kind {
        case plain(Body)
        /// Those that change which code runs next. The machine knows them by name.
        case pcall, xpcall, resume, wrapped, yield
        /// Left to the host, which answers by `Machine.answer`.
        case host(Int)
    }

    var name: String
    var kind: Kind
}

/// Where a native finds its arguments: `count` of them from the slot `first`.
struct NativeCall: BitwiseCopyable {
    var first: Int
    var count: Int
}

enum NativeResult {
    /// The last so many values pushed.
    case values(Int)
    /// Call a function in place of returning: it and so many arguments were pushed last.
    case call(Int)
    /// The steps given are used up: call again, with the same arguments.
    case again
}

/// Why the machine returned to its host.
package enum Stop {
    /// The script is through; its results are there to be read.
    case finished
    /// The script failed: what `pcall` would have seen, and where.
    case failed(Value, source: String?, line: Int)
    /// The script called the host function of this number.
    case request(Int)
    /// The steps given are used up: go on with `resume`.
    case paused
}
