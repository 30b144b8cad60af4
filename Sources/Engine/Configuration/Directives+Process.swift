extension Configuration {
    static let processDirectives = DirectiveGroup(
        title: "Process",
        directives: [
            Directive(
                "dir", Text(\.directory, "path"), [.protected, .deniedWhileLoading],
                "Directory of the data files, and what relative paths refer to. By default the one "
                    + "the server was started in."),
            Directive("databases", WholeNumber(\.databases, 1...int32), .immutable, "Number of databases."),
            Directive(
                "supervised", Choice(\.supervised, refusing: ["upstart": .invalidUpstart]), .immutable,
                "Who is told when the server is ready: systemd through `$NOTIFY_SOCKET`, whoever set"
                    + " that variable, or nobody."),
            Directive(
                "pidfile", Text(\.pidfile, "path, or `\"\"`"), .immutable,
                "File the process id is written to, and which is removed at the end."),
            Directive(
                "hz", WholeNumber(\.hz, 0...int32, clampedTo: 1...500),
                "Rounds of background work per second: expiry, timeouts, resizing. Values beyond the"
                    + " range are moved into it."),
            Directive("dynamic-hz", YesNo(\.dynamicHz), "Raises `hz` while very many clients are connected."),
            Directive(
                "activerehashing", YesNo(\.activeRehashing),
                "Lets tables that are being resized make progress in background work, not only when "
                    + "they are used."
            ),
            Directive(
                "shutdown-on-sigint", ShutdownWords(\.shutdownOnSigint),
                "How SIGINT ends the server: with or without a snapshot, without waiting for "
                    + "replicas, in spite of errors."
            ),
            Directive("shutdown-on-sigterm", ShutdownWords(\.shutdownOnSigterm), "The same for SIGTERM."),
            Directive(
                "set-proc-title", YesNo(\.setProcessTitle), .immutable,
                "Makes the process list show what `proc-title-template` says."),
            Directive(
                "proc-title-template",
                Text(\.processTitleTemplate, "text") {
                    ProcessTitle.isValid($0) ? nil : .invalidTitleTemplate
                },
                "What the process list shows, with any of `{title}`, `{listen-addr}`, "
                    + "`{server-mode}`, `{port}`, `{tls-port}`, `{unixsocket}` and `{config-file}`; `{{` "
                    + "is a brace."),
            Directive(
                "disable-thp", YesNo(\.disableTransparentHugePages), .immutable,
                "Keeps the kernel from using transparent huge pages for this process."),
            Directive(
                "oom-score-adj", Choice(\.oomScoreAdjust),
                "Whether the server tells the kernel how readily to kill it when memory runs out: "
                    + "not at all, relative to the value it was started with (`yes` is the same), or "
                    + "absolutely."),
            Directive(
                "oom-score-adj-values", OOMScores(\.oomScoreAdjustValues),
                "The values for that: as a primary, as a replica, and for child processes."),
            Directive(
                "propagation-error-behavior", Choice(\.propagationErrorBehavior),
                "What happens when a command fails that comes out of the append-only log or from a "
                    + "primary: it is logged, or the server stops."),
            Directive(
                "use-exit-on-panic", YesNo(\.useExitOnPanic), .hidden,
                "Ends with an exit status instead of a signal, and so without a core dump, when the "
                    + "server finds itself broken."),
        ])

    static let logDirectives = DirectiveGroup(
        title: "Log",
        directives: [
            Directive("loglevel", Choice(\.logLevel), "Least severe messages that are logged."),
            Directive(
                "logfile", Text(\.logFile, "path, or `\"\"`"), .immutable,
                "File the log is appended to; standard output when empty."),
            Directive(
                "log-format", Choice(\.logFormat), [.immutable, .own],
                "Lines as Redis writes them, or one JSON object for each message."),
            Directive(
                "always-show-logo", YesNo(\.alwaysShowLogo), .immutable,
                "Starts the log with the banner even when it does not go to a terminal."),
        ])
}
