/// What the replies of a run added up to.
struct ReplyTally {
    /// Complete replies, of any kind.
    var replies = 0
    /// Nulls, also those inside arrays: keys that were not there.
    var misses = 0
    var errors = 0
    /// The first error's line, cut at `errorLimit` bytes.
    private(set) var firstError: [UInt8] = []
    /// The first error's line has ended.
    private var errorComplete = false

    private static let errorLimit = 200

    mutating func recordError(byte: UInt8) {
        if !errorComplete, firstError.count < ReplyTally.errorLimit { firstError.append(byte) }
    }

    mutating func endError() {
        errors += 1
        errorComplete = true
    }

    /// Starts counting anew; what the first error said is kept.
    mutating func reset() {
        replies = 0
        misses = 0
        errors = 0
    }
}

/// Bytes that are no reply of the protocol.
struct MalformedReply: Error, CustomStringConvertible {
    let byte: UInt8

    var description: String { "a reply begins with byte \(byte)" }
}

/// Counts replies in whatever pieces the socket delivers, keeping a few words of state between pieces and none of the
/// bytes.
enum ReplyScanner {
    enum Dialect { case resp, memcached }

    case resp(RESPReplyScanner)
    case memcached(MemcachedReplyScanner)

    init(_ dialect: Dialect) {
        self =
            switch dialect {
            case .resp: .resp(RESPReplyScanner())
            case .memcached: .memcached(MemcachedReplyScanner())
            }
    }

    mutating func scan(_ bytes: RawSpan, into tally: inout ReplyTally) throws(MalformedReply) {
        switch self {
        case .resp(var scanner):
            try scanner.scan(bytes, into: &tally)
            self = .resp(scanner)
        case .memcached(var scanner):
            scanner.scan(bytes, into: &tally)
            self = .memcached(scanner)
        }
    }
}
