import TestSupport
import Testing

@testable import Engine

/// Deadlines of fields: set, asked for, taken away, and kept to.
@Suite struct FieldDeadlineTests {
    private static func server(packed: Bool) -> MemoryServer { HashCommandsTests.server(packed: packed) }

    @Test(arguments: [true, false]) func deadlinesAreSetAndTold(packed: Bool) {
        let server = Self.server(packed: packed)
        server.send("HSET", "h", "a", "1", "b", "2", "c", "3")
        #expect(server.send("HEXPIRE", "h", "10", "FIELDS", "2", "a", "x") == "*2\r\n:1\r\n:-2\r\n")
        #expect(server.send("HPEXPIRE", "h", "1500", "FIELDS", "1", "b") == "*1\r\n:1\r\n")
        #expect(server.send("OBJECT", "ENCODING", "h") == (packed ? "$10\r\nlistpackex\r\n" : "$9\r\nhashtable\r\n"))
        #expect(server.send("HTTL", "h", "FIELDS", "4", "a", "b", "c", "x") == "*4\r\n:10\r\n:2\r\n:-1\r\n:-2\r\n")
        #expect(server.send("HPTTL", "h", "FIELDS", "1", "b") == "*1\r\n:1500\r\n")
        let now = server.now
        #expect(server.send("HPEXPIRETIME", "h", "FIELDS", "1", "a") == "*1\r\n:\(now + 10_000)\r\n")
        #expect(server.send("HEXPIRETIME", "h", "FIELDS", "1", "a") == "*1\r\n:\((now + 10_999) / 1000)\r\n")
        #expect(server.send("HPERSIST", "h", "FIELDS", "3", "a", "c", "x") == "*3\r\n:1\r\n:-1\r\n:-2\r\n")
        #expect(server.send("HTTL", "h", "FIELDS", "1", "a") == "*1\r\n:-1\r\n")
        #expect(server.send("HTTL", "none", "FIELDS", "2", "a", "b") == "*2\r\n:-2\r\n:-2\r\n")
        #expect(server.send("HEXPIRE", "none", "10", "FIELDS", "1", "a") == "*1\r\n:-2\r\n")
        #expect(server.send("HPERSIST", "none", "FIELDS", "1", "a") == "*1\r\n:-2\r\n")
        server.engine.checkInvariants()
    }

    @Test(arguments: [true, false]) func fieldsGoOnTime(packed: Bool) {
        let server = Self.server(packed: packed)
        server.send("HSET", "h", "a", "1", "b", "2")
        server.send("HPEXPIRE", "h", "100", "FIELDS", "1", "a")
        server.send("HPEXPIRE", "h", "250", "FIELDS", "1", "b")
        server.advance(milliseconds: 100)
        #expect(server.send("HLEN", "h") == ":2\r\n")
        #expect(server.engine.nextWakeUp() != nil)
        #expect(server.events { server.advance(milliseconds: 1) } == ["hexpired 0 h"])
        #expect(server.send("HGETALL", "h") == "*2\r\n$1\r\nb\r\n$1\r\n2\r\n")
        #expect(server.events { server.advance(milliseconds: 150) } == ["hexpired 0 h", "del 0 h"])
        #expect(server.keyCount(0) == 0)
        #expect(server.send("INFO", "stats").contains("expired_subkeys:2"))
        #expect(server.engine.core.keyspace.statistics.expiryLag.count == 2)
        #expect(server.engine.nextWakeUp() == nil)
        server.send("FLUSHALL")
        server.settle()
        #expect(server.engine.heldBytes == 0)
    }

