/// How much one client may ask for before the connection is closed with a `ProtocolError`.
///
/// Nobody may make the server hold more than it has bytes for: whoever has not logged in yet gets small
/// requests only.
package struct RequestLimits: Sendable, Equatable {
    /// Longest argument, in bytes (`proto-max-bulk-len`).
    package var maxBulkLength = 512 * 1024 * 1024
    /// Most arguments of a request before the client has logged in.
    package var maxMultibulkUnauthenticated = 10
    /// Longest argument before the client has logged in.
    package var maxBulkUnauthenticated = 16384
    /// Longest line: an inline request, or the header of a request or argument.
    package var maxInline = 64 * 1024
    /// Whether the client has logged in, or need not.
    package var authenticated = true

    package init() {}

    /// For input the server wrote itself: no argument is too long.
    package static var trusted: RequestLimits {
        var limits = RequestLimits()
        limits.maxBulkLength = .max
        return limits
    }

    /// The longest argument this client may send now.
    var bulkLength: Int {
        authenticated ? maxBulkLength : min(maxBulkLength, maxBulkUnauthenticated)
    }

    /// Whether every request of up to nine arguments of less than a million bytes is allowed.
    var allowShort: Bool {
        bulkLength >= 999_999 && (authenticated || maxMultibulkUnauthenticated >= 9)
    }
}
