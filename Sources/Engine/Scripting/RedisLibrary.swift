import LuaVM

/// The table `redis` that scripts see, and the protection of everything they see.
enum RedisLibrary {
    /// Functions that the machine leaves to the engine, by the number it asks with.
    enum Function: Int, CaseIterable {
        case call, pcall, sha1hex, errorReply, statusReply, log, setresp, setRepl, replicateCommands, aclCheck, breakpoint, debug
        case nonexistentGlobal

        var name: String {
            switch self {
            case .errorReply: "error_reply"
            case .statusReply: "status_reply"
            case .setRepl: "set_repl"
            case .replicateCommands: "replicate_commands"
            case .aclCheck: "acl_check_cmd"
            default: "\(self)"
            }
        }
    }

    static func makeMachine() -> Machine {
        var machine = Machine()
        let redis = machine.library("redis")
        for function in Function.allCases where function != .nonexistentGlobal {
            machine.store(function.name, machine.hostFunction(function.name, function.rawValue), in: redis)
        }
        let levels = ["LOG_DEBUG", "LOG_VERBOSE", "LOG_NOTICE", "LOG_WARNING"]
        for (level, name) in levels.enumerated() { machine.store(name, Value(Double(level)), in: redis) }
        let replication = [("REPL_NONE", 0), ("REPL_AOF", 1), ("REPL_SLAVE", 2), ("REPL_REPLICA", 2), ("REPL_ALL", 3)]
        for (name, value) in replication { machine.store(name, Value(Double(value)), in: redis) }
        machine.store("REDIS_VERSION", machine.makeString(Version.compatible), in: redis)
        let parts = Version.compatible.split(separator: ".").compactMap { Int($0) }
        let number = parts.reduce(0) { $0 << 8 | $1 }
        machine.store("REDIS_VERSION_NUM", Value(Double(number)), in: redis)
        // Where the keys and arguments of each script will be.
        for name in ["KEYS", "ARGV"] { machine.store(name, .false, in: machine.globalTable) }
        let metatable = machine.makeTable(hash: 1)
        let missing = machine.hostFunction("nonexistent", Function.nonexistentGlobal.rawValue)
        machine.store("__index", missing, in: metatable)
        machine.setMetatable(machine.globalTable, metatable)
        machine.protect(machine.globalTable)
        machine.protectStrings()
        machine.seal()
        return machine
    }
}
