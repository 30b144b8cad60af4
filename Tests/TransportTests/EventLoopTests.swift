import Bytes
import Dispatch
import Glibc
import Synchronization
import Testing

@testable import Transport

/// The loop's own promises: who is called when, and never for whom.
@Suite struct EventLoopTests {
    private static func readable(_ token: UInt64) -> ReadinessEvent {
        ReadinessEvent(token: token, readiness: .readable)
    }

    /// A loop that sees only the events a test writes, and connections over socket pairs.
    private struct Stage {
        let backend = ScriptedBackend()
        let server: EchoServer

        init() throws { server = try EchoServer(backend: backend) }

        func connect() -> (TestClient, EchoHandler) {
            let (near, far) = socketPair()
            let handler = EchoHandler(server.loop)
            handler.connection = server.loop.adopt(near, peer: .unix) { _ in handler }
            return (TestClient(adopting: far), handler)
        }

        func token(_ handler: EchoHandler) -> UInt64 { backend.tokens[handler.connection!.descriptor]! }
    }

    @Test func anEventOfAConnectionClosedInTheSameBatchIsDropped() throws {
        let stage = try Stage()
        let (killer, first) = stage.connect()
        let (victim, second) = stage.connect()
        first.onReceive = { _ in stage.server.loop.close(second.connection!) }
        killer.send("kill")
        victim.send("hello")
        stage.backend.script = [[Self.readable(stage.token(first)), Self.readable(stage.token(second))]]
        stage.server.turn()
        #expect(second.received == 0 && second.closeReasons == [.requested])
        #expect(killer.receive() == Array("kill".utf8))
    }

    @Test func anAudienceIsServedInPortionsAndRepliesGoFirst() throws {
        let stage = try Stage()
        let audience = (0 ..< EventLoop.turnsPerFlush + 3).map { _ in stage.connect() }
        let (asker, askerHandler) = stage.connect()
        for (_, handler) in audience { handler.announce("one") }
        asker.send("hello")
        stage.backend.script = [[Self.readable(stage.token(askerHandler))]]
        stage.server.turn()
        #expect(asker.receive() == Array("hello".utf8))
        let waiting = audience.filter { $0.1.pending > 0 }
        #expect(waiting.count == 3)
        // What is said meanwhile joins what waits, and whoever answers does not wait for the turn.
        for (_, handler) in audience { handler.announce("two") }
        audience.last!.1.write("three")
        let sends = stage.server.loop.counters.sends
        for _ in 0 ..< 2 { stage.server.turn(timeout: 0) }
        #expect(stage.server.loop.counters.sends - sends == UInt64(audience.count))
        #expect(audience[0].0.receive() == Array("onetwo".utf8))
        #expect(audience.last!.0.receive() == Array("onetwothree".utf8))
        #expect(audience.allSatisfy { $0.1.pending == 0 })
    }

    @Test func whoLeavesWhileWaitingForItsTurnIsPassedOver() throws {
        let stage = try Stage()
        let (client, handler) = stage.connect()
        defer { withExtendedLifetime(client) {} }
        handler.announce("late")
        stage.server.loop.close(handler.connection!)
        stage.server.turn(timeout: 0)
        stage.server.turn(timeout: 0)
        #expect(handler.closeReasons == [.requested] && stage.server.loop.counters.sends == 0)
    }

    @Test func anEventOfAnEarlierOwnerOfTheSlotAndTheDescriptorIsDropped() throws {
        let stage = try Stage()
        let (client, first) = stage.connect()
        defer { withExtendedLifetime(client) {} }
        let descriptor = first.connection!.descriptor
        let stale = stage.token(first)
        stage.server.loop.close(first.connection!)
        stage.server.turn()
        #expect(stage.backend.removed == [descriptor])
        // The kernel may give the number to the very next socket, as it does here unless another test took it.
        let (far, second) = stage.connect()
        let fresh = stage.backend.tokens[second.connection!.descriptor]!
        #expect(fresh != stale && fresh & 0xFFFF_FFFF == stale & 0xFFFF_FFFF)
        far.send("hello")
        stage.backend.script = [[Self.readable(stale)], [Self.readable(fresh)]]
        stage.server.turn()
        #expect(second.received == 0)
        stage.server.turn()
        #expect(second.received == 5)
    }

