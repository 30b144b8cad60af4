import Bytes

extension InfoReport {
    mutating func writeServer(_ keyspace: borrowing Keyspace, _ context: borrowing Context) {
        let host = context.host.measurements()
        let configuration = context.configuration
        section("Server")
        field("redis_version", Version.compatible)
        field("redis_git_sha1", "00000000")
        field("redis_git_dirty", 0)
        field("redis_build_id", "0000000000000000")
        field("redis_mode", "standalone")
        field("server_name", "martlet")
        field("martlet_version", Version.martlet)
        field("os", host.system)
        field("arch_bits", Int.bitWidth)
        field("monotonic_clock", "POSIX clock_gettime")
        field("multiplexing_api", host.multiplexing)
        field("process_id", host.processID)
        field("process_supervised", host.supervised)
        field("run_id", context.runID)
        field("tcp_port", configuration.port)
        field("server_time_usec", context.batchMicroseconds)
        let uptime = (context.now - context.startedAt) / 1000
        field("uptime_in_seconds", uptime)
        field("uptime_in_days", uptime / 86400)
        field("hz", configuration.hz)
        field("configured_hz", configuration.hz)
        field("lru_clock", keyspace.accessRule.seconds)
        field("executable", host.executable)
        field("config_file", host.configurationFile)
        field("io_threads_active", 0)
    }

    mutating func writeClients(_ keyspace: borrowing Keyspace, _ context: borrowing Context) {
        var (input, output) = (0, 0)
        for session in context.sessions.byID.values {
            input = max(input, session.peakInput)
            output = max(output, session.peakOutput)
        }
        section("Clients")
        field("connected_clients", context.sessions.count)
        field("cluster_connections", 0)
        field("maxclients", context.configuration.maxclients)
        field("client_recent_max_input_buffer", input)
        field("client_recent_max_output_buffer", output)
        field("blocked_clients", context.blocked.count)
        field("tracking_clients", context.tracking.clientCount)
        field("pubsub_clients", context.pubsub.clientCount)
        field("clients_in_timeout_table", context.blocked.timedCount)
    }

    mutating func writeMemory(_ keyspace: borrowing Keyspace, _ context: borrowing Context) {
        let host = context.host.measurements()
        let used = context.usedMemory
        let peak = max(context.statistics.peakMemory, used)
        let memory = context.memory
        section("Memory")
        size("used_memory", used)
        size("used_memory_rss", Int(host.residentBytes))
        size("used_memory_peak", peak)
        field("used_memory_peak_perc", InfoReport.decimal(Double(used) * 100 / Double(max(1, peak)), 2) + "%")
        field("used_memory_overhead", memory.overhead)
        field("used_memory_startup", context.startMemory)
        field("used_memory_dataset", memory.data)
        let net = max(1, used - context.startMemory)
        field("used_memory_dataset_perc", InfoReport.decimal(Double(memory.data) * 100 / Double(net), 2) + "%")
        field("allocator_allocated", keyspace.arena.allocatedBytes + keyspace.arena.externalBytes)
        field("allocator_active", keyspace.arena.pagedBytes + keyspace.arena.externalBytes)
        field("allocator_resident", keyspace.arena.pagedBytes + keyspace.arena.externalBytes)
        size("total_system_memory", Int(host.totalMemory))
        size("maxmemory", context.configuration.maxmemory)
        field("maxmemory_policy", context.configuration.maxmemoryPolicy.word)
        field("mem_fragmentation_ratio", decimal: Double(host.residentBytes) / Double(max(1, used)))
        field("mem_fragmentation_bytes", Int(host.residentBytes) - used)
        field("mem_not_counted_for_evict", memory.uncounted)
        field("mem_clients_slaves", 0)
        field("mem_clients_normal", memory.clients)
        field("mem_cluster_links", 0)
        field("mem_aof_buffer", 0)
        field("mem_allocator", "martlet")
        field("active_defrag_running", 0)
        field("lazyfree_pending_objects", keyspace.flushed.reduce(0) { $0 + $1.database.table.count })
        field("lazyfreed_objects", keyspace.statistics.lazyFreed)
    }

