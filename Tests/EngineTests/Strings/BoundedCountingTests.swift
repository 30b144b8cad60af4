import Bytes
import TestSupport
import Testing

@testable import Engine

/// INCREX. What is expected here is what the documentation and the tests of Redis 8.8 and Valkey say.
@Suite struct BoundedCountingTests {
    private let scene = StringScene()
    private let most = "9223372036854775807"
    private let least = "-9223372036854775808"

    private func integers(
        _ line: String, _ value: String, _ applied: String, _ location: SourceLocation = #_sourceLocation
    ) {
        scene.expect(line, "*2 :\(value) :\(applied)", sourceLocation: location)
    }

    private func floats(
        _ line: String, _ value: String, _ applied: String, _ location: SourceLocation = #_sourceLocation
    ) {
        scene.expect(line, "*2 $\(value.count) \(value) $\(applied.count) \(applied)", sourceLocation: location)
    }

    @Test func counts() {
        integers("INCREX n", "1", "1")
        integers("INCREX n BYINT 5", "6", "5")
        integers("INCREX n BYINT -10", "-4", "-10")
        integers("INCREX n BYINT 0", "-4", "0")
        #expect(scene.encoding("n") == .int)
        floats("INCREX n BYFLOAT 5.5", "1.5", "5.5")
        floats("INCREX n BYFLOAT 0.25", "1.75", "0.25")
        scene.expect("INCREX n", Answer.notInteger)
        floats("INCREX n BYFLOAT .25", "2", "0.25")
        #expect(scene.encoding("n") == .embstr)
        integers("INCREX n byint 1", "3", "1")
        #expect(scene.encoding("n") == .int)
        scene.send("SET n 12")
        scene.send("APPEND n 3")
        integers("INCREX n", "124", "1")
        #expect(scene.encoding("n") == .int)
    }

    @Test func refusesWhatLeavesTheBounds() {
        scene.send("SET n 10")
        integers("INCREX n BYINT 5 UBOUND 12", "10", "0")
        integers("INCREX n BYINT -5 LBOUND 8", "10", "0")
        integers("INCREX n BYINT 5 LBOUND 20", "10", "0")
        integers("INCREX n BYINT 5 UBOUND 15", "15", "5")
        integers("INCREX n BYINT -15 LBOUND 0 UBOUND 10", "0", "-15")
        // What is out of bounds may come back.
        scene.send("SET n 50")
        integers("INCREX n BYINT 5 UBOUND 30", "50", "0")
        integers("INCREX n BYINT -25 UBOUND 30", "25", "-25")
        scene.send("SET n \(most)")
        integers("INCREX n", most, "0")
        integers("INCREX n UBOUND \(most)", most, "0")
        scene.send("SET n \(least)")
        integers("INCREX n BYINT -1", least, "0")
        // A key that is not there is not made.
        integers("INCREX new BYINT 15 UBOUND 10", "0", "0")
        floats("INCREX new BYFLOAT -0.5 UBOUND -1.5", "0", "0")
        scene.expect("GET new", "$-1")
        #expect(scene.events("INCREX new UBOUND 0") == [])
    }

    @Test func saturates() {
        scene.send("SET n 10")
        integers("INCREX n BYINT 5 UBOUND 12 SATURATE", "12", "2")
        integers("INCREX n SATURATE UBOUND 12", "12", "0")
        integers("INCREX n BYINT 5 UBOUND 5 SATURATE", "5", "-7")
        integers("INCREX n BYINT -5 LBOUND 20 SATURATE", "20", "15")
        integers("INCREX n saturate BYINT 5", "25", "5")
        scene.send("SET n 9223372036854775800")
        integers("INCREX n BYINT 9223372036854775800 SATURATE", most, "7")
        scene.send("SET n -9223372036854775800")
        integers("INCREX n BYINT -9223372036854775800 SATURATE", least, "-8")
        scene.send("SET n -10")
        integers("INCREX n BYINT -9223372036854775807 LBOUND -100 SATURATE", "-100", "-90")
        scene.send("SET n 9223372036854775800")
        scene.expect("INCREX n SATURATE UBOUND \(least)", "-ERR applied increment would overflow")
        scene.expect("GET n", "$19 9223372036854775800")
        integers("INCREX zero UBOUND 0 SATURATE", "0", "0")
        scene.expect("GET zero", "$1 0")
        integers("INCREX five LBOUND 5 SATURATE", "5", "5")
    }

