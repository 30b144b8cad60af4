extension Configuration {
    /// These tune what happens between a primary and its replicas. As in Redis they have no effect on a
    /// server that has neither; `replicaof`, which would make it one, is not supported yet.
    static let replicationDirectives = DirectiveGroup(
        title: "Replication",
        directives: [
            Directive(
                "min-replicas-to-write", alias: "min-slaves-to-write",
                WholeNumber(\.minReplicasToWrite, 0...int32),
                "Refuses writes while fewer replicas than this keep up; 0 never does."),
            Directive(
                "min-replicas-max-lag", alias: "min-slaves-max-lag",
                WholeNumber(\.minReplicasMaxLag, 0...int32),
                "Seconds since a replica was last heard of within which it keeps up; 0 turns that "
                    + "check off."),
            Directive(
                "masterauth", Text(\.masterAuth, "text, or `\"\"`"), .sensitive,
                "Password a replica gives its primary."),
            Directive(
                "masteruser", Text(\.masterUser, "text, or `\"\"`"), .sensitive,
                "User a replica "
                    + "logs in as."),
            Directive(
                "repl-backlog-size", Memory(\.replBacklogSize, 1...Int.max, raisedTo: 16 << 10),
                "Changes kept for replicas that come back after a short time. Smaller sizes are "
                    + "raised to the least."
            ),
            Directive(
                "repl-backlog-ttl", WholeNumber(\.replBacklogTTL, 0...Int.max),
                "Seconds without replicas after which they are no longer kept; 0 keeps them."),
            Directive(
                "repl-timeout", WholeNumber(\.replTimeout, 1...int32),
                "Seconds of silence after which primary or replica count as gone."),
            Directive(
                "repl-ping-replica-period", alias: "repl-ping-slave-period",
                WholeNumber(\.replPingReplicaPeriod, 1...int32),
                "Seconds between two signs of life to replicas."),
            Directive(
                "repl-disable-tcp-nodelay", YesNo(\.replDisableTCPNoDelay),
                "Sends to replicas in fewer, later packets."),
            Directive(
                "repl-diskless-sync", YesNo(\.replDisklessSync),
                "Sends a new replica its snapshot without a file."),
            Directive(
                "repl-diskless-sync-delay", WholeNumber(\.replDisklessSyncDelay, 0...int32),
                "Seconds to wait before that for more replicas to share it."),
            Directive(
                "repl-diskless-sync-max-replicas", WholeNumber(\.replDisklessSyncMaxReplicas, 0...int32),
                "Replicas that end that wait early; 0 is no such number."),
            Directive(
                "repl-diskless-load", Choice(\.replDisklessLoad), .deniedWhileLoading,
                "Whether a replica loads a snapshot as it arrives: never, only while it is empty, or"
                    + " beside the old data."
            ),
            Directive(
                "rdb-del-sync-files", YesNo(\.rdbDeleteSyncFiles),
                "Deletes snapshot files made for replication when nothing else needs them."),
            Directive(
                "replica-serve-stale-data", alias: "slave-serve-stale-data", YesNo(\.replicaServeStaleData),
                "Lets a replica answer while it is cut off from its primary."),
            Directive(
                "replica-read-only", alias: "slave-read-only", YesNo(\.replicaReadOnly),
                "Refuses writes on a replica."),
            Directive(
                "replica-ignore-maxmemory", alias: "slave-ignore-maxmemory", YesNo(\.replicaIgnoreMaxmemory),
                "Leaves eviction to the primary."),
            Directive(
                "replica-lazy-flush", alias: "slave-lazy-flush", YesNo(\.replicaLazyFlush),
                "Frees a replica's old data on another thread before a full synchronisation."),
            Directive(
                "replica-priority", alias: "slave-priority", WholeNumber(\.replicaPriority, 0...int32),
                "Which replica is preferred as the next primary: the lowest, but never 0."),
            Directive(
                "replica-announced", YesNo(\.replicaAnnounced),
                "Lets a replica be listed where Sentinel looks."),
            Directive(
                "replica-announce-ip", alias: "slave-announce-ip",
                Text(\.replicaAnnounceIP, "address, or `\"\"`"),
                "Address a replica gives as its own."),
            Directive(
                "replica-announce-port", alias: "slave-announce-port",
                WholeNumber(\.replicaAnnouncePort, 0...65535),
                "Port a replica gives as its own; 0 is its real one."),
            Directive(
                "replica-ignore-disk-write-errors", YesNo(\.replicaIgnoreDiskWriteErrors),
                "Lets a replica go on when it cannot write its own files."),
            Directive(
                "shutdown-timeout", WholeNumber(\.shutdownTimeout, 0...int32),
                "Seconds a shutdown waits for replicas to catch up."),
        ])
}
