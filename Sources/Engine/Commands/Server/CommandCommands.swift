import Bytes
import Wire

/// COMMAND and its subcommands: the command table, told to clients.
enum CommandCommands {
    private static let flags: CommandFlags = [.loading, .stale]
    private static let unordered = ["nondeterministic_output_order"]

    static let command = Command(
        "command", arity: -1, .server, flags, categories: ["connection"],
        since: "2.8.13", complexity: "O(N) where N is the total number of Redis commands",
        summary: "Facts about all commands.",
        tips: unordered,
        subcommands: [count, docs, getkeys, getkeysAndFlags, help, info, list]
    ) { _, _, reply, context throws(CommandError) in
        let commands = context.commands.commands
        reply.array(commands.count)
        for command in commands { CommandDescription.writeInfo(command, &reply) }
    }

    static let count = Command(
        "command|count", arity: 2, .server, flags, categories: ["connection"],
        since: "2.8.13", complexity: "O(1)",
        summary: "How many commands there are."
    ) { _, _, reply, context throws(CommandError) in reply.integer(context.commands.commands.count) }

    static let info = Command(
        "command|info", arity: -2, .server, flags, categories: ["connection"],
        since: "2.8.13", complexity: "O(N) where N is the number of commands to look up",
        summary: "Facts about the commands named, or about all.",
        arguments: "command-name:string?*", tips: unordered
    ) { arguments, _, reply, context throws(CommandError) in
        if arguments.count == 2 {
            let commands = context.commands.commands
            reply.array(commands.count)
            for command in commands { CommandDescription.writeInfo(command, &reply) }
            return
        }
        reply.array(arguments.count - 2)
        for index in 2 ..< arguments.count {
            if let command = context.commands.find(fullName: arguments[index]) {
                CommandDescription.writeInfo(command, &reply)
            } else {
                reply.nullArray()
            }
        }
    }

    static let docs = Command(
        "command|docs", arity: -2, .server, flags, categories: ["connection"],
        since: "7.0.0", complexity: "O(N) where N is the number of commands to look up",
        summary: "What the commands named do and which arguments they take.",
        arguments: "command-name:string?*", tips: unordered
    ) { arguments, _, reply, context throws(CommandError) in
        var chosen: [Command] = []
        if arguments.count == 2 { chosen = context.commands.commands }
        for index in 2 ..< max(2, arguments.count) {
            if let command = context.commands.find(fullName: arguments[index]) { chosen.append(command) }
        }
        reply.map(chosen.count)
        for command in chosen {
            reply.bulk(command.name)
            CommandDescription.writeDocs(command, &reply)
        }
    }

    static let list = Command(
        "command|list", arity: -2, .server, flags, categories: ["connection"],
        since: "7.0.0", complexity: "O(N) where N is the total number of Redis commands",
        summary: "The names of all commands, or of those of an ACL category or that match a pattern.",
        arguments: "filterby(module-name:string=MODULE|category:string=ACLCAT|pattern:pattern=PATTERN)=FILTERBY?",
        tips: unordered
    ) { arguments, _, reply, context throws(CommandError) in
        var names: [String] = []
        if arguments.count == 2 {
            names = context.commands.rows.map(\.name)
        } else {
            guard arguments.count == 5, arguments.isWord(2, "filterby") else { throw .syntax }
            if arguments.isWord(3, "module") {
                // There are no modules, so no command is of one.
            } else if arguments.isWord(3, "aclcat") {
                let category = arguments[4].text.lowercasedASCII
                names = context.commands.rows.filter { $0.categories.contains(category) }.map(\.name)
            } else if arguments.isWord(3, "pattern") {
                for row in context.commands.rows {
                    if globMatch(pattern: arguments[4], text: Array(row.name.utf8).bytes, ignoringCase: true) {
                        names.append(row.name)
                    }
                }
            } else {
                throw .syntax
            }
        }
        reply.array(names.count)
        for name in names { reply.bulk(name) }
    }

    static let getkeys = Command(
        "command|getkeys", arity: -4, .server, flags, categories: ["connection"],
        since: "2.8.13", complexity: "O(N) where N is the number of arguments to the command",
        summary: "The keys in a whole command.",
        arguments: "command:string arg:string?*"
    ) { arguments, _, reply, context throws(CommandError) in
        let keys = try CommandCommands.keys(arguments, context)
        reply.array(keys.count)
        for key in keys { reply.bulk(arguments[key.position + 2]) }
    }

    static let getkeysAndFlags = Command(
        "command|getkeysandflags", arity: -4, .server, flags, categories: ["connection"],
        since: "7.0.0", complexity: "O(N) where N is the number of arguments to the command",
        summary: "The keys in a whole command, each with what the command does to it.",
        arguments: "command:string arg:string?*"
    ) { arguments, _, reply, context throws(CommandError) in
        let keys = try CommandCommands.keys(arguments, context)
        reply.array(keys.count)
        for key in keys {
            reply.array(2)
            reply.bulk(arguments[key.position + 2])
            CommandDescription.writeFlags(key.flags.split(separator: " ").map(String.init), &reply)
        }
    }

    private static func keys(
        _ arguments: Arguments, _ context: borrowing Context
    ) throws(CommandError) -> [(position: Int, flags: String)] {
        guard let number = context.commands.find(arguments[2]) else { throw .text("ERR Invalid command specified") }
        var command = context.commands.rows[number]
        if !command.subcommands.isEmpty, arguments.count > 3 {
            guard let sub = context.commands.findSubcommand(of: number, arguments[3]) else {
                throw .text("ERR Invalid command specified")
            }
            command = context.commands.rows[sub]
        }
        if command.keys.isEmpty { throw .text("ERR The command has no key arguments") }
        if !command.accepts(arguments.count - 2) {
            throw .text("ERR Invalid number of arguments specified for command")
        }
        guard let found = command.keyPositions(arguments, offset: 2), !found.isEmpty else {
            if command.flags.contains(.noMandatoryKeys) { return [] }
            throw .text("ERR Invalid arguments specified for command")
        }
        return found
    }

    static let help = Command(
        "command|help", arity: 2, .server, flags, categories: ["connection"],
        since: "5.0.0", complexity: "O(1)",
        summary: "Lists the subcommands of COMMAND."
    ) { _, _, reply, _ throws(CommandError) in
        HelpReply.write(
            "COMMAND",
            [
                "(no subcommand)", "    Return details about all Redis commands.",
                "COUNT", "    Return the total number of commands in this Redis server.",
                "LIST", "    Return a list of all commands in this Redis server.",
                "INFO [<command-name> ...]", "    Return details about multiple Redis commands.",
                "    If no command names are given, documentation details for all", "    commands are returned.",
                "DOCS [<command-name> ...]", "    Return documentation details about multiple Redis commands.",
                "    If no command names are given, documentation details for all", "    commands are returned.",
                "GETKEYS <full-command>", "    Return the keys from a full Redis command.",
                "GETKEYSANDFLAGS <full-command>",
                "    Return the keys and the access flags from a full Redis command.",
            ], &reply)
    }
}
