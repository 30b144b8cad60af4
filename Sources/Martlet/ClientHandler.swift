import Bytes
import Engine
import Transport

/// What stands between one connection and its session: bytes in, replies out, and the end of either.
final class ClientHandler: ConnectionHandler {
    let session: Session
    private let engine: Engine
    /// A cycle, which the loop breaks when it closes the connection.
    private let loop: EventLoop
    let connection: Connection

    init(_ connection: Connection, session: Session, engine: Engine, loop: EventLoop) {
        self.connection = connection
        self.session = session
        self.engine = engine
        self.loop = loop
    }

    func received(_ bytes: RawSpan, from connection: Connection) {
        settle(engine.receive(session, bytes))
    }

    func receivedDirectly(from connection: Connection, fill: (inout ByteBuffer) -> Int) {
        engine.receiveDirectly(session, fill)
        settle()
    }

    func withOutput(_ body: (inout OutputBuffer) -> Void) { session.withOutput(body) }

    func closed(_ connection: Connection, _ reason: CloseReason) {
        engine.close(session)
        // Breaks the cycle of handler and session.
        session.link = nil
    }

    /// Hands to the loop what the engine left for this client, after something happened to it from outside.
    func settle() { settle(engine.aftermath(of: session)) }

    /// Lets the loop send, when it is this client's turn, what others had to tell it.
    func takeTurn() { loop.setNeedsTurn(connection) }

    private func settle(_ aftermath: Engine.Aftermath) {
        if aftermath.hasOutput { loop.setNeedsFlush(connection) }
        if aftermath.wantsDirectly != connection.directInput { connection.directInput = aftermath.wantsDirectly }
        switch aftermath.ending {
        case nil: break
        case .afterReplies: loop.closeAfterFlush(connection)
        case .now: loop.close(connection)
        }
    }
}