    @Test func aConnectionAdoptedInsideAHandlerMayTakeTheNumberOfOneClosedThere() throws {
        let server = try EchoServer()
        let (near, far) = socketPair()
        let client = TestClient(adopting: far)
        let (otherNear, otherFar) = socketPair()
        let other = TestClient(adopting: otherFar)
        let first = EchoHandler(server.loop)
        let second = EchoHandler(server.loop)
        first.connection = server.loop.adopt(near, peer: .unix) { _ in first }
        first.onReceive = { connection in
            server.loop.close(connection)
            second.connection = server.loop.adopt(otherNear, peer: .unix) { _ in second }
        }
        client.send("hello")
        other.send("there")
        try server.turns { second.received == 5 }
        #expect(first.closeReasons == [.requested] && second.closeReasons.isEmpty)
        #expect(server.loop.connections.count == 1)
        #expect(other.receive() == Array("there".utf8))
    }

    @Test func allRequestsOfATurnRunBeforeAnyReplyLeaves() throws {
        let server = try EchoServer()
        let listener = try server.listen()
        let pairs = try (0 ..< 10).map { _ in try server.connect(to: listener) }
        for (client, _) in pairs { client.send("hello") }
        server.loop.wait(timeout: nil)
        server.loop.receive(now: 77)
        #expect(server.loop.counters.receives == 10 && server.loop.counters.sends == 0)
        #expect(pairs.allSatisfy { $0.1.received == 5 && $0.0.receive().isEmpty })
        #expect(pairs.allSatisfy { $0.1.connection?.lastInteraction == 77 })
        server.loop.flush()
        #expect(server.loop.counters.sends == 10)
        #expect(pairs.allSatisfy { $0.0.receive().count == 5 })
    }

    @Test func heldOutputWaitsAndDoesNotKeepTheLoopAwake() throws {
        let server = try EchoServer()
        let (client, handler) = try server.connect(to: server.listen())
        server.loop.holdsOutput = true
        client.send("hello")
        try server.turns { handler.received == 5 }
        let start = ContinuousClock.now
        server.turn(timeout: 20_000)
        #expect(ContinuousClock.now - start >= .milliseconds(20))
        #expect(client.receive().isEmpty)
        server.loop.holdsOutput = false
        server.turn(timeout: nil)
        #expect(client.receive().count == 5)
    }

    @Test func oneLoudClientGetsOneReceivePerTurn() throws {
        let server = try EchoServer(readBufferSize: 1000)
        let listener = try server.listen()
        let (loud, loudHandler) = try server.connect(to: listener)
        let (quiet, quietHandler) = try server.connect(to: listener)
        loud.send([UInt8](repeating: 1, count: 10_000))
        quiet.send("hello")
        try server.turns { loudHandler.received > 0 }
        #expect(loudHandler.pieces == [1000])
        // What is left is read without a further event, in turns that do not wait.
        for _ in 0 ..< 9 { server.turn(timeout: nil) }
        #expect(loudHandler.pieces == Array(repeating: 1000, count: 10))
        #expect(quietHandler.received == 5)
    }

    @Test func interestIsDeclaredOnceUnlessThePeerIsSlow() throws {
        let stage = try Stage()
        let (client, handler) = stage.connect()
        for _ in 0 ..< 100 {
            client.send("hello")
            stage.backend.script = [[Self.readable(stage.token(handler))]]
            stage.server.turn()
            #expect(client.receive().count == 5)
        }
        #expect(stage.backend.changes == 0)
        #expect(stage.server.loop.counters.receives == 100 && stage.server.loop.counters.sends == 100)
        handler.write(String(repeating: "z", count: 4_000_000))
        stage.server.turn()
        #expect(stage.backend.changes == 1)
    }

    @Test func manyConnectionsAtOnce() throws {
        let server = try EchoServer()
        let listener = try server.listen()
        let clients = try (0 ..< 1500).map { _ in try TestClient(to: listener) }
        try server.turns { server.handlers.count == clients.count }
        for (index, client) in clients.enumerated() { client.send("client \(index)") }
        var waiting = Array(clients.indices)
        try server.turns {
            waiting.removeAll { index in
                let reply = clients[index].receive(limit: 100)
                if reply.isEmpty { return false }
                #expect(reply == Array("client \(index)".utf8))
                return true
            }
            return waiting.isEmpty
        }
        for client in clients.shuffled() { client.close() }
        try server.turns { server.loop.connectionCount == 0 }
        #expect(server.handlers.allSatisfy { $0.closeReasons == [.peerClosed] })
    }

