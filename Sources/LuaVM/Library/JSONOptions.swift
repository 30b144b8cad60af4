/// What `cjson` can be told.
struct JSONOptions {
    enum InvalidNumbers: Int { case refused, written, null }

    var convertsSparseArrays = false
    var sparseRatio = 2
    var sparseSafe = 10
    var encodeMaxDepth = 1000
    var decodeMaxDepth = 1000
    var precision = 14
    /// Kept for scripts that ask: here a buffer is kept for all text anyway.
    var keepsBuffer = true
    var encodesInvalidNumbers = InvalidNumbers.refused
    var decodesInvalidNumbers = true
}
