import Bytes
import TestSupport
import Testing

@testable import Engine

@Suite struct KeyCommandsTests {
    let server = MemoryServer()

    @Test func removingKeysCountsThem() {
        for name in ["DEL", "UNLINK"] {
            server.put("a")
            server.put("b")
            let events = server.events {
                #expect(server.send(name, "a", "none", "b", "a") == ":2\r\n")
            }
            #expect(events == ["del 0 a", "del 0 b"])
            #expect(server.send("DBSIZE") == ":0\r\n")
            #expect(server.send(name) == "-ERR wrong number of arguments for '\(name.lowercased())' command\r\n")
        }
    }

    @Test func aRemovedKeyPastItsDeadlineIsNotCounted() {
        server.put("a", deadline: server.now)
        server.clock.advance(milliseconds: 1)
        let events = server.events { #expect(server.send("DEL", "a") == ":0\r\n") }
        #expect(events == ["expired 0 a"])
    }

    @Test func existsCountsEveryMention() {
        server.put("a")
        #expect(server.send("EXISTS", "a", "b", "a") == ":2\r\n")
        #expect(server.engine.core.keyspace.statistics.hits == 2)
        #expect(server.engine.core.keyspace.statistics.misses == 1)
    }

    @Test func typeNamesTheType() {
        server.put("a", "12")
        #expect(server.send("TYPE", "a") == "+string\r\n")
        #expect(server.send("TYPE", "b") == "+none\r\n")
    }

    @Test func onlyTouchUsesAKey() {
        server.put("a")
        server.advance(milliseconds: 5000)
        for command in [["EXISTS", "a"], ["TYPE", "a"], ["TTL", "a"], ["OBJECT", "ENCODING", "a"], ["KEYS", "*"]] {
            _ = server.connect().send(words: command)
        }
        #expect(server.send("OBJECT", "IDLETIME", "a") == ":5\r\n")
        #expect(server.send("TOUCH", "a", "b") == ":1\r\n")
        #expect(server.send("OBJECT", "IDLETIME", "a") == ":0\r\n")
    }

    @Test func touchWorksEvenForAClientThatLeavesNoTraces() {
        server.put("a")
        server.advance(milliseconds: 5000)
        let client = server.connect()
        client.session.leavesNoTouch = true
        #expect(client.send("GET", "a") == "$1\r\nv\r\n")
        #expect(client.send("OBJECT", "IDLETIME", "a") == ":5\r\n")
        #expect(client.send("TOUCH", "a") == ":1\r\n")
        #expect(client.send("OBJECT", "IDLETIME", "a") == ":0\r\n")
    }

    // MARK: RENAME, COPY, MOVE

    @Test func renameMovesValueAndDeadline() {
        server.put("a", "1", deadline: server.now + 5000)
        server.put("b", "2")
        let events = server.events { #expect(server.send("RENAME", "a", "b") == "+OK\r\n") }
        #expect(events == ["rename_from 0 a", "rename_to 0 b"])
        #expect(server.send("GET", "b") == "$1\r\n1\r\n")
        #expect(server.send("PTTL", "b") == ":5000\r\n")
        #expect(server.send("DBSIZE") == ":1\r\n")
        server.advance(milliseconds: 5001)
        #expect(server.engine.core.keyspace.keyCount == 0)
    }

    @Test func renamingAKeyToItselfChangesNothing() {
        server.put("a")
        let events = server.events {
            #expect(server.send("RENAME", "a", "a") == "+OK\r\n")
            #expect(server.send("RENAMENX", "a", "a") == ":0\r\n")
        }
        #expect(events.isEmpty)
        #expect(server.send("RENAME", "none", "none") == "-ERR no such key\r\n")
        #expect(server.send("RENAMENX", "none", "a") == "-ERR no such key\r\n")
    }

    @Test func renamenxRespectsWhatIsThere() {
        server.put("a", "1")
        server.put("b", "2", deadline: server.now)
        #expect(server.send("RENAMENX", "a", "b") == ":0\r\n")
        server.clock.advance(milliseconds: 1)
        #expect(server.send("RENAMENX", "a", "b") == ":1\r\n")
        #expect(server.send("GET", "b") == "$1\r\n1\r\n")
    }

    @Test func copyKeepsTheSource() {
        server.put("a", "1", deadline: server.now + 5000)
        let events = server.events {
            #expect(server.send("COPY", "a", "b") == ":1\r\n")
            #expect(server.send("COPY", "a", "b") == ":0\r\n")
            #expect(server.send("COPY", "none", "b", "REPLACE") == ":0\r\n")
        }
        #expect(events == ["copy_to 0 b"])
        #expect(server.send("PTTL", "a") == ":5000\r\n")
        #expect(server.send("PTTL", "b") == ":5000\r\n")
        server.put("a", "2")
        #expect(server.send("COPY", "a", "b", "replace") == ":1\r\n")
        #expect(server.send("GET", "b") == "$1\r\n2\r\n")
        #expect(server.send("TTL", "b") == ":-1\r\n")
    }

    @Test func copyGoesToAnotherDatabase() {
        server.put("a", "1")
        server.put("a", "2", database: 3)
        #expect(server.send("COPY", "a", "a", "DB", "3") == ":0\r\n")
        #expect(server.send("COPY", "a", "a", "DB", "3", "REPLACE") == ":1\r\n")
        #expect(server.send("COPY", "a", "a", "DB", "0") == "-ERR source and destination objects are the same\r\n")
        server.send("SELECT", "3")
        #expect(server.send("GET", "a") == "$1\r\n1\r\n")
    }

    @Test func copyRefusesWhatItDoesNotKnow() {
        #expect(server.send("COPY", "a", "b", "DB") == "-ERR syntax error\r\n")
        #expect(server.send("COPY", "a", "b", "NX") == "-ERR syntax error\r\n")
        #expect(server.send("COPY", "a", "b", "DB", "16") == "-ERR DB index is out of range\r\n")
        #expect(server.send("COPY", "a", "b", "DB", "x") == "-ERR value is not an integer or out of range\r\n")
        #expect(
            server.send("COPY", "a", "b", "DB", "2147483648")
                == "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n")
    }

    @Test func moveTakesAKeyAlong() {
        server.put("a", "1", deadline: server.now + 5000)
        let events = server.events { #expect(server.send("MOVE", "a", "2") == ":1\r\n") }
        #expect(events == ["move_from 0 a", "move_to 2 a"])
        #expect(server.send("EXISTS", "a") == ":0\r\n")
        server.put("a", "2")
        #expect(server.send("MOVE", "a", "2") == ":0\r\n")
        #expect(server.send("MOVE", "none", "2") == ":0\r\n")
        #expect(server.send("MOVE", "a", "0") == "-ERR source and destination objects are the same\r\n")
        #expect(server.send("MOVE", "a", "-1") == "-ERR DB index is out of range\r\n")
        server.advance(milliseconds: 5001)
        #expect(server.keyCount(2) == 0)
        #expect(server.send("MOVE", "a", "2") == ":1\r\n")
    }

    @Test func longKeysAndValuesKeepTheirBytes() {
        let keys = ["", "k", String(repeating: "k", count: 255), String(repeating: "l", count: 300)]
        let values = ["", "7", String(repeating: "v", count: 400), String(repeating: "w", count: 100_000)]
        for from in keys {
            for to in keys where to != from {
                for value in values {
                    server.put(from, value)
                    #expect(server.send("COPY", from, to, "REPLACE") == ":1\r\n")
                    #expect(server.send("RENAME", from, to) == "+OK\r\n")
                    #expect(server.send("GET", to) == "$\(value.count)\r\n\(value)\r\n")
                    #expect(server.send("DEL", from, to) == ":1\r\n")
                }
            }
        }
        #expect(server.engine.core.keyspace.arena.externalBytes == 0)
    }
}