    /// The cycle does not run between two commands of a batch, so a command may come upon what is due.
    @Test(arguments: [true, false]) func aCommandSeesNothingPastItsDeadline(packed: Bool) {
        let server = Self.server(packed: packed)
        func prepare() {
            server.send("DEL", "h")
            server.send("HSET", "h", "a", "1", "b", "2")
            server.send("HPEXPIRE", "h", "10", "FIELDS", "1", "a")
            server.clock.advance(milliseconds: 11)
        }
        prepare()
        #expect(server.events { server.send("HLEN", "h") } == ["hexpired 0 h"])
        prepare()
        #expect(server.send("HGET", "h", "a") == "$-1\r\n")
        prepare()
        #expect(server.send("HINCRBY", "h", "a", "5") == ":5\r\n")
        #expect(server.send("HTTL", "h", "FIELDS", "1", "a") == "*1\r\n:-1\r\n")
        prepare()
        #expect(server.send("HSET", "h", "a", "5") == ":1\r\n")
        prepare()
        #expect(server.send("HDEL", "h", "a") == ":0\r\n")
        prepare()
        #expect(server.send("HRANDFIELD", "h", "5") == "*1\r\n$1\r\nb\r\n")
        server.send("HPEXPIRE", "h", "10", "FIELDS", "1", "b")
        server.clock.advance(milliseconds: 11)
        #expect(server.events { server.send("HGETALL", "h") }.contains("del 0 h"))
        server.engine.checkInvariants()
    }

