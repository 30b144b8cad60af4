import Glibc

/// One end of a connection, small enough to be kept for every client: 24 bytes.
///
/// The kernel's own form is 128 bytes of union, and text would be two heap blocks per client for something that only
/// CLIENT LIST and the log ever print.
package enum SocketAddress: Sendable, Equatable {
    /// Address and port in the host's byte order.
    case v4(UInt32, port: UInt16)
    /// The upper and the lower half of the address in the host's byte order.
    case v6(UInt64, UInt64, port: UInt16)
    /// A Unix socket; its path belongs to the listener.
    case unix

    package var port: Int {
        switch self {
        case .v4(_, let port), .v6(_, _, let port): Int(port)
        case .unix: 0
        }
    }

    /// Whether the other end is on this machine.
    package var isLoopback: Bool {
        switch self {
        case .v4(let address, _): address >> 24 == 127
        case .v6(0, 1, _): true
        // An IPv4 client of a socket that takes both: ::ffff:127.0.0.0/8.
        case .v6(0, let low, _): low >> 24 == 0x0000_FFFF_7F
        case .v6: false
        case .unix: true
        }
    }

    /// The address without the port: `127.0.0.1`, `::1`; empty for a Unix socket.
    package var host: String {
        switch self {
        case .v4(let address, _):
            "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
        case .v6(let high, let low, _): SocketAddress.text(high, low)
        case .unix: ""
        }
    }

    /// Host and port as Redis prints them: `127.0.0.1:1234`, `[::1]:1234`, `/path:0`.
    package func text(path: String) -> String {
        switch self {
        case .v4(_, let port): "\(host):\(port)"
        case .v6(_, _, let port): "[\(host)]:\(port)"
        case .unix: "\(path):0"
        }
    }

    private static func text(_ high: UInt64, _ low: UInt64) -> String {
        var address = (high.bigEndian, low.bigEndian)
        // Safe: an IPv6 address is 16 bytes, and its text with the zero byte fits INET6_ADDRSTRLEN.
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { storage in
            unsafe storage.initialize(repeating: 0)
            guard unsafe inet_ntop(AF_INET6, &address, storage.baseAddress!, socklen_t(storage.count)) != nil
            else { return "::" }
            return unsafe String(cString: storage.baseAddress!)
        }
    }
}

extension SocketAddress {
    /// Reads what `accept` or `getsockname` left behind; `nil` for a family this server does not listen on.
    init?(_ storage: borrowing sockaddr_storage) {
        switch Int32(storage.ss_family) {
        case AF_INET:
            // Safe: the family says that a sockaddr_in stands at the start of the larger storage.
            let address = unsafe withUnsafeBytes(of: storage) { unsafe $0.load(as: sockaddr_in.self) }
            self = .v4(UInt32(bigEndian: address.sin_addr.s_addr), port: UInt16(bigEndian: address.sin_port))
        case AF_INET6:
            // Safe: likewise a sockaddr_in6, whose 16 address bytes are read as two halves.
            self = unsafe withUnsafeBytes(of: storage) { bytes in
                let port = unsafe bytes.load(as: sockaddr_in6.self).sin6_port
                let offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr)!
                let high = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                let low = unsafe bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
                return .v6(UInt64(bigEndian: high), UInt64(bigEndian: low), port: UInt16(bigEndian: port))
            }
        case AF_UNIX: self = .unix
        default: return nil
        }
    }

    /// The address a socket is bound to on this side.
    init?(localOf descriptor: Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // Safe: the kernel writes at most `length` bytes of the storage.
        let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        guard result == 0 else { return nil }
        self.init(storage)
    }
}
