import CSystem
import Glibc

extension Listener {
    /// Listens on a Unix socket at `path`, with `permissions` (`nil`: what the process's mask leaves).
    ///
    /// A socket file that a server left behind when it was killed is replaced; one that somebody still accepts on, or
    /// anything else at that path, is not. The file goes when the listener does.
    package static func unix(
        _ path: String, permissions: UInt32? = nil, backlog: Int, service: Int = 0
    ) throws(SystemError) -> Listener {
        let address = try unixAddress(path)
        try removeStale(path, address)
        let descriptor = try open(AF_UNIX)
        do throws(SystemError) {
            if unsafe call(bind, descriptor, address) != 0 { throw SystemError("bind") }
            // Before listening, so that nobody connects under the wrong permissions.
            if let permissions, unsafe chmod(path, permissions) != 0 { throw SystemError("chmod") }
            if Glibc.listen(descriptor, Int32(clamping: backlog)) != 0 { throw SystemError("listen") }
            return Listener(
                descriptor: descriptor, address: .unix, path: path, service: service, file: identity(of: path))
        } catch {
            _ = Glibc.close(descriptor)
            throw error
        }
    }

    private static func unixAddress(_ path: String) throws(SystemError) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        // Safe: the copy is refused unless it fits with its zero byte.
        let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
            if bytes.isEmpty || bytes.count >= room.count { return false }
            unsafe room.copyBytes(from: bytes)
            return true
        }
        if !fits { throw SystemError("bind", code: path.isEmpty ? EINVAL : ENAMETOOLONG) }
        return address
    }

    /// Makes way for a new socket: a refused connection shows that nobody serves the old one.
    private static func removeStale(_ path: String, _ address: sockaddr_un) throws(SystemError) {
        guard identity(of: path) != nil else { return }
        let probe = try open(AF_UNIX)
        defer { _ = Glibc.close(probe) }
        if unsafe call(connect, probe, address) != 0, errno == ECONNREFUSED { _ = unsafe unlink(path) }
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ descriptor: Int32, _ address: sockaddr_un
    ) -> Int32 {
        // Safe: the length given is that of the address pointed to.
        unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// Which file a path names, if it is a socket's.
    static func identity(of path: String) -> FileIdentity? {
        if path.isEmpty { return nil }
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
        return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }
}
