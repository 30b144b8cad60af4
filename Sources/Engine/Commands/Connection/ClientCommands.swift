import Bytes
import Wire

/// CLIENT and its subcommands.
enum ClientCommands {
    static let client = Command.container(
        "client", .connection, since: "2.4.0",
        summary: "A container of commands about client connections.",
        [
            getname, help, id, info, kill, list, noEvict, noTouch, pause, replyMode, setinfo, setname, unblock, unpause,
        ] + TrackingCommands.rows)

    private static let ordinary: CommandFlags = [.noScript, .loading, .stale]
    private static let administrative: CommandFlags = [.admin, .noScript, .loading, .stale]

    static let id = Command(
        "client|id", arity: 2, .connection, ordinary,
        since: "5.0.0", complexity: "O(1)",
        summary: "The number of this connection, never used twice by a server."
    ) { _, _, reply, context throws(CommandError) in reply.integer(Int64(context.session.id)) }

    static let info = Command(
        "client|info", arity: 2, .connection, ordinary,
        since: "6.2.0", complexity: "O(1)",
        summary: "This connection's line of CLIENT LIST.",
        tips: ["nondeterministic_output"]
    ) { _, _, reply, context throws(CommandError) in
        reply.verbatim("txt", context.description(of: context.session, reply.position) + "\n")
    }

    static let list = Command(
        "client|list", arity: -2, .connection, administrative,
        since: "2.4.0", complexity: "O(N) where N is the number of client connections",
        summary: "One line of facts about every connection, or about those of a type or with the given ids.",
        arguments:
            "client-type(normal=NORMAL|master=MASTER|replica=REPLICA|pubsub=PUBSUB)=TYPE@5.0.0? client-id:integer=ID@6.2.0?*",
        tips: ["nondeterministic_output"]
    ) { arguments, _, reply, context throws(CommandError) in
        var text = ""
        if arguments.count > 3, arguments.isWord(2, "id") {
            for index in 3 ..< arguments.count {
                let id = try arguments.integer(index, orThrow: .text("ERR Invalid client ID"))
                guard let id = UInt64(exactly: id), let session = context.sessions[id] else { continue }
                text += context.description(of: session, reply.position) + "\n"
            }
        } else {
            var filter = ClientFilter()
            if arguments.count == 4, arguments.isWord(2, "type") {
                filter.type = try ClientType(arguments[3])
            } else if arguments.count != 2 {
                throw .syntax
            }
            for session in context.sessions.inOrder where filter.matches(session, context) {
                text += context.description(of: session, reply.position) + "\n"
            }
        }
        reply.verbatim("txt", text)
    }

    static let kill = Command(
        "client|kill", arity: -3, .connection, administrative,
        since: "2.4.0", complexity: "O(N) where N is the number of client connections",
        summary: "Closes the connections that match.",
        arguments:
            "filter(old-format:string|new-format(client-id:integer=ID@2.8.12?|client-type(normal=NORMAL|master=MASTER@3.2.0|slave=SLAVE|replica=REPLICA@5.0.0|pubsub=PUBSUB)=TYPE@2.8.12?|username:string=USER?|addr:string=ADDR?|laddr:string=LADDR@6.2.0?|skipme(yes=YES|no=NO)=SKIPME?|maxage:integer=MAXAGE@7.4.0?)*)"
    ) { arguments, _, reply, context throws(CommandError) in
        let byAddressOnly = arguments.count == 3
        let filter = try byAddressOnly ? ClientFilter(address: arguments[2].text) : ClientFilter(arguments, from: 2)
        var killed: Int64 = 0
        for session in context.sessions.inOrder where filter.matches(session, context) {
            killed += 1
            if session === context.session {
                session.ending = .afterReplies
            } else {
                session.ending = .now
                context.wake(session)
            }
        }
        if !byAddressOnly {
            reply.integer(killed)
        } else if killed == 0 {
            throw .text("ERR No such client")
        } else {
            reply.ok()
        }
    }

    static let getname = Command(
        "client|getname", arity: 2, .connection, ordinary,
        since: "2.6.9", complexity: "O(1)",
        summary: "The name that this connection was given."
    ) { _, _, reply, context throws(CommandError) in
        if context.session.name.isEmpty { reply.null() } else { reply.bulk(context.session.name) }
    }

