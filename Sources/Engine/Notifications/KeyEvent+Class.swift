extension KeyEvent {
    /// The class by which `notify-keyspace-events` chooses this event; none where nobody is ever told.
    var notificationClass: Configuration.KeyspaceEvents {
        switch self {
        case .reencoded: []
        case .new: .new
        case .keymiss: .keyMiss
        case .expired: .expired
        case .evicted: .evicted
        case .del, .expire, .persist, .restore, .renameFrom, .renameTo, .moveFrom, .moveTo, .copyTo: .generic
        case .set, .append, .setrange, .setbit, .incrby, .incrbyfloat, .pfadd: .string
        case .lpush, .rpush, .lpop, .rpop, .linsert, .lset, .lrem, .ltrim, .sortstore: .list
        case .sadd, .srem, .spop, .sinterstore, .sunionstore, .sdiffstore: .set
        case .hset, .hdel, .hincrby, .hincrbyfloat, .hexpire, .hexpired, .hpersist: .hash
        case .zadd, .zincr, .zrem, .zremrangebyscore, .zremrangebyrank, .zremrangebylex, .zpopmin, .zpopmax,
            .zdiffstore, .zinterstore, .zunionstore, .zrangestore, .geosearchstore, .georadiusstore:
            .zset
        }
    }
}
