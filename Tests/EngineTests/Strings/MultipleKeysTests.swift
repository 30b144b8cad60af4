import Bytes
import TestSupport
import Testing

@testable import Engine

@Suite struct MultipleKeysTests {
    private let scene = StringScene()

    @Test func readsMany() {
        scene.expect("MSET a 1 b two", "+OK")
        scene.makeForeign("c")
        scene.expect("MGET a b c d a", "*5 $1 1 $3 two $-1 $-1 $1 1")
        scene.expect("MGET", "-ERR wrong number of arguments for 'mget' command")
        scene.send("HELLO 3")
        scene.expect("MGET d a", "*2 _ $1 1")
    }

    /// More keys than a batch, some of them missing, some past their deadline, some twice.
    @Test(arguments: [1, 15, 16, 17, 31, 32, 33, 200]) func readsBatches(count: Int) {
        var expected = ""
        var words = ["MGET"]
        for i in 0 ..< count {
            words.append("k\(i % 150)")
            if i % 150 % 3 == 1 {
                scene.send("PSETEX k\(i % 150) 1 gone")
                expected += "$-1\r\n"
            } else if i % 150 % 3 == 2 {
                scene.send("SET k\(i % 150) \(i % 150)")
                expected += "$\("\(i % 150)".count)\r\n\(i % 150)\r\n"
            } else {
                expected += "$-1\r\n"
            }
        }
        scene.server.clock.advance(milliseconds: 2)
        #expect(scene.client.send(words: words) == "*\(count)\r\n" + expected)
    }

    @Test func writesMany() {
        scene.expect("MSET a 1 b", "-ERR wrong number of arguments for 'mset' command")
        scene.expect("MSETNX a 1 b", "-ERR wrong number of arguments for 'msetnx' command")
        scene.expect("MSET a 1 a 2 a 3", "+OK")
        scene.expect("GET a", "$1 3")
        scene.expect("MSETNX b 1 a 2", ":0")
        scene.expect("GET b", "$-1")
        scene.expect("MSETNX b 1 c 2 b 3", ":1")
        scene.expect("MGET b c", "*2 $1 3 $1 2")
        var words = ["MSET"]
        for i in 0 ..< 100 { words += ["many\(i)", "value\(i)"] }
        #expect(scene.send(words: words) == "+OK")
        for i in 0 ..< 100 { #expect(scene.send("GET many\(i)").hasSuffix(" value\(i)")) }
    }

    @Test func writesManyWithOneLife() {
        let now = scene.now
        scene.expect("MSETEX 2 a 1 b 2 EX 10", ":1")
        #expect(scene.deadline("a") == now + 10_000 && scene.deadline("b") == now + 10_000)
        scene.expect("MSETEX 1 a 3 KEEPTTL", ":1")
        #expect(scene.deadline("a") == now + 10_000)
        scene.expect("MSETEX 1 a 3", ":1")
        #expect(scene.deadline("a") == nil)
        scene.expect("MSETEX 2 a 5 new 5 NX", ":0")
        scene.expect("MSETEX 2 a 5 new 5 XX PX 7", ":0")
        scene.expect("MSETEX 2 a 5 b 5 PX 7 XX", ":1")
        #expect(scene.deadline("b") == now + 7)
        scene.expect("MSETEX 1 new 5 nx pxat 4000000000000", ":1")
        scene.expect("MGET a b new", "*3 $1 5 $1 5 $1 5")
    }

    @Test func refusesBadRequests() {
        for words in ["key1 val1 ex 10", "0 a 1", "-1 a 1", "2147483648 key1 val1 ex 10", "1.5 a 1"] {
            scene.expect("MSETEX \(words)", "-ERR invalid numkeys value")
        }
        for words in ["2 key1 val1 key2", "2147483647 key1 val1 ex 10", "2 a 1"] {
            scene.expect("MSETEX \(words)", "-ERR wrong number of key-value pairs")
        }
        for words in [
            "1 k v FOO", "1 k v NX XX", "1 k v EX 10 PX 10", "1 k v KEEPTTL EX 10", "1 k v EX", "1 k v PERSIST",
            "1 k v IFEQ a",
        ] { scene.expect("MSETEX \(words)", Answer.syntax) }
        scene.expect("MSETEX 1 k", "-ERR wrong number of arguments for 'msetex' command")
        scene.expect("MSETEX 1 k v EX ten", Answer.notInteger)
        scene.expect("GET k", "$-1")
    }

    @Test func namesItsKeys() {
        let request = ["COMMAND", "GETKEYS", "MSETEX", "2", "a", "1", "b", "2", "EX", "10"]
        #expect(scene.client.send(words: request) == "*2\r\n$1\r\na\r\n$1\r\nb\r\n")
    }
}