    /// How far loading has come, while it lasts.
    private mutating func writeLoading(_ context: borrowing Context) {
        guard let loading = context.loading else { return }
        let (progress, start) = (loading.source.progress, loading.startedAt)
        let share = Double(progress.bytes) / Double(max(1, progress.totalBytes))
        let elapsed = Double(context.now - start) / 1000
        field("loading_start_time", start / 1000)
        field("loading_total_bytes", progress.totalBytes)
        field("loading_rdb_used_mem", progress.usedMemory)
        field("loading_loaded_bytes", progress.bytes)
        field("loading_loaded_perc", decimal: share * 100)
        field("loading_eta_seconds", share > 0 ? Int64(elapsed * (1 - share) / share) : 1)
    }

    mutating func writePersistence(_ keyspace: borrowing Keyspace, _ context: borrowing Context) {
        section("Persistence")
        field("loading", context.loading == nil ? 0 : 1)
        field("async_loading", 0)
        writeLoading(context)
        let saves = context.saves
        field("current_cow_peak", 0)
        field("current_cow_size", keyspace.snapshot.heldBytes)
        field("current_cow_size_age", 0)
        field("current_fork_perc", decimal: keyspace.snapshot.share * 100)
        field("current_save_keys_processed", keyspace.snapshot.isRunning ? keyspace.snapshot.keysWritten : 0)
        field("current_save_keys_total", keyspace.snapshot.isRunning ? keyspace.snapshot.keyCount : 0)
        field("rdb_changes_since_last_save", context.unsavedChanges(keyspace))
        field("rdb_bgsave_in_progress", keyspace.snapshot.isSaving ? 1 : 0)
        field("rdb_last_save_time", saves.lastSuccess)
        field("rdb_last_bgsave_status", saves.hasFailed ? "err" : "ok")
        field("rdb_last_bgsave_time_sec", saves.lastDuration)
        field("rdb_current_bgsave_time_sec", keyspace.snapshot.isSaving ? context.now / 1000 - saves.startedAt : -1)
        field("rdb_saves", saves.count)
        field("rdb_last_cow_size", 0)
        field("rdb_last_load_keys_expired", context.statistics.keysExpiredAtLoad)
        field("rdb_last_load_keys_loaded", context.statistics.keysLoaded)
        field("aof_enabled", 0)
        field("aof_rewrite_in_progress", 0)
        field("aof_rewrite_scheduled", 0)
        field("aof_last_rewrite_time_sec", -1)
        field("aof_current_rewrite_time_sec", -1)
        field("aof_last_bgrewrite_status", "ok")
        field("aof_last_write_status", "ok")
    }

