import Glibc

/// A service manager's end of sd_notify(3): a datagram socket that servers report to.
package final class NotifySocket {
    package let path: String
    private let descriptor: Int32

    package init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = unixAddress(path)
        // Safe: the length is that of the address pointed to.
        let outcome = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if outcome != 0 { throw LiveClient.Failure(description: "bind \(path): errno \(errno)") }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// The next report.
    package func receive() throws -> String {
        var message = [UInt8](repeating: 0, count: 4096)
        // Safe: the kernel writes within the array.
        let count = unsafe message.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress!, $0.count, 0) }
        if count < 0 { throw LiveClient.Failure(description: "no report came: errno \(errno)") }
        return String(decoding: message[..<count], as: UTF8.self)
    }
}
