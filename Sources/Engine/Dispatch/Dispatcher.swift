import Bytes
import Wire

/// From a parsed request to its reply: find the row, pass the gate, run, account.
enum Dispatcher {
    /// What the caller does with the client's next request.
    enum Outcome { case done, hold }

    @inline(__always)
    static func run(
        _ arguments: Arguments, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter, _ context: inout Context
    ) -> Outcome {
        guard let (number, command) = row(arguments, &keyspace, &reply, &context) else { return .done }
        context.session.lastCommand = number
        let conditions = context.session.conditions.union(context.conditions)
        if !conditions.isEmpty {
            if conditions.contains(.memoryLimit) { makeRoom(&keyspace, &reply, &context) }
            switch Gate.check(command, arguments, context) {
            case .pass: break
            case .hold:
                context.blocked.hold(context.session)
                return .hold
            case .queue:
                context.queue(number, command, arguments)
                reply.queued()
                return .done
            case .refuse(let error):
                refuse(error, number, arguments, &keyspace, &reply, &context)
                return .done
            }
        }
        call(number, command, arguments, &keyspace, &reply, &context)
        if conditions.contains(.monitored) { context.show(command, arguments) }
        return .done
    }

    /// Evicts what the memory limit wants evicted. Whoever is to be told of that is told before the reply, as in Redis.
    private static func makeRoom(_ keyspace: inout Keyspace, _ reply: inout ReplyWriter, _ context: inout Context) {
        context.makeRoom(&keyspace, output: reply.output.allocated)
        EffectRouting.run(&keyspace, &context)
        context.emitPushedFirst(&reply)
    }

    /// The row of a request's command, its arity checked; replies with the error when there is none.
    @inline(__always)
    private static func row(
        _ arguments: Arguments, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter, _ context: inout Context
    ) -> (Int, Command)? {
        let commands = context.commands
        guard var number = commands.find(arguments[0]) else {
            if looksLikeHTTP(arguments[0]) {
                context.host.log(
                    .warning,
                    "Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands. This is "
                        + "likely due to an attacker attempting to use Cross Protocol Scripting. Connection aborted.")
                context.session.ending = .now
                return nil
            }
            refuse(unknown(arguments), nil, arguments, &keyspace, &reply, &context)
            return nil
        }
        var command = commands.rows[number]
        if !command.subcommands.isEmpty, arguments.count > 1 {
            guard let sub = commands.findSubcommand(of: number, arguments[1]) else {
                let error = CommandError.unknownSubcommand(of: command.name, arguments[1].quotedText)
                refuse(error, number, arguments, &keyspace, &reply, &context)
                return nil
            }
            number = sub
            command = commands.rows[sub]
        }
        if !command.accepts(arguments.count) {
            refuse(.wrongArity(command.name), number, arguments, &keyspace, &reply, &context)
            return nil
        }
        return (number, command)
    }

    /// Runs a command and accounts for it. Within EXEC, its requests are called the same way.
    @inline(__always)
    static func call(
        _ number: Int, _ command: Command, _ arguments: Arguments, _ keyspace: inout Keyspace,
        _ reply: inout ReplyWriter, _ context: inout Context
    ) {
        context.errorsAccounted = reply.errorCount
        do throws(CommandError) {
            try command.run(arguments, &keyspace, &reply, &context)
        } catch {
            reply.error(error.message.unescapedBytes.bytes)
        }
        let failed = reply.errorCount != context.errorsAccounted
        if failed {
            context.statistics.countError(reply.lastErrorCode)
            context.errorsAccounted = reply.errorCount
        }
        context.account(number, command, failed: failed)
        EffectRouting.run(after: command, arguments, &keyspace, &context)
    }

    /// Replies with an error in place of running the row `number`. That spoils a transaction that the request was meant
    /// for, and is the end of one that it was to run.
    private static func refuse(
        _ error: CommandError, _ number: Int?, _ arguments: Arguments, _ keyspace: inout Keyspace,
        _ reply: inout ReplyWriter, _ context: inout Context
    ) {
        var message = error.message
        context.session.transaction?.isSpoilt = true
        context.session.endCaching(number.map { context.commands.rows[$0] })
        if let number {
            let command = context.commands.rows[number]
            context.statistics.commands[number].rejected &+= 1
            if command.flags.contains(.runsQueue) {
                context.endTransaction(context.session, &keyspace)
                let reason = message.hasPrefix("ERR ") ? message.dropFirst(4) : message[...]
                message = "EXECABORT Transaction discarded because of: " + reason
                // Who was shown MULTI is shown its end.
                context.show(command, arguments)
            }
        }
        reply.error(message.unescapedBytes.bytes)
        context.statistics.countError(reply.lastErrorCode)
    }

    /// Whether a line is one that a web browser sends: a page may have been made to talk to a server on its reader's machine.
    private static func looksLikeHTTP(_ name: RawSpan) -> Bool {
        name.equalsIgnoringCase("post") || name.equalsIgnoringCase("host:")
    }

    /// Redis shows the first 128 bytes of the name and as many of the arguments as fit 128 bytes more.
    private static func unknown(_ arguments: Arguments) -> CommandError {
        var shown = ""
        var shownCount = 0
        var index = 1
        while index < arguments.count, shownCount < 128 {
            let argument = arguments[index]
            let part = argument.extracting(0 ..< argument.quotedByteCount(atMost: 128 - shownCount))
            shown += "'" + part.escapedText + "' "
            shownCount += part.byteCount + 3
            index += 1
        }
        return .unknownCommand("'\(arguments[0].quotedText)', with args beginning with: \(shown)")
    }
}

extension Context {
    /// Milliseconds since 1970, as the running batch sees them.
    var now: Int64 { batchMicroseconds / 1000 }

    /// Counts a call and its time, measured from the end of the one before.
    @inline(__always)
    mutating func account(_ number: Int, _ command: Command, failed: Bool) {
        let end = clock.monotonicNanoseconds()
        let spent = end &- lastTick
        lastTick = end
        statistics.requests &+= 1
        statistics.commands[number].calls &+= 1
        statistics.commands[number].nanoseconds &+= spent
        if failed { statistics.commands[number].failed &+= 1 }
        if spent > statistics.commands[number].longest {
            statistics.commands[number].longest = spent
            statistics.longestCommand = max(statistics.longestCommand, spent)
        }
    }
}
