import Bytes
import TestSupport
import Testing

@testable import Engine

@Suite struct StringReadingTests {
    private let scene = StringScene()

    @Test func measures() {
        scene.expect("STRLEN k", ":0")
        scene.expect("SET k -12345", "+OK")
        scene.expect("STRLEN k", ":6")
        scene.expect("SET k hello", "+OK")
        scene.expect("STRLEN k", ":5")
        scene.makeForeign("k")
        for words in [
            "STRLEN k", "GET k", "GETRANGE k 0 1", "SUBSTR k 0 1", "DIGEST k", "GETDEL k", "GETEX k", "GETEX k EX x",
        ] {
            scene.expect(words, Answer.wrongType)
        }
    }

    @Test func cutsRanges() {
        scene.send(words: ["SET", "k", "Hello World"])
        for (start, end, part) in [
            (0, 3, "Hell"), (0, -1, "Hello World"), (-4, -1, "orld"), (5, 3, ""), (6, 5000, "World"),
            (-5000, 10000, "Hello World"),
            (0, -100, "H"), (1, -100, ""), (-1, -100, ""), (-100, -99, "H"), (-100, -100, "H"), (-100, -101, ""),
            (10, 10, "d"),
            (11, 11, ""), (.min, .max, "Hello World"), (.max, .max, ""), (.min, .min, "H"),
        ] {
            #expect(scene.send("GETRANGE k \(start) \(end)") == "$\(part.count) \(part)", "\(start) \(end)")
            #expect(scene.send("SUBSTR k \(start) \(end)") == "$\(part.count) \(part)", "\(start) \(end)")
        }
        scene.expect("GETRANGE none 0 -1", "$0 ")
        scene.expect("GETRANGE k a 1", Answer.notInteger)
        scene.expect("GETRANGE none 1 b", Answer.notInteger)
        scene.expect("SET k 1234", "+OK")
        scene.expect("GETRANGE k 1 -2", "$2 23")
        scene.send(words: ["SET", "k", ""])
        scene.expect("GETRANGE k 0 0", "$0 ")
        scene.expect("GETRANGE k -1 -1", "$0 ")
    }

    /// The same as cutting a Swift array, at random.
    @Test func cutsRandomRanges() {
        var random = SeededRandom(seed: 5)
        let text = (0 ..< 40).map { String($0 % 10) }.joined() + "x"
        scene.send(words: ["SET", "k", text])
        let bytes = Array(text.utf8)
        for _ in 0 ..< 2000 {
            let start = random.next(below: 101) - 50
            let end = random.next(below: 101) - 50
            var (first, last) = (start < 0 ? max(0, bytes.count + start) : start, end < 0 ? max(0, bytes.count + end) : end)
            last = min(last, bytes.count - 1)
            if start < 0, end < 0, start > end { first = 1; last = 0 }
            let part = first > last ? "" : String(decoding: bytes[first ... last], as: UTF8.self)
            #expect(scene.send("GETRANGE k \(start) \(end)") == "$\(part.count) \(part)", "\(start) \(end)")
        }
    }

    @Test func readsAndRemoves() {
        scene.expect("GETDEL k", "$-1")
        scene.expect("SET k 5 EX 100", "+OK")
        scene.expect("GETDEL k", "$1 5")
        scene.expect("GET k", "$-1")
        #expect(scene.server.engine.core.keyspace.databases[0].volatileCount == 0)
    }

    @Test func readsAndSetsTheDeadline() {
        let now = scene.now
        // A key that is not there hides what is wrong with the number, though not with the words.
        scene.expect("GETEX k EX x", "$-1")
        scene.expect("GETEX k EX", Answer.syntax)
        scene.expect("SET k v", "+OK")
        for (options, deadline) in [
            ("EX 10", now + 10_000), ("PX 10", now + 10), ("EXAT 4000000000", 4_000_000_000_000), ("", 4_000_000_000_000),
            ("PXAT 4000000000001", 4_000_000_000_001), ("EX 1 EX 3", now + 3000), ("PERSIST", nil), ("persist persist", nil),
            ("ex 5", now + 5000),
        ] as [(String, Int64?)] {
            scene.expect("GETEX k \(options)", "$1 v")
            #expect(scene.deadline("k") == deadline, "\(options)")
        }
        for options in ["EX 0", "PX -5", "EX 9223372036854775807", "PXAT 0"] {
            scene.expect("GETEX k \(options)", "-ERR invalid expire time in 'getex' command")
        }
        scene.expect("GETEX k EX 5.0", Answer.notInteger)
        #expect(scene.deadline("k") == now + 5000)
        // At the very moment it is over already.
        scene.expect("GETEX k PXAT \(now)", "$1 v")
        scene.expect("GET k", "$-1")
        scene.expect("SET k 17", "+OK")
        scene.expect("GETEX k EXAT 1", "$2 17")
        scene.expect("GET k", "$-1")
    }

    /// The digests are those that Redis 8.4 gives.
    @Test func digests() {
        scene.expect("DIGEST k", "$-1")
        for (text, digest) in [
            ("Hello world", "b6acb9d84a38ff74"), ("hello", "9555e8555c62dcfd"), ("", "2d06800538d394c2"), ("123",
            "404a763b3f4c8c9a"),
            ("v8", "0cc76dbb41381419"),
            (
                "v8lf0c11xh8ymlqztfd3eeq16kfn4sspw7fqmnuuq3k3t75em5wdizgcdw7uc26nnf961u2jkfzkjytls2kwlj7626sd",
                "00006c38adf31777"
            ),
        ] {
            scene.send(words: ["SET", "k", text])
            scene.expect("DIGEST k", "$16 \(digest)")
        }
    }

    @Test func countsHitsAndMisses() {
        scene.send("SET k v")
        func tally(_ line: String) -> [UInt64] {
            let hits = scene.server.engine.core.keyspace.statistics.hits
            let misses = scene.server.engine.core.keyspace.statistics.misses
            scene.send(line)
            return [
                scene.server.engine.core.keyspace.statistics.hits - hits, scene.server.engine.core.keyspace.statistics.misses - misses,
            ]
        }
        for (line, expected) in [
            ("GET k", [1, 0]), ("GET x", [0, 1]), ("MGET k x k", [2, 1]), ("SET k v", [0, 0]), ("SET k v GET", [1, 0]),
            ("SET k v NX", [0, 0]), ("GETSET k v", [1, 0]), ("GETEX k", [1, 0]), ("STRLEN x", [0, 1]),
            ("APPEND k v", [0, 0]),
            ("SETNX k v", [0, 0]), ("LCS k x", [1, 1]), ("GETDEL k", [1, 0]), ("GETDEL k", [0, 1]), ("INCR n", [0, 0]),
        ] as [(String, [UInt64])] { #expect(tally(line) == expected, "\(line)") }
    }
}
