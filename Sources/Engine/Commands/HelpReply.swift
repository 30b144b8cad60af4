import Wire

/// The reply of a container's HELP: one simple string a line, between Redis's first and last lines.
enum HelpReply {
    static func write(_ container: String, _ lines: [String], _ reply: inout ReplyWriter) {
        reply.array(lines.count + 3)
        reply.simple("\(container) <subcommand> [<arg> [value] [opt] ...]. Subcommands are:")
        for line in lines { reply.simple(line) }
        reply.simple("HELP")
        reply.simple("    Prints this help.")
    }
}
