import Dispatch
import Glibc
import Synchronization
import Testing

@testable import Transport

/// Where a server can be reached, and by whom.
@Suite struct ListenerTests {
    @Test func bothProtocolsShareAPort() throws {
        let server = try EchoServer()
        let four = try server.listen()
        let six = server.listen(try Listener.tcp(["::1"], port: four.port, backlog: 16).listeners[0])
        let (client, first) = try server.connect(to: four)
        let (otherClient, second) = try server.connect(to: six)
        defer { withExtendedLifetime((client, otherClient)) {} }
        let one = try #require(first.connection)
        let two = try #require(second.connection)
        #expect(four.text == "127.0.0.1:\(four.port)" && six.text == "[::1]:\(four.port)")
        #expect(one.localText == four.text && two.localText == six.text)
        #expect(one.peerText.hasPrefix("127.0.0.1:") && one.peer.port > 0)
        #expect(two.peerText.hasPrefix("[::1]:") && two.peer.port > 0)
        #expect(one.peer.isLoopback && two.peer.isLoopback && !one.isUnixSocket)
    }

    @Test func starsMeanAllAddresses() throws {
        let any = try Listener.tcp(["*"], port: 0, backlog: 16).listeners[0]
        #expect(any.address.host == "0.0.0.0")
        // The same port again: the IPv6 socket takes only IPv6.
        let six = try Listener.tcp(["-::*"], port: any.port, backlog: 16)
        #expect(six.listeners.allSatisfy { $0.address.host == "::" } && six.listeners.count + six.skipped.count == 1)
    }

    @Test func addressesThisMachineLacks() throws {
        // 192.0.2.0/24 is set aside for documentation.
        let result = try Listener.tcp(["127.0.0.1", "-192.0.2.1"], port: 0, backlog: 16)
        #expect(result.listeners.count == 1)
        #expect(result.skipped.map(\.address) == ["192.0.2.1:0"])
        #expect(result.skipped[0].cause == SystemError("bind", code: EADDRNOTAVAIL))
        #expect {
            try Listener.tcp(["127.0.0.1", "192.0.2.1"], port: 0, backlog: 16)
        } throws: { error in
            "\(error)" == "192.0.2.1:0: bind: Cannot assign requested address"
        }
    }

    @Test func aPortInUseIsAnErrorEvenIfOptional() throws {
        let listener = try Listener.tcp(["127.0.0.1"], port: 0, backlog: 16).listeners[0]
        #expect {
            try Listener.tcp(["-127.0.0.1"], port: listener.port, backlog: 16)
        } throws: { error in
            (error as? ListenError)?.cause == SystemError("bind", code: EADDRINUSE)
        }
    }

    @Test func acceptedSocketsInheritTheirOptions() throws {
        let server = try EchoServer()
        let listener = server.listen(
            try Listener.tcp(["127.0.0.1"], port: 0, backlog: 16, keepAlive: 90, service: 7).listeners[0])
        let (client, handler) = try server.connect(to: listener)
        let connection = try #require(handler.connection)
        let tcp = Int32(IPPROTO_TCP)
        #expect(connection.listener?.service == 7)
        #expect(socketOption(connection.descriptor, tcp, TCP_NODELAY) == 1)
        #expect(socketOption(connection.descriptor, SOL_SOCKET, SO_KEEPALIVE) == 1)
        #expect(socketOption(connection.descriptor, tcp, TCP_KEEPIDLE) == 90)
        #expect(socketOption(connection.descriptor, tcp, TCP_KEEPINTVL) == 30)
        #expect(socketOption(connection.descriptor, tcp, TCP_KEEPCNT) == 3)
        #expect(fcntl(connection.descriptor, F_GETFL) & O_NONBLOCK != 0)
        #expect(fcntl(connection.descriptor, F_GETFD) & FD_CLOEXEC != 0)
        try listener.setKeepAlive(0)
        let (laterClient, later) = try server.connect(to: listener)
        defer { withExtendedLifetime((client, laterClient)) {} }
        #expect(socketOption(later.connection!.descriptor, SOL_SOCKET, SO_KEEPALIVE) == 0)
        #expect(socketOption(connection.descriptor, SOL_SOCKET, SO_KEEPALIVE) == 1)
    }

    // MARK: Unix sockets

    @Test func unixSocketsHavePermissionsAndGoWithTheirListener() throws {
        let path = temporaryPath()
        do {
            let server = try EchoServer()
            let listener = server.listen(try Listener.unix(path, permissions: 0o700, backlog: 16))
            var status = stat()
            unsafe lstat(path, &status)
            #expect(status.st_mode & 0o777 == 0o700 && status.st_mode & S_IFMT == S_IFSOCK)
            let (client, handler) = try server.connect(to: listener)
            let connection = try #require(handler.connection)
            #expect(connection.isUnixSocket && connection.peer.isLoopback)
            #expect(connection.peerText == "\(path):0" && connection.localText == "\(path):0")
            client.send("hello")
            try server.turns { client.receive() == Array("hello".utf8) }
            for acceptor in server.acceptors { acceptor.stop() }
        }
        #expect(unsafe access(path, F_OK) != 0)
    }

    @Test func aStaleSocketIsReplacedALiveOneIsNot() throws {
        let path = temporaryPath()
        let descriptor = try Listener.open(AF_UNIX)
        let live = try Listener.unix(path, backlog: 16)
        #expect(throws: SystemError("bind", code: EADDRINUSE)) { try Listener.unix(path, backlog: 16) }
        _ = live
        _ = close(descriptor)
        // A server that was killed leaves its file behind, and nobody listening.
        let stalePath = temporaryPath()
        unsafe link(path, stalePath)
        shutDown(live)
        let fresh = try Listener.unix(stalePath, backlog: 16)
        let server = try EchoServer()
        let (client, _) = try server.connect(to: server.listen(fresh))
        client.send("hello")
        try server.turns { client.receive().count == 5 }
    }

    /// Makes connections to a listener fail while its file stays.
    private func shutDown(_ listener: Listener) { _ = shutdown(listener.descriptor, Int32(SHUT_RDWR)) }

    @Test func anOrdinaryFileIsLeftAlone() throws {
        let path = temporaryPath()
        let file = unsafe open(path, O_CREAT | O_WRONLY, 0o600)
        _ = close(file)
        #expect(throws: SystemError("bind", code: EADDRINUSE)) { try Listener.unix(path, backlog: 16) }
        #expect(unsafe unlink(path) == 0)
        #expect(throws: SystemError("bind", code: ENAMETOOLONG)) {
            try Listener.unix("/tmp/" + String(repeating: "x", count: 200), backlog: 16)
        }
    }

    @Test func addressesAsText() {
        #expect(SocketAddress.v4(0x0A00_0001, port: 6379).text(path: "") == "10.0.0.1:6379")
        #expect(SocketAddress.v6(0x2001_0DB8 << 32, 1, port: 1).text(path: "") == "[2001:db8::1]:1")
        #expect(SocketAddress.unix.text(path: "/a/b") == "/a/b:0")
        #expect(!SocketAddress.v4(0x0A00_0001, port: 1).isLoopback)
        #expect(SocketAddress.v4(0x7F12_0001, port: 1).isLoopback)
        #expect(!SocketAddress.v6(0x2001_0DB8 << 32, 1, port: 1).isLoopback)
        #expect(MemoryLayout<SocketAddress>.size <= 24)
    }
}
