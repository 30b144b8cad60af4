extension Configuration {
    static let snapshotDirectives = DirectiveGroup(
        title: "Snapshots",
        directives: [
            Directive(
                "save", SavePoints(\.save),
                "A snapshot is written when within so many seconds there were so many changes. The "
                    + "first line replaces the defaults, further lines add to it, `\"\"` turns snapshots "
                    + "off."),
            Directive(
                "dbfilename",
                Text(
                    \.dbFilename, "file name", baseName(of: "dbfilename", kind: "filename", mayBeEmpty: true)),
                .protected, "The snapshot's name in `dir`."),
            Directive("rdbcompression", YesNo(\.rdbCompression), "Compresses strings in snapshots."),
            Directive(
                "rdbchecksum", YesNo(\.rdbChecksum), .immutable,
                "Ends snapshots with a checksum, which loading verifies."),
            Directive(
                "rdb-save-incremental-fsync", YesNo(\.rdbSaveIncrementalFsync),
                "Flushes a snapshot to disk bit by bit while it is written, not all at its end."),
            Directive(
                "stop-writes-on-bgsave-error", YesNo(\.stopWritesOnBgsaveError),
                "Refuses writes after a snapshot failed, until one succeeds."),
            Directive(
                "sanitize-dump-payload", Choice(\.sanitizeDumpPayload),
                "Whether the blocks in a file are searched for elements that are there twice: with `yes`. All else is always checked, and "
                    + "what RESTORE brings is always searched."),
            Directive(
                "rdb-unknown-values", Choice(\.rdbUnknownValues), .own,
                "A file that holds something this server does not know, streams, functions or values of modules, is not "
                    + "loaded at all, or without that. Not in Redis."),
        ])

    static let appendOnlyLogDirectives = DirectiveGroup(
        title: "Append-only log",
        directives: [
            Directive("appendonly", YesNo(\.appendonly), .deniedWhileLoading, "Logs every change."),
            Directive(
                "appendfsync", Choice(\.appendFsync),
                "When the log is flushed to disk: every second, before every reply, or when the kernel likes."
            ),
            Directive(
                "appendfilename",
                Text(\.appendFilename, "file name", baseName(of: "appendfilename", kind: "filename")),
                .immutable, "What the log's file names begin with."),
            Directive(
                "appenddirname",
                Text(\.appendDirname, "directory name", baseName(of: "appenddirname", kind: "dirname")),
                .immutable, "The directory in `dir` the log's files are in."),
            Directive(
                "no-appendfsync-on-rewrite", YesNo(\.noAppendFsyncOnRewrite),
                "Does not flush the log while a snapshot or a rewrite is being written."),
            Directive(
                "auto-aof-rewrite-percentage", WholeNumber(\.autoAOFRewritePercentage, 0...int32),
                "Rewrites the log when it grew by so much since the last time; 0 never does."),
            Directive(
                "auto-aof-rewrite-min-size", Memory(\.autoAOFRewriteMinSize, 0...Int.max),
                "Size below which the log is not rewritten by itself."),
            Directive(
                "aof-load-truncated", YesNo(\.aofLoadTruncated),
                "Loads a log whose end is missing, up to there; otherwise the server does not start."),
            Directive(
                "aof-use-rdb-preamble", YesNo(\.aofUseRDBPreamble),
                "Writes the base of a rewritten log as a snapshot, which is smaller and faster to load."),
            Directive("aof-timestamp-enabled", YesNo(\.aofTimestampEnabled), "Notes the time in the log."),
            Directive(
                "aof-rewrite-incremental-fsync", YesNo(\.aofRewriteIncrementalFsync),
                "Flushes a rewritten log to disk bit by bit while it is written."),
            Directive(
                "aof-disable-auto-gc", YesNo(\.aofDisableAutoGC),
                "Keeps log files that a rewrite made superfluous."),
        ])
}
