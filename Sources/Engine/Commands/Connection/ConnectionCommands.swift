import Bytes
import Wire

/// PING, HELLO and the other commands about the connection itself.
enum ConnectionCommands {
    static let rows: [Command] = [ping, echo, select, auth, hello, quit, reset, ClientCommands.client]

    static let ping = Command(
        "ping", arity: -1, .connection, [.fast, .inSubscribedMode, .reportsHealth],
        since: "1.0.0", complexity: "O(1)",
        summary: "Answers PONG, or with the message given.",
        arguments: "message:string?",
        tips: ["request_policy:all_shards", "response_policy:all_succeeded"]
    ) { arguments, _, reply, context throws(CommandError) in
        if arguments.count > 2 { throw .wrongArity("ping") }
        if context.session.conditions.contains(.subscribed) {
            reply.array(2)
            reply.bulk("pong")
            if arguments.count == 2 { reply.bulk(arguments[1]) } else { reply.bulk("") }
            return
        }
        if arguments.count == 2 { reply.bulk(arguments[1]) } else { reply.simple("PONG") }
    }

    static let echo = Command(
        "echo", arity: 2, .connection, [.loading, .stale, .fast],
        since: "1.0.0", complexity: "O(1)",
        summary: "Answers with the message given.",
        arguments: "message:string"
    ) { arguments, _, reply, _ throws(CommandError) in reply.bulk(arguments[1]) }

    static let select = Command(
        "select", arity: 2, .connection, [.loading, .stale, .fast],
        since: "1.0.0", complexity: "O(1)",
        summary: "Chooses the database that this connection works on.",
        arguments: "index:integer"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let index = try arguments.database(1, of: keyspace)
        context.session.database = index
        keyspace.selected = index
        reply.ok()
    }

    static let auth = Command(
        "auth", arity: -2, .connection, [.noScript, .loading, .stale, .fast, .noAuth, .allowBusy],
        since: "1.0.0", complexity: "O(N) where N is the number of passwords defined for the user",
        summary: "Gives the connection's credentials.",
        arguments: "username:string@6.0.0? password:string",
        secrets: .from(1)
    ) { arguments, _, reply, context throws(CommandError) in
        if arguments.count > 3 { throw .syntax }
        if arguments.count == 2, context.configuration.password.isEmpty {
            throw .text(
                "ERR AUTH <password> called without any password configured for the default user. "
                    + "Are you sure your configuration is correct?")
        }
        let user = arguments.count == 3 ? arguments[1].text : "default"
        try context.authenticate(user, arguments[arguments.count - 1])
        reply.ok()
    }

    static let hello = Command(
        "hello", arity: -1, .connection, [.noScript, .loading, .stale, .fast, .noAuth, .allowBusy],
        since: "6.0.0", complexity: "O(1)",
        summary: "Opens the conversation: chooses the protocol, may give credentials and a name.",
        arguments:
            "arguments{protover:integer auth{username:string password:string}=AUTH? clientname:string=SETNAME?}?",
        secrets: .behind("auth", count: 2, from: 2)
    ) { arguments, _, reply, context throws(CommandError) in
        var version = context.session.protocolVersion
        if arguments.count > 1 {
            let wanted = try arguments.integer(
                1, orThrow: .text("ERR Protocol version is not an integer or out of range"))
            guard let chosen = Int(exactly: wanted).flatMap({ RESPVersion(rawValue: $0) }) else {
                throw .text("NOPROTO unsupported protocol version")
            }
            version = chosen
        }
        var credentials: Int?
        var name: String?
        var index = 2
        while index < arguments.count {
            if arguments.isWord(index, "auth"), index + 2 < arguments.count {
                credentials = index + 1
                index += 3
            } else if arguments.isWord(index, "setname"), index + 1 < arguments.count {
                name = try ClientName.validated(arguments[index + 1])
                index += 2
            } else {
                throw .text("ERR Syntax error in HELLO option '\(arguments[index].escapedText)'")
            }
        }
        if let credentials {
            try context.authenticate(arguments[credentials].text, arguments[credentials + 1])
        }
        if !context.session.isAuthenticated {
            throw .text(
                "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH "
                    + "<user> <pass> option can be used to authenticate the client and select the RESP protocol version "
                    + "at the same time")
        }
        if let name { context.session.name = name }
        context.session.protocolVersion = version
        context.session.restrictSubscriber()
        reply.version = version
        reply.map(7)
        reply.bulk("server")
        reply.bulk("redis")
        reply.bulk("version")
        reply.bulk(Version.handshake)
        reply.bulk("proto")
        reply.integer(version.rawValue)
        reply.bulk("id")
        reply.integer(Int64(context.session.id))
        reply.bulk("mode")
        reply.bulk("standalone")
        reply.bulk("role")
        reply.bulk("master")
        reply.bulk("modules")
        reply.array(0)
    }

