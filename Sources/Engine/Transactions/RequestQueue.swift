import Bytes
import Wire

/// Requests that wait for EXEC, in the order in which they came.
///
///     requests   SET  INCR  …                      which row, and where its ranges begin
///     ranges     0…3 │ 3…10 │ 10…15 ┊ 15…19 │ 19…26 ┊ …
///     bytes      SETcountervalueINCRcounter…
///
/// The input that a request came in is gone by the time it runs, so the queue owns a copy of the arguments' bytes. All
/// requests share three growing runs of memory, and nothing is allocated for one request or one argument: queueing is
/// one copy, and a request is run from here by the same call as one that has just arrived.
///
/// Invariants: the ranges of request `i` are those from its `firstRange` to the next one's; they lie in `bytes`.
struct RequestQueue: ~Copyable {
    /// What the gate and CLIENT LIST want to know of a queue.
    struct Summary {
        var count = 0
        /// Memory held, in bytes.
        var memory = 0
        /// Flags that some request has, and those that all have.
        var unitedFlags: CommandFlags = []
        var commonFlags = CommandFlags(rawValue: .max)
    }

    private struct Request: BitwiseCopyable {
        /// The number of the row.
        var command: Int
        var firstRange: Int
    }

    private var bytes = ByteBuffer()
    private var ranges = ByteRangeTable()
    private var requests: [Request] = []
    private(set) var summary = Summary()

    var count: Int { requests.count }

    /// Adds a copy of a request for the row `command`.
    mutating func append(_ command: Int, _ flags: CommandFlags, _ arguments: Arguments) {
        requests.append(Request(command: command, firstRange: ranges.count))
        var length = 0
        for index in 0 ..< arguments.count { length &+= arguments[index].byteCount }
        bytes.reserve(length)
        for index in 0 ..< arguments.count {
            let argument = arguments[index]
            ranges.append(ByteRange(offset: bytes.count, count: argument.byteCount))
            bytes.append(argument)
        }
        summary.count &+= 1
        summary.memory = bytes.capacity + ranges.capacity * MemoryLayout<ByteRange>.stride
            + requests.capacity * MemoryLayout<Request>.stride
        summary.unitedFlags.formUnion(flags)
        summary.commonFlags.formIntersection(flags)
    }

    /// The number of the row that a request is for.
    func command(_ index: Int) -> Int { requests[index].command }

    @_lifetime(borrow self)
    func arguments(_ index: Int) -> Arguments {
        let first = requests[index].firstRange
        let end = index &+ 1 < requests.count ? requests[index &+ 1].firstRange : ranges.count
        return Arguments(bytes.bytes, ranges.ranges.extracting(first ..< end))
    }
}
