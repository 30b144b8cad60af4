import Bytes
import Wire

/// The requests of a pipeline that have been parsed but not yet run.
///
/// A lookup in a large keyspace waits twice for memory: for the bucket, then for the entry. A pipeline tells in advance what
/// will be looked up, so the requests are parsed some ahead, and by the time each runs, its bucket and entry are in the cache.
/// Where the entry is a large set or hash, the same is done once more with what will be looked up in that.
/// Nothing but the cache is touched in advance: a request that has not run leaves no trace and can be parsed again.
struct Lookahead: ~Copyable {
    /// Requests parsed before the first of them runs; about as many loads as a core keeps in flight.
    static let depth = 16

    struct Request: BitwiseCopyable {
        var start = 0
        var end = 0
        var memo = KeyMemo()
        /// What is probably the entry.
        var entry: Entry?
        var element: ElementMemo?
    }

    var parsers = FixedArray<RequestParser>(count: depth) { _ in RequestParser() }
    var requests = FixedArray<Request>(count: depth) { _ in Request() }
}

/// The hash of a key that will probably be looked up next, so that it is computed once.
///
/// The key is recognised by where it lies in the input, which stays as it is while its requests run; the memo is
/// forgotten before the input changes.
struct KeyMemo: BitwiseCopyable {
    var address: UInt = 0
    var count = 0
    var hash: UInt64 = 0
}