    mutating func writeStatistics(_ keyspace: borrowing Keyspace, _ context: borrowing Context) {
        let host = context.host.measurements()
        let statistics = context.statistics
        section("Stats")
        field("total_connections_received", context.sessions.accepted)
        field("total_commands_processed", statistics.requests)
        field("instantaneous_ops_per_sec", Int(context.requestRate.rate.rounded()))
        field("total_net_input_bytes", host.bytesReceived)
        field("total_net_output_bytes", host.bytesSent)
        field("instantaneous_input_kbps", decimal: context.inputRate.rate / 1024)
        field("instantaneous_output_kbps", decimal: context.outputRate.rate / 1024)
        field("rejected_connections", context.sessions.rejected)
        field("expired_keys", keyspace.statistics.expired)
        field("expired_subkeys", keyspace.statistics.expiredFields)
        field("expired_stale_perc", decimal: 0)
        field("expired_time_cap_reached_count", 0)
        field("expire_cycle_cpu_milliseconds", statistics.activeExpireNanoseconds / 1_000_000)
        field("expire_lag_p50_usec", keyspace.statistics.expiryLag.percentile(50))
        field("expire_lag_p99_usec", keyspace.statistics.expiryLag.percentile(99))
        field("expire_lag_max_usec", keyspace.statistics.expiryLag.max)
        field("evicted_keys", keyspace.statistics.evicted)
        field("evicted_clients", context.statistics.evictedClients)
        field("keyspace_hits", keyspace.statistics.hits)
        field("keyspace_misses", keyspace.statistics.misses)
        field("pubsub_channels", context.pubsub.channels.count)
        field("pubsub_patterns", context.pubsub.patterns.count)
        field("pubsubshard_channels", context.pubsub.shardChannels.count)
        field("latest_fork_usec", 0)
        field("total_forks", 0)
        field("tracking_total_keys", context.tracking.keyCount)
        field("tracking_total_items", context.tracking.itemCount)
        field("tracking_total_prefixes", context.tracking.prefixCount)
        field("unexpected_error_replies", 0)
        field("total_error_replies", statistics.errorCount)
        field("total_reads_processed", host.readCalls)
        field("total_writes_processed", host.writeCalls)
        field("client_query_buffer_limit_disconnections", statistics.queryLimitDisconnections)
        field("client_output_buffer_limit_disconnections", statistics.outputLimitDisconnections)
        field("max_command_usec", statistics.longestCommand / 1000)
        field("max_slice_usec", statistics.longestSlice / 1000)
    }

    mutating func writeReplication(_ keyspace: borrowing Keyspace, _ context: borrowing Context) {
        section("Replication")
        field("role", "master")
        field("connected_slaves", 0)
        field("master_failover_state", "no-failover")
        field("master_replid", context.replicationID)
        field("master_replid2", String(repeating: "0", count: 40))
        field("master_repl_offset", 0)
        field("second_repl_offset", -1)
        field("repl_backlog_active", 0)
        field("repl_backlog_size", context.configuration.replBacklogSize)
        field("repl_backlog_first_byte_offset", 0)
        field("repl_backlog_histlen", 0)
    }

    mutating func writeProcessor(_ keyspace: borrowing Keyspace, _ context: borrowing Context) {
        let host = context.host.measurements()
        section("CPU")
        seconds("used_cpu_sys", host.systemMicroseconds)
        seconds("used_cpu_user", host.userMicroseconds)
        seconds("used_cpu_sys_children", 0)
        seconds("used_cpu_user_children", 0)
        seconds("used_cpu_sys_main_thread", host.executorSystemMicroseconds)
        seconds("used_cpu_user_main_thread", host.executorUserMicroseconds)
    }

    mutating func writeCommands(_ keyspace: borrowing Keyspace, _ context: borrowing Context) {
        section("Commandstats")
        for (row, figures) in zip(context.commands.rows, context.statistics.commands) {
            if figures.calls == 0, figures.rejected == 0, figures.failed == 0 { continue }
            let micros = figures.nanoseconds / 1000
            let each = figures.calls == 0 ? 0 : Double(figures.nanoseconds) / 1000 / Double(figures.calls)
            field(
                "cmdstat_" + row.name,
                "calls=\(figures.calls),usec=\(micros),usec_per_call=\(InfoReport.decimal(each, 2)),"
                    + "rejected_calls=\(figures.rejected),failed_calls=\(figures.failed)")
        }
    }

    mutating func writeErrors(_ keyspace: borrowing Keyspace, _ context: borrowing Context) {
        section("Errorstats")
        for (code, count) in context.statistics.errors.sorted(by: { $0.key < $1.key }) {
            field("errorstat_" + code, "count=\(count)")
        }
    }

    mutating func writeKeyspace(_ keyspace: borrowing Keyspace, _ context: borrowing Context) {
        section("Keyspace")
        for index in 0 ..< keyspace.databases.count {
            let keys = keyspace.databases[index].table.count
            if keys == 0 { continue }
            field("db\(index)", "keys=\(keys),expires=\(keyspace.databases[index].volatileCount),avg_ttl=0")
        }
    }
}
