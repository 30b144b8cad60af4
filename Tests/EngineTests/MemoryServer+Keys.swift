import Bytes
import TestSupport

@testable import Engine

extension MemoryServer {
    /// Stores a string without a command.
    func put(_ key: String, _ value: String = "v", deadline: Int64? = nil, database: Int = 0) {
        engine.beginBatch()
        engine.core.keyspace.selected = database
        let key = Array(key.utf8)
        let value = Array(value.utf8)
        var place = engine.core.keyspace.write(key.bytes)
        engine.core.keyspace.setString(key.bytes, &place, value.bytes, deadline.map { .at($0) } ?? .clear)
    }

    /// Keys in a database, with those past their deadlines that are still in memory.
    func keyCount(_ database: Int) -> Int { engine.core.keyspace.databases[database].table.count }

    /// The time of the server, in milliseconds since 1970.
    var now: Int64 { clock.wallMicroseconds() / 1000 }

    /// What `body` changed, as event and key.
    func events(_ body: () -> Void) -> [String] {
        engine.core.keyspace.effects.listeners.insert(.inspection)
        _ = engine.core.keyspace.effects.takeTranscript()
        body()
        defer { engine.core.keyspace.effects.listeners.remove(.inspection) }
        return engine.core.keyspace.effects.takeTranscript().map {
            switch $0 {
            case .key(let event, let database, let key):
                "\(event.rawValue) \(database) \(String(decoding: key, as: UTF8.self))"
            case .remark(let event, let database, let key):
                "(\(event.rawValue) \(database) \(String(decoding: key, as: UTF8.self)))"
            case .flushCommand: "flush"
            case .flushed(let database): "flushed \(database)"
            case .swapped(let first, let second): "swapped \(first) \(second)"
            case .unitBegan: "unit begins"
            case .unitEnded: "unit ends"
            }
        }
    }
}

/// The bulk strings of a raw reply, in order.
func bulkStrings(_ reply: String) -> [String] {
    let bytes = Array(reply.utf8)
    var result: [String] = []
    var position = 0
    while let end = bytes[position...].firstIndex(of: UInt8(ascii: "\r")) {
        let line = String(decoding: bytes[position ..< end], as: UTF8.self)
        position = end + 2
        guard line.first == "$", let length = Int(line.dropFirst()), length >= 0 else { continue }
        result.append(String(decoding: bytes[position ..< position + length], as: UTF8.self))
        position += length + 2
    }
    return result
}

extension MemoryServer {
    /// Bytes that all clients hold.
    var clientMemory: Int { engine.core.context.ledger.total }
}
