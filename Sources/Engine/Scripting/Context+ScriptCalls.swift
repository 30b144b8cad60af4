import Bytes
import LuaVM
import Wire

/// What scripts ask of the engine.
extension Context {
    mutating func serve(_ function: RedisLibrary.Function, _ scripts: Scripts, _ keyspace: inout Keyspace) {
        switch function {
        case .call: call(scripts, raises: true, &keyspace)
        case .pcall: call(scripts, raises: false, &keyspace)
        case .sha1hex:
            if scripts.vm.lua.requestCount != 1 { return fail("wrong number of arguments", scripts) }
            let text = textArgument(0, scripts) ?? []
            let sha = Scripts.sha(of: text.bytes)
            scripts.vm.lua.answer(scripts.vm.lua.makeString(sha))
        case .errorReply, .statusReply: makeReply(function, scripts)
        case .log: log(scripts)
        case .setresp:
            if scripts.vm.lua.requestCount != 1 { return fail("redis.setresp() requires one argument.", scripts) }
            let number = scripts.vm.lua.toNumber(scripts.vm.lua.request(0)).map { LuaToReply.integer($0) } ?? 0
            if number != 2, number != 3 { return fail("RESP version must be 2 or 3.", scripts) }
            scripts.run?.version = number == 3 ? .resp3 : .resp2
            scripts.vm.lua.answer([])
        case .setRepl:
            if scripts.vm.lua.requestCount != 1 { return fail("redis.set_repl() requires two arguments.", scripts) }
            let number = scripts.vm.lua.toNumber(scripts.vm.lua.request(0)).map { LuaToReply.integer($0) } ?? 0
            if number & ~3 != 0 {
                return fail(
                    "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.", scripts)
            }
            scripts.run?.propagation = Int(number)
            scripts.vm.lua.answer([])
        case .replicateCommands: scripts.vm.lua.answer(.true)
        case .aclCheck: checkPermission(scripts)
        // There is no debugger, so there is nothing to stop in and nobody to show to.
        case .breakpoint: scripts.vm.lua.answer(.false)
        case .debug: scripts.vm.lua.answer([])
        case .nonexistentGlobal:
            let name = textArgument(1, scripts)
            let text = name.map { $0.bytes.escapedText }
            scripts.vm.lua.fail(
                text.map { "Script attempted to access nonexistent global variable '\($0)'" }
                    ?? "Second argument to luaProtectedTableError must be a string or number")
        }
    }

    /// Fails the call with an error table.
    private func fail(_ message: String, _ scripts: Scripts) {
        let error = ReplyToLua.error(Array("ERR \(message)".utf8), &scripts.vm.lua)
        scripts.vm.lua.fail(error)
    }

    private func textArgument(_ index: Int, _ scripts: Scripts) -> [UInt8]? {
        let value = scripts.vm.lua.request(index)
        if !value.isString, !value.isNumber { return nil }
        var text = ByteBuffer()
        scripts.vm.lua.appendText(of: value, to: &text)
        return text.bytes.array
    }

    private func makeReply(_ function: RedisLibrary.Function, _ scripts: Scripts) {
        let value = scripts.vm.lua.request(0)
        if scripts.vm.lua.requestCount != 1 || !value.isString {
            let error = ReplyToLua.error(Array("ERR wrong number or type of arguments".utf8), &scripts.vm.lua)
            return scripts.vm.lua.answer(error)
        }
        if function == .statusReply {
            let table = scripts.vm.lua.makeTable(hash: 1)
            scripts.vm.lua.set(table, "ok", value)
            return scripts.vm.lua.answer(table)
        }
        var text = textArgument(0, scripts) ?? []
        if text.first == UInt8(ascii: "-") { text.removeFirst() }
        // What has a single word gets the general code in front.
        if !text.contains(32) { text = Array("ERR ".utf8) + text }
        while let last = text.last, last == 10 || last == 13 { text.removeLast() }
        let error = ReplyToLua.error(text, &scripts.vm.lua)
        scripts.vm.lua.answer(error)
    }

    private mutating func log(_ scripts: Scripts) {
        let count = scripts.vm.lua.requestCount
        if count < 2 { return fail("redis.log() requires two arguments or more.", scripts) }
        guard let number = scripts.vm.lua.toNumber(scripts.vm.lua.request(0)) else {
            return fail("First argument must be a number (log level).", scripts)
        }
        let levels: [Configuration.LogLevel] = [.debug, .verbose, .notice, .warning]
        let level = LuaToReply.integer(number)
        if level < 0 || level >= levels.count { return fail("Invalid debug level.", scripts) }
        var parts: [String] = []
        for index in 1 ..< count {
            if let part = textArgument(index, scripts) { parts.append(part.bytes.text) }
        }
        host.log(levels[Int(level)], parts.joined(separator: " "))
        scripts.vm.lua.answer([])
    }

