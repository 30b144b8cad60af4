import Bytes
import Wire

/// SHUTDOWN.
enum ShutdownCommand {
    static let shutdown = Command(
        "shutdown", arity: -1, .server, [.admin, .noScript, .loading, .stale, .noMulti, .allowBusy],
        since: "1.0.0",
        complexity:
            "O(N) when saving, where N is the total number of keys in all databases when saving data, otherwise O(1)",
        summary: "Ends the server.",
        arguments: "save-selector(nosave=NOSAVE|save=SAVE)? now=NOW@7.0.0? force=FORCE@7.0.0? abort=ABORT@7.0.0?"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        var request = ShutdownRequest()
        for index in 1 ..< max(1, arguments.count) {
            if arguments.isWord(index, "save"), request.save != false {
                request.save = true
            } else if arguments.isWord(index, "nosave"), request.save != true {
                request.save = false
            } else if arguments.isWord(index, "now") {
                request.now = true
            } else if arguments.isWord(index, "force") {
                request.force = true
            } else if arguments.isWord(index, "abort") {
                request.abort = true
            } else {
                throw .syntax
            }
        }
        if request.abort {
            if request.save != nil || request.now || request.force { throw .syntax }
            // A shutdown takes effect within the turn that asks for it, so there is never one to abort.
            throw .text("ERR No shutdown in progress.")
        }
        if !context.prepareShutdown(request, &keyspace) { throw .text("ERR Errors trying to SHUTDOWN. Check logs.") }
        context.host.shutdown(request)
        context.session.ending = .now
    }
}
