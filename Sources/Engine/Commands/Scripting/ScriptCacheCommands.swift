import Bytes
import Wire

/// SCRIPT: the scripts that the server knows, and the one that runs.
enum ScriptCacheCommands {
    static let script = Command.container(
        "script", .scripting, since: "2.6.0",
        summary: "A container for commands about Lua scripts.",
        [load, exists, flush, kill, debug, help])

    static let load = Command(
        "script|load", arity: 3, .scripting, [.noScript, .stale],
        since: "2.6.0", complexity: "O(N) with N being the length in bytes of the script body.",
        summary: "Compiles a Lua script for later use by EVALSHA.",
        arguments: "script:string", tips: ["request_policy:all_nodes", "response_policy:all_succeeded"]
    ) { arguments, _, reply, context throws(CommandError) in
        let sha = Scripts.sha(of: arguments[2])
        _ = try context.scripts.load(arguments[2], sha: sha)
        reply.bulk(sha)
    }

    static let exists = Command(
        "script|exists", arity: -3, .scripting, [.noScript],
        since: "2.6.0",
        complexity: "O(N) with N being the number of scripts to check (so checking a single script is an O(1) operation).",
        summary: "Whether the server knows scripts of these SHA1s.",
        arguments: "sha1:string*", tips: ["request_policy:all_shards", "response_policy:agg_logical_and"]
    ) { arguments, _, reply, context throws(CommandError) in
        reply.array(arguments.count - 2)
        for index in 2 ..< arguments.count {
            reply.integer(context.scripts.find(arguments[index].text.lowercasedASCII) == nil ? 0 : 1)
        }
    }

    static let flush = Command(
        "script|flush", arity: -2, .scripting, [.noScript],
        since: "2.6.0", complexity: "O(N) with N being the number of scripts in cache",
        summary: "Forgets all Lua scripts.",
        arguments: "flush-type(async=ASYNC|sync=SYNC)@6.2.0?",
        tips: ["request_policy:all_nodes", "response_policy:all_succeeded"]
    ) { arguments, _, reply, context throws(CommandError) in
        // Whoever asks to wait and who does not get the same: memory of a few large pieces is given back at once.
        let isPlain = arguments.count == 2
        let isKnown = arguments.count == 3 && (arguments.isWord(2, "sync") || arguments.isWord(2, "async"))
        if !isPlain, !isKnown { throw .text("ERR SCRIPT FLUSH only support SYNC|ASYNC option") }
        context.scripts.flush()
        reply.ok()
    }

    static let kill = Command(
        "script|kill", arity: 2, .scripting, [.noScript, .allowBusy],
        since: "2.6.0", complexity: "O(1)",
        summary: "Ends the Lua script that runs, unless it has changed something.",
        tips: ["request_policy:all_shards", "response_policy:one_succeeded"]
    ) { _, _, reply, context throws(CommandError) in
        guard let run = context.scripts.run else { throw .text("NOTBUSY No scripts in execution right now.") }
        if run.isDirty {
            throw .text(
                "UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the "
                    + "script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.")
        }
        context.scripts.run?.isKilled = true
        reply.ok()
    }

    static let debug = Command(
        "script|debug", arity: 3, .scripting, [.noScript],
        since: "3.2.0", complexity: "O(1)",
        summary: "Lua scripts cannot be debugged step by step here; NO is what is so already.",
        arguments: "mode(yes=YES|sync=SYNC|no=NO)"
    ) { arguments, _, reply, _ throws(CommandError) in
        if arguments.isWord(2, "no") { return reply.ok() }
        if arguments.isWord(2, "yes") || arguments.isWord(2, "sync") {
            throw .text("ERR the script debugger is not supported")
        }
        throw .text("ERR Use SCRIPT DEBUG YES/SYNC/NO")
    }

    static let help = Command(
        "script|help", arity: 2, .scripting, [.loading, .stale],
        since: "5.0.0", complexity: "O(1)",
        summary: "What SCRIPT can do."
    ) { _, _, reply, _ throws(CommandError) in
        HelpReply.write("SCRIPT", [
            "DEBUG (YES|SYNC|NO)", "    Set the debug mode for subsequent scripts executed.",
            "EXISTS <sha1> [<sha1> ...]",
            "    Return information about the existence of the scripts in the script cache.", "FLUSH [ASYNC|SYNC]",
            "    Flush the Lua scripts cache. Very dangerous on replicas.",
            "    When called without the optional mode argument, the behavior is determined by the",
            "    lazyfree-lazy-user-flush configuration directive. Valid modes are:",
            "    * ASYNC: Asynchronously flush the scripts cache.", "    * SYNC: Synchronously flush the scripts cache.",
            "KILL", "    Kill the currently executing Lua script.", "LOAD <script>",
            "    Load a script into the scripts cache without executing it.",
        ], &reply)
    }
}
