extension Configuration {
    static let memoryDirectives = DirectiveGroup(
        title: "Memory",
        directives: [
            Directive(
                "maxmemory", Memory(\.maxmemory, 0...Int.max, orShare: \Configuration.maxmemoryShare),
                "Memory the data may take; beyond it keys are evicted or writes refused. 0 is no "
                    + "limit. CONFIG GET shows a percentage as the bytes it came to."),
            Directive(
                "maxmemory-policy", Choice(\.maxmemoryPolicy),
                "Which keys are evicted: among all, or among those that expire; the least recently "
                    + "used, least frequently used, least recently modified, any, or the next to expire; or none, which refuses "
                    + "writes."),
            Directive(
                "maxmemory-samples", WholeNumber(\.maxmemorySamples, 1...int32),
                "Keys compared for each one evicted: more is more precise and slower."),
            Directive(
                "maxmemory-eviction-tenacity", WholeNumber(\.maxmemoryEvictionTenacity, 0...100),
                "How long one command may be kept waiting by eviction: 0 hardly, 100 until enough "
                    + "memory is free."
            ),
            Directive(
                "lfu-log-factor", WholeNumber(\.lfuLogFactor, 0...int32),
                "How much more often a key must be used to count as more frequently used."),
            Directive(
                "lfu-decay-time", WholeNumber(\.lfuDecayTime, 0...int32),
                "Minutes after which a key counts as less frequently used; 0 is never."),
            Directive(
                "active-expire-effort", WholeNumber(\.activeExpireEffort, 1...10),
                "How much time goes into finding expired keys nobody asks for."),
            Directive(
                "key-lifetime", LifetimeRules(\.keyLifetimes), .own,
                "Seconds that keys live when they are given a value: for all keys, a database or a prefix, of which the longest decides, "
                    + "a default, a maximum (0 is none) and by how many percent at most both are shortened at random."),
            Directive(
                "lazyfree-lazy-eviction", YesNo(\.lazyfreeLazyEviction),
                "Evicts on while a large value that was evicted is still being freed; `no` frees it first."),
            Directive(
                "lazyfree-lazy-expire", YesNo(\.lazyfreeLazyExpire), "Has no effect: large values are always freed in slices between requests, and large blocks on another thread."
            ),
            Directive(
                "lazyfree-lazy-server-del", YesNo(\.lazyfreeLazyServerDel),
                "Has no effect: large values are always freed in slices between requests, and large blocks on another thread."),
            Directive(
                "lazyfree-lazy-user-del", YesNo(\.lazyfreeLazyUserDel), "Has no effect: DEL always does what UNLINK does."),
            Directive(
                "lazyfree-lazy-user-flush", YesNo(\.lazyfreeLazyUserFlush),
                "Makes FLUSHDB and FLUSHALL work in the background unless they are told SYNC."),
        ])

    static let encodingDirectives = DirectiveGroup(
        title: "Compact encodings",
        directives: [
            Directive(
                "hash-max-listpack-entries", alias: "hash-max-ziplist-entries",
                WholeNumber(\.hashMaxListpackEntries, 0...Int.max),
                "Fields a hash may have in its compact form."),
            Directive(
                "hash-max-listpack-value", alias: "hash-max-ziplist-value",
                Memory(\.hashMaxListpackValue, 0...Int.max),
                "Longest field or value of a hash in its compact form."),
            Directive(
                "list-max-listpack-size", alias: "list-max-ziplist-size",
                WholeNumber(\.listMaxListpackSize, Int(Int32.min)...int32),
                "Elements in one node of a list; or, from -1 to -5, its size: 4, 8, 16, 32 or 64 kB."),
            Directive(
                "list-compress-depth", WholeNumber(\.listCompressDepth, 0...int32),
                "Nodes at each end of a list that are not compressed; 0 compresses none."),
            Directive(
                "set-max-intset-entries", WholeNumber(\.setMaxIntsetEntries, 0...Int.max),
                "Members a set of integers may have in its compact form."),
            Directive(
                "set-max-listpack-entries", WholeNumber(\.setMaxListpackEntries, 0...Int.max),
                "Members any other set may have in its compact form, which OBJECT ENCODING calls a hashtable all the same."),
            Directive(
                "set-max-listpack-value", Memory(\.setMaxListpackValue, 0...Int.max),
                "Longest member of such a set in its compact form."),
            Directive(
                "zset-max-listpack-entries", alias: "zset-max-ziplist-entries",
                WholeNumber(\.zsetMaxListpackEntries, 0...Int.max),
                "Members a sorted set may have in its compact form."),
            Directive(
                "zset-max-listpack-value", alias: "zset-max-ziplist-value",
                Memory(\.zsetMaxListpackValue, 0...Int.max),
                "Longest member of a sorted set in its compact form."),
            Directive(
                "hll-sparse-max-bytes", Memory(\.hllSparseMaxBytes, 0...Int.max),
                "Bytes a HyperLogLog may have in its sparse form."),
            Directive(
                "stream-node-max-bytes", Memory(\.streamNodeMaxBytes, 0...Int.max),
                "Bytes in one node of a stream; 0 is no limit."),
            Directive(
                "stream-node-max-entries", WholeNumber(\.streamNodeMaxEntries, 0...Int.max),
                "Entries in one node of a stream; 0 is no limit."),
        ])
}