    @Test func randomLivesLeaveTheTablesRight() throws {
        var random = SystemRandomNumberGenerator()
        let seed = random.next()
        var state = seed
        func roll(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let server = try EchoServer(readBufferSize: 512)
        var clients: [(TestClient, EchoHandler)] = []
        for _ in 0 ..< 4000 {
            switch roll(10) {
            case 0, 1:
                let (near, far) = socketPair()
                let handler = EchoHandler(server.loop)
                handler.connection = server.loop.adopt(near, peer: .unix) { _ in handler }
                clients.append((TestClient(adopting: far), handler))
            case 2 where !clients.isEmpty: clients.remove(at: roll(clients.count)).0.close()
            case 3 where !clients.isEmpty:
                let (_, handler) = clients[roll(clients.count)]
                if let connection = handler.connection { server.loop.close(connection) }
            case 4 where !clients.isEmpty:
                let (_, handler) = clients[roll(clients.count)]
                if let connection = handler.connection { server.loop.closeAfterFlush(connection) }
            case 5 where !clients.isEmpty:
                if let connection = clients[roll(clients.count)].1.connection { server.loop.pauseReading(connection) }
            case 6 where !clients.isEmpty:
                if let connection = clients[roll(clients.count)].1.connection { server.loop.resumeReading(connection) }
            case 7 where !clients.isEmpty: _ = clients[roll(clients.count)].0.receive()
            default:
                if clients.isEmpty { continue }
                clients[roll(clients.count)].0.send([UInt8](repeating: 3, count: roll(3000)))
            }
            // `turn` checks the invariants after each phase.
            if roll(2) == 0 { server.turn(timeout: 0) }
        }
        for (client, _) in clients { client.close() }
        for connection in server.loop.connections { server.loop.resumeReading(connection) }
        try server.turns { server.loop.connectionCount == 0 }
        #expect(clients.allSatisfy { $0.1.closeReasons.count == 1 }, "seed \(seed)")
    }

    // MARK: Mail

    @Test func jobsOfManyThreadsRunOnceEachAndInOrder() throws {
        let server = try EchoServer()
        let mailbox = server.mailbox
        let seen = Mutex<[[Int]]>(Array(repeating: [], count: 8))
        DispatchQueue.global().async {
            DispatchQueue.concurrentPerform(iterations: 8) { thread in
                for number in 0 ..< 1000 { mailbox.perform { seen.withLock { $0[thread].append(number) } } }
            }
        }
        // Without a timeout: every post must wake the loop.
        while seen.withLock({ lists in lists.map(\.count).reduce(0, +) < 8000 }) { server.turn(timeout: nil) }
        #expect(seen.withLock { $0 } == Array(repeating: Array(0 ..< 1000), count: 8))
    }

    @Test func twoLoopsDoNotKnowOfEachOther() throws {
        let one = try EchoServer()
        let two = try EchoServer()
        let (client, handler) = try one.connect(to: one.listen())
        let (otherClient, otherHandler) = try two.connect(to: two.listen())
        client.send("one")
        otherClient.send("two two")
        try one.turns { handler.received == 3 }
        try two.turns { otherHandler.received == 7 }
        #expect(one.loop.counters.accepted == 1 && two.loop.counters.accepted == 1)
    }

    @Test func aLoopThatGoesClosesItsSocketsAndLetsItsHandlersGo() throws {
        let client: TestClient
        weak var handler: EchoHandler?
        do {
            let server = try EchoServer()
            let pair = try server.connect(to: server.listen())
            client = pair.0
            handler = pair.1
            pair.1.write("goodbye")
        }
        #expect(handler == nil)
        #expect(client.receive() == Array("goodbye".utf8))
        _ = client.receive()
        #expect(client.sawEnd)
    }

    @Test func socketsLeftInTheMailboxAreClosed() throws {
        let (near, far) = socketPair()
        let client = TestClient(adopting: far)
        do {
            let mailbox = try Mailbox()
            mailbox.deliver([Arrival(descriptor: near, peer: .unix, listener: nil)])
        }
        // Not necessarily at once: a process that is just being started holds a copy for a moment.
        let end = ContinuousClock.now + .seconds(30)
        while !client.sawEnd, ContinuousClock.now < end { _ = client.receive() }
        #expect(client.sawEnd)
    }

    @Test func waitsAsLongAsTold() throws {
        let server = try EchoServer()
        let start = ContinuousClock.now
        server.loop.wait(timeout: 0)
        server.loop.wait(timeout: 15_500)
        let passed = ContinuousClock.now - start
        #expect(passed >= .microseconds(15_500))
    }
}
