import Martlet

/// A whole server in this process, on a port that the system chose.
package final class LiveServer {
    package let server: Server

    package init(_ options: [String] = []) throws {
        // Behind the others, because a configuration file's name comes first.
        server = try Server(options: options + ["--port", "0", "--loglevel", "warning"])
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
