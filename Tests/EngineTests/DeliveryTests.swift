import Bytes
import TestSupport
import Testing
import Wire

@testable import Engine

/// Messages from one client, or from the server, to another.
@Suite struct DeliveryTests {
    private func line(_ text: String) -> [UInt8] { Array((text + "\r\n").utf8) }

    @Test func joinsWhatWaitsAndIsAnnouncedOnce() {
        let server = MemoryServer()
        let client = server.connect()
        for number in 1 ... 3 {
            let delivered = server.engine.core.context.deliver(line("+\(number)").bytes, to: client.session)
            #expect(delivered)
        }
        #expect(server.engine.takeAddressed().map(\.id) == [client.session.id])
        #expect(client.takeOutput() == line("+1") + line("+2") + line("+3"))
        server.engine.core.context.deliver(line("+4").bytes, to: client.session)
        #expect(server.engine.takeAddressed().count == 1)
    }

    @Test func speaksTheReceiversDialect() {
        let server = MemoryServer()
        let (old, new) = (server.connect(), server.connect())
        new.send("HELLO", "3")
        for client in [old, new] {
            server.engine.core.context.deliver(to: client.session) { writer in
                writer.push(1)
                writer.null()
            }
        }
        #expect(old.takeOutput() == line("*1") + line("$-1"))
        #expect(new.takeOutput() == line(">1") + line("_"))
    }

    @Test func whoIsBeingClosedGetsNothing() {
        let server = MemoryServer()
        let client = server.connect()
        client.send("QUIT")
        let delivered = server.engine.core.context.deliver(line("+late").bytes, to: client.session)
        #expect(!delivered)
        #expect(client.takeOutput().isEmpty)
    }

    @Test func whoDoesNotReadIsClosedAndWoken() {
        let server = MemoryServer()
        let client = server.connect()
        server.send("CONFIG", "SET", "client-output-buffer-limit", "normal 20000 0 0")
        let message = [UInt8](repeating: 46, count: 9000)
        var delivered: [Bool] = []
        for _ in 0 ..< 3 { delivered.append(server.engine.core.context.deliver(message.bytes, to: client.session)) }
        #expect(delivered == [true, false, false])
        #expect(client.session.ending == .now)
        #expect(server.engine.takeWoken().map(\.id) == [client.session.id])
    }

    @Test func theSoftLimitHasItsSeconds() {
        let server = MemoryServer()
        let client = server.connect()
        server.send("CONFIG", "SET", "client-output-buffer-limit", "normal 0 5000 2")
        server.engine.core.context.deliver([UInt8](repeating: 46, count: 9000).bytes, to: client.session)
        #expect(server.engine.needsInspection)
        server.advance(milliseconds: 2000)
        server.engine.inspectClients()
        #expect(client.session.ending == nil)
        server.advance(milliseconds: 1000)
        server.engine.inspectClients()
        #expect(client.session.ending == .now)
        client.disconnect()
        #expect(!server.engine.needsInspection)
    }

    @Test func whoReadsInTimeStaysAndIsNoLongerInspected() {
        let server = MemoryServer()
        let client = server.connect()
        server.send("CONFIG", "SET", "client-output-buffer-limit", "normal 0 5000 2")
        server.engine.core.context.deliver([UInt8](repeating: 46, count: 9000).bytes, to: client.session)
        _ = client.takeOutput()
        server.advance(milliseconds: 5000)
        server.engine.inspectClients()
        #expect(client.session.ending == nil && !server.engine.needsInspection)
    }

    @Test func newLimitsConcernWhatWaitsAlready() {
        let server = MemoryServer()
        let client = server.connect()
        server.engine.core.context.deliver([UInt8](repeating: 46, count: 9000).bytes, to: client.session)
        server.send("CONFIG", "SET", "client-output-buffer-limit", "normal 5000 0 0")
        #expect(client.session.ending == .now)
    }
}
