/// One line of execution: the main one of a script, or a coroutine.
///
///     stack   [ f | args … | registers of f … | g | args … | registers of g … ]
///     frames  [ f: base, pc ]                  [ g: base, pc ]
///
/// Calls of Lua functions by Lua functions, natives and metamethods alike push a frame and never recurse in Swift. So a
/// script can stop between any two instructions and go on later, and deep recursion ends in an error.
struct Thread {
    enum Status: String { case suspended, running, normal, dead }

    var stack: [Value] = []
    var frames: [Frame] = []
    /// Everything alive is below.
    var top = 0
    /// Cells of variables that are still on the stack, the lowest slot first.
    var openCells: [Int32] = []
    var status = Status.suspended
    /// Who resumed this; negative while it does not run.
    var resumer: Int32 = -1
    /// Whether errors go on to the resumer: it is a function of `coroutine.wrap`.
    var isWrapped = false
    var isMarked = false
}

/// A call in progress.
struct Frame: BitwiseCopyable {
    enum Kind: UInt8 {
        /// Runs code of a compiled function.
        case code
        /// `pcall`, waiting for what it called.
        case protected
        /// `xpcall`, the same. Its handler is in its slot.
        case protectedWithHandler
        /// `xpcall`, waiting for its handler.
        case handler
        /// `coroutine.resume`, waiting for the other thread.
        case resuming
    }

    var kind = Kind.code
    /// An instruction called a metamethod, and has to be finished with its result.
    var isMidway = false
    /// A comparison by the opposite one, so its result is to be turned round.
    var isNegated = false
    var closure: Int32 = -1
    var proto: Int32 = -1
    /// The slot of the function; results go there.
    var function: Int32 = 0
    /// The slot of register 0.
    var base: Int32 = 0
    var pc: Int32 = 0
    /// How many results the caller wants; negative for all.
    var wanted: Int32 = 0
    /// How many callers gave up their frame for this by tail calls.
    var tailCalls: Int32 = 0
    /// The slot that the metamethod's result belongs to, when values are joined.
    var joined: Int32 = 0
}