    @Test func boundsFloats() {
        let huge = "1.18e4932"
        scene.send("SET n 10")
        floats("INCREX n BYFLOAT 2.5 LBOUND 5.0 UBOUND 15.0", "12.5", "2.5")
        floats("INCREX n BYFLOAT 5.5 UBOUND 15.5", "12.5", "0")
        floats("INCREX n BYFLOAT 5.5 UBOUND 15.5 SATURATE", "15.5", "3")
        floats("INCREX n BYFLOAT -100 LBOUND -5.5 SATURATE", "-5.5", "-21")
        scene.send("SET n 10")
        floats("INCREX n BYFLOAT \(huge) UBOUND 100", "10", "0")
        floats("INCREX n BYFLOAT \(huge) UBOUND 100 SATURATE", "100", "90")
        floats("INCREX n BYFLOAT -\(huge) LBOUND -100 SATURATE", "-100", "-200")
        scene.send("SET n \(huge)")
        let before = scene.send("GET n")
        #expect(scene.send("INCREX n BYFLOAT \(huge)").hasSuffix(" $1 0"))
        #expect(scene.send("GET n") == before)
        #expect(scene.send("INCREX n BYFLOAT \(huge) SATURATE").hasPrefix("*2 $4933 1189731495"))
        scene.send("SET n -\(huge)")
        scene.expect("INCREX n BYFLOAT \(huge) LBOUND \(huge) SATURATE", "-ERR applied increment would be Infinity")
        // Nothing finite is within infinite bounds.
        scene.send("SET n 10")
        floats("INCREX n BYFLOAT 1.0 UBOUND inf", "11", "1")
        floats("INCREX n BYFLOAT 1.0 LBOUND -inf", "12", "1")
        floats("INCREX n BYFLOAT 1.0 LBOUND inf UBOUND inf", "12", "0")
        scene.expect("INCREX n BYFLOAT 1.0 LBOUND inf UBOUND inf SATURATE", "-ERR applied increment would be Infinity")
        scene.expect("INCREX n BYFLOAT 1.0 LBOUND inf", "-ERR LBOUND can't be greater than UBOUND")
        scene.expect("INCREX n BYFLOAT 1.0 UBOUND -inf", "-ERR LBOUND can't be greater than UBOUND")
    }

    @Test func speaksOfTheArgumentOrTheValue() {
        scene.send("SET n 10")
        for (words, error) in [
            ("BYINT abc", "Increment is not an integer or out of range"), ("BYINT 1.5",
            "Increment is not an integer or out of range"),
            ("BYFLOAT abc", "Increment is not a valid float"), ("BYFLOAT nan", "Increment is not a valid float"),
            ("BYFLOAT 1e99999", "Increment is not a valid float"), ("BYFLOAT inf", "BYFLOAT increment cannot be Infinity"),
            ("LBOUND abc", "LBOUND is not an integer or out of range"), ("UBOUND 1.5",
            "UBOUND is not an integer or out of range"),
            ("BYFLOAT 1 LBOUND x", "LBOUND is not a valid float"), ("BYFLOAT 1 UBOUND x", "UBOUND is not a valid float"),
            ("LBOUND 10 UBOUND 5", "LBOUND can't be greater than UBOUND"), ("ENX", "ENX flag requires an expiration"),
            ("BYINT 1 ENX", "ENX flag requires an expiration"),
            ("BYFLOAT 1 LBOUND 5.5 UBOUND 5.25", "LBOUND can't be greater than UBOUND"),
        ] { scene.expect("INCREX n \(words)", "-ERR \(error)") }
        scene.send("SET n abc")
        scene.expect("INCREX n", Answer.notInteger)
        scene.expect("INCREX n NX", Answer.notInteger)
        scene.expect("INCREX n BYFLOAT 1", Answer.notFloat)
        scene.send("SET n inf")
        scene.expect("INCREX n BYFLOAT 1", "-ERR value cannot be Infinity")
        scene.expect("INCREX n", Answer.notInteger)
    }

