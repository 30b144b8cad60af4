import Bytes
import Wire

/// The subcommands of CLIENT that keep clients' caches valid.
enum TrackingCommands {
    static let rows: [Command] = [caching, getredir, tracking, trackinginfo]

    private static let flags: CommandFlags = [.noScript, .loading, .stale]

    static let tracking = Command(
        "client|tracking", arity: -3, .connection, flags,
        since: "6.0.0", complexity: "O(1). Some options may introduce additional complexity.",
        summary: "Whether the connection, or another for it, is told when keys change that it has read.",
        arguments: """
            status(on=ON|off=OFF) client-id:integer=REDIRECT? prefix:string=PREFIX?*! bcast=BCAST? optin=OPTIN? \
            optout=OPTOUT? noloop=NOLOOP?
            """
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let request = try TrackingRequest(arguments, context.sessions)
        if arguments.isWord(2, "on") {
            let session = context.session
            try request.check(against: session.tracking)
            context.tracking.start(
                session, request.options, redirection: request.redirection, prefixes: request.prefixes, &keyspace)
        } else if arguments.isWord(2, "off") {
            context.tracking.stop(context.session, &keyspace)
        } else {
            throw .syntax
        }
        reply.ok()
    }

    static let caching = Command(
        "client|caching", arity: 3, .connection, flags,
        since: "6.0.0", complexity: "O(1)",
        summary: "Whether the keys that the next command or transaction reads are cached.",
        arguments: "mode(yes=YES|no=NO)"
    ) { arguments, _, reply, context throws(CommandError) in
        guard let mode = context.session.tracking else {
            throw .text(
                "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled")
        }
        if arguments.isWord(2, "yes") {
            if !mode.options.contains(.optIn) {
                throw .text("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.")
            }
        } else if arguments.isWord(2, "no") {
            if !mode.options.contains(.optOut) {
                throw .text("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.")
            }
        } else {
            throw .syntax
        }
        context.session.tracking?.isCachingGiven = true
        reply.ok()
    }

    static let getredir = Command(
        "client|getredir", arity: 2, .connection, flags,
        since: "6.0.0", complexity: "O(1)",
        summary: "The number of the connection that is told in place of this one; 0 for none, -1 without tracking."
    ) { _, _, reply, context throws(CommandError) in reply.integer(context.session.redirectionNumber) }

    static let trackinginfo = Command(
        "client|trackinginfo", arity: 2, .connection, flags,
        since: "6.2.0", complexity: "O(1)",
        summary: "Whether and how this connection's cache is kept valid."
    ) { _, _, reply, context throws(CommandError) in
        let session = context.session
        let words = session.tracking?.words ?? ["off"]
        let prefixes = session.tracking?.prefixes ?? []
        reply.map(3)
        reply.bulk("flags")
        reply.set(words.count)
        for word in words { reply.bulk(word) }
        reply.bulk("redirect")
        reply.integer(session.redirectionNumber)
        reply.bulk("prefixes")
        reply.array(prefixes.count)
        for prefix in prefixes { reply.bulk(prefix.bytes) }
    }
}

extension Session {
    /// The client that is told in place of this one, as commands show it: 0 for none, -1 without tracking.
    var redirectionNumber: Int64 { tracking.map { Int64(bitPattern: $0.redirection) } ?? -1 }
}

/// What CLIENT TRACKING was given.
private struct TrackingRequest {
    var options: TrackingMode.Options = []
    var redirection: UInt64 = 0
    var prefixes: [[UInt8]] = []

    init(_ arguments: Arguments, _ sessions: SessionRegistry) throws(CommandError) {
        var index = 3
        while index < arguments.count {
            let hasOperand = index + 1 < arguments.count
            if arguments.isWord(index, "redirect"), hasOperand {
                if redirection != 0 { throw .text("ERR A client can only redirect to a single other client") }
                index += 1
                redirection = UInt64(bitPattern: try arguments.integer(index))
                // It may go away later; that it is there now is only good sense.
                if sessions[redirection] == nil {
                    throw .text("ERR The client ID you want redirect to does not exist")
                }
            } else if arguments.isWord(index, "bcast") {
                options.insert(.broadcast)
            } else if arguments.isWord(index, "optin") {
                options.insert(.optIn)
            } else if arguments.isWord(index, "optout") {
                options.insert(.optOut)
            } else if arguments.isWord(index, "noloop") {
                options.insert(.noLoop)
            } else if arguments.isWord(index, "prefix"), hasOperand {
                index += 1
                prefixes.append(arguments[index].array)
            } else {
                throw .syntax
            }
            index += 1
        }
    }

    /// Throws where the options contradict each other, or the mode the client is in.
    func check(against current: TrackingMode?) throws(CommandError) {
        let isBroadcast = options.contains(.broadcast)
        if !isBroadcast, !prefixes.isEmpty { throw .text("ERR PREFIX option requires BCAST mode to be enabled") }
        if let current, current.options.contains(.broadcast) != isBroadcast {
            throw .text(
                "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling "
                    + "it with a different mode.")
        }
        if isBroadcast, !options.isDisjoint(with: [.optIn, .optOut]) {
            throw .text("ERR OPTIN and OPTOUT are not compatible with BCAST")
        }
        if options.isSuperset(of: [.optIn, .optOut]) {
            throw .text("ERR You can't specify both OPTIN mode and OPTOUT mode")
        }
        if let current, options.union(current.options).isSuperset(of: [.optIn, .optOut]) {
            throw .text(
                "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling "
                    + "it with a different mode.")
        }
        if isBroadcast { try checkOverlaps(current?.prefixes ?? []) }
    }

    /// A key that had two of a client's prefixes would be told it twice.
    private func checkOverlaps(_ existing: [[UInt8]]) throws(CommandError) {
        for (index, prefix) in prefixes.enumerated() {
            if let other = existing.first(where: { TrackingRequest.overlap($0, prefix) }) {
                throw .overlappingPrefix(prefix.bytes.escapedText, "an existing", other.bytes.escapedText)
            }
            if let other = prefixes[(index + 1)...].first(where: { TrackingRequest.overlap($0, prefix) }) {
                throw .overlappingPrefix(prefix.bytes.escapedText, "another provided", other.bytes.escapedText)
            }
        }
    }

    private static func overlap(_ one: [UInt8], _ other: [UInt8]) -> Bool { one.starts(with: other) || other.starts(with: one) }
}

extension CommandError {
    fileprivate static func overlappingPrefix(_ prefix: String, _ which: String, _ other: String) -> CommandError {
        .text(
            "ERR Prefix '\(prefix)' overlaps with \(which) prefix '\(other)'. Prefixes for a single client must not overlap.")
    }
}
