import Bytes

/// One client's socket, as the loop sees it: no protocol, no buffers. What the client said and what it is to be told
/// belong to its handler, so that ten thousand idle connections are ten thousand of these and nothing more.
///
/// A connection lives on its loop's thread. Its life:
///
///     open ──▶ closing (input ignored, waiting output still sent) ──▶ doomed (nothing moves any more) ──▶ closed
///       └─────────────────────────────────────────────────────────────────▲
///
/// Doomed is not closed, because the order to close often comes from inside a handler (one client kills another, or
/// itself): the loop closes the doomed at the end of the phase it is in, so that `closed` never interrupts another
/// handler, and the descriptor's number stays taken until nothing refers to it.
package final class Connection {
    enum State: UInt8 {
        case open, closing, doomed, closed
    }

    struct Flags: OptionSet {
        let rawValue: UInt16
        /// Has output to send.
        static let dirty = Flags(rawValue: 1 << 0)
        /// In the loop's list of connections whose last receive may have left something behind.
        static let unread = Flags(rawValue: 1 << 1)
        static let paused = Flags(rawValue: 1 << 2)
        /// The kernel took less than it was offered; sending is pointless until it reports room.
        static let blocked = Flags(rawValue: 1 << 3)
        /// The peer ended its side or the connection broke: receive until the kernel says which.
        static let hungUp = Flags(rawValue: 1 << 4)
        /// A flush has left output over.
        static let behind = Flags(rawValue: 1 << 5)
        /// Closed by this side after a last reply, which must not be lost.
        static let graceful = Flags(rawValue: 1 << 6)
        /// In the loop's queue of connections with output that can wait its turn.
        static let queued = Flags(rawValue: 1 << 7)
        /// In the loop's list of connections that were found ready in this turn, and in no other list for output.
        static let ready = Flags(rawValue: 1 << 8)
    }

    /// The socket's number, for display. It means something else as soon as the connection is closed.
    package let descriptor: Int32
    package let peer: SocketAddress
    /// Where the client came in; `nil` for a socket that no listener accepted.
    package let listener: Listener?

    // The hot state is visible in this module only, and read from outside through accessors: the compiler can then prove
    // that no two accesses overlap, and leaves out the check at run time that costs more than the access.
    var movedAt: Int64
    var received: UInt64 = 0
    var sent: UInt64 = 0
    var direct = 0
    var token: UInt64 = 0
    var handler: (any ConnectionHandler)?
    var state = State.open
    var flags: Flags = []
    var interest: Readiness = .readable
    /// What the last wait saw.
    var readiness: Readiness = []
    var closeReason = CloseReason.requested

    init(descriptor: Int32, peer: SocketAddress, listener: Listener?, now: Int64) {
        self.descriptor = descriptor
        self.peer = peer
        self.listener = listener
        movedAt = now
    }

    /// The time the loop was given when bytes last moved in either direction, in the owner's unit.
    package var lastInteraction: Int64 { movedAt }
    package var bytesReceived: UInt64 { received }
    package var bytesSent: UInt64 { sent }

    /// Bytes that the handler wants received straight into its own memory, next; 0 for the loop's shared buffer.
    ///
    /// A request of hundreds of megabytes would otherwise be copied from the shared buffer piece by piece. The loop
    /// never receives more than this many, so that what follows the large value does not land behind it, and counts
    /// it down.
    package var directInput: Int {
        get { direct }
        set {
            precondition(newValue >= 0)
            direct = newValue
        }
    }

    /// Whether requests are still taken from it.
    package var isOpen: Bool { state == .open }
    package var isReadingPaused: Bool { flags.contains(.paused) }
    package var isUnixSocket: Bool { peer == .unix }

    /// The other end as CLIENT LIST prints it.
    package var peerText: String { peer.text(path: listener?.path ?? "") }

    /// This end as CLIENT LIST prints it; asks the kernel, so keep it if it is wanted after the close.
    package var localText: String {
        guard state != .closed, let local = SocketAddress(localOf: descriptor) else { return "" }
        return local.text(path: listener?.path ?? "")
    }
}
