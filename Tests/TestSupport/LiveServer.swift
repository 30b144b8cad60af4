import Martlet

/// A whole server in this process, on a port that the system chose where none is given.
package final class LiveServer {
    package let server: Server

    package init(_ options: [String] = [], port: Int = 0) throws {
        // Behind the others, because a configuration file's name comes first.
        server = try Server(options: options + ["--port", "\(port)", "--loglevel", "warning"])
        try server.start()
    }

    deinit { server.stop() }

    package var port: Int { server.port }

    package func connect() throws -> LiveClient { try LiveClient(port: port) }

    /// Serves for as long as `body` takes.
    package static func with(_ options: [String] = [], _ body: (LiveServer) throws -> Void) throws {
        let live = try LiveServer(options)
        try body(live)
        withExtendedLifetime(live) {}
    }
}
