import Bytes
import Wire

/// Rows in the shape of COMMAND INFO and COMMAND DOCS.
enum CommandDescription {
    /// The ten facts of COMMAND INFO.
    static func writeInfo(_ command: Command, _ reply: inout ReplyWriter) {
        let range = command.legacyRange
        reply.array(10)
        reply.bulk(command.name)
        reply.integer(command.arity)
        writeFlags(CommandFlags.names.filter { command.flags.contains($0.0) }.map(\.1), &reply)
        reply.integer(range.first)
        reply.integer(range.last)
        reply.integer(range.step)
        writeFlags(command.categories.map { "@" + $0 }, &reply)
        reply.array(command.tips.count)
        for tip in command.tips { reply.bulk(tip) }
        reply.set(command.keys.count)
        for spec in command.keys { write(spec, &reply) }
        reply.array(command.subcommands.count)
        for sub in command.subcommands { writeInfo(sub, &reply) }
    }

    /// A set of status words.
    static func writeFlags(_ flags: [String], _ reply: inout ReplyWriter) {
        reply.set(flags.count)
        for flag in flags { reply.simple(flag) }
    }

    private static func write(_ spec: KeySpec, _ reply: inout ReplyWriter) {
        reply.map(spec.notes == nil ? 3 : 4)
        if let notes = spec.notes {
            reply.bulk("notes")
            reply.bulk(notes)
        }
        reply.bulk("flags")
        writeFlags(spec.flags.split(separator: " ").map(String.init), &reply)
        reply.bulk("begin_search")
        switch spec.search {
        case .index(let index): write("index", [("index", .number(index))], &reply)
        case .keyword(let word, let from):
            write("keyword", [("keyword", .text(word)), ("startfrom", .number(from))], &reply)
        case .unknown: write("unknown", [], &reply)
        }
        reply.bulk("find_keys")
        switch spec.find {
        case .range(let last, let step, let limit):
            write("range", [("lastkey", .number(last)), ("keystep", .number(step)), ("limit", .number(limit))], &reply)
        case .count(let at, let first, let step):
            write(
                "keynum", [("keynumidx", .number(at)), ("firstkey", .number(first)), ("keystep", .number(step))],
                &reply)
        case .unknown: write("unknown", [], &reply)
        }
    }

    private enum Fact {
        case number(Int)
        case text(String)
    }

    private static func write(_ type: String, _ facts: [(String, Fact)], _ reply: inout ReplyWriter) {
        reply.map(2)
        reply.bulk("type")
        reply.bulk(type)
        reply.bulk("spec")
        reply.map(facts.count)
        for (name, fact) in facts {
            reply.bulk(name)
            switch fact {
            case .number(let value): reply.integer(value)
            case .text(let text): reply.bulk(text)
            }
        }
    }

    /// The map of COMMAND DOCS.
    static func writeDocs(_ command: Command, _ reply: inout ReplyWriter) {
        let arguments = ArgumentGrammar.parse(command.arguments)
        let deprecated = command.deprecatedSince != nil
        var size = 4
        if deprecated { size += 2 }
        if command.replacedBy != nil { size += 1 }
        if !arguments.isEmpty { size += 1 }
        if !command.subcommands.isEmpty { size += 1 }
        reply.map(size)
        pair("summary", command.summary, &reply)
        pair("since", command.since, &reply)
        pair("group", command.group.rawValue, &reply)
        pair("complexity", command.complexity, &reply)
        if let since = command.deprecatedSince {
            reply.bulk("doc_flags")
            writeFlags(["deprecated"], &reply)
            pair("deprecated_since", since, &reply)
        }
        if let replacement = command.replacedBy { pair("replaced_by", replacement, &reply) }
        if !arguments.isEmpty {
            reply.bulk("arguments")
            write(arguments, &reply)
        }
        if !command.subcommands.isEmpty {
            reply.bulk("subcommands")
            reply.map(command.subcommands.count)
            for sub in command.subcommands {
                reply.bulk(sub.name)
                writeDocs(sub, &reply)
            }
        }
    }

    private static func pair(_ name: String, _ value: String, _ reply: inout ReplyWriter) {
        reply.bulk(name)
        reply.bulk(value)
    }

    private static func write(_ arguments: [ArgumentDescription], _ reply: inout ReplyWriter) {
        reply.array(arguments.count)
        for argument in arguments {
            var size = 2
            if argument.keySpec != nil { size += 1 }
            if argument.token != nil { size += 1 }
            if argument.since != nil { size += 1 }
            if argument.deprecatedSince != nil { size += 1 }
            if !argument.flags.isEmpty { size += 1 }
            if !argument.parts.isEmpty { size += 1 }
            reply.map(size)
            pair("name", argument.name, &reply)
            pair("type", argument.type, &reply)
            if let spec = argument.keySpec {
                reply.bulk("key_spec_index")
                reply.integer(spec)
            }
            if let token = argument.token { pair("token", token, &reply) }
            if let since = argument.since { pair("since", since, &reply) }
            if let since = argument.deprecatedSince { pair("deprecated_since", since, &reply) }
            if !argument.flags.isEmpty {
                reply.bulk("flags")
                writeFlags(argument.flags, &reply)
            }
            if !argument.parts.isEmpty {
                reply.bulk("arguments")
                write(argument.parts, &reply)
            }
        }
    }
}
