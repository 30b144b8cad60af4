import Bytes
import Wire

/// flush_all, version, verbosity, cache_memlimit, quit and shutdown.
enum MemcachedAdminCommands {
    static let rows: [MemcachedCommand] = [flushAll, version, verbosity, memoryLimit, quit, shutdown]

    static let flushAll = MemcachedCommand("flush_all", tokens: 1 ... 3, MemcachedCommand.changes) { request, keyspace, reply, context in
        request.readNoReply()
        context.memcached.statistics.flushes &+= 1
        var delay: Int32 = 0
        if request.count != (request.isQuiet ? 2 : 1) {
            guard let number = MemcachedNumber.signed32(request[1]) else {
                request.reply("CLIENT_ERROR invalid exptime argument", &reply)
                return .done
            }
            delay = number
        }
        // A new flush takes the place of one that is still to come.
        context.memcached.flushAt = nil
        if delay > 0, case .until(let time) = ItemLife(delay, now: context.now) {
            context.memcached.flushAt = time
        } else {
            keyspace.flushItems(database: context.session.database)
        }
        request.reply("OK", &reply)
        return .done
    }

    static let version = MemcachedCommand("version", tokens: 1 ... Int.max, MemcachedCommand.informs) { _, _, reply, _ in
        reply.output.append("VERSION ")
        reply.output.append(line: Version.memcached.bytes)
        return .done
    }

    private static let mostVerbose: UInt32 = 4

    static let verbosity = MemcachedCommand("verbosity", tokens: 2 ... 3, MemcachedCommand.informs) { request, _, reply, context in
        request.readNoReply()
        guard let level = MemcachedNumber.unsigned32(request[1]) else {
            request.reply("CLIENT_ERROR bad command line format", &reply)
            return .done
        }
        context.memcached.verbosity = min(level, mostVerbose)
        request.reply("OK", &reply)
        return .done
    }

    static let memoryLimit = MemcachedCommand("cache_memlimit", tokens: 2 ... 3, MemcachedCommand.informs) { request, keyspace, reply, context in
        request.readNoReply()
        guard let megabytes = MemcachedNumber.unsigned32(request[1]) else {
            request.reply("ERROR", &reply)
            return .done
        }
        if megabytes < 8 {
            request.reply("MEMLIMIT_TOO_SMALL cannot set maxbytes to less than 8m", &reply)
        } else if megabytes > 1_000_000_000 {
            request.reply("MEMLIMIT_ADJUST_FAILED input value is megabytes not bytes", &reply)
        } else {
            do throws(CommandError) {
                try context.configure([(name: "maxmemory", value: "\(megabytes)mb")], &keyspace)
                request.reply("OK", &reply)
            } catch {
                request.reply("MEMLIMIT_ADJUST_FAILED out of bounds or unable to adjust", &reply)
            }
        }
        return .done
    }

    static let quit = MemcachedCommand("quit", tokens: 1 ... Int.max, MemcachedCommand.informs) { _, _, _, context in
        context.session.ending = .afterReplies
        return .done
    }

    static let shutdown = MemcachedCommand("shutdown", tokens: 1 ... Int.max, MemcachedCommand.informs) { request, keyspace, reply, context in
        if !context.configuration.memcachedEnableShutdown {
            request.reply("ERROR: shutdown not enabled", &reply)
        } else if request.count == 1 || request.count == 2 && request.isWord(1, "graceful") {
            context.session.ending = .now
            if context.prepareShutdown(ShutdownRequest(), &keyspace) { context.host.shutdown(ShutdownRequest()) }
        } else {
            request.reply("CLIENT_ERROR invalid shutdown mode", &reply)
        }
        return .done
    }
}
