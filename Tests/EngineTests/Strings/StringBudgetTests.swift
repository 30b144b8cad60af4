import Bytes
import TestSupport
import Testing

@testable import Engine

/// How many objects of the arena the commands everybody uses may take.
@Suite struct StringBudgetTests {
    private let scene = StringScene()

    private func allocations(_ line: String) -> UInt64 {
        let before = scene.server.engine.core.keyspace.arena.allocationCount
        scene.send(line)
        return scene.server.engine.core.keyspace.arena.allocationCount - before
    }

    @Test func aNewKeyIsOneObject() {
        let before = scene.server.engine.core.keyspace.arena.allocationCount
        for i in 0 ..< 1000 { scene.send("SET key:\(i) value") }
        let taken = scene.server.engine.core.keyspace.arena.allocationCount - before
        // The rest is the table's.
        let table = UInt64(scene.server.engine.core.keyspace.databases[0].table.bucketCount)
        #expect(taken >= 1000 && taken - 1000 < table)
    }

    @Test func whatIsThereIsWrittenOver() {
        let long = String(repeating: "x", count: 1000)
        for line in ["SET k value", "SET n 5", "SETEX t 10 value", "SET big \(long)", "INCREX m EX 5", "SET raw \(long)"] {
            scene.send(line)
        }
        for line in [
            "SET k other", "GET k", "GET none", "MGET k none n", "SET n 6", "INCR n", "DECRBY n 500", "SETEX t 20 other",
            "SET t value PX 5", "GETEX t EX 7", "SET k again KEEPTTL", "INCREX m EX 5", "INCREX m EX 5 ENX UBOUND 9",
            "SET big \(long)", "SETRANGE raw 10 x", "STRLEN k", "GETRANGE big 3 500", "SET k fresh IFEQ again",
            "MSET k v1234 n 77",
        ] {
            #expect(allocations(line) == 0, "\(line)")
        }
    }
}
