import Engine

/// Where a behaviour is tried: in memory for speed, over a socket for truth. One closure serves both:
///
///     @Test(arguments: Frame.allCases) func setThenGet(_ frame: Frame) throws {
///         try frame.serve { server in
///             let client = try server.client()
///             #expect(try client.call("SET", "k", "v") == .simple("OK"))
///         }
///     }
package enum Frame: String, CaseIterable, Sendable {
    case memory, socket

    /// Serves with `options` as on the command line, for as long as `body` takes.
    package func serve(_ options: [String] = [], _ body: (FramedServer) throws -> Void) throws {
        switch self {
        case .memory:
            let configuration = try Configuration(
                reading: ServerArguments(options).sources(file: nil, standardInput: nil), totalMemory: 1 << 34,
                isCommand: { Engine.isCommand($0) },
                include: { path throws(ConfigurationSource.IncludeError) in
                    throw ConfigurationSource.IncludeError(path: path, reason: "no files here")
                })
            let server = MemoryServer(configuration: configuration)
            try body(FramedServer { MemoryEnd(server.connect()) })
        case .socket:
            try LiveServer.with(options) { server in
                try body(FramedServer { try SocketEnd(server.connect()) })
            }
        }
    }
}

/// A server in either frame.
package struct FramedServer {
    private let connect: () throws -> any FramedEnd

    fileprivate init(_ connect: @escaping () throws -> any FramedEnd) { self.connect = connect }

    package func client() throws -> FramedClient { FramedClient(try connect()) }
}

/// What a client's end of a connection can do in either frame.
private protocol FramedEnd {
    func write(_ bytes: [UInt8]) throws
    func read() throws -> Reply
    /// The bytes up to the end of the connection, which must come.
    func readToEnd() throws -> [UInt8]
}

package struct FramedClient {
    private let end: any FramedEnd

    fileprivate init(_ end: any FramedEnd) { self.end = end }

    @discardableResult
    package func call(_ words: String...) throws -> Reply {
        try end.write(LiveClient.request(words.map { Array($0.utf8) }))
        return try end.read()
    }

    package func write(_ bytes: [UInt8]) throws { try end.write(bytes) }
    package func write(_ text: String) throws { try end.write(Array(text.utf8)) }
    package func read() throws -> Reply { try end.read() }
    package func readToEnd() throws -> [UInt8] { try end.readToEnd() }
}

private struct SocketEnd: FramedEnd {
    let client: LiveClient
    init(_ client: LiveClient) { self.client = client }
    func write(_ bytes: [UInt8]) throws { try client.write(bytes) }
    func read() throws -> Reply { try client.read() }
    func readToEnd() throws -> [UInt8] { try client.readToEnd() }
}

private final class MemoryEnd: FramedEnd {
    struct NothingToRead: Error {}
    struct StillOpen: Error {}

    let client: MemoryClient
    private var inbox: [UInt8] = []

    init(_ client: MemoryClient) { self.client = client }

    func write(_ bytes: [UInt8]) throws {
        if client.session.end == nil { inbox += client.send(raw: bytes) }
    }

    func read() throws -> Reply {
        inbox += client.takeOutput()
        guard let (reply, end) = try ReplyReader.read(inbox) else { throw NothingToRead() }
        inbox.removeFirst(end)
        return reply
    }

    func readToEnd() throws -> [UInt8] {
        inbox += client.takeOutput()
        if client.session.end == nil { throw StillOpen() }
        defer { inbox = [] }
        return inbox
    }
}
