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
    private static let addMember = Request.resp([.word("SADD"), .word("set"), .key])
    private static let popMember = Request.resp([.word("SPOP"), .word("set")])
    private static let tenKeys = [Argument](repeating: .key, count: 10)

    private static let memcachedGet = Request.memcached([.word("get"), .key], block: false)
    private static let memcachedSet = Request.memcached(
        [.word("set"), .key, .word("0 0"), .valueLength], block: true)
    private static let memcachedSetExpiring = Request.memcached(
        [.word("set"), .key, .word("0"), .timeToLive, .valueLength], block: true)

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
        Workload("sadd", "SADD set member", [(addMember, 1)], preload: nil),
        Workload("spop", "SPOP set, and as many SADDs to keep it filled", [(popMember, 1), (addMember, 1)], preload: addMember),
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
