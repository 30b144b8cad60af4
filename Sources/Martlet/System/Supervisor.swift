import Glibc

/// The service manager that started the server, where it wants to be told how the server is (sd_notify(3)).
struct Supervisor {
    private let path: String

    /// `nil` when no service manager listens.
    init?(environment path: String? = Supervisor.environment("NOTIFY_SOCKET")) {
        guard let path, !path.isEmpty else { return nil }
        self.path = path
    }

    /// The value of an environment variable.
    static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// Sends a state such as `READY=1`. Failures are of no consequence to the server.
    func notify(_ state: String) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        if descriptor < 0 { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        // A leading @ stands for the abstract namespace, whose names start with a zero byte.
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        if bytes.count >= MemoryLayout.size(ofValue: address.sun_path) { return }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let message = Array(state.utf8)
        // Safe: the address is a whole `sockaddr_un`, of which the length covers the used part.
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe _ = message.withUnsafeBytes { unsafe sendto(descriptor, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL), generic, length) }
            }
        }
    }
}
