import Bytes
import Wire

/// SAVE, BGSAVE and LASTSAVE.
enum SaveCommands {
    static let rows: [Command] = [save, bgsave, lastsave]

    static let save = Command(
        "save", arity: 1, .server, [.admin, .noScript, .noAsyncLoading, .noMulti],
        since: "1.0.0", complexity: "O(N) where N is the total number of keys in all databases",
        summary: "Writes a snapshot of all data to disk while everybody waits."
    ) { _, keyspace, reply, context throws(CommandError) in
        if keyspace.snapshot.isSaving { throw .saveInProgress }
        if keyspace.snapshot.isRunning { throw .otherSnapshot }
        do throws(HostError) { try context.save(&keyspace) } catch { throw .text("ERR") }
        reply.ok()
    }

    static let bgsave = Command(
        "bgsave", arity: -1, .server, [.admin, .noScript, .noAsyncLoading],
        since: "1.0.0", complexity: "O(1)",
        summary: "Writes a snapshot of all data to disk, while the server goes on.",
        arguments: "schedule=SCHEDULE@3.2.2?"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let mayWait = arguments.count == 2 && arguments.isWord(1, "schedule")
        if arguments.count > 1, !mayWait { throw .syntax }
        if keyspace.snapshot.isSaving { throw .saveInProgress }
        if keyspace.snapshot.isRunning || context.isExecuting {
            if !mayWait, !context.isExecuting { throw .otherSnapshot }
            context.saves.isScheduled = true
            return reply.simple("Background saving scheduled")
        }
        context.beginSave(&keyspace)
        reply.simple("Background saving started")
    }

    static let lastsave = Command(
        "lastsave", arity: 1, .server, [.loading, .stale, .fast], categories: ["admin", "dangerous"],
        since: "1.0.0", complexity: "O(1)",
        summary: "When the data was last saved to disk, in seconds since 1970.",
        tips: ["nondeterministic_output"]
    ) { _, _, reply, context throws(CommandError) in reply.integer(context.saves.lastSuccess) }
}

extension CommandError {
    static let saveInProgress = CommandError.text("ERR Background save already in progress")
    /// A log is being rewritten.
    static let otherSnapshot = CommandError.text(
        "ERR Another child process is active (AOF?): can't BGSAVE right now. "
            + "Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.")
    /// What a write gets while the data cannot be saved.
    static let cannotSave = CommandError.text(
        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that "
            + "may modify the data set are disabled, because this instance is configured to report errors during writes if "
            + "RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about "
            + "the RDB error.")
}
