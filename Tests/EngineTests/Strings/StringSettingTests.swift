import Bytes
import TestSupport
import Testing

@testable import Engine

@Suite struct StringSettingTests {
    private let scene = StringScene()

    @Test func setsAndGets() {
        scene.expect("GET k", "$-1")
        scene.expect("SET k v", "+OK")
        scene.expect("GET k", "$1 v")
        scene.expect("SET k 12345", "+OK")
        scene.expect("GET k", "$5 12345")
        #expect(scene.send(words: ["SET", "k", ""]) == "+OK")
        #expect(scene.client.send("GET", "k") == "$0\r\n\r\n")
        scene.expect("SET k", "-ERR wrong number of arguments for 'set' command")
        scene.expect("GET", "-ERR wrong number of arguments for 'get' command")
        scene.expect("GET a b", "-ERR wrong number of arguments for 'get' command")
    }

    /// What OBJECT ENCODING would name: integers of 64 bits, up to 44 bytes, and the rest.
    @Test func choosesTheEncoding() {
        let texts: [(String, Encoding)] = [
            ("0", .int), ("-1", .int), ("9223372036854775807", .int), ("-9223372036854775808", .int),
            ("9223372036854775808", .embstr), ("01", .embstr), ("+1", .embstr), ("-0", .embstr), ("1.0", .embstr),
            ("x", .embstr),
            (String(repeating: "x", count: 44), .embstr), (String(repeating: "x", count: 45), .raw),
            (String(repeating: "x", count: 5000), .raw),
        ]
        for (text, encoding) in texts {
            for before in ["5", "short", String(repeating: "y", count: 45), String(repeating: "z", count: 3000)] {
                scene.send(words: ["SET", "k", before])
                scene.send(words: ["SET", "k", text])
                #expect(scene.encoding("k") == encoding, "\(text) after \(before.count)")
                #expect(scene.client.send("GET", "k") == "$\(text.utf8.count)\r\n\(text)\r\n")
            }
        }
    }

    @Test func setOverwritesWhateverThereIs() {
        scene.makeForeign("k")
        scene.expect("SET k v", "+OK")
        scene.expect("GET k", "$1 v")
        scene.makeForeign("k")
        scene.expect("SET k v XX", "+OK")
        scene.makeForeign("k")
        scene.expect("SET k v NX", "$-1")
        scene.expect("GET k", Answer.wrongType)
        scene.expect("SET k v GET", Answer.wrongType)
        scene.expect("GETSET k v", Answer.wrongType)
        scene.expect("SETNX k v", ":0")
        scene.expect("MSET k v", "+OK")
        scene.makeForeign("k")
        scene.expect("SETEX k 10 v", "+OK")
        scene.expect("GET k", "$1 v")
    }

    @Test func conditionsOnExistence() {
        scene.expect("SET k v XX", "$-1")
        scene.expect("SET k v xx GET", "$-1")
        scene.expect("SET k v nx", "+OK")
        scene.expect("SET k w NX", "$-1")
        scene.expect("SET k w NX GET", "$1 v")
        scene.expect("SET k w XX", "+OK")
        scene.expect("SET k x GET", "$1 w")
        scene.expect("SET k y GET GET XX XX", "$1 x")
        scene.expect("SET new z NX GET", "$-1")
        scene.expect("GET new", "$1 z")
        scene.expect("SET k v NX XX", Answer.syntax)
        scene.expect("SET k v XX NX", Answer.syntax)
        scene.expect("SETNX k v", ":0")
        scene.expect("SETNX other v", ":1")
        scene.expect("GETSET other w", "$1 v")
        scene.expect("GETSET fresh w", "$-1")
        scene.expect("GET fresh", "$1 w")
    }

    @Test func namesDeadlines() {
        let now = scene.now
        for (words, deadline) in [
            ("SET k v EX 10", now + 10_000), ("SET k v px 10", now + 10), ("SET k v EXAT 4000000000", 4_000_000_000_000),
            ("SET k v pXaT 4000000000001", 4_000_000_000_001), ("SETEX k 7 v", now + 7000), ("PSETEX k 7 v", now + 7),
            ("SET k v EX 9 NX", now + 7), ("SET k v KEEPTTL", now + 7), ("SET k v EX 1 EX 2", now + 2000),
            ("APPEND k x", now + 2000), ("SETRANGE k 9 x", now + 2000), ("SET k 5 KEEPTTL", now + 2000),
            ("INCR k", now + 2000), ("INCRBYFLOAT k 1.5", now + 2000), ("SET k v XX PX 5", now + 5), ("SET k v", nil),
            ("SET k v KEEPTTL", nil), ("SETEX k 7 v", now + 7000), ("GETSET k v", nil), ("SETEX k 7 v", now + 7000),
            ("MSET k v", nil), ("SETEX k 7 \(String(repeating: "v", count: 900))", now + 7000),
        ] {
            scene.send(words)
            #expect(scene.deadline("k") == deadline, "\(words)")
        }
    }

