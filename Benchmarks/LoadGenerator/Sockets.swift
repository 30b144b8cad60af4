import CSystem
import Glibc

/// A system call that failed.
struct SystemError: Error, CustomStringConvertible {
    let call: StaticString
    let code: Int32

    init(_ call: StaticString, code: Int32 = errno) {
        self.call = call
        self.code = code
    }

    var description: String {
        // Safe: strerror's text is valid until the next call of it, and there is one thread.
        "\(call): \(unsafe String(cString: strerror(code)))"
    }
}

/// A TCP connection to a numeric IPv4 address. Connecting blocks; after that nothing does.
func connectTCP(host: String, port: UInt16) throws(SystemError) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    guard unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
        throw SystemError("inet_pton", code: EINVAL)
    }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw SystemError("socket") }
    // Safe: both pointers are to locals that outlive the calls, with their own sizes.
    let connected = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe connect(
            descriptor, UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
            socklen_t(MemoryLayout<sockaddr_in>.size))
    }
    var on: Int32 = 1
    guard connected == 0,
        unsafe setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size)) == 0,
        fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0
    else {
        let error = SystemError("connect")
        close(descriptor)
        throw error
    }
    return descriptor
}

/// The readiness queue of all connections; events carry the connection's index.
@safe
struct ReadinessQueue: ~Copyable {
    private let descriptor: Int32
    private let events: UnsafeMutableBufferPointer<epoll_event>

    init(capacity: Int) throws(SystemError) {
        descriptor = epoll_create1(0)
        unsafe events = .allocate(capacity: capacity)
        unsafe events.initialize(repeating: epoll_event())
        if descriptor < 0 { throw SystemError("epoll_create1") }
    }

    deinit {
        close(descriptor)
        unsafe events.deallocate()
    }

    func add(_ socket: Int32, index: Int) throws(SystemError) {
        try control(EPOLL_CTL_ADD, socket, index, false)
    }

    func change(_ socket: Int32, index: Int, writing: Bool) throws(SystemError) {
        try control(EPOLL_CTL_MOD, socket, index, writing)
    }

    private func control(_ operation: Int32, _ socket: Int32, _ index: Int, _ writing: Bool)
        throws(SystemError)
    {
        var event = unsafe epoll_event()
        unsafe event.events = EPOLLIN.rawValue | (writing ? EPOLLOUT.rawValue : 0)
        // Safe: the only member of the union ever written or read.
        unsafe event.data.u64 = UInt64(index)
        if unsafe epoll_ctl(descriptor, operation, socket, &event) != 0 { throw SystemError("epoll_ctl") }
    }

    /// How many connections are ready; 0 after `milliseconds` without any.
    func wait(milliseconds: Int32) throws(SystemError) -> Int {
        while true {
            let ready = unsafe epoll_wait(descriptor, events.baseAddress!, Int32(events.count), milliseconds)
            if ready >= 0 { return Int(ready) }
            if errno != EINTR { throw SystemError("epoll_wait") }
        }
    }

    /// The index and kind of one event that `wait` reported.
    subscript(position: Int) -> (index: Int, writable: Bool) {
        precondition(unsafe position < events.count)
        let event = unsafe events[position]
        return (unsafe Int(event.data.u64), unsafe event.events & EPOLLOUT.rawValue != 0)
    }
}

/// Sends what the socket takes at once; the answer is how many bytes that was.
func sendNow(_ socket: Int32, _ bytes: RawSpan) throws(SystemError) -> Int {
    let sent = unsafe bytes.withUnsafeBytes {
        unsafe send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    if sent >= 0 { return sent }
    if errno == EAGAIN { return 0 }
    throw SystemError("send")
}

/// Where every connection's bytes arrive, to be scanned before the next connection's turn.
struct ReceiveBuffer {
    private var bytes: [UInt8]

    init(size: Int) { bytes = [UInt8](repeating: 0, count: size) }

    /// Receives what has arrived; nil when nothing has. A peer that closed is an error.
    mutating func receive(from socket: Int32) throws(SystemError) -> Int? {
        let received = unsafe bytes.withUnsafeMutableBytes {
            unsafe recv(socket, $0.baseAddress, $0.count, 0)
        }
        if received > 0 { return received }
        if received == 0 { throw SystemError("recv", code: ECONNRESET) }
        if errno == EAGAIN { return nil }
        throw SystemError("recv")
    }

    func scan(first count: Int, with scanner: inout ReplyScanner, into tally: inout ReplyTally)
        throws(MalformedReply)
    {
        // Safe: bytes have no padding.
        try scanner.scan(unsafe bytes.span.bytes.extracting(first: count), into: &tally)
    }
}

/// Nanoseconds on a clock of the system.
func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
