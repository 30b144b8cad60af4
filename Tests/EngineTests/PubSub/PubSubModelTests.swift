import Bytes
import TestSupport
import Testing

@testable import Engine

/// Who subscribes to what, against sets: random clients subscribe, unsubscribe, publish and leave.
@Suite struct PubSubModelTests {
    private struct Model {
        var channels: Set<String> = []
        var patterns: Set<String> = []
        var shards: Set<String> = []
    }

    @Test(arguments: [1, 2, 3]) func behavesLikeSets(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let server = MemoryServer(seed: seed)
        let publisher = server.connect()
        var clients: [(MemoryClient, Model)] = []
        func name() -> String { "c\(random.next(below: 40))" }
        func pattern() -> String {
            ["c*", "c1*", "c?", "*3", "c[12]*", "c\(random.next(below: 40))", "*", "c*\(random.next(below: 10))"][random.next(below: 8)]
        }
        for round in 0 ..< 3000 {
            if clients.isEmpty || random.next(below: 40) == 0 {
                let client = server.connect()
                if random.next(below: 2) == 0 { client.send("HELLO", "3") }
                clients.append((client, Model()))
            }
            let index = random.next(below: clients.count)
            let client = clients[index].0
            switch random.next(below: 9) {
            case 0, 1:
                let name = name()
                client.send("SUBSCRIBE", name)
                clients[index].1.channels.insert(name)
            case 2:
                let name = name()
                client.send("UNSUBSCRIBE", name)
                clients[index].1.channels.remove(name)
            case 3, 4:
                let pattern = pattern()
                client.send("PSUBSCRIBE", pattern)
                clients[index].1.patterns.insert(pattern)
            case 5:
                let pattern = pattern()
                client.send("PUNSUBSCRIBE", pattern)
                clients[index].1.patterns.remove(pattern)
            case 6:
                let name = name()
                client.send("SSUBSCRIBE", name)
                clients[index].1.shards.insert(name)
            case 7 where random.next(below: 10) == 0:
                client.disconnect()
                clients.remove(at: index)
            case 7:
                client.send("SUNSUBSCRIBE")
                clients[index].1.shards = []
            default:
                let channel = name()
                let expected = clients.map { copies($0.1, channel) }
                #expect(publisher.send("PUBLISH", channel, "hello") == ":\(expected.reduce(0, +))\r\n")
                #expect(clients.map { messages($0.0.takeOutput()) } == expected)
                let shard = clients.filter { $0.1.shards.contains(channel) }.count
                #expect(publisher.send("SPUBLISH", channel, "hello") == ":\(shard)\r\n")
                for (client, _) in clients { _ = client.takeOutput() }
            }
            if round % 20 == 0 { server.engine.core.context.pubsub.checkInvariants() }
        }
        for (client, model) in clients {
            #expect(client.session.subscriptions.channels.count == UInt32(model.channels.count))
            #expect(client.session.subscriptions.patterns.count == UInt32(model.patterns.count))
            client.disconnect()
        }
        server.engine.core.context.pubsub.checkInvariants()
        #expect(server.engine.core.context.pubsub.ownMemory == 0 && server.engine.core.context.pubsub.clientCount == 0)
    }

    private func copies(_ model: Model, _ channel: String) -> Int {
        let patterns = model.patterns.filter { pattern in
            globMatch(pattern: Array(pattern.utf8).bytes, text: Array(channel.utf8).bytes)
        }
        return (model.channels.contains(channel) ? 1 : 0) + patterns.count
    }

    private func messages(_ output: [UInt8]) -> Int {
        String(decoding: output, as: UTF8.self).split(separator: "\r\n").filter { $0 == "message" || $0 == "pmessage" }.count
    }

    /// Every pattern that matches is found, whatever its shape, and each once.
    @Test(arguments: [1, 2, 3]) func patternsAreFoundByTheirEnds(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let server = MemoryServer(seed: seed)
        let client = server.connect()
        client.send("HELLO", "3")
        var patterns: Set<[UInt8]> = []
        let alphabet = Array("ab*?[]^-\\".utf8)
        for _ in 0 ..< 400 {
            let pattern = (0 ..< random.next(below: 7)).map { _ in alphabet[random.next(below: alphabet.count)] }
            patterns.insert(pattern)
            _ = client.send(words: [Array("PSUBSCRIBE".utf8), pattern])
        }
        for _ in 0 ..< 2000 {
            let channel = (0 ..< random.next(below: 6)).map { _ in alphabet[random.next(below: 2)] }
            let expected = patterns.filter { globMatch(pattern: $0.bytes, text: channel.bytes) }
            let found = server.engine.core.context.pubsub.matchingPatterns(channel.bytes).map(\.name)
            #expect(Set(found) == expected && found.count == expected.count)
        }
    }
}