    static let setname = Command(
        "client|setname", arity: 3, .connection, ordinary,
        since: "2.6.9", complexity: "O(1)",
        summary: "Names this connection, for CLIENT LIST and logs.",
        arguments: "connection-name:string"
    ) { arguments, _, reply, context throws(CommandError) in
        context.session.name = try ClientName.validated(arguments[2])
        reply.ok()
    }

    static let setinfo = Command(
        "client|setinfo", arity: 4, .connection, ordinary,
        since: "7.2.0", complexity: "O(1)",
        summary: "Notes the name or version of the library that the client uses.",
        arguments: "attr(libname:string=LIB-NAME|libver:string=LIB-VER)"
    ) { arguments, _, reply, context throws(CommandError) in
        if arguments.isWord(2, "lib-name") {
            context.session.libraryName = try ClientName.validated(arguments[3], what: "lib-name")
        } else if arguments.isWord(2, "lib-ver") {
            context.session.libraryVersion = try ClientName.validated(arguments[3], what: "lib-ver")
        } else {
            throw .text("ERR Unrecognized option '\(arguments[2].escapedText)'")
        }
        reply.ok()
    }

    static let noEvict = Command(
        "client|no-evict", arity: 3, .connection, administrative,
        since: "7.0.0", complexity: "O(1)",
        summary: "Exempts this connection from being closed to save memory.",
        arguments: "enabled(on=ON|off=OFF)"
    ) { arguments, _, reply, context throws(CommandError) in
        context.session.isExemptFromEviction = try onOrOff(arguments, 2)
        reply.ok()
    }

    static let noTouch = Command(
        "client|no-touch", arity: 3, .connection, ordinary,
        since: "7.2.0", complexity: "O(1)",
        summary: "Whether this connection's reads leave keys' access data as it is.",
        arguments: "enabled(on=ON|off=OFF)"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        context.session.leavesNoTouch = try onOrOff(arguments, 2)
        keyspace.touchesOnRead = !context.session.leavesNoTouch
        reply.ok()
    }

    static let replyMode = Command(
        "client|reply", arity: 3, .connection, ordinary,
        since: "3.2.0", complexity: "O(1)",
        summary: "Whether this connection is sent replies: ON, OFF, or all but the next one (SKIP).",
        arguments: "action(on=ON|off=OFF|skip=SKIP)"
    ) { arguments, _, reply, context throws(CommandError) in
        let session = context.session
        if arguments.isWord(2, "on") {
            // Within EXEC, SKIP is about the command behind it, and this one does not take it back.
            if session.replyMode != .skipNext { session.replyMode = .on }
            reply.ok()
        } else if arguments.isWord(2, "off") {
            session.replyMode = .off
        } else if arguments.isWord(2, "skip") {
            if session.replyMode != .off { session.replyMode = .skipNext }
        } else {
            throw .syntax
        }
    }

    static let pause = Command(
        "client|pause", arity: -3, .connection, administrative,
        since: "3.0.0", complexity: "O(1)",
        summary: "Holds all clients' commands back for some milliseconds, or only those that write.",
        arguments: "timeout:integer mode(write=WRITE|all=ALL)@6.2.0?"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        if arguments.count > 4 { throw .wrongArity("client|pause") }
        var pausesAll = true
        if arguments.count == 4 {
            if arguments.isWord(3, "write") {
                pausesAll = false
            } else if !arguments.isWord(3, "all") {
                throw .text("ERR CLIENT PAUSE mode must be WRITE or ALL")
            }
        }
        let timeout = try arguments.integer(2, orThrow: .text("ERR timeout is not an integer or out of range"))
        if timeout < 0 { throw .text("ERR timeout is negative") }
        let (end, overflow) = context.now.addingReportingOverflow(timeout)
        if overflow { throw .text("ERR timeout is out of range") }
        context.pause(until: end, all: pausesAll)
        keyspace.holdsExpiry = true
        reply.ok()
    }

