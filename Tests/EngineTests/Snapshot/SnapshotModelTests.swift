import Bytes
import Testing
import TestSupport

@testable import Engine

/// Random commands between the slices of a snapshot: what it holds in the end is what there was at its beginning, exactly.
@Suite struct SnapshotModelTests {
    @Test(arguments: 1 ... 8) func imageIsOfItsBeginning(seed: UInt64) {
        var run = SnapshotRun(seed: seed, isGrowing: seed % 3 != 0)
        run.prepare()
        for _ in 0 ..< 3 { run.snapshot() }
    }

    /// A table that shrinks to nothing, and one that grows eightfold, while they are walked.
    @Test(arguments: [false, true]) func resizing(grows: Bool) {
        let server = MemoryServer()
        for i in 0 ..< 4000 { server.send("SET", "k\(i)", "v\(i)") }
        let before = SnapshotRun.image(of: server)
        let sink = SnapshotRun.begin(server)
        var next = 0
        while server.engine.isSnapshotRunning {
            for _ in 0 ..< 40 where next < (grows ? 32000 : 4000) {
                if grows { server.send("SET", "n\(next)", "x") } else { server.send("DEL", "k\(next)") }
                next += 1
            }
            SnapshotRun.advance(server, budget: 512)
        }
        #expect(next > 1000)
        #expect(ImageReader(sink.bytes).records == before)
        while next < 4000 {
            if !grows { server.send("DEL", "k\(next)") }
            next += 1
        }
        server.engine.core.keyspace.databases[0].table.checkInvariants(server.engine.core.keyspace.arena)
        if !grows { #expect(server.engine.core.keyspace.databases[0].table.bucketCount < 8) }
    }
}

/// A server with data of all types, on which commands and slices take turns.
private struct SnapshotRun {
    let server: MemoryServer
    var random: SeededRandom
    let isGrowing: Bool
    private var serial = 0

    init(seed: UInt64, isGrowing: Bool) {
        server = MemoryServer(seed: seed)
        random = SeededRandom(seed: seed &* 977)
        self.isGrowing = isGrowing
    }

    /// All that a snapshot taken in one go holds.
    static func image(of server: MemoryServer) -> [Int: [String: String]] {
        let sink = begin(server)
        while server.engine.isSnapshotRunning { advance(server, budget: .max) }
        return ImageReader(sink.bytes).records
    }

    static func begin(_ server: MemoryServer) -> MemorySink {
        let sink = MemorySink()
        precondition(server.engine.beginSnapshot(to: sink, SnapshotOptions()) { precondition($0 == .saved) })
        return sink
    }

    static func advance(_ server: MemoryServer, budget: Int) {
        if !server.engine.core.keyspace.advanceSnapshot(budget: budget) { _ = server.engine.advanceSnapshot() }
    }

    mutating func prepare() {
        for _ in 0 ..< 3000 { command() }
    }

    mutating func snapshot() {
        let before = SnapshotRun.image(of: server)
        let sink = SnapshotRun.begin(server)
        while server.engine.isSnapshotRunning {
            for _ in 0 ..< random.next(below: 12) { command() }
            if random.next(below: 4) == 0 { server.clock.advance(milliseconds: 3) }
            SnapshotRun.advance(server, budget: 1 + random.next(below: 4096))
            if random.next(below: 6) == 0 { _ = server.engine.performSlice() }
        }
        let after = ImageReader(sink.bytes).records
        #expect(after.mapValues(\.count) == before.mapValues(\.count))
        for (database, keys) in before {
            for (key, value) in keys where after[database]?[key] != value {
                Issue.record("\(database) \(key): \(value.prefix(200)) is \((after[database]?[key] ?? "missing").prefix(200))")
            }
        }
    }

    // MARK: Commands

    private mutating func key(_ prefix: String, _ count: Int) -> String { prefix + String(random.next(below: count)) }

    private mutating func word() -> String {
        serial += 1
        switch random.next(below: 8) {
        case 0: return String(repeating: "x", count: random.next(below: 300)) + "\(serial)"
        case 1: return "\(random.next(below: 100_000))"
        default: return "w\(random.next(below: 5000))"
        }
    }

