import Bytes
import TestSupport
import Testing

@testable import Engine

@Suite struct StringCountingTests {
    private let scene = StringScene()

    @Test func countsIntegers() {
        scene.expect("INCR n", ":1")
        scene.expect("INCR n", ":2")
        scene.expect("INCRBY n 10", ":12")
        scene.expect("DECR n", ":11")
        scene.expect("DECRBY n 20", ":-9")
        scene.expect("DECRBY n -4", ":-5")
        scene.expect("DECR fresh", ":-1")
        scene.expect("DECRBY fresh2 5", ":-5")
        #expect(scene.encoding("n") == .int)
        #expect(scene.events("INCR n") == [.incrby])
        #expect(scene.events("DECRBY n 2") == [.incrby])
    }

    @Test func textThatIsAnIntegerBecomesOne() {
        scene.send("SET n 1")
        scene.expect("APPEND n 2", ":2")
        #expect(scene.encoding("n") == .raw)
        scene.expect("INCR n", ":13")
        #expect(scene.encoding("n") == .int)
        for text in ["abc", "1.5", " 11", "11 ", "0x1", "+5", "", "9223372036854775808"] {
            scene.send(words: ["SET", "n", text])
            scene.expect("INCR n", Answer.notInteger)
            scene.expect("INCRBY n 1", Answer.notInteger)
        }
    }

    @Test func refusesOverflow() {
        let overflow = "-ERR increment or decrement would overflow"
        scene.send("SET n 9223372036854775807")
        scene.expect("INCR n", overflow)
        scene.expect("INCRBY n 1", overflow)
        scene.expect("DECRBY n -1", overflow)
        scene.expect("DECRBY n -9223372036854775808", "-ERR decrement would overflow")
        scene.expect("INCRBY n -9223372036854775808", ":-1")
        scene.send("SET n -9223372036854775808")
        scene.expect("DECR n", overflow)
        scene.expect("INCRBY n x", Answer.notInteger)
        scene.expect("DECRBY n 1.0", Answer.notInteger)
        scene.expect("INCRBY n 9223372036854775808", Answer.notInteger)
        scene.expect("GET n", "$20 -9223372036854775808")
        scene.makeForeign("n")
        for words in ["INCR n", "DECR n", "INCRBY n 1", "DECRBY n 1", "INCRBYFLOAT n 1", "INCREX n", "INCREX n BYFLOAT 1"] {
            scene.expect(words, Answer.wrongType)
        }
        // The argument is read before the key.
        scene.expect("INCRBY n x", Answer.notInteger)
        scene.expect("INCRBYFLOAT n x", Answer.wrongType)
    }

    /// As redis-server 7.0.15 answers.
    @Test func countsFloats() {
        scene.expect("INCRBYFLOAT n 10.5", "$4 10.5")
        scene.expect("INCRBYFLOAT n 0.1", "$4 10.6")
        scene.expect("INCRBYFLOAT n -5", "$3 5.6")
        scene.expect("SET n 5.0e3", "+OK")
        scene.expect("INCRBYFLOAT n 2.0e2", "$4 5200")
        // Looks like an integer, but stays text until somebody counts with it.
        #expect(scene.encoding("n") == .embstr)
        scene.expect("INCR n", ":5201")
        #expect(scene.encoding("n") == .int)
        scene.expect("INCRBYFLOAT n 1", "$4 5202")
        #expect(scene.encoding("n") == .embstr)
        scene.expect("SET n 3", "+OK")
        scene.expect("INCRBYFLOAT n 1.1", "$3 4.1")
        scene.expect("SET n 1e300", "+OK")
        #expect(scene.send("INCRBYFLOAT n 1").hasPrefix("$301 10000000000000000000"))
        #expect(scene.encoding("n") == .raw)
        #expect(scene.events("INCRBYFLOAT n 1") == [.incrbyfloat])
        scene.expect("SET n 0", "+OK")
        scene.expect("INCRBYFLOAT n -0", "$1 0")
    }

    @Test func refusesWhatIsNoFloat() {
        for text in ["abc", " 11", "11 ", "nan", "1e5000"] {
            scene.send(words: ["SET", "n", text])
            scene.expect("INCRBYFLOAT n 1", Answer.notFloat)
        }
        scene.send("SET n 1")
        scene.expect("INCRBYFLOAT n abc", Answer.notFloat)
        scene.expect("INCRBYFLOAT n nan", Answer.notFloat)
        scene.expect("INCRBYFLOAT n +inf", "-ERR increment would produce NaN or Infinity")
        scene.expect("SET n -inf", "+OK")
        scene.expect("INCRBYFLOAT n inf", "-ERR increment would produce NaN or Infinity")
        scene.expect("SET n 1.18973149535723176502e4932", "+OK")
        scene.expect("INCRBYFLOAT n 1.18973149535723176502e4932", "-ERR increment would produce NaN or Infinity")
    }
}