    static let unpause = Command(
        "client|unpause", arity: 2, .connection, administrative,
        since: "6.2.0", complexity: "O(N) Where N is the number of paused clients",
        summary: "Ends CLIENT PAUSE at once."
    ) { _, keyspace, reply, context throws(CommandError) in
        context.endPause()
        keyspace.holdsExpiry = false
        reply.ok()
    }

    static let unblock = Command(
        "client|unblock", arity: -3, .connection, administrative,
        since: "5.0.0", complexity: "O(log N) where N is the number of client connections",
        summary: "Ends a client's blocking command, as if its time were up or with an error.",
        arguments: "client-id:integer unblock-type(timeout=TIMEOUT|error=ERROR)?"
    ) { arguments, _, reply, context throws(CommandError) in
        if arguments.count > 4 { throw .wrongArity("client|unblock") }
        var withError = false
        if arguments.count == 4 {
            if arguments.isWord(3, "error") {
                withError = true
            } else if !arguments.isWord(3, "timeout") {
                throw .text("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR")
            }
        }
        let id = try arguments.integer(2)
        guard let id = UInt64(exactly: id), let target = context.sessions[id],
            case .blocked(let number) = target.waiting
        else { return reply.integer(0) }
        let wait = context.blocked.remove(number)
        context.release(wait, withError ? .error("UNBLOCKED client unblocked via CLIENT UNBLOCK") : wait.onTimeout)
        reply.integer(1)
    }

    private static func onOrOff(_ arguments: Arguments, _ index: Int) throws(CommandError) -> Bool {
        if arguments.isWord(index, "on") { return true }
        if arguments.isWord(index, "off") { return false }
        throw .syntax
    }

    static let help = Command(
        "client|help", arity: 2, .connection, [.loading, .stale],
        since: "5.0.0", complexity: "O(1)",
        summary: "Lists the subcommands of CLIENT."
    ) { _, _, reply, context throws(CommandError) in
        HelpReply.write(
            "CLIENT",
            [
                "CACHING (YES|NO)",
                "    Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.",
                "GETREDIR", "    Return the client ID we are redirecting to when tracking is enabled.",
                "GETNAME", "    Return the name of the current connection.",
                "ID", "    Return the ID of the current connection.",
                "INFO", "    Return information about the current client connection.",
                "KILL <ip:port>", "    Kill connection made from <ip:port>.",
                "KILL <option> <value> [<option> <value> [...]]", "    Kill connections. Options are:",
                "    * ADDR (<ip:port>|<unixsocket>:0)",
                "      Kill connections made from the specified address",
                "    * LADDR (<ip:port>|<unixsocket>:0)",
                "      Kill connections made to specified local address",
                "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)", "      Kill connections by type.",
                "    * USER <username>", "      Kill connections authenticated by <username>.",
                "    * SKIPME (YES|NO)", "      Skip killing current connection (default: yes).",
                "    * ID <client-id>", "      Kill connections by client id.",
                "    * MAXAGE <maxage>", "      Kill connections older than the specified age.",
                "LIST [options ...]", "    Return information about client connections. Options:",
                "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)", "      Return clients of specified type.",
                "UNPAUSE", "    Stop the current client pause, resuming traffic.",
                "PAUSE <timeout> [WRITE|ALL]",
                "    Suspend all, or just write, clients for <timeout> milliseconds.",
                "REPLY (ON|OFF|SKIP)", "    Control the replies sent to the current connection.",
                "SETNAME <name>", "    Assign the name <name> to the current connection.",
                "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]",
                "         [OPTIN] [OPTOUT] [NOLOOP]", "    Control server assisted client side caching.",
                "TRACKINGINFO", "    Report tracking status for the current connection.",
                "UNBLOCK <clientid> [TIMEOUT|ERROR]", "    Unblock the specified blocked client.",
                "NO-EVICT (ON|OFF)", "    Protect current client connection from eviction.",
                "NO-TOUCH (ON|OFF)", "    Will not touch LRU/LFU stats when this mode is on.",
                "SETINFO <option> <value>", "    Set client meta attr. Options are:",
                "    * LIB-NAME: the client lib name.", "    * LIB-VER: the client lib version.",
            ], &reply)
    }
}
