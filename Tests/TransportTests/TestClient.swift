import Glibc

@testable import Transport

/// A client's end of a connection: non-blocking, so that one thread can play both sides.
final class TestClient {
    let descriptor: Int32
    private var isClosed = false
    /// What `receive` has seen: the end of the stream, or an error.
    private(set) var sawEnd = false
    private(set) var failure: Int32?

    init(to listener: Listener, receiveBuffer: Int32? = nil) throws {
        let family =
            switch listener.address {
            case .v4: AF_INET
            case .v6: AF_INET6
            case .unix: AF_UNIX
            }
        descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        if descriptor < 0 { throw SystemError("socket") }
        if let receiveBuffer { try Listener.set(descriptor, SOL_SOCKET, SO_RCVBUF, receiveBuffer) }
        if connect(to: listener) != 0 { throw SystemError("connect") }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    /// One end of a socket pair.
    init(adopting descriptor: Int32) { self.descriptor = descriptor }

    deinit { close() }

    private func connect(to listener: Listener) -> Int32 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe getsockname(listener.descriptor, address, &length)
                return unsafe Glibc.connect(descriptor, address, length)
            }
        }
    }

    /// Sends what fits; returns how much that was.
    @discardableResult
    func send(_ bytes: ArraySlice<UInt8>) -> Int {
        let sent = unsafe bytes.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        return max(sent, 0)
    }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Int { send(bytes[...]) }

    @discardableResult
    func send(_ text: String) -> Int { send(Array(text.utf8)) }

    /// What there is to read just now.
    func receive(limit: Int = 1 << 20) -> [UInt8] {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { space, count in
            let result = unsafe recv(descriptor, space.baseAddress, space.count, 0)
            if result == 0 { sawEnd = true }
            if result < 0, errno != EAGAIN { failure = errno }
            count = max(result, 0)
        }
        return bytes
    }

    var hasEnded: Bool { sawEnd || failure != nil }

    func endOutput() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    func close() {
        if !isClosed { _ = Glibc.close(descriptor) }
        isClosed = true
    }

    /// Closes with a reset instead of an orderly end.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }
}

/// Bytes without short-range repetition, made and compared quickly enough for many megabytes in a debug build.
func pattern(_ count: Int) -> [UInt8] {
    let block = (0 ..< 10_007).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + block.count)
    while bytes.count < count { bytes += block }
    bytes.removeLast(bytes.count - count)
    return bytes
}

func isSame(_ bytes: [UInt8], as other: ArraySlice<UInt8>) -> Bool {
    if bytes.count != other.count { return false }
    return unsafe bytes.withUnsafeBytes { left in
        unsafe other.withUnsafeBytes { right in unsafe left.isEmpty || memcmp(left.baseAddress!, right.baseAddress!, left.count) == 0 }
    }
}

/// An integer option of a socket.
func socketOption(_ descriptor: Int32, _ level: Int32, _ option: Int32) -> Int32 {
    var value: Int32 = -1
    var length = socklen_t(MemoryLayout<Int32>.size)
    unsafe getsockopt(descriptor, level, option, &value, &length)
    return value
}

/// Two connected, non-blocking stream sockets.
func socketPair() -> (Int32, Int32) {
    var pair: [Int32] = [0, 0]
    let type = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
    unsafe socketpair(AF_UNIX, Int32(type), 0, &pair)
    return (pair[0], pair[1])
}

/// A path nobody else uses.
func temporaryPath() -> String { "/tmp/martlet-transport-\(getpid())-\(UInt64.random(in: 0 ... .max)).sock" }
