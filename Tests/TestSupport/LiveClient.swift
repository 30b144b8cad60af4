import Glibc

/// One client over a socket: blocking, with a limit on every wait, so that a server that says nothing fails the test
/// instead of stopping it.
package final class LiveClient {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private var descriptor: Int32
    private var inbox: [UInt8] = []
    private var start = 0

    /// Connects to a port of this machine.
    package init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        if let receiveBuffer { setOption(SO_RCVBUF, receiveBuffer) }
        limitWaits()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        // Safe: the length is that of the address pointed to.
        let outcome = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if outcome != 0 { throw Failure(description: "cannot connect to port \(port): errno \(errno)") }
    }

    /// Connects to a Unix socket.
    package init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        limitWaits()
        var address = unixAddress(path)
        // Safe: the length is that of the address pointed to.
        let outcome = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if outcome != 0 { throw Failure(description: "cannot connect to \(path): errno \(errno)") }
    }

    deinit { disconnect() }

    private func setOption(_ name: Int32, _ value: Int32) {
        var value = value
        // Safe: the length is that of the value pointed to.
        unsafe _ = setsockopt(descriptor, SOL_SOCKET, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private func limitWaits() {
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        // Safe: the length is that of the value pointed to.
        unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var one: Int32 = 1
        unsafe _ = setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    // MARK: Talking

    /// Sends a command and returns the reply to it.
    @discardableResult
    package func send(_ words: String...) throws -> Reply { try send(words: words.map { Array($0.utf8) }) }

    @discardableResult
    package func send(words: [[UInt8]]) throws -> Reply {
        try write(LiveClient.request(words))
        return try read()
    }

    /// A request as it goes over the wire.
    package static func request(_ words: [[UInt8]]) -> [UInt8] {
        var request = Array("*\(words.count)\r\n".utf8)
        for word in words {
            request += Array("$\(word.count)\r\n".utf8)
            request += word
            request += [13, 10]
        }
        return request
    }

    package static func request(_ words: String...) -> [UInt8] { request(words.map { Array($0.utf8) }) }

    /// Sends bytes as they are.
    package func write(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            // Safe: the range sent lies within the array.
            let count = unsafe bytes.withUnsafeBytes { memory in
                unsafe Glibc.send(descriptor, memory.baseAddress! + sent, memory.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 { sent += count } else if errno != EINTR { throw Failure(description: "send: errno \(errno)") }
        }
    }

    package func write(_ text: String) throws { try write(Array(text.utf8)) }

    /// The next reply.
    package func read() throws -> Reply {
        while true {
            if let (reply, end) = try ReplyReader.read(inbox, from: start) {
                start = end
                if start == inbox.count {
                    inbox.removeAll(keepingCapacity: true)
                    start = 0
                }
                return reply
            }
            if try receive(min(max(65536, inbox.count), 1 << 20)) == 0 { throw Failure(description: "the server closed the connection") }
        }
    }

    /// The bytes up to the end of the connection, which must come.
    package func readToEnd() throws -> [UInt8] {
        while true {
            do {
                if try receive(65536) == 0 { break }
            } catch let failure as Failure where failure.description.hasSuffix("errno \(ECONNRESET)") {
                break
            }
        }
        defer { inbox = [] }
        return Array(inbox[start...])
    }

    private func receive(_ room: Int) throws -> Int {
        var piece = [UInt8](repeating: 0, count: room)
        while true {
            // Safe: the kernel writes within the array.
            let count = unsafe piece.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress!, $0.count, 0) }
            if count >= 0 {
                inbox += piece[..<count]
                return count
            }
            if errno != EINTR { throw Failure(description: "receive: errno \(errno)") }
        }
    }

    /// Says no more, and goes on listening.
    package func finishWriting() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    package func disconnect() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Hangs up rudely: the peer gets a reset.
    package func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        // Safe: the length is that of the value pointed to.
        unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        disconnect()
    }
}

/// A Unix socket's address. Traps on a path that is too long.
func unixAddress(_ path: String) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    // Safe: a path that does not fit with its zero byte traps.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
        precondition(bytes.count < room.count)
        unsafe room.copyBytes(from: bytes)
    }
    return address
}
