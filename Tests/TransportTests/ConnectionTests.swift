import Bytes
import Glibc
import Testing

@testable import Transport

/// What a client sees, over real sockets, with edge-triggered and with level-triggered readiness.
@Suite struct ConnectionTests {
    enum Backend: CaseIterable {
        case epoll, poll

        func make() throws -> any ReadinessBackend {
            switch self {
            case .epoll: try EpollBackend()
            case .poll: PollBackend()
            }
        }
    }

    @Test(arguments: Backend.allCases) func echoesWhatIsDrippedByteByByte(_ backend: Backend) throws {
        let server = try EchoServer(backend: backend.make())
        let (client, handler) = try server.connect(to: server.listen())
        let message = Array("*1\r\n$4\r\nPING\r\n".utf8)
        var echo: [UInt8] = []
        for byte in message {
            client.send([byte])
            let expected = echo.count + 1
            try server.turns {
                echo += client.receive()
                return echo.count == expected
            }
        }
        #expect(echo == message)
        #expect(handler.pieces == Array(repeating: 1, count: message.count))
    }

    @Test(arguments: Backend.allCases) func echoesMessagesGluedTogetherInOnePiece(_ backend: Backend) throws {
        let server = try EchoServer(backend: backend.make())
        let (client, handler) = try server.connect(to: server.listen())
        let messages = (0 ..< 100).map { "message \($0)\r\n" }.joined()
        client.send(messages)
        var echo: [UInt8] = []
        try server.turns {
            echo += client.receive()
            return echo.count == messages.utf8.count
        }
        #expect(String(decoding: echo, as: UTF8.self) == messages)
        #expect(handler.pieces.count == 1)
    }

    @Test(arguments: Backend.allCases) func answersAClientThatHalfCloses(_ backend: Backend) throws {
        let server = try EchoServer(backend: backend.make())
        let (client, handler) = try server.connect(to: server.listen())
        let message = [UInt8](repeating: 7, count: 3_000_000)
        var sent = 0
        var echo: [UInt8] = []
        try server.turns {
            sent += client.send(message[sent...])
            if sent == message.count { client.endOutput() }
            echo += client.receive()
            return client.hasEnded
        }
        #expect(isSame(echo, as: message[...]))
        #expect(client.failure == nil)
        #expect(handler.closeReasons == [.peerClosed])
        #expect(server.loop.connectionCount == 0)
    }

    @Test(arguments: Backend.allCases) func noticesAClientThatLeavesInTheMiddleOfAMessage(_ backend: Backend) throws {
        let server = try EchoServer(backend: backend.make())
        let listener = try server.listen()
        let (polite, first) = try server.connect(to: listener)
        let (rude, second) = try server.connect(to: listener)
        polite.send("*2\r\n$3")
        rude.send("*2\r\n$3")
        try server.turns { first.received > 0 && second.received > 0 }
        polite.close()
        rude.reset()
        try server.turns { !first.closeReasons.isEmpty && !second.closeReasons.isEmpty }
        // The polite one's unread echo makes its kernel answer with a reset, too, if it closes before reading.
        #expect(first.closeReasons.count == 1)
        #expect(second.closeReasons == [.failed(ECONNRESET)])
        #expect(server.loop.connectionCount == 0)
    }

    @Test(arguments: Backend.allCases) func readsWhatWasSentBeforeAnOrderlyEnd(_ backend: Backend) throws {
        let server = try EchoServer(backend: backend.make())
        let (client, handler) = try server.connect(to: server.listen())
        client.send("last words")
        client.close()
        try server.turns { !handler.closeReasons.isEmpty }
        #expect(handler.received == 10)
    }

    @Test(arguments: Backend.allCases) func echoes64MegabytesInBothDirectionsAtOnce(_ backend: Backend) throws {
        let server = try EchoServer(backend: backend.make())
        let (client, handler) = try server.connect(to: server.listen())
        let total = 64 << 20
        let message = pattern(total)
        var sent = 0
        var checked = 0
        var matches = true
        try server.turns {
            sent += client.send(message[sent...])
            let piece = client.receive(limit: 4 << 20)
            matches = matches && isSame(piece, as: message[checked ..< checked + piece.count])
            checked += piece.count
            return checked == total
        }
        #expect(matches)
        #expect(handler.received == total)
        #expect(server.loop.counters.bytesReceived == UInt64(total))
        #expect(server.loop.counters.bytesSent == UInt64(total))
        #expect(handler.connection?.bytesReceived == UInt64(total))
        #expect(handler.connection?.bytesSent == UInt64(total))
        #expect(handler.pieces.allSatisfy { $0 <= 64 * 1024 })
    }

    @Test(arguments: Backend.allCases) func aClientThatNeverReadsHarmsOnlyItself(_ backend: Backend) throws {
        let server = try EchoServer(backend: backend.make())
        let listener = try server.listen()
        let (hog, hogHandler) = try server.connect(to: listener)
        let (other, otherHandler) = try server.connect(to: listener)
        let block = [UInt8](repeating: 1, count: 256 * 1024)
        for round in 1 ... 100 {
            hog.send(block)
            other.send("ping")
            var echo: [UInt8] = []
            try server.turns {
                echo += other.receive()
                return echo.count == 4
            }
            #expect(otherHandler.received == round * 4)
        }
        try server.turns {
            hog.send(block)
            return hogHandler.pending > 8 << 20
        }
        #expect(otherHandler.pending == 0)
        // It is not offered to the kernel again and again while there is no room.
        let sends = server.loop.counters.sends
        for _ in 0 ..< 5 { server.turn(timeout: 0) }
        #expect(server.loop.counters.sends - sends <= 5)
    }

