import Bytes

/// What stands behind one connection: the loop's only way to what a client says and is told.
///
/// There is one handler object per connection, so that the bytes of a client find its session with one call: no
/// dictionary, no cast. All calls come on the loop's thread and never one within another; a handler may call the loop
/// (`setNeedsFlush`, `close`, `pauseReading`…), for its own connection or any other, from within any of them.
package protocol ConnectionHandler: AnyObject {
    /// Bytes arrived. They are gone when this returns; the handler keeps what it needs. To reply, it writes to its
    /// output and calls `setNeedsFlush`.
    func received(_ bytes: RawSpan, from connection: Connection)

    /// Called instead of `received` while `connection.directInput` is above zero: the handler gives its buffer to
    /// `fill`, once, which receives into the buffer's free space and returns how many bytes came, at most
    /// `directInput`, and possibly none. The handler reserves the space beforehand, exactly.
    func receivedDirectly(from connection: Connection, fill: (inout ByteBuffer) -> Int)

    /// Lends the bytes waiting for the peer to `body`, which removes from the front what it could send.
    func withOutput(_ body: (inout OutputBuffer) -> Void)

    /// All output has been sent, after some of it had to wait for a slow peer, or while reading is paused: the moment
    /// to resume it.
    func drained(_ connection: Connection)

    /// The connection is gone, and no other call follows.
    func closed(_ connection: Connection, _ reason: CloseReason)
}

extension ConnectionHandler {
    package func receivedDirectly(from connection: Connection, fill: (inout ByteBuffer) -> Int) {
        preconditionFailure("a handler that asks for direct input must take it")
    }

    package func drained(_ connection: Connection) {}
}

/// Why a connection ended.
package enum CloseReason: Equatable, Sendable {
    /// The peer closed its side, and was sent all that was waiting for it.
    case peerClosed
    /// The connection broke; the kernel's error number.
    case failed(Int32)
    /// This side wanted it, at once or after the last reply.
    case requested
}

/// Says what becomes of a new connection, before a byte is read from it. The owner of the loop.
package protocol ConnectionAdmission: AnyObject {
    func admit(_ connection: Connection) -> Admission
}

package enum Admission {
    case serve(any ConnectionHandler)
    /// Send this line and hang up: too many clients, protected mode.
    case refuse(StaticString)
}
