import Bytes
import Wire

/// EVAL and its kin.
enum ScriptingCommands {
    static let rows: [Command] = [eval, evalReadOnly, evalSHA, evalSHAReadOnly, ScriptCacheCommands.script]

    private static let keyNotes = "We cannot tell how the keys will be used so we assume the worst, RW and UPDATE"
    private static let readKeyNotes = "We cannot tell how the keys will be used so we assume the worst, RO and ACCESS"

    static let eval = Command(
        "eval", arity: -3, .scripting,
        [.noScript, .stale, .skipMonitor, .noMandatoryKeys, .movableKeys, .mayReplicate, .runsScript],
        keys: [.count("RW access update", 2, notes: keyNotes)],
        since: "2.6.0", complexity: "Depends on the script that is executed.",
        summary: "Runs a Lua script on the server, with nobody else's commands in between.",
        arguments: "script:string numkeys:integer key:key#0?* arg:string?*"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try run(arguments, isSHA: false, isReadOnly: false, &keyspace, &reply, &context)
    }

    static let evalReadOnly = Command(
        "eval_ro", arity: -3, .scripting,
        [.readonly, .noScript, .stale, .skipMonitor, .noMandatoryKeys, .movableKeys, .runsScript],
        keys: [.count("RO access", 2, notes: readKeyNotes)],
        since: "7.0.0", complexity: "Depends on the script that is executed.",
        summary: "Runs a Lua script that changes nothing.",
        arguments: "script:string numkeys:integer key:key#0?* arg:string?*"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try run(arguments, isSHA: false, isReadOnly: true, &keyspace, &reply, &context)
    }

    static let evalSHA = Command(
        "evalsha", arity: -3, .scripting,
        [.noScript, .stale, .skipMonitor, .noMandatoryKeys, .movableKeys, .mayReplicate, .runsScript],
        keys: [.count("RW access update", 2)],
        since: "2.6.0", complexity: "Depends on the script that is executed.",
        summary: "Runs a Lua script that the server knows, by its SHA1.",
        arguments: "sha1:string numkeys:integer key:key#0?* arg:string?*"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try run(arguments, isSHA: true, isReadOnly: false, &keyspace, &reply, &context)
    }

    static let evalSHAReadOnly = Command(
        "evalsha_ro", arity: -3, .scripting,
        [.readonly, .noScript, .stale, .skipMonitor, .noMandatoryKeys, .movableKeys, .runsScript],
        keys: [.count("RO access", 2)],
        since: "7.0.0", complexity: "Depends on the script that is executed.",
        summary: "Runs a Lua script that the server knows and that changes nothing, by its SHA1.",
        arguments: "sha1:string numkeys:integer key:key#0?* arg:string?*"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try run(arguments, isSHA: true, isReadOnly: true, &keyspace, &reply, &context)
    }

    private static func run(
        _ arguments: Arguments, isSHA: Bool, isReadOnly: Bool, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter,
        _ context: inout Context
    ) throws(CommandError) {
        // Shown before the commands that it calls.
        context.showScript(arguments)
        let unknown = CommandError.text("NOSCRIPT No matching script. Please use EVAL.")
        if isSHA, arguments[1].byteCount != 40 { throw unknown }
        let keyCount = try arguments.integer(2)
        if keyCount > Int64(arguments.count - 3) {
            throw .text("ERR Number of keys can't be greater than number of args")
        }
        if keyCount < 0 { throw .text("ERR Number of keys can't be negative") }
        let sha = isSHA ? arguments[1].text.lowercasedASCII : Scripts.sha(of: arguments[1])
        let script: Scripts.Script
        if isSHA {
            guard let known = context.scripts.find(sha) else { throw unknown }
            script = known
        } else {
            script = try context.scripts.load(arguments[1], sha: sha)
        }
        try context.runScript(
            script, sha: sha, arguments, keyCount: Int(keyCount), isReadOnly: isReadOnly, &keyspace, &reply)
    }
}
