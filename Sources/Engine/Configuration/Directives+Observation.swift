extension Configuration {
    static let observationDirectives = DirectiveGroup(
        title: "Scripts, notifications and observation",
        directives: [
            Directive(
                "busy-reply-threshold", alias: "lua-time-limit",
                WholeNumber(\.busyReplyThreshold, 0...Int.max),
                "Milliseconds a script runs before other clients are answered BUSY and it can be "
                    + "killed; 0 never."
            ),
            Directive(
                "notify-keyspace-events", EventLetters(\.notifyKeyspaceEvents),
                "Which changes are published: `K` and `E` choose the channels, by key and by event; "
                    + "`g` generic, `$` strings, `l` lists, `s` sets, `h` hashes, `z` sorted sets, `t` "
                    + "streams, `d` modules, `x` expired, `e` evicted, `m` missed, `n` new keys; `A` is "
                    + "all but `m` and `n`."),
            Directive(
                "slowlog-log-slower-than", WholeNumber(\.slowlogLogSlowerThan, -1...Int.max),
                "Microseconds from which on a command is in the slow log; -1 logs none."),
            Directive(
                "slowlog-max-len", WholeNumber(\.slowlogMaxLength, 0...Int.max), "Entries the slow log keeps."
            ),
            Directive(
                "latency-monitor-threshold", WholeNumber(\.latencyMonitorThreshold, 0...Int.max),
                "Milliseconds from which on an event is in the latency monitor; 0 turns it off."),
            Directive(
                "latency-tracking", YesNo(\.latencyTracking), "Keeps a histogram of each command's latency."),
            Directive(
                "latency-tracking-info-percentiles", Percentiles(\.latencyTrackingInfoPercentiles),
                "The percentiles of it that INFO shows."),
        ])

    static let testingDirectives = DirectiveGroup(
        title: "Slowing the server down, for tests",
        directives: [
            Directive(
                "rdb-key-save-delay", WholeNumber(\.rdbKeySaveDelay, Int(Int32.min)...int32), .hidden,
                "Microseconds of pause for each key saved; below 0, so many keys for each microsecond."),
            Directive(
                "key-load-delay", WholeNumber(\.keyLoadDelay, Int(Int32.min)...int32), .hidden,
                "Microseconds of pause for each key loaded; below 0, so many keys for each microsecond."),
            Directive(
                "loading-process-events-interval-bytes",
                WholeNumber(\.loadingProcessEventsIntervalBytes, 1024...int32), .hidden,
                "Bytes loaded between two looks at the network."),
        ])
}