    @Test func refusesImpossibleDeadlines() {
        let most = "9223372036854775807"
        for (command, name) in [
            ("SET k v EX 0", "set"), ("SET k v PX -1", "set"), ("SET k v EXAT 0", "set"), ("SET k v PXAT -5", "set"),
            ("SET k v EX \(most)", "set"), ("SET k v PX \(most)", "set"), ("SET k v EX 9223372036854775", "set"),
            ("SET k v EXAT 9223372036854776", "set"), ("SETEX k 0 v", "setex"), ("SETEX k -1 v", "setex"),
            ("SETEX k 9223372036854776 v", "setex"), ("PSETEX k 0 v", "psetex"), ("PSETEX k \(most) v", "psetex"),
            ("MSETEX 1 k v EX 0", "msetex"), ("INCREX k EX 0", "increx"), ("INCREX k PXAT -1", "increx"),
        ] {
            scene.expect(command, "-ERR invalid expire time in '\(name)' command")
        }
        scene.expect("SET k v EX ten", Answer.notInteger)
        scene.expect("SET k v PX 1.5", Answer.notInteger)
        scene.expect("SETEX k x v", Answer.notInteger)
        scene.expect("SETEX k 99999999999999999999 v", Answer.notInteger)
        scene.expect("SET k v PXAT \(most)", "+OK")
        #expect(scene.deadline("k") == .max)
        scene.expect("SET k v EXAT 9223372036854775", "+OK")
    }

    /// Which of two errors a client sees: the words come before the numbers.
    @Test func readsWordsBeforeNumbers() {
        for words in [
            "SET k v EX", "SET k v EX 10 PX 10", "SET k v EX 10 KEEPTTL", "SET k v KEEPTTL PXAT 5", "SET k v PERSIST",
            "SET k v 5",
            "SET k v EX x EXAT y", "SET k v EX x FOO", "SET k v GET EX", "GETEX k EX", "GETEX k KEEPTTL",
            "GETEX k EX 5 PERSIST",
            "GETEX k PERSIST PX 5", "GETEX k NX", "GETEX k EX x PX y", "SET k v IFEQ", "SET k v IFEQ a IFNE b",
            "SET k v IFEQ a XX",
            "SET k v NX IFDEQ b",
        ] {
            scene.expect(words, Answer.syntax)
        }
    }

    /// Redis 7.0 keeps such a key until it is looked at; nobody can see it.
    @Test func aMomentThatHasPassedEndsTheKey() {
        scene.expect("SET k v", "+OK")
        scene.expect("SET k w PXAT 1", "+OK")
        scene.expect("GET k", "$-1")
        scene.expect("SET k w EXAT 1 GET", "$-1")
        scene.expect("MSETEX 1 k w EXAT 1", ":1")
        scene.expect("MGET k", "*1 $-1")
        scene.expect("SET k w PXAT \(scene.now)", "+OK")
        scene.expect("GET k", "$1 w")
        scene.server.advance(milliseconds: 1)
        scene.expect("GET k", "$-1")
        #expect(scene.server.engine.core.keyspace.keyCount == 0)
    }

    @Test func tellsWhatHappened() {
        #expect(scene.events("SET k v") == [.set])
        #expect(scene.events("SET k v EX 5") == [.set, .expire])
        #expect(scene.events("SET k w EX 5 NX") == [])
        #expect(scene.events("SETEX k 5 v") == [.set, .expire])
        #expect(scene.events("SET k v KEEPTTL") == [.set])
        #expect(scene.events("GETSET k v") == [.set])
        #expect(scene.events("MSETEX 2 a 1 b 2 PX 5") == [.set, .expire, .set, .expire])
        #expect(scene.events("GETEX k") == [])
        #expect(scene.events("GETEX k PERSIST") == [])
        #expect(scene.events("GETEX k EX 5") == [.expire])
        #expect(scene.events("GETEX k PERSIST") == [.persist])
        #expect(scene.events("GETEX k PXAT 5") == [.del])
        #expect(scene.events("GETDEL k") == [])
        #expect(scene.events("APPEND k v") == [.append])
        #expect(scene.events("APPEND k v") == [.append])
        #expect(scene.events("SETRANGE k 0 v") == [.setrange])
        #expect(scene.events("GETDEL k") == [.del])
        #expect(scene.changes("SET k v EX 5") == 1)
        #expect(scene.changes("MSET a 1 b 2") == 2)
        #expect(scene.changes("MSETEX 2 a 1 b 2 EX 9") == 2)
        #expect(scene.changes("SET k v NX") == 0)
    }
}
