/// The dialect a client has chosen with HELLO.
package enum RESPVersion: Int, Sendable {
    case resp2 = 2
    case resp3 = 3
}
