import Bytes
import TestSupport
import Testing

@testable import Engine

/// A server in memory, told what to do in the manner of redis-cli: words divided by spaces.
final class StringScene {
    let server = MemoryServer()
    let client: MemoryClient

    init() { client = server.connect() }

    /// The moment, in milliseconds since 1970.
    var now: Int64 { server.clock.wallMicroseconds() / 1000 }

    /// The reply, its line ends written as spaces, without the last one.
    @discardableResult
    func send(_ line: String) -> String { send(words: line.split(separator: " ").map(String.init)) }

    @discardableResult
    func send(words: [String]) -> String {
        let reply = client.send(words: words).replacing("\r\n", with: " ")
        return reply.hasSuffix(" ") ? String(reply.dropLast()) : reply
    }

    /// Sends a command and compares its reply, in the form that `send` gives it.
    func expect(_ line: String, _ reply: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(send(line) == reply, "\(line)", sourceLocation: sourceLocation)
    }

    func encoding(_ key: String) -> Encoding? {
        let name = Array(key.utf8)
        return server.engine.core.keyspace.peek(name.bytes).map { server.engine.core.keyspace.arena.header($0).encoding }
    }

    /// When the key ends, in milliseconds since 1970.
    func deadline(_ key: String) -> Int64? {
        let name = Array(key.utf8)
        return server.engine.core.keyspace.peek(name.bytes).flatMap { server.engine.core.keyspace.arena.deadline($0) }
    }

    /// Makes a key of a type that no command makes yet.
    func makeForeign(_ key: String) {
        send(words: ["SET", key, "something"])
        let name = Array(key.utf8)
        guard let entry = server.engine.core.keyspace.peek(name.bytes) else { return }
        let header = server.engine.core.keyspace.arena.header(entry)
        let other = EntryHeader(bits: header.bits | UInt64(ValueType.list.rawValue))
        server.engine.core.keyspace.arena.setHeader(entry, other)
    }

    /// The events of one command.
    func events(_ line: String) -> [KeyEvent] {
        server.engine.core.keyspace.effects.listeners.insert(.inspection)
        _ = server.engine.core.keyspace.effects.takeTranscript()
        send(line)
        return server.engine.core.keyspace.effects.takeTranscript().compactMap(\.event)
    }

    /// How many changes one command counts as.
    func changes(_ line: String) -> UInt64 {
        let before = server.engine.core.keyspace.effects.changeCount
        send(line)
        return server.engine.core.keyspace.effects.changeCount - before
    }
}

enum Answer {
    static let syntax = "-ERR syntax error"
    static let wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value"
    static let notInteger = "-ERR value is not an integer or out of range"
    static let notFloat = "-ERR value is not a valid float"
}
