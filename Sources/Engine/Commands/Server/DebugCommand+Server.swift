import Bytes
import Wire

/// The subcommands about the server itself: its clock, its log, its end.
extension DebugCommand {
    static let ofServer: [DebugSubcommand] = [
        reload, sleep, setActiveExpire, skipChecksums, pauseCron, changeReplicationID, log, error, protocolTypes, replyBuffer, stringMatch, assertion, outOfMemory,
        panic, segfault,
    ]

    private static let sleep = DebugSubcommand(
        "sleep", 3 ... 3, "SLEEP <seconds>", "Stop the server for so long. May have a fraction."
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let seconds = scanDouble(arguments[2]).value
        // What is no number, or no length of time, does not keep anybody waiting.
        if seconds > 0, seconds < 1e12 {
            context.host.sleep(microseconds: Int64(seconds * 1e6))
            context.readClock(&keyspace)
        }
        reply.ok()
    }

    private static let setActiveExpire = DebugSubcommand(
        "set-active-expire", 3 ... 3, "SET-ACTIVE-EXPIRE <0|1>",
        "Whether keys past their deadline are removed before anybody asks for them."
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        keyspace.expiresActively = scanUnsigned(arguments[2]).value != 0
        reply.ok()
    }

    private static let skipChecksums = DebugSubcommand(
        "set-skip-checksum-validation", 3 ... 3, "SET-SKIP-CHECKSUM-VALIDATION <0|1>",
        "Whether RESTORE and loading take values whatever their checksum says."
    ) { arguments, _, reply, context throws(CommandError) in
        context.skipsChecksums = scanUnsigned(arguments[2]).value != 0
        reply.ok()
    }

    private static let pauseCron = DebugSubcommand(
        "pause-cron", 3 ... 3, "PAUSE-CRON <0|1>",
        "Whether what happens from time to time stands still: removing expired keys, looking after idle clients."
    ) { arguments, _, reply, context throws(CommandError) in
        context.pausesHousekeeping = scanUnsigned(arguments[2]).value != 0
        reply.ok()
    }

    private static let changeReplicationID = DebugSubcommand(
        "change-repl-id", 2 ... 2, "CHANGE-REPL-ID", "Begin another history of the data: replicas must start over."
    ) { _, keyspace, reply, context throws(CommandError) in
        context.host.log(.warning, "Changing the replication ID because of DEBUG CHANGE-REPL-ID")
        context.replicationID = Engine.makeRunID(&keyspace.random)
        reply.ok()
    }

    private static let log = DebugSubcommand(
        "log", 3 ... 3, "LOG <message>", "Write a message to the server's log."
    ) { arguments, _, reply, context throws(CommandError) in
        context.host.log(.warning, "DEBUG LOG: " + arguments[2].text)
        reply.ok()
    }

    private static let error = DebugSubcommand(
        "error", 3 ... 3, "ERROR <text>", "Answer with an error of that text, for tests of clients."
    ) { arguments, _, reply, _ throws(CommandError) in reply.error(arguments[2]) }

    // MARK: Ways to die

    private static let segfault = DebugSubcommand(
        "segfault", 2 ... .max, "SEGFAULT", "Crash by a signal."
    ) { _, _, reply, context throws(CommandError) in
        context.host.crash()
        reply.ok()
    }

    private static let panic = DebugSubcommand(
        "panic", 2 ... .max, "PANIC", "Crash as by a state that must not be."
    ) { _, _, reply, context throws(CommandError) in
        crash("DEBUG PANIC called at Unix time \(context.now / 1000)", &reply, context)
    }

    private static let assertion = DebugSubcommand(
        "assert", 2 ... .max, "ASSERT", "Crash as by a failed assertion."
    ) { _, _, reply, context throws(CommandError) in crash("DEBUG ASSERT: assertion failed", &reply, context) }

    private static let outOfMemory = DebugSubcommand(
        "oom", 2 ... .max, "OOM", "Crash as when memory runs out."
    ) { _, _, reply, context throws(CommandError) in crash("DEBUG OOM: out of memory", &reply, context) }

    private static func crash(_ reason: String, _ reply: inout ReplyWriter, _ context: borrowing Context) {
        context.host.log(.warning, reason)
        context.host.crash()
        // Only a host that survives, as in tests, comes here.
        reply.ok()
    }

    // MARK: Self-test

    private static let stringMatch = DebugSubcommand(
        "stringmatch-test", 2 ... 2, "STRINGMATCH-TEST", "Match random texts against random patterns."
    ) { _, keyspace, reply, _ throws(CommandError) in
        for _ in 0 ..< 100_000 {
            let pattern = randomPattern(&keyspace.random)
            let text = randomPattern(&keyspace.random)
            let matches = globMatch(pattern: pattern.bytes, text: text.bytes)
            precondition(matches == GlobPattern(pattern.bytes).matches(text.bytes), "two matchers disagree")
        }
        reply.simple("Apparently Redis did not crash: test passed")
    }

    private static func randomPattern(_ random: inout SeededRandom) -> [UInt8] {
        let alphabet = Array("ab*?[]^-\\".utf8)
        return (0 ..< random.next(below: 24)).map { _ in alphabet[random.next(below: alphabet.count)] }
    }
}
