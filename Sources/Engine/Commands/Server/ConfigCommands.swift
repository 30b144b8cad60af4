import Bytes
import Wire

/// CONFIG and its subcommands.
enum ConfigCommands {
    private static let flags: CommandFlags = [.admin, .noScript, .loading, .stale]

    static let config = Command.container(
        "config", .server, since: "2.0.0",
        summary: "A container of commands about the server's configuration.",
        [get, help, resetStatistics, rewrite, set])

    static let get = Command(
        "config|get", arity: -3, .server, flags,
        since: "2.0.0", complexity: "O(N) when N is the number of configuration parameters provided",
        summary: "The values of the parameters whose names match.",
        arguments: "parameter:string*"
    ) { arguments, _, reply, context throws(CommandError) in
        let found = context.configuration.get((2 ..< arguments.count).map { arguments[$0].text })
        reply.map(found.count)
        for (name, value) in found {
            reply.bulk(name)
            reply.bulk(value)
        }
    }

    static let set = Command(
        "config|set", arity: -4, .server, flags,
        since: "2.0.0", complexity: "O(N) when N is the number of configuration parameters provided",
        summary: "Changes parameters of the running server, all of them or none.",
        arguments: "data{parameter:string value:string}*",
        tips: ["request_policy:all_nodes", "response_policy:all_succeeded"]
    ) { arguments, keyspace, reply, context throws(CommandError) in
        if arguments.count % 2 != 0 { throw .syntax }
        let pairs = stride(from: 2, to: arguments.count, by: 2).map {
            (name: arguments[$0].text, value: arguments[$0 + 1].text)
        }
        try context.configure(pairs, &keyspace)
        reply.ok()
    }

    static let rewrite = Command(
        "config|rewrite", arity: 2, .server, flags,
        since: "2.8.0", complexity: "O(1)",
        summary: "Writes the running configuration into the configuration file, whose comments stay."
    ) { _, _, reply, context throws(CommandError) in
        do throws(HostError) {
            try context.host.rewriteConfiguration(context.configuration)
        } catch {
            let reason = error.message
            throw .text(reason.hasPrefix("The server is running") ? "ERR " + reason : "ERR Rewriting config file: " + reason)
        }
        reply.ok()
    }

    static let resetStatistics = Command(
        "config|resetstat", arity: 2, .server, flags,
        since: "2.0.0", complexity: "O(1)",
        summary: "Starts the counters of INFO anew."
    ) { _, keyspace, reply, context throws(CommandError) in
        context.statistics = ServerStatistics(commandCount: context.commands.rows.count)
        context.sessions.accepted = 0
        context.sessions.rejected = 0
        context.requestRate.reset()
        keyspace.statistics.reset()
        reply.ok()
    }

    static let help = Command(
        "config|help", arity: 2, .server, [.loading, .stale],
        since: "5.0.0", complexity: "O(1)",
        summary: "Lists the subcommands of CONFIG."
    ) { _, _, reply, _ throws(CommandError) in
        HelpReply.write(
            "CONFIG",
            [
                "GET <pattern>", "    Return parameters matching the glob-like <pattern> and their values.",
                "SET <directive> <value>", "    Set the configuration <directive> to <value>.",
                "RESETSTAT", "    Reset statistics reported by the INFO command.",
                "REWRITE", "    Rewrite the configuration file.",
            ], &reply)
    }
}

extension Context {
    /// Changes settings of the running server, all of them or none.
    mutating func configure(
        _ pairs: [(name: String, value: String)], _ keyspace: inout Keyspace
    ) throws(CommandError) {
        let changed = try changed(pairs)
        let hasNewLimit = changed.maxmemory != configuration.maxmemory && changed.maxmemory > 0
        adopt(changed)
        keyspace.effects.adopt(changed.notifyKeyspaceEvents)
        keyspace.listLimits.adopt(changed)
        keyspace.adoptEviction(changed)
        if hasNewLimit {
            measureMemory(keyspace)
            makeRoom(&keyspace, output: 0)
        }
    }

    /// The configuration with `pairs` changed and put into effect by the host; nothing changes where one is refused.
    fileprivate func changed(_ pairs: [(name: String, value: String)]) throws(CommandError) -> Configuration {
        var changed = configuration
        do throws(ConfigurationError) {
            let changes = try changed.set(
                pairs, localClient: session.isLocal, loading: conditions.contains(.loading))
            do throws(HostError) {
                try host.apply(changes, changed)
                if changes.contains(\.directory), let full = host.workingDirectory() { changed.directory = full }
            } catch {
                let argument = error.directive ?? changes.directives.first?.name ?? ""
                throw .notApplied(argument: argument, reason: error.message)
            }
        } catch {
            throw .text((error == .loading ? "LOADING " : "ERR ") + error.text)
        }
        return changed
    }

    /// Makes `changed` the configuration in force.
    mutating func adopt(_ changed: Configuration) {
        let hasNewLimits = changed.clientOutputBufferLimits != configuration.clientOutputBufferLimits
        let closesMemcached = configuration.admitsMemcachedClients && !changed.admitsMemcachedClients
        configuration = changed
        if closesMemcached { dismissMemcachedClients() }
        if hasNewLimits { enforceOutputLimits() }
        adoptSaveConditions()
        if changed.rdbKeySaveDelay <= 0 { saves.rest(until: 0) }
        if changed.maxmemory > 0 { conditions.insert(.memoryLimit) } else { conditions.remove(.memoryLimit) }
        if changed.maxmemory == 0 { (isOutOfMemory, isEvicting) = (false, false) }
        clientMemoryLimit = changed.maxmemoryClients.resolved(maxmemory: changed.maxmemory)
        enforceClientMemory()
        let wantsReplicas = changed.minReplicasToWrite > 0 && changed.minReplicasMaxLag > 0
        if wantsReplicas { conditions.insert(.replicasWanted) } else { conditions.remove(.replicasWanted) }
    }
}
