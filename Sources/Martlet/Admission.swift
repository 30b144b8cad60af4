import Engine
import Transport

/// Decides about new connections: the limit of clients, and protected mode.
final class Admission: ConnectionAdmission {
    private let engine: Engine
    private unowned let loop: EventLoop

    init(engine: Engine, loop: EventLoop) {
        self.engine = engine
        self.loop = loop
    }

    func admit(_ connection: Connection) -> Transport.Admission {
        let configuration = engine.configuration
        let language = Engine.ClientProtocol(rawValue: connection.listener?.service ?? 0) ?? .redis
        if engine.clientCount >= configuration.maxclients {
            engine.noteRejected()
            return .refuse(language == .redis ? "-ERR max number of clients reached\r\n" : "ERROR Too many open connections\r\n")
        }
        let isLocal = connection.isUnixSocket || connection.peer.isLoopback
        if configuration.protectedMode, configuration.password.isEmpty, !isLocal,
            language == .redis || configuration.memcachedAuthFile.isEmpty
        {
            engine.noteRejected()
            return .refuse(language == .redis ? Admission.protectedModeText : Admission.memcachedProtectedModeText)
        }
        let session = engine.open(
            peerAddress: connection.peerText, localAddress: connection.localText, descriptor: connection.descriptor,
            isLocal: isLocal, isUnixSocket: connection.isUnixSocket, speaking: language)
        let handler = ClientHandler(connection, session: session, engine: engine, loop: loop)
        session.link = handler
        return .serve(handler)
    }

    private static let memcachedProtectedModeText: StaticString =
        "SERVER_ERROR protected mode is on and no credentials file is set: only clients of this machine are let in\r\n"

    /// Redis's words, which people search for.
    private static let protectedModeText: StaticString = """
        -DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the \
        default user. In this mode connections are only accepted from the loopback interface. If you want to connect \
        from external computers to Redis you may adopt one of the following solutions: 1) Just disable protected mode \
        sending the command 'CONFIG SET protected-mode no' from the loopback interface by connecting to Redis from the \
        same host the server is running, however MAKE SURE Redis is not publicly accessible from internet if you do so. \
        Use CONFIG REWRITE to make this change permanent. 2) Alternatively you can just disable the protected mode by \
        editing the Redis configuration file, and setting the protected mode option to 'no', and then restarting the \
        server. 3) If you started the server manually just for testing, restart it with the '--protected-mode no' \
        option. 4) Setup a an authentication password for the default user. NOTE: You only need to do one of the above \
        things in order for the server to start accepting connections from the outside.\r\n
        """
}