    private func checkPermission(_ scripts: Scripts) {
        guard let name = textArgument(0, scripts) else {
            let message = scripts.vm.lua.requestCount == 0
                ? "Please specify at least one argument for this redis lib call"
                : "Lua redis lib command arguments must be strings or integers"
            return fail(message, scripts)
        }
        guard let number = commands.find(name.bytes) else {
            return fail("Invalid command passed to redis.acl_check_cmd()", scripts)
        }
        if !commands.rows[number].subcommands.isEmpty, let sub = textArgument(1, scripts),
            commands.findSubcommand(of: number, sub.bytes) == nil
        {
            return fail("Invalid command passed to redis.acl_check_cmd()", scripts)
        }
        // There is one user, who may do everything.
        scripts.vm.lua.answer(.true)
    }

    // MARK: redis.call

    private mutating func call(_ scripts: Scripts, raises: Bool, _ keyspace: inout Keyspace) {
        let count = scripts.vm.lua.requestCount
        var bytes = ByteBuffer()
        var ranges = ByteRangeTable()
        swap(&bytes, &scripts.callBytes)
        swap(&ranges, &scripts.callRanges)
        bytes.removeAll(keeping: 1 << 16)
        ranges.removeAll(keeping: 1024)
        var isText = true
        for index in 0 ..< count {
            let value = scripts.vm.lua.request(index)
            let start = bytes.count
            if value.isString {
                scripts.vm.lua.appendText(of: value, to: &bytes)
            } else if value.isNumber {
                bytes.append(NumberText(double: value.number).bytes)
            } else {
                isText = false
                break
            }
            ranges.append(ByteRange(offset: start, count: bytes.count - start))
        }
        if count == 0 || !isText {
            let message = count == 0
                ? "Please specify at least one argument for this redis lib call"
                : "Lua redis lib command arguments must be strings or integers"
            let error = ReplyToLua.error(Array("ERR \(message)".utf8), &scripts.vm.lua)
            if raises { scripts.vm.lua.fail(error) } else { scripts.vm.lua.answer(error) }
        } else {
            var reply = ReplyWriter(version: scripts.run?.version ?? .resp2)
            execute(Arguments(bytes.bytes, ranges.ranges), scripts, &keyspace, &reply)
            let text = reply.output.copyBytes()
            var conversion = ReplyToLua(text)
            let value = conversion.value(&scripts.vm.lua)
            if raises, text.first == UInt8(ascii: "-") {
                scripts.vm.lua.fail(value)
            } else {
                scripts.vm.lua.answer(value)
            }
        }
        swap(&bytes, &scripts.callBytes)
        swap(&ranges, &scripts.callRanges)
    }

    /// Runs a command as EXEC runs one, if scripts may call it.
    private mutating func execute(
        _ arguments: Arguments, _ scripts: Scripts, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) {
        guard var number = commands.find(arguments[0]) else {
            return refuse("ERR Unknown Redis command called from script", nil, &reply)
        }
        var command = commands.rows[number]
        if !command.subcommands.isEmpty, arguments.count > 1 {
            guard let sub = commands.findSubcommand(of: number, arguments[1]) else {
                return refuse("ERR Unknown Redis command called from script", nil, &reply)
            }
            number = sub
            command = commands.rows[sub]
        }
        if !command.accepts(arguments.count) {
            return refuse("ERR Wrong number of args calling Redis command from script", number, &reply)
        }
        if let error = objection(to: command, scripts) { return refuse(error, number, &reply) }
        if command.flags.contains(.write) { scripts.run?.isDirty = true }
        Dispatcher.call(number, command, arguments, &keyspace, &reply, &self)
        if conditions.contains(.monitored) { show(command, arguments, byScript: true) }
    }

    /// Why the script may not call a command; `nil` if it may.
    private func objection(to command: Command, _ scripts: Scripts) -> String? {
        guard let run = scripts.run else { return nil }
        let flags = command.flags
        if flags.contains(.noScript) { return "ERR This Redis command is not allowed from script" }
        if flags.contains(.debug), !allowsDebug { return CommandError.debugNotAllowed.message }
        if run.isReadOnly, !flags.isDisjoint(with: [.write, .mayReplicate]) {
            return "ERR Write commands are not allowed from read-only scripts."
        }
        // What the script has begun it may finish.
        if run.isDirty { return nil }
        if flags.contains(.write), conditions.contains(.replicasWanted) {
            return "NOREPLICAS Not enough good replicas to write."
        }
        let limit = configuration.maxmemory
        let allowsOOM = run.flags.contains(.allowOOM) && !run.flags.contains(.undeclared)
        if limit > 0, usedMemory > limit, flags.contains(.denyOOM), !allowsOOM {
            return CommandError.outOfMemory.message
        }
        return nil
    }

    private mutating func refuse(_ message: String, _ number: Int?, _ reply: inout ReplyWriter) {
        reply.error(message)
        statistics.countError(reply.lastErrorCode)
        if let number { statistics.commands[number].rejected &+= 1 }
    }
}
