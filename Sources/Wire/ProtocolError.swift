/// Why a client's bytes are not a request. The stream can no longer be trusted: reply, then close.
package enum ProtocolError: Error, Equatable, Sendable {
    case tooBigMultibulkCount
    case invalidMultibulkLength
    case unauthenticatedMultibulkLength
    case tooBigBulkCount
    case expectedDollar(got: UInt8)
    case invalidBulkLength
    case unauthenticatedBulkLength
    case tooBigInlineRequest
    case unbalancedQuotes

    /// The error's wire text without its leading `-`; for `expectedDollar` the part in front of the byte.
    var text: StaticString {
        switch self {
        case .tooBigMultibulkCount: "ERR Protocol error: too big mbulk count string"
        case .invalidMultibulkLength: "ERR Protocol error: invalid multibulk length"
        case .unauthenticatedMultibulkLength: "ERR Protocol error: unauthenticated multibulk length"
        case .tooBigBulkCount: "ERR Protocol error: too big bulk count string"
        case .expectedDollar: "ERR Protocol error: expected '$', got '"
        case .invalidBulkLength: "ERR Protocol error: invalid bulk length"
        case .unauthenticatedBulkLength: "ERR Protocol error: unauthenticated bulk length"
        case .tooBigInlineRequest: "ERR Protocol error: too big inline request"
        case .unbalancedQuotes: "ERR Protocol error: unbalanced quotes in request"
        }
    }
}
