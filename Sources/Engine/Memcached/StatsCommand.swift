import Bytes
import Wire

/// stats: counters and settings under memcached's names. What has no meaning here (worker threads' buffers, the LRU
/// maintainer) is left out rather than made up.
enum StatsCommand {
    static let rows: [MemcachedCommand] = [stats]

    static let stats = MemcachedCommand("stats", tokens: 1 ... Int.max, MemcachedCommand.informs) { request, keyspace, reply, context in
        if request.count == 1 {
            general(&keyspace, &reply, &context)
        } else if request.isWord(1, "reset") {
            context.memcached.statistics.reset()
            context.memcached.prefixes.removeAll()
            request.reply("RESET", &reply)
        } else if request.isWord(1, "detail") {
            detail(&request, &reply, &context)
        } else if request.isWord(1, "settings") {
            settings(&reply, context)
        } else if request.isWord(1, "conns") {
            connections(&reply, context)
        } else if request.isWord(1, "items") {
            items(keyspace, &reply)
        } else if request.isWord(1, "slabs") {
            slabs(keyspace, &reply, context)
        } else if request.isWord(1, "sizes") {
            sizes(keyspace, &reply, context)
        } else if request.isWord(1, "cachedump") {
            dump(&request, keyspace, &reply)
        } else {
            request.reply("ERROR", &reply)
        }
        return .done
    }

    // MARK: Lines

    static func line(_ name: String, _ value: String, _ reply: inout ReplyWriter) {
        reply.output.append(text: "STAT \(name) \(value)\r\n")
    }

    static func line(_ name: String, _ value: some BinaryInteger, _ reply: inout ReplyWriter) {
        line(name, "\(value)", &reply)
    }

    static func line(_ name: String, _ value: Bool, _ reply: inout ReplyWriter) { line(name, value ? "yes" : "no", &reply) }

    static func end(_ reply: inout ReplyWriter) { reply.output.append("END\r\n") }

    /// Microseconds as seconds with six digits behind the point.
    private static func seconds(_ microseconds: UInt64) -> String {
        let fraction = String(microseconds % 1_000_000)
        return "\(microseconds / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction)"
    }

    // MARK: stats

    private static func general(_ keyspace: inout Keyspace, _ reply: inout ReplyWriter, _ context: inout Context) {
        let figures = context.host.measurements()
        let counts = context.memcached.statistics
        line("pid", figures.processID, &reply)
        line("uptime", (context.now - context.startedAt) / 1000, &reply)
        line("time", context.now / 1000, &reply)
        line("version", Version.memcached, &reply)
        line("pointer_size", Int.bitWidth, &reply)
        line("rusage_user", seconds(figures.userMicroseconds), &reply)
        line("rusage_system", seconds(figures.systemMicroseconds), &reply)
        line("max_connections", context.configuration.maxclients, &reply)
        line("curr_connections", context.sessions.count, &reply)
        line("total_connections", context.sessions.accepted, &reply)
        line("rejected_connections", context.sessions.rejected, &reply)
        line("cmd_get", counts.gets, &reply)
        line("cmd_set", counts.sets, &reply)
        line("cmd_flush", counts.flushes, &reply)
        line("cmd_touch", counts.touches, &reply)
        line("cmd_meta", counts.metaCommands, &reply)
        line("get_hits", counts.getHits, &reply)
        line("get_misses", counts.getMisses, &reply)
        line("get_expired", keyspace.statistics.expired, &reply)
        // A flush removes all there is at once, so none of it is met later.
        line("get_flushed", 0, &reply)
        line("delete_misses", counts.deleteMisses, &reply)
        line("delete_hits", counts.deleteHits, &reply)
        line("incr_misses", counts.incrementMisses, &reply)
        line("incr_hits", counts.incrementHits, &reply)
        line("decr_misses", counts.decrementMisses, &reply)
        line("decr_hits", counts.decrementHits, &reply)
        line("cas_misses", counts.casMisses, &reply)
        line("cas_hits", counts.casHits, &reply)
        line("cas_badval", counts.casMismatches, &reply)
        line("touch_hits", counts.touchHits, &reply)
        line("touch_misses", counts.touchMisses, &reply)
        line("store_too_large", counts.tooLarge, &reply)
        line("store_no_memory", counts.noMemory, &reply)
        line("auth_cmds", counts.authentications, &reply)
        line("auth_errors", counts.authenticationErrors, &reply)
        line("bytes_read", figures.bytesReceived, &reply)
        line("bytes_written", figures.bytesSent, &reply)
        line("limit_maxbytes", context.configuration.maxmemory, &reply)
        // Who is one too many is told so: the server never stops listening.
        line("accepting_conns", 1, &reply)
        line("listen_disabled_num", 0, &reply)
        line("time_in_listen_disabled_us", 0, &reply)
        line("threads", 1, &reply)
        line("hash_bytes", keyspace.tableMemory, &reply)
        line("log_watcher_sent", counts.watcherLines, &reply)
        line("log_watchers", context.memcached.watchers.count, &reply)
        line("bytes", context.usedMemory, &reply)
        line("curr_items", keyspace.keyCount, &reply)
        line("total_items", counts.stored, &reply)
        line("evictions", keyspace.statistics.evicted, &reply)
        line("reclaimed", keyspace.statistics.expired, &reply)
        // Items are not referred to while replies wait, so none is ever in the way of an eviction.
        line("lrutail_reflocked", 0, &reply)
        end(&reply)
    }

