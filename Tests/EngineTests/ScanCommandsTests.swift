import Bytes
import TestSupport
import Testing

@testable import Engine

@Suite struct ScanCommandsTests {
    let server = MemoryServer()

    @Test func keysMatchesPatterns() {
        for key in ["one", "two", "three", "foo:1", "h[a]", ""] { server.put(key) }
        #expect(bulkStrings(server.send("KEYS", "*")).sorted() == ["", "foo:1", "h[a]", "one", "three", "two"])
        #expect(bulkStrings(server.send("KEYS", "t*")).sorted() == ["three", "two"])
        #expect(server.send("KEYS", "?ne") == "*1\r\n$3\r\none\r\n")
        #expect(server.send("KEYS", "[n-p]ne") == "*1\r\n$3\r\none\r\n")
        #expect(server.send("KEYS", "h\\[a]") == "*1\r\n$4\r\nh[a]\r\n")
        #expect(server.send("KEYS", "h[a]") == "*0\r\n")
        #expect(server.send("KEYS", "one") == "*1\r\n$3\r\none\r\n")
        #expect(server.send("KEYS", "four") == "*0\r\n")
        #expect(server.send("KEYS", "") == "*1\r\n$0\r\n\r\n")
    }

    @Test func keysDisturbsNothing() {
        server.put("a", deadline: server.now)
        server.clock.advance(milliseconds: 1)
        let events = server.events {
            #expect(server.send("KEYS", "a") == "*0\r\n")
            #expect(server.send("KEYS", "*") == "*0\r\n")
        }
        #expect(events.isEmpty)
        #expect(server.engine.core.keyspace.statistics.misses == 0)
    }

    /// Like Redis, the matcher gives up on so many stars.
    @Test func aPatternWithVeryManyStarsEnds() {
        server.put(String(repeating: "a", count: 50_000))
        #expect(server.send("KEYS", String(repeating: "*?", count: 50_000)) == "*0\r\n")
        #expect(server.send("KEYS", String(repeating: "*?", count: 500)).hasPrefix("*1\r\n"))
    }

    @Test(arguments: ["1", "10", "100", "1000"]) func scanSeesEveryKey(count: String) {
        for i in 0 ..< 1000 { server.put("key:\(i)") }
        var seen: Set<String> = []
        var cursor = "0"
        var calls = 0
        repeat {
            let answer = bulkStrings(server.send("SCAN", cursor, "COUNT", count))
            cursor = answer[0]
            seen.formUnion(answer.dropFirst())
            calls += 1
            // A call stops at the first bucket that fills its count.
            #expect(answer.count - 1 < Int(count)! + 64)
        } while cursor != "0"
        #expect(seen.count == 1000)
        #expect(calls <= 1 + 1000 / max(1, Int(count)! / 2))
    }

    @Test func scanFilters() {
        for i in 0 ..< 100 { server.put("key:\(i)") }
        let all = ["COUNT", "1000"]
        func found(_ options: String...) -> Int {
            bulkStrings(server.connect().send(words: ["SCAN", "0"] + all + options)).count - 1
        }
        #expect(found() == 100)
        #expect(found("MATCH", "key:1?") == 10)
        #expect(found("MATCH", "*") == 100)
        #expect(found("MATCH", "") == 0)
        #expect(found("MATCH", "none", "match", "key:7") == 1)
        #expect(found("TYPE", "STRING") == 100)
        #expect(found("TYPE", "list") == 0)
        #expect(found("TYPE", "nonsense") == 0)
        #expect(found("COUNT", "9223372036854775807") == 100)
    }

    @Test func scanRemovesWhatIsPastItsDeadlineAndMatches() {
        for i in 0 ..< 100 { server.put("key:\(i)", deadline: i < 50 ? server.now : nil) }
        server.clock.advance(milliseconds: 1)
        let events = server.events {
            #expect(bulkStrings(server.send("SCAN", "0", "COUNT", "1000", "MATCH", "key:1?")) == ["0"])
        }
        #expect(events.count == 10)
        #expect(server.send("DBSIZE") == ":90\r\n")
        #expect(bulkStrings(server.send("SCAN", "0", "COUNT", "1000")).count == 51)
        #expect(server.send("DBSIZE") == ":50\r\n")
    }

    @Test func scanHidesButKeepsWhileExpiryIsHeld() {
        server.put("a", deadline: server.now)
        server.clock.advance(milliseconds: 1)
        server.engine.core.keyspace.holdsExpiry = true
        #expect(server.send("SCAN", "0") == "*2\r\n$1\r\n0\r\n*0\r\n")
        #expect(server.send("RANDOMKEY") == "$-1\r\n")
        #expect(server.send("DBSIZE") == ":1\r\n")
        server.put("b")
        #expect(server.send("RANDOMKEY") == "$1\r\nb\r\n")
    }

    @Test func anyNumberOf64BitsIsACursor() {
        server.put("a")
        for cursor in ["0", "", "+5", "-1", "7", "18446744073709551615", "9223372036854775808"] {
            #expect(server.send("SCAN", cursor).hasPrefix("*2\r\n$1\r\n0\r\n"))
        }
        for cursor in ["x", "1x", " 1", "\t1", "18446744073709551616", "1.0", "0x1"] {
            #expect(server.send("SCAN", cursor) == "-ERR invalid cursor\r\n")
        }
    }

    @Test func scanRefusesWhatItDoesNotKnow() {
        #expect(server.send("SCAN", "0", "COUNT", "0") == "-ERR syntax error\r\n")
        #expect(server.send("SCAN", "0", "COUNT", "-1") == "-ERR syntax error\r\n")
        #expect(server.send("SCAN", "0", "COUNT", "x") == "-ERR value is not an integer or out of range\r\n")
        #expect(server.send("SCAN", "0", "COUNT") == "-ERR syntax error\r\n")
        #expect(server.send("SCAN", "0", "MATCH") == "-ERR syntax error\r\n")
        #expect(server.send("SCAN", "0", "LIMIT", "3") == "-ERR syntax error\r\n")
        #expect(server.send("SCAN") == "-ERR wrong number of arguments for 'scan' command\r\n")
        // The cursor is looked at first.
        #expect(server.send("SCAN", "x", "LIMIT") == "-ERR invalid cursor\r\n")
    }

    @Test func gatheringStopsWhenItHasEnoughAndOnlyThen() {
        for i in 0 ..< 20_000 { server.put("key:\(i)") }
        for wanted in [1, 7, 100] {
            var found: [Entry] = []
            let next = server.engine.core.keyspace.gather(from: 0, wanted: wanted, into: &found)
            #expect(next != 0 && found.count >= wanted && found.count < wanted + 64)
        }
        var found: [Entry] = []
        #expect(server.engine.core.keyspace.gather(from: 0, wanted: .max, into: &found) == 0)
        #expect(found.count == 20_000)
    }

    @Test func randomkeyAnswersWithAKey() {
        #expect(server.send("RANDOMKEY") == "$-1\r\n")
        server.put("dead", deadline: server.now)
        server.clock.advance(milliseconds: 1)
        #expect(server.send("RANDOMKEY") == "$-1\r\n")
        for i in 0 ..< 300 { server.put("dead:\(i)", deadline: server.now) }
        server.put("alive")
        server.clock.advance(milliseconds: 1)
        #expect(server.send("RANDOMKEY") == "$5\r\nalive\r\n")
    }
}
