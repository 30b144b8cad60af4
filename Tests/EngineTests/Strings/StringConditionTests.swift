import Bytes
import TestSupport
import Testing

@testable import Engine

/// Compare-and-set and compare-and-delete.
@Suite struct StringConditionTests {
    private let scene = StringScene()
    private let wrong = "0123456789abcdef"

    private func digest(_ text: String) -> String {
        let bytes = Array(text.utf8)
        return NumberText(hexadecimal: xxh3(bytes.bytes)).bytes.text
    }

    @Test func setsIfEqual() {
        scene.expect("SET k new IFEQ old", "$-1")
        scene.expect("SET k old", "+OK")
        scene.expect("SET k new IFEQ other", "$-1")
        scene.expect("SET k new IFEQ old", "+OK")
        scene.expect("SET k newer ifeq new GET", "$3 new")
        scene.expect("SET k newest IFEQ new GET", "$5 newer")
        scene.expect("GET k", "$5 newer")
        scene.expect("SET k 12345 IFEQ newer EX 10", "+OK")
        #expect(scene.deadline("k") == scene.now + 10_000)
        scene.expect("SET k 12346 IFEQ 12345 KEEPTTL", "+OK")
        #expect(scene.deadline("k") == scene.now + 10_000)
        // Bytes are compared, not numbers.
        scene.expect("SET k x IFEQ 012346", "$-1")
        scene.expect("SET k x IFEQ NX", "$-1")
        scene.expect("SET none x IFEQ y GET", "$-1")
    }

    @Test func setsIfUnequal() {
        scene.expect("SET k a IFNE b", "+OK")
        scene.expect("SET k b IFNE a", "$-1")
        scene.expect("SET k b IFNE x", "+OK")
        scene.expect("SET k c IFNE b GET", "$1 b")
        scene.expect("GET k", "$1 b")
        scene.expect("SET none c IFNE b GET", "$-1")
        scene.expect("GET none", "$1 c")
    }

    @Test func setsByDigest() {
        scene.expect("SET k v IFDEQ \(wrong)", "$-1")
        scene.expect("SET k hello IFDNE \(wrong)", "+OK")
        scene.expect("SET k world IFDEQ \(wrong)", "$-1")
        scene.expect("SET k world IFDEQ \(digest("hello"))", "+OK")
        scene.expect("SET k again IFDNE \(digest("world"))", "$-1")
        scene.expect("SET k again IFDEQ \(digest("world").uppercased()) GET", "$5 world")
        scene.expect("SET k 5 IFDNE zzzzzzzzzzzzzzzz", "+OK")
        scene.expect("SET k 6 IFDEQ \(digest("5"))", "+OK")
        scene.expect("SET k 7 IFDEQ 123", "-ERR must be exactly 16 hexadecimal characters")
        scene.expect("SET k 7 IFDNE 0\(wrong) GET", "-ERR must be exactly 16 hexadecimal characters")
        scene.expect("SET none 7 IFDEQ 123", "$-1")
        scene.expect("GET k", "$1 6")
    }

    @Test func refusesToCompareOtherTypes() {
        scene.makeForeign("k")
        for words in ["IFEQ a", "IFNE a", "IFDEQ \(wrong)", "IFDNE a", "IFEQ a GET"] {
            scene.expect("SET k v \(words)", Answer.wrongType)
        }
        scene.expect("DELIFEQ k v", Answer.wrongType)
        for condition in ["IFEQ", "IFNE", "IFDEQ", "IFDNE", "FOO"] {
            scene.expect("DELEX k \(condition) v", "-ERR Key should be of string type if conditions are specified")
        }
        scene.expect("DELEX k", ":1")
        scene.expect("GET k", "$-1")
    }

    @Test func deletesOnCondition() {
        scene.expect("DELEX k", ":0")
        for condition in ["IFEQ", "IFNE", "IFDEQ", "IFDNE", "FOO"] { scene.expect("DELEX k \(condition) v", ":0") }
        for (words, reply) in [
            ("DELEX k", ":1"), ("DELEX k IFEQ hello", ":1"), ("DELEX k ifeq world", ":0"), ("DELEX k IFNE world", ":1"),
            ("DELEX k IFNE hello", ":0"), ("DELEX k IFDEQ \(digest("hello"))", ":1"), ("DELEX k IFDEQ \(wrong)", ":0"),
            ("DELEX k IFDNE \(wrong)", ":1"), ("DELEX k IFDNE \(digest("hello").uppercased())", ":0"),
            ("DELEX k IFDEQ zzzzzzzzzzzzzzzz", ":0"), ("DELEX k IFDNE zzzzzzzzzzzzzzzz", ":1"), ("DELIFEQ k hello", ":1"),
            ("DELIFEQ k world", ":0"),
        ] {
            scene.send("SET k hello")
            scene.expect(words, reply)
            scene.expect("GET k", reply == ":1" ? "$-1" : "$5 hello")
        }
        scene.send("SET k hello")
        scene.expect("DELEX k IFDEQ 1234", "-ERR must be exactly 16 hexadecimal characters")
        scene.expect("DELEX k FOO hello", "-ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE")
        for words in ["DELEX k IFEQ", "DELEX k IFEQ hello extra", "DELEX none IFEQ"] {
            scene.expect(words, "-ERR wrong number of arguments for 'delex' command")
        }
        scene.expect("DELIFEQ none v", ":0")
        scene.expect("DELIFEQ k", "-ERR wrong number of arguments for 'delifeq' command")
        #expect(scene.events("DELEX k IFEQ no") == [])
        #expect(scene.events("DELEX k IFEQ hello") == [.del])
        scene.send("SET k 5")
        #expect(scene.events("DELIFEQ k 5") == [.del])
    }

    @Test func emptyValuesAreValues() {
        scene.send(words: ["SET", "k", ""])
        #expect(scene.send(words: ["DELEX", "k", "IFNE", ""]) == ":0")
        #expect(scene.send(words: ["SET", "k", "x", "IFEQ", ""]) == "+OK")
        scene.expect("GET k", "$1 x")
    }
}
