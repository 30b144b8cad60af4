import Bytes
import LuaVM
import Wire

/// Running scripts, from the command that asks for one to its reply.
extension Context {
    /// Instructions between two looks at the clock.
    private static let stepsPerLook = 20_000
    /// How long a script that was put aside runs before the loop gets its turn, in nanoseconds.
    private static let sliceNanoseconds: UInt64 = 5_000_000

    /// Runs a script for the running client. It replies now, or later, if it takes so long that it is put aside.
    mutating func runScript(
        _ script: Scripts.Script, sha: String, _ arguments: Arguments, keyCount: Int, isReadOnly: Bool,
        _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) throws(CommandError) {
        try admit(script.flags, isReadOnly: isReadOnly)
        let scripts = scripts
        // Its own memory is the machine's; what it can be is not.
        prepareArguments(scripts, arguments, keyCount)
        scripts.vm.lua.begin(script.code)
        let trackedKeys = session.tracking == nil ? [] : (3 ..< 3 + keyCount).map { arguments[$0].array }
        let declaredReader = script.flags.isDisjoint(with: .undeclared) && script.flags.contains(.noWrites)
        scripts.run = ScriptRun(
            session: session, sha: sha, flags: script.flags, isReadOnly: isReadOnly || declaredReader,
            database: session.database, time: now, startedAt: clock.monotonicNanoseconds(), isInTransaction: isExecuting,
            trackedKeys: trackedKeys)
        let began = lastTick
        let isEnclosed = keyspace.effects.isInUnit
        if !isEnclosed { keyspace.effects.beginUnit() }
        let wasExecuting = isExecuting
        isExecuting = true
        let ended = advance(scripts, until: busyTime(scripts), &keyspace)
        isExecuting = wasExecuting
        lastTick = began
        guard let ended else {
            // The unit stays open: what the script did so far and what it will do belong together.
            suspend(scripts, &keyspace)
            return
        }
        if !isEnclosed { keyspace.effects.endUnit() }
        conclude(scripts, ended, &keyspace, &reply)
    }

    /// What a script may not even begin with.
    private func admit(_ flags: ScriptFlags, isReadOnly: Bool) throws(CommandError) {
        if flags.contains(.undeclared) { return }
        if !flags.contains(.noWrites), isReadOnly {
            throw .text("ERR Can not execute a script with write flag using *_ro command.")
        }
        if !flags.contains(.noWrites), conditions.contains(.replicasWanted) {
            throw .text("NOREPLICAS Not enough good replicas to write.")
        }
        let limit = configuration.maxmemory
        if limit > 0, usedMemory > limit, flags.isDisjoint(with: [.allowOOM, .noWrites]) {
            throw .text("OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'")
        }
    }

    private func prepareArguments(_ scripts: Scripts, _ arguments: Arguments, _ keyCount: Int) {
        prepareTable("KEYS", scripts, arguments, 3 ..< 3 + keyCount)
        prepareTable("ARGV", scripts, arguments, 3 + keyCount ..< arguments.count)
    }

    private func prepareTable(_ name: String, _ scripts: Scripts, _ arguments: Arguments, _ range: Range<Int>) {
        let table = scripts.vm.lua.makeTable(array: range.count)
        for index in range {
            let text = scripts.vm.lua.makeString(arguments[index])
            scripts.vm.lua.append(text, to: table, at: index - range.lowerBound + 1)
        }
        let globals = scripts.vm.lua.globalTable
        scripts.vm.lua.store(name, table, in: globals)
    }

    /// When others are to be told that the server is busy; `nil` for never.
    private func busyTime(_ scripts: Scripts) -> UInt64? {
        let threshold = configuration.busyReplyThreshold
        guard threshold > 0, let run = scripts.run, !run.isInTransaction else { return nil }
        return run.startedAt &+ UInt64(threshold) &* 1_000_000
    }

    /// Runs until the script ends (that is returned) or the monotonic clock says `deadline`.
    private mutating func advance(_ scripts: Scripts, until deadline: UInt64?, _ keyspace: inout Keyspace) -> Stop? {
        while true {
            let stop = scripts.vm.lua.resume(steps: Context.stepsPerLook)
            switch stop {
            case .finished, .failed: return stop
            case .paused: break
            case .request(let number):
                guard let function = RedisLibrary.Function(rawValue: number) else { return stop }
                serve(function, scripts, &keyspace)
                continue
            }
            if scripts.run?.isKilled == true { return stop }
            if let deadline, clock.monotonicNanoseconds() > deadline { return nil }
        }
    }