    private mutating func words(_ count: Int) -> [String] { (0 ..< count).map { _ in word() } }

    private mutating func send(_ words: [String]) { _ = client.send(words: words) }

    private lazy var client = server.connect()

    private mutating func command() {
        let many = random.next(below: 20) == 0 ? 300 : 3
        switch random.next(below: 62) {
        case 0 ..< 8: send(["SET", key("s", isGrowing ? 20000 : 300), word()])
        case 8 ..< 10: send(["SET", key("s", 300), word(), "PX", "\(1 + random.next(below: 2000))"])
        case 10 ..< 12: send(["APPEND", key("s", 200), String(repeating: "a", count: random.next(below: 9000))])
        case 12: send(["SETRANGE", key("s", 100), "\(random.next(below: 60000))", word()])
        case 13: send(["INCR", key("i", 100)])
        case 14 ..< 17: send(["DEL", key("s", 300), key("h", 12), key("z", 12)])
        case 17: send(["EXPIRE", key("s", 300), "\(random.next(below: 20) - 2)"])
        case 18: send(["PERSIST", key("s", 300)])
        case 19 ..< 21: send(["RENAME", key("s", 300), key("s", 300)])
        case 21: send(["RENAME", key("h", 12), key("h", 12)])
        case 22: send(["COPY", key("z", 12), key("z", 12), "REPLACE"])
        case 23: send(["MOVE", key("s", 300), "\(random.next(below: 4))"])
        case 24: send(["COPY", key("h", 12), key("h", 12), "DB", "\(random.next(below: 4))", "REPLACE"])
        case 25 ..< 29: send(["HSET", key("h", 12)] + words(2 * many))
        case 29 ..< 31: send(["HDEL", key("h", 12)] + words(many))
        case 31: send(["HPEXPIRE", key("v", 4), "\(1 + random.next(below: 100))", "FIELDS", "1", word()])
        case 32: send(["HSET", key("v", 4)] + words(2 * many))
        case 33 ..< 36: send(["SADD", key("m", 12)] + words(many))
        case 36 ..< 38: send(["SREM", key("m", 12)] + words(many))
        case 38: send(["SPOP", key("m", 12), "\(random.next(below: 5))"])
        case 39: send(["SUNIONSTORE", key("m", 12), key("m", 12), key("m", 12)])
        case 40 ..< 43: send(["ZADD", key("z", 12)] + (0 ..< many).flatMap { _ in ["\(random.next(below: 1000))", word()] })
        case 43 ..< 45: send(["ZREM", key("z", 12)] + words(many))
        case 45: send(["ZPOPMIN", key("z", 12), "\(random.next(below: 4))"])
        case 46: send(["ZRANGESTORE", key("z", 12), key("z", 12), "0", "\(random.next(below: 400))"])
        case 47 ..< 50: send([random.next(below: 2) == 0 ? "LPUSH" : "RPUSH", key("l", 12)] + words(many))
        case 50: send(["LPOP", key("l", 12), "\(1 + random.next(below: 20))"])
        case 51: send(["LSET", key("l", 12), "\(random.next(below: 40))", word()])
        case 52: send(["LTRIM", key("l", 12), "\(random.next(below: 30))", "-\(1 + random.next(below: 30))"])
        case 53: send(["LREM", key("l", 12), "2", word()])
        case 54: send(["LMOVE", key("l", 12), key("l", 12), "LEFT", "RIGHT"])
        case 55: send(["PFADD", key("p", 4)] + words(many))
        case 56: send(["PFCOUNT", key("p", 4)])
        case 57: send(["SETBIT", key("b", 4), "\(random.next(below: 600_000))", "1"])
        case 58: send(["SELECT", "\(random.next(below: 4))"])
        case 59: if random.next(below: 8) == 0 { send(["SWAPDB", "\(random.next(below: 4))", "\(random.next(below: 4))"]) }
        case 60: if random.next(below: 30) == 0 { send(["FLUSHDB", random.next(below: 2) == 0 ? "SYNC" : "ASYNC"]) }
        default: send(["GETDEL", key("s", 300)])
        }
    }
}