    @Test(arguments: Backend.allCases) func holdsBackAClientThatAsksFasterThanItListens(_ backend: Backend) throws {
        let server = try EchoServer(backend: backend.make())
        server.makeHandler = {
            let handler = EchoHandler($0)
            handler.outputLimit = 512 * 1024
            return handler
        }
        let (client, handler) = try server.connect(to: server.listen())
        let total = 32 << 20
        let block = [UInt8](repeating: 9, count: total)
        var sent = 0
        var echoed = 0
        // Nothing is read until both kernels' buffers are full and the server reads no more.
        try server.turns {
            sent += client.send(block[sent...])
            return handler.connection?.isReadingPaused == true && client.send(block[sent...]) == 0
        }
        #expect(handler.peakOutput <= 512 * 1024 + 64 * 1024)
        try server.turns {
            sent += client.send(block[sent...])
            echoed += client.receive().count
            return echoed == total
        }
        #expect(handler.peakOutput <= 512 * 1024 + 64 * 1024)
        #expect(handler.drainCount > 0)
    }

    @Test func noticesTheEndOfAConnectionThatIsNotRead() throws {
        let server = try EchoServer()
        let (client, handler) = try server.connect(to: server.listen())
        handler.write("unread")
        server.turn()
        server.loop.pauseReading(handler.connection!)
        client.send("more")
        client.reset()
        try server.turns { !handler.closeReasons.isEmpty }
    }

    @Test(arguments: Backend.allCases) func resumingReadsWhatCameMeanwhile(_ backend: Backend) throws {
        let server = try EchoServer(backend: backend.make())
        let (client, handler) = try server.connect(to: server.listen())
        server.loop.pauseReading(handler.connection!)
        client.send("hello")
        client.endOutput()
        for _ in 0 ..< 5 { server.turn(timeout: 1000) }
        #expect(handler.received == 0 && handler.closeReasons.isEmpty)
        server.loop.resumeReading(handler.connection!)
        try server.turns { !handler.closeReasons.isEmpty }
        #expect(handler.received == 5)
        #expect(client.receive() == Array("hello".utf8))
    }

    // MARK: Ends on this side

    @Test func closesAfterTheLastReplyThoughTheClientSentMore() throws {
        let server = try EchoServer(readBufferSize: 16)
        let (client, handler) = try server.connect(to: server.listen())
        handler.onReceive = { server.loop.closeAfterFlush($0) }
        client.send(String(repeating: "x", count: 5000))
        var reply: [UInt8] = []
        try server.turns {
            reply += client.receive()
            return client.hasEnded
        }
        #expect(reply.count == 16)
        #expect(client.sawEnd, "a reset would have overtaken the reply")
        #expect(handler.closeReasons == [.requested])
        #expect(handler.pieces == [16])
    }

    @Test func closesAfterALargeReplyToASlowReader() throws {
        let server = try EchoServer()
        let (client, handler) = try server.connect(to: server.listen())
        handler.write(String(repeating: "y", count: 20_000_000))
        server.loop.closeAfterFlush(handler.connection!)
        var count = 0
        try server.turns {
            count += client.receive().count
            return client.hasEnded
        }
        #expect(count == 20_000_000)
        #expect(handler.closeReasons == [.requested])
    }

    @Test func closingAtOnceSendsNothing() throws {
        let server = try EchoServer()
        let (client, handler) = try server.connect(to: server.listen())
        handler.onReceive = {
            server.loop.close($0)
            server.loop.close($0)
        }
        client.send("hello")
        try server.turns { !handler.closeReasons.isEmpty }
        try server.turns { _ = client.receive(); return client.hasEnded }
        #expect(handler.closeReasons == [.requested])
        #expect(server.loop.counters.bytesSent == 0)
    }

    @Test func refusesWithAReason() throws {
        let server = try EchoServer()
        server.makeHandler = { _ in nil }
        let client = try TestClient(to: server.listen())
        client.send("PING\r\n")
        var reply: [UInt8] = []
        try server.turns {
            reply += client.receive()
            return client.hasEnded
        }
        #expect(String(decoding: reply, as: UTF8.self) == "-ERR no\r\n")
        #expect(server.loop.counters.refused == 1 && server.loop.counters.accepted == 0)
        #expect(server.loop.connectionCount == 0)
    }

    // MARK: Direct input

    @Test(arguments: Backend.allCases) func receivesALargeValueWithoutTheSharedBuffer(_ backend: Backend) throws {
        let server = try EchoServer(backend: backend.make())
        let (client, handler) = try server.connect(to: server.listen())
        let large = pattern(5_000_000)
        handler.direct = (after: 4, count: large.count)
        client.send("head")
        try server.turns { handler.received == 4 }
        let message = large + Array("tail".utf8)
        var sent = 0
        var echo: [UInt8] = []
        try server.turns {
            sent += client.send(message[sent...])
            echo += client.receive()
            return echo.count == message.count + 4
        }
        #expect(handler.directPieces.reduce(0, +) == large.count)
        #expect(isSame(handler.directBytes, as: large[...]))
        // What follows the large value comes the ordinary way.
        #expect(handler.received == 8)
        #expect(isSame(message, as: echo[4...]))
    }

    @Test func noticesTheEndDuringALargeValue() throws {
        let server = try EchoServer()
        let (client, handler) = try server.connect(to: server.listen())
        handler.direct = (after: 4, count: 1000)
        client.send("head")
        try server.turns { handler.received == 4 }
        client.send("some")
        client.endOutput()
        try server.turns { !handler.closeReasons.isEmpty }
        #expect(handler.closeReasons == [.peerClosed])
    }
}
