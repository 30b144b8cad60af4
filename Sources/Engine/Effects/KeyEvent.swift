/// What happened to a key; the raw names are those that keyspace notifications carry.
enum KeyEvent: String, Sendable, CaseIterable {
    // Keys of any type.
    case del, expire, persist, expired, evicted, restore
    case new, keymiss
    case renameFrom = "rename_from"
    case renameTo = "rename_to"
    case moveFrom = "move_from"
    case moveTo = "move_to"
    case copyTo = "copy_to"
    /// The bytes of a value changed and not what they mean; there is no notification of it.
    case reencoded
    // Strings.
    case set, append, setrange, setbit, incrby, incrbyfloat, pfadd
    // Lists.
    case lpush, rpush, lpop, rpop, linsert, lset, lrem, ltrim, sortstore
    // Sets.
    case sadd, srem, spop, sinterstore, sunionstore, sdiffstore
    // Hashes.
    case hset, hdel, hincrby, hincrbyfloat, hexpire, hexpired, hpersist
    // Sorted sets.
    case zadd, zincr, zrem, zremrangebyscore, zremrangebyrank, zremrangebylex, zpopmin, zpopmax
    case zdiffstore, zinterstore, zunionstore, zrangestore, geosearchstore, georadiusstore
}

extension KeyEvent {
    /// Whether there may be a value now that some client waits for.
    var bringsValue: Bool {
        switch self {
        case .lpush, .rpush, .linsert, .sortstore, .zadd, .zincr, .zdiffstore, .zinterstore, .zunionstore, .zrangestore,
            .geosearchstore, .georadiusstore, .renameTo, .moveTo, .copyTo, .restore:
            true
        default: false
        }
    }

    /// Whether time or the server did it, and not the client whose command happened to come upon it.
    var isSpontaneous: Bool { self == .expired || self == .evicted || self == .hexpired }
}
