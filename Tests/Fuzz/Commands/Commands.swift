import Bytes
import Engine
import TestSupport

/// Random programs of commands from two clients, with a clock that jumps: nothing may crash or hang, every reply must be one the
/// protocol allows, the data must keep its invariants, and when all of it is deleted nothing may be left.
///
/// The first byte of the input chooses protocol and limits, the rest are lines. A line is a request: its words are sent as
/// they are, between the quotes that make binary words possible. Lines that begin with a control character do something else.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCommands(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let data = unsafe data, count > 1 else { return 0 }
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    Bench.run(input)
    return 0
}

/// One server after another: making one is slow, and one that has run for long is the better test.
private enum Bench {
    nonisolated(unsafe) private static var server = makeServer()
    nonisolated(unsafe) private static var runs = 0

    private static func makeServer() -> MemoryServer {
        var configuration = Configuration()
        configuration.protoMaxBulkLength = 1 << 20
        return MemoryServer(configuration: configuration)
    }

    static func run(_ input: [UInt8]) {
        unsafe runs += 1
        if unsafe runs & 4095 == 0 { unsafe server = makeServer() }
        var scene = unsafe Scene(server, input[0])
        for line in input[1...].split(separator: 10) { scene.play(line) }
        if !scene.end() { unsafe server = makeServer() }
    }
}

/// Two clients of a server, for the length of one input.
private struct Scene {
    private let server: MemoryServer
    private let choice: UInt8
    private var clients: [MemoryClient]

    init(_ server: MemoryServer, _ choice: UInt8) {
        self.server = server
        self.choice = choice
        clients = [server.connect(), server.connect()]
        if choice & 1 != 0 { _ = clients[0].send("HELLO", "3") }
        if choice & 2 != 0 { _ = clients[0].send("CONFIG", "SET", "maxmemory", "100kb") }
        if choice & 4 != 0 { configure(clients[0], entries: "4", listSize: "4") }
    }

    /// Small limits are there so that short programs reach the large representations.
    private func configure(_ client: MemoryClient, entries: String, listSize: String) {
        _ = client.send(
            "CONFIG", "SET", "hash-max-listpack-entries", entries, "zset-max-listpack-entries", entries,
            "set-max-listpack-entries", entries, "set-max-intset-entries", entries, "list-max-listpack-size", listSize)
    }

    mutating func play(_ line: ArraySlice<UInt8>) {
        guard let first = line.first else { return }
        switch first {
        case 1: server.advance(milliseconds: Int64(line.dropFirst().first ?? 1))
        case 2: server.settle()
        case 3: receive(clients[0].send(raw: Array(line.dropFirst()) + [13, 10]))
        case 4: reconnect(Int(line.last ?? 0) & 1)
        default:
            let client = first == 5 ? 1 : 0
            let words = line.drop { $0 == 5 }.split(separator: 32, maxSplits: 40, omittingEmptySubsequences: false)
            var request = Array("*\(words.count)\r\n".utf8)
            for word in words { request += Array("$\(word.count)\r\n".utf8) + word + [13, 10] }
            receive(clients[client].send(raw: request))
        }
        for i in 0 ..< 2 {
            receive(clients[i].takeOutput())
            if clients[i].session.end != nil { reconnect(i) }
        }
    }

    /// Whatever a client is sent must be made of whole replies.
    private func receive(_ bytes: [UInt8]) {
        do {
            _ = try ReplyReader.readAll(bytes)
        } catch {
            fatalError("\(error) in \(bytes.bytes.escapedText)")
        }
    }

    private mutating func reconnect(_ client: Int) {
        clients[client].disconnect()
        clients[client] = server.connect()
    }

    /// Checks what must hold at the end. False when the server must not be used again: it wants a password, or is paused.
    func end() -> Bool {
        server.engine.checkInvariants()
        for client in clients { client.disconnect() }
        let last = server.connect()
        defer { last.disconnect() }
        if choice & 2 != 0 { _ = last.send("CONFIG", "SET", "maxmemory", "0") }
        if choice & 4 != 0 { configure(last, entries: "128", listSize: "-2") }
        if last.send("FLUSHALL") != "+OK\r\n" { return false }
        server.settle()
        let left = server.engine.heldBytes
        precondition(left == 0, "\(left) bytes are left after FLUSHALL")
        return true
    }
}
