import CSystem
import Glibc
import Synchronization

/// A socket that clients connect to.
///
/// The options of accepted sockets are set here, once: Linux and the BSDs hand TCP_NODELAY and the keep-alive settings
/// of a listening socket down to what is accepted from it, so that a new client costs no `setsockopt`.
package final class Listener: Sendable {
    package let descriptor: Int32
    /// Where it is bound. If port 0 was asked for, the port the kernel chose.
    package let address: SocketAddress
    /// Path of a Unix socket; empty for TCP.
    package let path: String
    /// The owner's mark: which protocol is spoken here.
    package let service: Int
    /// Identity of the Unix socket's file, so that another server's is not removed.
    private let file: FileIdentity?
    private let isClosed = Atomic<Bool>(false)

    struct FileIdentity: Equatable {
        let device: UInt64
        let inode: UInt64
    }

    init(descriptor: Int32, address: SocketAddress, path: String, service: Int, file: FileIdentity?) {
        self.descriptor = descriptor
        self.address = address
        self.path = path
        self.service = service
        self.file = file
    }

    deinit { close() }

    /// Takes no more clients; a Unix socket's file goes. Clients who are connected already, and keep this object for
    /// its name, do not notice. What watches the descriptor must have let go of it.
    package func close() {
        if isClosed.exchange(true, ordering: .acquiringAndReleasing) { return }
        if let file, Listener.identity(of: path) == file { _ = unsafe unlink(path) }
        _ = Glibc.close(descriptor)
    }

    package var port: Int { address.port }
    package var isUnixSocket: Bool { address == .unix }
    /// `127.0.0.1:6379`, `[::]:6379`, `/path:0`.
    package var text: String { address.text(path: path) }

    /// Seconds of silence after which the kernel probes whether a client is still there, then every third of that, and
    /// three unanswered probes end the connection; 0 for never. Holds for connections accepted from now on.
    package func setKeepAlive(_ seconds: Int) throws(SystemError) {
        if isUnixSocket { return }
        try Listener.set(descriptor, SOL_SOCKET, SO_KEEPALIVE, seconds > 0 ? 1 : 0)
        if seconds <= 0 { return }
        try Listener.set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPIDLE, Int32(clamping: min(seconds, 32767)))
        try Listener.set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPINTVL, Int32(clamping: max(min(seconds, 32767) / 3, 1)))
        try Listener.set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPCNT, 3)
    }

    static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) throws(SystemError) {
        var value = value
        // Safe: these options are all of the size of an `int`.
        let size = socklen_t(MemoryLayout<Int32>.size)
        if unsafe setsockopt(descriptor, level, option, &value, size) != 0 { throw SystemError("setsockopt") }
    }
}