    static let quit = Command(
        "quit", arity: -1, .connection,
        [.noScript, .loading, .stale, .fast, .noAuth, .allowBusy, .inSubscribedMode, .immediate, .endsTransaction],
        since: "1.0.0", complexity: "O(1)",
        summary: "Closes the connection once the replies are sent.",
        deprecatedSince: "7.2.0", replacedBy: "just closing the connection"
    ) { _, _, reply, context throws(CommandError) in
        reply.ok()
        context.session.ending = .afterReplies
    }

    static let reset = Command(
        "reset", arity: 1, .connection,
        [.noScript, .loading, .stale, .fast, .noAuth, .allowBusy, .inSubscribedMode, .immediate, .endsTransaction],
        since: "6.2.0", complexity: "O(1)",
        summary: "Puts the connection back into the state of a new one."
    ) { _, keyspace, reply, context throws(CommandError) in
        let session = context.session
        context.endTransaction(session, &keyspace)
        context.stopMonitoring(session)
        session.database = 0
        session.protocolVersion = .resp2
        context.pubsub.remove(session)
        session.name = ""
        // This very reply may be the one that SKIP was about.
        if session.replyMode != .skipping { session.replyMode = .on }
        session.leavesNoTouch = false
        session.fieldsets.discardAll()
        session.isExemptFromEviction = false
        session.userName = "default"
        if !context.configuration.password.isEmpty { session.conditions.insert(.unauthenticated) }
        context.tracking.stop(session, &keyspace)
        keyspace.selected = 0
        keyspace.touchesOnRead = true
        reply.version = .resp2
        reply.simple("RESET")
    }
}

extension Context {
    /// Logs the client in, or throws what Redis says to wrong credentials.
    mutating func authenticate(_ user: String, _ password: RawSpan) throws(CommandError) {
        let required = configuration.password
        guard user == "default", required.isEmpty || Context.matches(password, required) else {
            throw .text("WRONGPASS invalid username-password pair or user is disabled.")
        }
        session.conditions.remove(.unauthenticated)
        session.userName = user
    }

    /// Compares in time that depends on the given password's length only, not on how much of it is right.
    private static func matches(_ given: RawSpan, _ required: String) -> Bool {
        let secret = Array(required.utf8)
        var difference = UInt8(given.byteCount == secret.count ? 0 : 1)
        for i in 0 ..< given.byteCount { difference |= given.byte(i) ^ secret[i % secret.count] }
        return difference == 0
    }
}

/// Names that clients give themselves, and their libraries.
enum ClientName {
    /// Throws Redis's words for a name with anything but printable ASCII without spaces.
    static func validated(_ name: RawSpan, what: String = "Client names") throws(CommandError) -> String {
        for i in 0 ..< name.byteCount where name.byte(i) < 33 || name.byte(i) > 126 {
            throw .text("ERR \(what) cannot contain spaces, newlines or special characters.")
        }
        return name.text
    }
}