    // MARK: Scripts that take long

    private mutating func suspend(_ scripts: Scripts, _ keyspace: inout Keyspace) {
        scripts.isSuspended = true
        scripts.selected = keyspace.selected
        session.database = scripts.run?.database ?? 0
        session.waiting = .script
        conditions.insert(.busy)
        let milliseconds = (clock.monotonicNanoseconds() &- (scripts.run?.startedAt ?? 0)) / 1_000_000
        host.log(
            .warning,
            "Slow script detected: still in execution after \(milliseconds) milliseconds. You can try killing the script "
                + "using the SCRIPT KILL command. Script name is: \(scripts.run?.sha ?? "").")
    }

    /// Lets a script that was put aside go on for a while, as if no time had passed since it began.
    mutating func continueScript(_ keyspace: inout Keyspace) {
        let scripts = scripts
        guard scripts.isSuspended, let run = scripts.run else { return }
        let (client, selected, time, wasExecuting) = (session, keyspace.selected, keyspace.now, isExecuting)
        session = run.session
        run.session.database = scripts.selected
        keyspace.selected = scripts.selected
        keyspace.now = run.time
        isExecuting = true
        let ended = run.isKilled
            ? Stop.paused
            : advance(scripts, until: clock.monotonicNanoseconds() &+ Context.sliceNanoseconds, &keyspace)
        isExecuting = wasExecuting
        scripts.selected = keyspace.selected
        run.session.database = run.database
        if let ended {
            scripts.isSuspended = false
            conditions.remove(.busy)
            keyspace.effects.endUnit()
            run.session.waiting = nil
            respond(to: run.session) { reply, context in
                context.conclude(scripts, ended, &keyspace, &reply)
            }
            EffectRouting.run(&keyspace, &self)
            blocked.release(run.session)
        }
        session = client
        keyspace.selected = selected
        keyspace.now = time
    }

    /// What the gate has to know of a command that runs a script, when the script has declared what it does.
    func scriptFlags(_ flags: CommandFlags, _ command: Command, _ arguments: Arguments) -> CommandFlags {
        let isSHA = command.name.hasPrefix("evalsha")
        return scripts.flags(arguments[1], isSHA: isSHA)?.applied(to: flags) ?? flags
    }

    // MARK: The end

    private mutating func conclude(
        _ scripts: Scripts, _ stop: Stop, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) {
        guard let run = scripts.run else { return }
        run.session.database = run.database
        keyspace.selected = run.database
        errorsAccounted = reply.errorCount
        switch stop {
        case .finished:
            var conversion = LuaToReply(version: run.version)
            conversion.write(scripts.vm.lua.result(0), scripts.vm.lua, &reply)
            if conversion.errorIsCounted { errorsAccounted = reply.errorCount }
        case .failed(let value, let source, let line):
            let (message, isCounted) = Context.describe(value, scripts.vm.lua)
            var text = ByteBuffer()
            text.append(message.bytes)
            if let source { text.append(" script: \(run.sha), on @\(source):\(line).") }
            reply.error(text.bytes)
            if isCounted { errorsAccounted = reply.errorCount }
        case .paused, .request:
            let place = scripts.vm.lua.place
            let position = place.map { " script: \(run.sha), on @\($0.source):\($0.line)." } ?? ""
            host.log(.warning, "Lua script killed by user with SCRIPT KILL.")
            reply.error("ERR Script killed by user with SCRIPT KILL...\(position)")
        }
        scripts.vm.lua.reset()
        scripts.run = nil
    }

    /// The text of what a script failed with, and whether that error has been counted.
    private static func describe(_ error: Value, _ machine: borrowing Machine) -> ([UInt8], Bool) {
        if error.isTable {
            let text = machine.get(error, "err")
            if text.isString {
                return (machine.bytes(text).array, machine.get(error, "ignore_error_stats_update").isTrue)
            }
            return (Array("ERR unknown error".utf8), false)
        }
        var text = ByteBuffer("ERR ")
        if error.isString || error.isNumber {
            machine.appendText(of: error, to: &text)
        } else {
            text.append(error.isNil ? "nil" : (error.isBoolean ? (error.isTrue ? "true" : "false") : error.type.rawValue))
        }
        return (text.bytes.array, false)
    }
}