    @Test func everyWordStandsOnce() {
        for words in [
            "FOO", "BYINT", "BYFLOAT", "LBOUND", "UBOUND", "EX", "BYINT 1 BYINT 2", "BYINT 1 BYFLOAT 2", "BYFLOAT 1 BYINT 2",
            "LBOUND 0 LBOUND 1", "UBOUND 9 UBOUND 8", "SATURATE SATURATE", "SAT", "ENX ENX EX 5", "PERSIST PERSIST",
            "EX 5 EX 5",
            "EX 5 PX 5", "PXAT 5 EXAT 5", "EX 5 PERSIST", "PERSIST EX 5", "PERSIST ENX", "ENX PERSIST", "KEEPTTL",
            "NX XX", "NX NX",
            "IFEQ 5",
        ] { scene.expect("INCREX n \(words)", Answer.syntax) }
        scene.expect("INCREX", "-ERR wrong number of arguments for 'increx' command")
    }

    @Test func setsTheDeadline() {
        let now = scene.now
        for (words, deadline) in [
            ("", nil), ("EX 100", now + 100_000), ("", now + 100_000), ("PX 5", now + 5), ("EX 9 ENX", now + 5),
            ("PERSIST", nil),
            ("PERSIST", nil), ("ENX EX 9", now + 9000), ("EXAT 4000000000", 4_000_000_000_000),
            ("UBOUND 0 EX 5", 4_000_000_000_000),
            ("UBOUND 0 PERSIST", 4_000_000_000_000), ("UBOUND 0 SATURATE PXAT 4000000000001", 4_000_000_000_001),
            ("BYFLOAT 1.5", 4_000_000_000_001), ("BYFLOAT 1.5 PX 77", now + 77), ("BYFLOAT 1.5 PERSIST", nil),
            ("BYFLOAT 1 ENX PX 7", now + 7), ("BYFLOAT 1 ENX PXAT 1", now + 7),
        ] as [(String, Int64?)] {
            scene.send("INCREX n \(words)")
            #expect(scene.deadline("n") == deadline, "\(words)")
        }
    }

    @Test func aMomentThatHasPassedRemovesTheKey() {
        scene.send("SET n 10")
        #expect(scene.events("INCREX n EXAT 1") == [.del])
        scene.expect("GET n", "$-1")
        integers("INCREX n EXAT 1", "1", "1")
        #expect(scene.events("INCREX n PXAT 1") == [])
        scene.expect("GET n", "$-1")
        scene.send("SET n abc")
        scene.expect("INCREX n EXAT 1", Answer.notInteger)
        scene.send("SET n 10 EX 500")
        integers("INCREX n EXAT 1 ENX", "11", "1")
        scene.expect("GET n", "$2 11")
    }

    @Test func takesValkeysConditions() {
        integers("INCREX n XX", "0", "0")
        scene.expect("GET n", "$-1")
        integers("INCREX n NX EX 5", "1", "1")
        integers("INCREX n NX EX 9", "1", "0")
        #expect(scene.deadline("n") == scene.now + 5000)
        integers("INCREX n XX", "2", "1")
        floats("INCREX n NX BYFLOAT 0.5", "2", "0")
        floats("INCREX none XX BYFLOAT 0.5", "0", "0")
    }

    @Test func tellsWhatHappened() {
        #expect(scene.events("INCREX n") == [.incrby])
        #expect(scene.events("INCREX n BYFLOAT 0.5") == [.incrbyfloat])
        #expect(scene.events("INCREX n BYFLOAT 0.5 EX 5") == [.incrbyfloat, .expire])
        #expect(scene.events("INCREX n EX 5 ENX") == [.incrby])
        #expect(scene.events("INCREX n PERSIST") == [.incrby, .persist])
        #expect(scene.events("INCREX n PERSIST") == [.incrby])
        #expect(scene.changes("INCREX n EX 5") == 1)
    }

    @Test func answersInTheClientsDialect() {
        scene.send("HELLO 3")
        scene.expect("INCREX n BYFLOAT 2.5", "*2 ,2.5 ,2.5")
        scene.expect("INCREX none XX BYFLOAT 1", "*2 ,0 ,0")
        scene.send("SET n 5")
        integers("INCREX n", "6", "1")
    }

    /// A window of requests: so many, then none until it ends.
    @Test func limitsRates() {
        var admitted = 0
        for second in 0 ..< 5 {
            for _ in 0 ..< 5 {
                if scene.send("INCREX user UBOUND 3 EX 2 ENX").hasSuffix(":1") { admitted += 1 }
            }
            #expect(admitted == (second / 2 + 1) * 3)
            scene.server.advance(milliseconds: 1001)
        }
    }
}
