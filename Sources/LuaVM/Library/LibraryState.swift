import Bytes

/// What library functions keep from one call to the next.
struct LibraryState {
    /// `math.random`.
    var random = Random48()
    var json = JSONOptions()
    /// A pattern match that ran out of steps.
    var matching: PatternMatch?
    /// What the library's Lua part searched for last.
    var lastMatch: PatternMatch?
    /// What `pairs` and `ipairs` iterate with.
    var next = Value.nil
    var nextPosition = Value.nil
    /// The number of the native behind functions of `coroutine.wrap`.
    var wrappedNative = 0

    /// Values that are alive though no script refers to them.
    var roots: [Value] { [next, nextPosition] }

    /// For the next script, which must not see what the last one did.
    mutating func reset() {
        json = JSONOptions()
        matching = nil
        lastMatch = nil
    }
}
