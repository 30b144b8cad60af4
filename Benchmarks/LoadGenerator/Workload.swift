/// One row of the workload table: what a client sends, in which shares, and what must be there before.
///
/// To add a workload, add a row to `all`. Nothing else knows their names.
struct Workload {
    let name: String
    let summary: String
    let dialect: ReplyScanner.Dialect
    /// The requests and the share of each, in parts of the sum.
    let requests: [(Request, share: Int)]
    /// What `--preload` sends once per key; nil where an empty server will do.
    let preload: Request?

    private init(
        _ name: String, _ summary: String, _ requests: [(Request, share: Int)], preload: Request?,
        dialect: ReplyScanner.Dialect = .resp
    ) {
        self.name = name
        self.summary = summary
        self.requests = requests
        self.preload = preload
        self.dialect = dialect
    }

    private static let get = Request.resp([.word("GET"), .key])
    private static let set = Request.resp([.word("SET"), .key, .value])
    private static let setInteger = Request.resp([.word("SET"), .key, .integer])
    private static let setCounter = Request.resp([.word("SET"), .counter, .integer])
    private static let setFields = Request.resp(
        [.word("HSET"), .key] + ["name", "mail", "city", "visits", "seen"].flatMap { [.word($0), .integer] })
    private static let setField = Request.resp([.word("HSET"), .word("hash"), .key, .value])
    private static let pushElement = Request.resp([.word("LPUSH"), .word("list"), .value])
    private static let pushNumbered = Request.resp([.word("LPUSH"), .word("list"), .key])
    private static let popElement = Request.resp([.word("RPOP"), .word("list")])
    private static let addMember = Request.resp([.word("SADD"), .word("set"), .member])
    private static let popMember = Request.resp([.word("SPOP"), .word("set")])
    private static let addScored = Request.resp([.word("ZADD"), .word("sorted"), .score, .member])
    private static let tenKeys = [Argument](repeating: .key, count: 10)

    private static let memcachedGet = Request.memcached([.word("get"), .key], block: false)
    private static let memcachedSet = Request.memcached(
        [.word("set"), .key, .word("0 0"), .valueLength], block: true)
    private static let memcachedSetExpiring = Request.memcached(
        [.word("set"), .key, .word("0"), .timeToLive, .valueLength], block: true)

    private static func range(_ command: String, _ key: String, _ first: Int, _ last: Int) -> Request {
        .resp([.word(command), .word(key), .word(String(first)), .word(String(last))])
    }

    static let all: [Workload] = [
        Workload("ping", "PING", [(.resp([.word("PING")]), 1)], preload: nil),
        Workload("get", "GET key", [(get, 1)], preload: set),
        Workload("set", "SET key value", [(set, 1)], preload: set),
        Workload("setint", "SET key with an eight-digit integer", [(setInteger, 1)], preload: setInteger),
        Workload("incr", "INCR counter", [(.resp([.word("INCR"), .counter]), 1)], preload: setCounter),
        Workload("mget10", "MGET of ten keys", [(.resp([.word("MGET")] + tenKeys), 1)], preload: set),
        Workload(
            "setex", "SETEX key ttl value", [(.resp([.word("SETEX"), .key, .timeToLive, .value]), 1)],
            preload: set),
        Workload("del", "DEL key", [(.resp([.word("DEL"), .key]), 1)], preload: set),
        Workload("mixed", "four GETs to one SET, in random order", [(get, 4), (set, 1)], preload: set),
        Workload("hset", "HSET of a field of one hash", [(setField, 1)], preload: setField),
        Workload("hset5", "HSET of five fields of a small hash", [(setFields, 1)], preload: setFields),
        Workload("lpush", "LPUSH list element", [(pushElement, 1)], preload: nil),
        Workload("lpushkey", "LPUSH of a sixteen-byte element", [(pushNumbered, 1)], preload: nil),
        Workload("rpop", "RPOP list, and as many LPUSHes to keep it filled", [(popElement, 1), (pushElement, 1)], preload: pushElement),
        Workload("lrange100", "LRANGE of the first hundred", [(range("LRANGE", "list", 0, 99), 1)], preload: pushNumbered),
        Workload("lrange600", "LRANGE of the first six hundred", [(range("LRANGE", "list", 0, 599), 1)], preload: pushNumbered),
        Workload("sadd", "SADD set member", [(addMember, 1)], preload: nil),
        Workload("spop", "SPOP set, and as many SADDs to keep it filled", [(popMember, 1), (addMember, 1)], preload: addMember),
        Workload("zadd", "ZADD sorted score member", [(addScored, 1)], preload: nil),
        Workload("zmove", "ZADD that gives members of a filled sorted set new scores", [(addScored, 1)], preload: addScored),
        Workload("zrank", "ZRANK sorted member", [(.resp([.word("ZRANK"), .word("sorted"), .member]), 1)], preload: addScored),
        Workload("zrange10", "ZRANGE of ten", [(range("ZRANGE", "sorted", 100, 109), 1)], preload: addScored),
        Workload("memcached-get", "get key", [(memcachedGet, 1)], preload: memcachedSet, dialect: .memcached),
        Workload(
            "memcached-set", "set key 0 0 length", [(memcachedSet, 1)], preload: memcachedSet,
            dialect: .memcached),
        Workload(
            "memcached-setex", "set key 0 ttl length", [(memcachedSetExpiring, 1)], preload: memcachedSet,
            dialect: .memcached),
        Workload(
            "memcached-mget10", "get of ten keys", [(.memcached([.word("get")] + tenKeys, block: false), 1)],
            preload: memcachedSet, dialect: .memcached),
    ]

    static func named(_ name: String) -> Workload? { all.first { $0.name == name } }
}