    // MARK: stats settings

    private static func settings(_ reply: inout ReplyWriter, _ context: borrowing Context) {
        let configuration = context.configuration
        line("maxbytes", configuration.maxmemory, &reply)
        line("maxconns", configuration.maxclients, &reply)
        line("tcpport", configuration.memcachedPortInUse, &reply)
        line("udpport", 0, &reply)
        line("inter", configuration.memcachedBind.joined(separator: ","), &reply)
        line("verbosity", context.memcached.verbosity, &reply)
        line("evictions", configuration.maxmemoryPolicy == .noeviction ? "off" : "on", &reply)
        line("domain_socket", "NULL", &reply)
        line("shutdown_command", configuration.memcachedEnableShutdown, &reply)
        line("num_threads", 1, &reply)
        line("stat_key_prefix", ":", &reply)
        line("detail_enabled", context.memcached.prefixes.isOn, &reply)
        line("cas_enabled", true, &reply)
        line("tcp_backlog", configuration.tcpBacklog, &reply)
        line("binding_protocol", "ascii", &reply)
        line("auth_enabled_sasl", false, &reply)
        line(
            "auth_enabled_ascii", configuration.memcachedAuthFile.isEmpty ? "no" : configuration.memcachedAuthFile, &reply)
        line("item_size_max", configuration.memcachedMaxItemSize, &reply)
        line("maxconns_fast", true, &reply)
        line("flush_enabled", true, &reply)
        line("dump_enabled", true, &reply)
        line("hash_algorithm", "siphash13", &reply)
        line("idle_timeout", configuration.timeout, &reply)
        line("track_sizes", true, &reply)
        end(&reply)
    }

    // MARK: stats detail

    private static func detail(
        _ request: inout MemcachedRequest, _ reply: inout ReplyWriter, _ context: inout Context
    ) {
        if request.count > 2, request.isWord(2, "on") || request.isWord(2, "off") {
            context.memcached.prefixes.isOn = request.isWord(2, "on")
            return request.reply("OK", &reply)
        }
        if request.count < 3 || !request.isWord(2, "dump") {
            return request.reply("CLIENT_ERROR usage: stats detail on|off|dump", &reply)
        }
        for (prefix, counts) in context.memcached.prefixes.inOrder {
            reply.output.append("PREFIX ")
            reply.output.append(prefix.bytes)
            reply.output.append(
                text: " get \(counts.gets) hit \(counts.hits) set \(counts.sets) del \(counts.deletes)\r\n")
        }
        end(&reply)
    }

    // MARK: stats conns

    private static func connections(_ reply: inout ReplyWriter, _ context: borrowing Context) {
        for session in context.sessions.inOrder {
            let number = session.descriptor
            line("\(number):addr", "tcp:\(session.peerAddress)", &reply)
            line("\(number):listen_addr", "tcp:\(session.localAddress)", &reply)
            let state = session.memcached?.watches.isEmpty == false ? "conn_watch" : "conn_read"
            line("\(number):state", session === context.session ? "conn_parse_cmd" : state, &reply)
            line("\(number):secs_since_last_cmd", max(0, context.now - session.lastActive) / 1000, &reply)
        }
        end(&reply)
    }
}
