import Bytes
import Wire

/// DEBUG: what only tests and the server's developers need. `enable-debug-command` keeps it from everybody else.
///
/// It is a plain command, as in Redis, and not a container: ACLs and COMMAND know nothing of its subcommands.
enum DebugCommand {
    static let debug = Command(
        "debug", arity: -2, .server, [.admin, .noScript, .loading, .stale, .debug],
        since: "1.0.0", complexity: "Depends on subcommand.",
        summary: "Looks into the server, or forces rare states on it.",
        arguments: "subcommand:string arg:string?*"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        if !context.allowsDebug { throw .debugNotAllowed }
        for subcommand in subcommands where subcommand.isMeant(by: arguments) {
            return try subcommand.run(arguments, &keyspace, &reply, &context)
        }
        throw .subcommandSyntax(of: "debug", arguments[1].quotedText)
    }

    /// In the order of HELP, which is made from them.
    static let subcommands: [DebugSubcommand] =
        (DebugCommand.ofData + DebugCommand.ofLists + DebugCommand.ofServer).sorted { $0.name < $1.name } + [
            DebugSubcommand("help", 2 ... 2) { _, _, reply, _ throws(CommandError) in
                HelpReply.write("DEBUG", subcommands.flatMap(\.help), &reply)
            }
        ]
}

extension Context {
    /// Whether the running client may use DEBUG.
    var allowsDebug: Bool { configuration.enableDebugCommand.allows(localClient: session.isLocal) }
}

extension CommandError {
    static let debugNotAllowed = CommandError.notAllowed("debug", directive: "enable-debug-command")
}

/// One subcommand of DEBUG: its name, how many arguments it takes, its lines in HELP, and the function.
struct DebugSubcommand: Sendable {
    let name: String
    /// DEBUG and the name included.
    let counts: ClosedRange<Int>
    let help: [String]
    let run: CommandFunction

    init(_ name: String, _ counts: ClosedRange<Int>, _ help: String..., run: @escaping CommandFunction) {
        self.name = name
        self.counts = counts
        self.help = help.enumerated().map { $0.offset == 0 ? $0.element : "    " + $0.element }
        self.run = run
    }

    /// Whether a request names this subcommand and has as many arguments as it takes.
    func isMeant(by arguments: Arguments) -> Bool {
        counts.contains(arguments.count) && arguments[1].equalsIgnoringCase(name.bytes)
    }
}
