import Bytes
import Testing
import TestSupport

@testable import Engine

/// Values of thousands of elements that change, or go, while they wait to be written or are half written.
@Suite struct LargeValueSnapshotTests {
    /// What is done to a value: to some of its elements, or to the whole.
    enum Change: CaseIterable { case elements, removal, renaming, emptying }

    @Test(arguments: ["set", "hash", "zset", "list"], Change.allCases)
    func changesMidway(type: String, change: Change) {
        for progress in [0, 1, 3] {
            let server = MemoryServer()
            for key in ["a", "b"] {
                for i in 0 ..< 4000 { add(i, to: key, type, server, value: "old") }
            }
            let before = image(of: server)
            let sink = MemorySink()
            server.engine.beginSnapshot(to: sink, SnapshotOptions()) { _ in }
            // Both wait, then the first is being written.
            while !server.engine.core.keyspace.snapshot.hasLargeRecords {
                _ = server.engine.core.keyspace.advanceSnapshot(budget: 1)
            }
            for _ in 0 ..< progress { _ = server.engine.core.keyspace.advanceSnapshot(budget: 1) }
            for key in ["a", "b"] { perform(change, key, type, server) }
            server.settle()
            let records = ImageReader(sink.bytes).records
            let isSame = records == before
            #expect(isSame, "\(type) \(change) after \(progress)")
            server.send("FLUSHALL")
            server.settle()
        }
    }

    /// Long elements, so that every piece ends in the middle of a bucket, and changes between all of them.
    @Test(arguments: ["set", "hash", "zset", "list"]) func changesBetweenAllPieces(type: String) {
        let server = MemoryServer()
        let long = String(repeating: "x", count: 900)
        for i in 0 ..< 600 {
            add(i, to: "a", type, server, value: "old")
            server.send("SADD", "long", "\(i)" + long)
            server.send("HSET", "fields", "\(i)" + long, "\(i)" + long)
            server.send("HPEXPIRE", "fields", "\(900_000 + i)", "FIELDS", "1", "\(i)" + long)
            server.send("ZADD", "ranked", "\(i)", "\(i)" + long)
        }
        let before = image(of: server)
        let sink = MemorySink()
        server.engine.beginSnapshot(to: sink, SnapshotOptions()) { _ in }
        var i = 0
        while server.engine.core.keyspace.advanceSnapshot(budget: 1) {
            let other = "\((i * 7 + 3) % 600)" + long
            add(i % 600, to: "a", type, server, value: "new")
            server.send("SREM", "long", other)
            server.send("SADD", "long", "new" + other)
            server.send("HPEXPIRE", "fields", "\(100 + i)", "FIELDS", "1", other)
            server.send("ZADD", "ranked", "\(-i)", other)
            i += 1
        }
        server.settle()
        #expect(i > 100)
        let records = ImageReader(sink.bytes).records
        let isSame = records == before
        #expect(isSame)
        server.engine.checkInvariants()
    }

    /// memcached's commands that read first change what a snapshot has not come to.
    @Test func itemsThatAreTouched() {
        let server = MemoryServer()
        let items = server.connect(speaking: .memcached)
        let long = String(repeating: "v", count: 60_000)
        for i in 0 ..< 60 { server.send("SET", "k\(i)", i % 2 == 0 ? long : "short") }
        let before = image(of: server)
        let sink = MemorySink()
        server.engine.beginSnapshot(to: sink, SnapshotOptions()) { _ in }
        for i in 0 ..< 60 {
            for line in ["gets k\(i)", "touch k\(i) 1000", "gat 50 k\(i)", "touch k\((i + 30) % 60) -1"] {
                _ = items.send(raw: Array((line + "\r\n").utf8))
            }
            let isWriting = server.engine.core.keyspace.snapshot.isWriting
            if i % 4 == 0, isWriting { _ = server.engine.core.keyspace.advanceSnapshot(budget: 1) }
        }
        server.settle()
        let records = ImageReader(sink.bytes).records
        let isSame = records == before
        #expect(isSame)
        server.engine.checkInvariants()
    }

    /// Changing one element of a large value costs a bucket, not the value.
    @Test func oneElementCostsABucket() {
        let server = MemoryServer()
        for i in 0 ..< 4000 { add(i, to: "a", "zset", server, value: "old") }
        let sink = MemorySink()
        server.engine.beginSnapshot(to: sink, SnapshotOptions()) { _ in }
        server.send("ZINCRBY", "a", "1", "m1")
        let kept = server.engine.core.keyspace.snapshot.waiting.all.first?.image?.kept.count ?? 0
        #expect(kept > 0 && kept < 1000)
        server.settle()
        let isGone = server.engine.core.keyspace.sortedSets[0].image == nil
        #expect(isGone)
    }

    private func image(of server: MemoryServer) -> [Int: [String: String]] {
        let sink = MemorySink()
        server.engine.beginSnapshot(to: sink, SnapshotOptions()) { _ in }
        server.settle()
        return ImageReader(sink.bytes).records
    }

    private func add(_ i: Int, to key: String, _ type: String, _ server: MemoryServer, value: String) {
        switch type {
        case "set": server.send("SADD", key, "m\(i)" + (value == "old" ? "" : value))
        case "hash": server.send("HSET", key, "m\(i)", value)
        case "zset": server.send("ZADD", key, value == "old" ? "\(i % 700)" : "\(i % 300)", "m\(i)")
        default: server.send("RPUSH", key, "m\(i)" + value)
        }
    }

    private func perform(_ change: Change, _ key: String, _ type: String, _ server: MemoryServer) {
        switch change {
        case .removal: server.send("DEL", key)
        case .renaming:
            server.send("EXPIRE", key, "100")
            server.send("RENAME", key, key + "2")
            for i in 0 ..< 50 { add(i * 31, to: key + "2", type, server, value: "new") }
        case .elements:
            for i in 0 ..< 6000 { add(i, to: key, type, server, value: "new") }
        case .emptying:
            for i in 0 ..< 3900 {
                switch type {
                case "set": server.send("SREM", key, "m\(i)")
                case "hash": server.send("HDEL", key, "m\(i)")
                case "zset": server.send("ZREM", key, "m\(i)")
                default: server.send("LPOP", key)
                }
            }
        }
    }
}