    @Test(arguments: [true, false]) func heldExpiryHidesFields(packed: Bool) {
        let server = Self.server(packed: packed)
        server.send("HSET", "h", "a", "1", "b", "2", "c", "3")
        server.send("HPEXPIRE", "h", "10", "FIELDS", "2", "a", "b")
        server.send("CLIENT", "PAUSE", "1000", "WRITE")
        server.advance(milliseconds: 20)
        #expect(server.send("HLEN", "h") == ":1\r\n")
        #expect(server.send("HGETALL", "h") == "*2\r\n$1\r\nc\r\n$1\r\n3\r\n")
        #expect(server.send("HMGET", "h", "a", "c") == "*2\r\n$-1\r\n$1\r\n3\r\n")
        for _ in 0 ..< 20 { #expect(server.send("HRANDFIELD", "h") == "$1\r\nc\r\n") }
        #expect(server.send("HSCAN", "h", "0") == "*2\r\n$1\r\n0\r\n*2\r\n$1\r\nc\r\n$1\r\n3\r\n")
        #expect(server.send("INFO", "stats").contains("expired_subkeys:0"))
        server.advance(milliseconds: 1000)
        #expect(server.send("INFO", "stats").contains("expired_subkeys:2"))
    }

    @Test(arguments: [true, false]) func conditionsAreKept(packed: Bool) {
        let server = Self.server(packed: packed)
        server.send("HSET", "h", "a", "1", "b", "2")
        func expire(_ seconds: String, _ condition: String) -> String {
            server.send("HEXPIRE", "h", seconds, condition, "FIELDS", "2", "a", "b")
        }
        #expect(expire("10", "XX") == "*2\r\n:0\r\n:0\r\n")
        #expect(expire("10", "GT") == "*2\r\n:0\r\n:0\r\n")
        #expect(server.send("HEXPIRE", "h", "10", "NX", "FIELDS", "1", "a") == "*1\r\n:1\r\n")
        #expect(expire("20", "NX") == "*2\r\n:0\r\n:1\r\n")
        #expect(expire("15", "gt") == "*2\r\n:1\r\n:0\r\n")
        #expect(expire("12", "lt") == "*2\r\n:1\r\n:1\r\n")
        #expect(expire("12", "LT") == "*2\r\n:0\r\n:0\r\n")
        #expect(expire("0", "GT") == "*2\r\n:0\r\n:0\r\n")
        #expect(server.send("HPERSIST", "h", "FIELDS", "1", "b") == "*1\r\n:1\r\n")
        var reply = ""
        let events = server.events { reply = expire("0", "LT") }
        #expect(reply == "*2\r\n:2\r\n:2\r\n" && events == ["hdel 0 h", "del 0 h"])
    }

    @Test func refusals() {
        let server = MemoryServer()
        server.send("HSET", "h", "f", "v")
        func refusal(_ words: String...) -> String {
            String(server.connect().send(words: words).dropFirst(5).dropLast())
        }
        #expect(refusal("HEXPIRE", "h", "x", "FIELDS", "1", "f") == "value is not an integer or out of range")
        #expect(refusal("HEXPIRE", "h", "-1", "FIELDS", "1", "f") == "invalid expire time, must be >= 0")
        let tooLate = String(1 << 46)
        #expect(refusal("HPEXPIREAT", "h", tooLate, "FIELDS", "1", "f") == "invalid expire time in 'hpexpireat' command")
        #expect(refusal("HEXPIREAT", "h", tooLate, "FIELDS", "1", "f") == "invalid expire time in 'hexpireat' command")
        #expect(refusal("HPEXPIRE", "h", tooLate, "FIELDS", "1", "f") == "invalid expire time in 'hpexpire' command")
        #expect(server.send("HPEXPIREAT", "h", String(1 << 46 - 1), "FIELDS", "1", "f") == "*1\r\n:1\r\n")
        let missing = "Mandatory argument FIELDS is missing or not at the right position"
        #expect(refusal("HEXPIRE", "h", "1", "ZZ", "FIELDS", "1", "f") == missing)
        #expect(refusal("HEXPIRE", "h", "1", "NX", "XX", "1", "f") == missing)
        #expect(refusal("HTTL", "h", "1", "f", "g") == missing)
        #expect(refusal("HGETEX", "h", "PERSIST", "1", "FIELDS", "1", "f") == missing)
        #expect(refusal("HGETEX", "h", "PXAT", "1", "1") == missing)
        #expect(refusal("HGETDEL", "h", "f", "1", "FIELDS") == missing)
        let tooFew = "Parameter `numFields` should be greater than 0"
        #expect(refusal("HEXPIRE", "h", "1", "FIELDS", "0", "f") == tooFew)
        #expect(refusal("HEXPIRE", "h", "1", "FIELDS", "x", "f") == tooFew)
        let notPositive = "Number of fields must be a positive integer"
        #expect(refusal("HTTL", "h", "FIELDS", "0", "f") == notPositive)
        #expect(refusal("HPERSIST", "h", "FIELDS", "9223372036854775808", "f") == notPositive)
        let mismatch = "The `numfields` parameter must match the number of arguments"
        #expect(refusal("HEXPIRE", "h", "1", "FIELDS", "2", "f") == mismatch)
        #expect(refusal("HGETEX", "h", "FIELDS", "1", "f", "g") == mismatch)
        #expect(refusal("HGETEX", "h", "EX", "x", "FIELDS", "1", "f") == "value is not an integer or out of range")
        #expect(refusal("HGETEX", "h", "PX", "-1", "FIELDS", "1", "f") == "invalid expire time, must be >= 0")
        #expect(refusal("HSETEX", "h", "FIELDS", "1", "a", "b", "c") == "wrong number of arguments for 'hsetex' command")
        #expect(refusal("HSETEX", "h", "FIELDS", "0", "a", "b") == "invalid number of fields")
        #expect(refusal("HSETEX", "h", "zz", "FIELDS", "1", "a", "b") == "unknown argument: zz")
        #expect(
            refusal("HSETEX", "h", "FNX", "FXX", "FIELDS", "1", "a", "b")
                == "Only one of FXX or FNX arguments can be specified")
        #expect(
            refusal("HSETEX", "h", "EX", "1", "KEEPTTL", "FIELDS", "1", "a", "b")
                == "Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified")
        #expect(refusal("HSETEX", "h", "FNX", "KEEPTTL", "a", "b") == "unknown argument: a")
        #expect(refusal("HSETEX", "h", "FNX", "FIELDS", "1", "a", "b", "EX") == "wrong number of arguments for 'hsetex' command")
        #expect(refusal("HSETEX", "h", "FXX", "KEEPTTL", "FXX", "EX") == "Only one of FXX or FNX arguments can be specified")
        #expect(refusal("HSETEX", "h", "FXX", "EX", "10", "PX") == "Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified")
        #expect(refusal("HSETEX", "h", "FXX", "KEEPTTL") == "wrong number of arguments for 'hsetex' command")
    }

    @Test(arguments: [true, false]) func hgetexReadsAndChangesDeadlines(packed: Bool) {
        let server = Self.server(packed: packed)
        server.send("HSET", "h", "a", "1", "b", "2")
        #expect(server.send("HGETEX", "h", "FIELDS", "2", "a", "x") == "*2\r\n$1\r\n1\r\n$-1\r\n")
        #expect(server.send("HGETEX", "none", "EX", "5", "FIELDS", "1", "a") == "*1\r\n$-1\r\n")
        #expect(
            server.events { server.send("HGETEX", "h", "EX", "5", "FIELDS", "2", "a", "x") } == ["hexpire 0 h"])
        #expect(server.send("HTTL", "h", "FIELDS", "2", "a", "b") == "*2\r\n:5\r\n:-1\r\n")
        #expect(server.events { server.send("HGETEX", "h", "FIELDS", "1", "a") } == [])
        #expect(server.events { server.send("HGETEX", "h", "PERSIST", "FIELDS", "2", "a", "b") } == ["hpersist 0 h"])
        #expect(server.events { server.send("HGETEX", "h", "PERSIST", "FIELDS", "1", "a") } == [])
        var reply = ""
        let events = server.events { reply = server.send("HGETEX", "h", "PXAT", "1", "FIELDS", "2", "a", "b") }
        #expect(reply == "*2\r\n$1\r\n1\r\n$1\r\n2\r\n" && events == ["hdel 0 h", "del 0 h"])
        #expect(server.send("EXISTS", "h") == ":0\r\n")
    }

    @Test(arguments: [true, false]) func hgetdelTakesFieldsAway(packed: Bool) {
        let server = Self.server(packed: packed)
        server.send("HSET", "h", "a", "1", "b", "2", "c", "3")
        #expect(server.send("HGETDEL", "h", "FIELDS", "3", "a", "x", "a") == "*3\r\n$1\r\n1\r\n$-1\r\n$-1\r\n")
        #expect(server.events { server.send("HGETDEL", "h", "FIELDS", "1", "x") } == [])
        #expect(server.events { server.send("HGETDEL", "h", "FIELDS", "2", "b", "c") } == ["hdel 0 h", "del 0 h"])
        #expect(server.send("HGETDEL", "h", "FIELDS", "1", "a") == "*1\r\n$-1\r\n")
    }

    @Test(arguments: [true, false]) func hsetexSetsWithADeadline(packed: Bool) {
        let server = Self.server(packed: packed)
        #expect(server.send("HSETEX", "h", "FXX", "FIELDS", "1", "a", "1") == ":0\r\n")
        #expect(server.send("EXISTS", "h") == ":0\r\n")
        let created = server.events {
            #expect(server.send("HSETEX", "h", "FNX", "EX", "10", "FIELDS", "2", "a", "1", "b", "2") == ":1\r\n")
        }
        #expect(created == ["hset 0 h", "hexpire 0 h"])
        #expect(server.send("HTTL", "h", "FIELDS", "2", "a", "b") == "*2\r\n:10\r\n:10\r\n")
        #expect(server.send("HSETEX", "h", "FNX", "FIELDS", "2", "b", "3", "c", "4") == ":0\r\n")
        #expect(server.send("HSETEX", "h", "KEEPTTL", "FXX", "FIELDS", "1", "a", "5") == ":1\r\n")
        #expect(server.send("HTTL", "h", "FIELDS", "1", "a") == "*1\r\n:10\r\n")
        #expect(server.send("HSETEX", "h", "FIELDS", "1", "a", "6") == ":1\r\n")
        #expect(server.send("HTTL", "h", "FIELDS", "1", "a") == "*1\r\n:-1\r\n")
        #expect(server.events { server.send("HSETEX", "h", "PX", "0", "FIELDS", "1", "a", "7") } == ["hdel 0 h"])
        #expect(server.send("HGET", "h", "a") == "$-1\r\n")
        #expect(server.send("HSETEX", "none", "PXAT", "1", "FIELDS", "1", "a", "7") == ":1\r\n")
        #expect(server.send("EXISTS", "none") == ":0\r\n")
        server.advance(milliseconds: 10_001)
        #expect(server.keyCount(0) == 0)
        server.engine.checkInvariants()
    }

    @Test(arguments: [true, false]) func writingAValueTakesTheDeadlineAwayAndCountingKeepsIt(packed: Bool) {
        let server = Self.server(packed: packed)
        server.send("HSET", "h", "a", "1", "b", "2")
        server.send("HEXPIRE", "h", "10", "FIELDS", "2", "a", "b")
        server.send("HINCRBY", "h", "a", "1")
        server.send("HINCRBYFLOAT", "h", "b", "1.5")
        #expect(server.send("HTTL", "h", "FIELDS", "2", "a", "b") == "*2\r\n:10\r\n:10\r\n")
        #expect(server.send("HSET", "h", "a", "1") == ":0\r\n")
        #expect(server.send("HTTL", "h", "FIELDS", "2", "a", "b") == "*2\r\n:-1\r\n:10\r\n")
    }

    /// Wherever a key goes, its fields go on time.
    @Test(arguments: [true, false]) func deadlinesMoveWithTheirKey(packed: Bool) {
        let server = Self.server(packed: packed)
        func make(_ key: String) {
            server.send("HSET", key, "f", "v")
            server.send("HPEXPIRE", key, "50", "FIELDS", "1", "f")
        }
        make("a")
        server.send("RENAME", "a", "renamed")
        make("b")
        server.send("COPY", "b", "copied")
        make("c")
        server.send("MOVE", "c", "3")
        make("d")
        server.send("COPY", "d", "d", "DB", "4")
        #expect(server.keyCount(0) == 4 && server.keyCount(3) == 1 && server.keyCount(4) == 1)
        server.engine.checkInvariants()
        server.advance(milliseconds: 51)
        #expect(server.keyCount(0) == 0 && server.keyCount(3) == 0 && server.keyCount(4) == 0)
        make("e")
        server.send("SWAPDB", "0", "5")
        server.advance(milliseconds: 51)
        #expect(server.keyCount(5) == 0)
        server.send("FLUSHALL")
        server.settle()
        #expect(server.engine.heldBytes == 0)
    }

    @Test(arguments: [true, false]) func keyAndFieldsHaveDeadlinesOfTheirOwn(packed: Bool) {
        let server = Self.server(packed: packed)
        server.send("HSET", "h", "a", "1", "b", "2")
        server.send("PEXPIRE", "h", "100")
        server.send("HPEXPIRE", "h", "50", "FIELDS", "1", "a")
        server.send("HPEXPIRE", "h", "500", "FIELDS", "1", "b")
        server.advance(milliseconds: 51)
        #expect(server.send("HKEYS", "h") == "*1\r\n$1\r\nb\r\n")
        #expect(server.send("PTTL", "h") == ":49\r\n")
        #expect(server.events { server.advance(milliseconds: 50) } == ["expired 0 h"])
        server.advance(milliseconds: 500)
        server.send("FLUSHALL")
        server.settle()
        #expect(server.engine.heldBytes == 0)
    }

    /// A listpack with deadlines that outgrows its limits becomes a table and keeps them.
    @Test func growingKeepsDeadlines() {
        let server = MemoryServer()
        for i in 0 ..< 512 { server.send("HSETEX", "h", "PX", String(100 + i % 50), "FIELDS", "1", "f\(i)", "v") }
        #expect(server.send("OBJECT", "ENCODING", "h") == "$10\r\nlistpackex\r\n")
        server.send("HSET", "h", "last", "v")
        #expect(server.send("OBJECT", "ENCODING", "h") == "$9\r\nhashtable\r\n")
        server.engine.checkInvariants()
        server.advance(milliseconds: 125)
        #expect(server.send("HLEN", "h") == ":251\r\n")
        server.advance(milliseconds: 30)
        #expect(server.send("HGETALL", "h") == "*2\r\n$4\r\nlast\r\n$1\r\nv\r\n")
    }

    /// Many fields that fall due at one moment are removed in slices.
    @Test func expiringManyFieldsIsSliced() {
        let server = MemoryServer()
        for i in 0 ..< 100 {
            let words = (0 ..< 50).flatMap { ["f\(i * 50 + $0)", "v"] }
            _ = server.connect().send(words: ["HSETEX", "h", "PX", "100", "FIELDS", "50"] + words)
        }
        server.clock.advance(milliseconds: 101)
        var slices = 0
        server.engine.beginBatch()
        while server.engine.performSlice() {
            slices += 1
            server.engine.beginBatch()
        }
        #expect(slices > 5)
        #expect(server.keyCount(0) == 0)
        server.send("FLUSHALL")
        server.settle()
        #expect(server.engine.heldBytes == 0)
    }
}
