import Bytes
import TestSupport
import Testing

@testable import Engine

@Suite struct ExpireCommandsTests {
    let server = MemoryServer()

    @Test func theFourAgree() {
        let seconds = server.now / 1000 + 100
        for command in [
            ["EXPIRE", "a", "100"], ["PEXPIRE", "a", "100000"], ["EXPIREAT", "a", "\(seconds)"],
            ["PEXPIREAT", "a", "\(seconds * 1000)"],
        ] {
            server.put("a")
            let events = server.events { #expect(server.connect().send(words: command) == ":1\r\n") }
            #expect(events == ["expire 0 a"])
            #expect(server.send("TTL", "a") == ":100\r\n")
            #expect(server.send("PTTL", "a") == ":100000\r\n")
            #expect(server.send("EXPIRETIME", "a") == ":\(seconds)\r\n")
            #expect(server.send("PEXPIRETIME", "a") == ":\(seconds * 1000)\r\n")
        }
        #expect(server.send("EXPIRE", "none", "10") == ":0\r\n")
    }

    @Test func secondsAreRoundedToTheNearest() {
        for (milliseconds, seconds) in [(1, 0), (499, 0), (500, 1), (1499, 1), (1500, 2)] {
            server.put("a", deadline: server.now + Int64(milliseconds))
            #expect(server.send("TTL", "a") == ":\(seconds)\r\n")
        }
        server.put("a", deadline: .max)
        #expect(server.send("EXPIRETIME", "a") == ":\(Int64.max / 1000 + 1)\r\n")
    }

    @Test func lifetimesOfKeysWithoutOne() {
        server.put("a")
        for name in ["TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"] {
            #expect(server.send(name, "a") == ":-1\r\n")
            #expect(server.send(name, "none") == ":-2\r\n")
        }
    }

    @Test func aKeyLivesThroughItsDeadlineAndNoLonger() {
        server.put("a")
        #expect(server.send("PEXPIRE", "a", "10") == ":1\r\n")
        server.clock.advance(milliseconds: 10)
        #expect(server.send("PTTL", "a") == ":0\r\n")
        #expect(server.send("EXISTS", "a") == ":1\r\n")
        server.clock.advance(milliseconds: 1)
        #expect(server.send("EXISTS", "a") == ":0\r\n")
    }

    @Test func aPastTimeRemovesTheKey() {
        for command in [
            ["EXPIRE", "a", "0"], ["EXPIRE", "a", "-1"], ["PEXPIREAT", "a", "\(server.now)"], ["EXPIREAT", "a", "1"],
            ["PEXPIRE", "a", "\(Int64.min)"], ["EXPIRE", "a", "-9223372036854775"],
        ] {
            server.put("a")
            let events = server.events { #expect(server.connect().send(words: command) == ":1\r\n") }
            #expect(events == ["del 0 a"])
            #expect(server.send("EXISTS", "a") == ":0\r\n")
        }
    }

    @Test func timesThatDoNotFitAreRefused() {
        server.put("a")
        for (name, time) in [
            ("expire", "9223372036854776"), ("expire", "-9223372036854776"), ("expire", "9223372036854775"),
            ("pexpire", "9223372036854775807"), ("expireat", "9223372036854776"), ("expireat", "-9223372036854776"),
        ] {
            #expect(server.send(name, "a", time) == "-ERR invalid expire time in '\(name)' command\r\n")
        }
        #expect(server.send("PEXPIREAT", "a", "9223372036854775807") == ":1\r\n")
        #expect(server.send("EXPIRE", "a", "1.5") == "-ERR value is not an integer or out of range\r\n")
        #expect(server.send("EXPIRE", "a") == "-ERR wrong number of arguments for 'expire' command\r\n")
    }

    @Test func conditionsCompareWithTheDeadlineThereIs() {
        // Option, with no deadline, with one of 100 seconds and a new one of 50, of 100, of 200.
        for (options, expected) in [
            (["NX"], "1000"), (["XX"], "0111"), (["GT"], "0001"), (["LT"], "1100"), (["XX", "GT"], "0001"),
            (["xx", "lt"], "0100"), (["NX", "nx"], "1000"),
        ] {
            var answers = ""
            for (old, new) in [(nil, "100"), ("100", "50"), ("100", "100"), ("100", "200")] as [(String?, String)] {
                server.put("a")
                if let old { server.send("EXPIRE", "a", old) }
                answers += server.connect().send(words: ["EXPIRE", "a", new] + options).dropFirst().dropLast()
            }
            #expect(answers == expected, "\(options)")
        }
    }

    @Test func conditionsThatContradictEachOtherAreRefused() {
        server.put("a")
        for other in ["XX", "GT", "LT"] {
            #expect(
                server.send("EXPIRE", "a", "100", "NX", other)
                    == "-ERR NX and XX, GT or LT options at the same time are not compatible\r\n")
        }
        #expect(
            server.send("EXPIRE", "a", "100", "GT", "LT")
                == "-ERR GT and LT options at the same time are not compatible\r\n")
        // Options are looked at before the time.
        #expect(server.send("EXPIRE", "a", "x", "NOW") == "-ERR Unsupported option NOW\r\n")
        #expect(server.send("TTL", "a") == ":-1\r\n")
    }

    @Test func persistTakesTheDeadlineAway() {
        server.put("a", deadline: server.now + 10)
        let events = server.events {
            #expect(server.send("PERSIST", "a") == ":1\r\n")
            #expect(server.send("PERSIST", "a") == ":0\r\n")
            #expect(server.send("PERSIST", "none") == ":0\r\n")
        }
        #expect(events == ["persist 0 a"])
        server.advance(milliseconds: 1000)
        #expect(server.send("TTL", "a") == ":-1\r\n")
    }

    /// Random commands over a moving clock, against a dictionary of deadlines: whatever is past its deadline is seen
    /// by no command, with the expiry cycle and without it.
    @Test(arguments: [UInt64(1), 2, 3, 4]) func keysPastTheirDeadlinesAreNeverSeen(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        server.engine.core.keyspace.expiresActively = seed % 2 == 0
        var model: [String: Int64] = [:]
        func live() -> [String] { model.filter { $0.value >= server.now }.keys.sorted() }
        for _ in 0 ..< 6000 {
            let key = "k\(random.next(below: 50))"
            let lives = model[key].map { $0 >= server.now } ?? false
            switch random.next(below: 12) {
            case 0 ... 2:
                server.put(key)
                model[key] = .max
            case 3, 4:
                let time = Int64(random.next(below: 2000)) - 100
                #expect(server.send("PEXPIRE", key, "\(time)") == (lives ? ":1\r\n" : ":0\r\n"))
                if lives { model[key] = time <= 0 ? nil : server.now + time }
            case 5: #expect(server.send("EXISTS", key) == (lives ? ":1\r\n" : ":0\r\n"))
            case 6: #expect(bulkStrings(server.send("KEYS", "*")).sorted() == live())
            case 7: #expect(bulkStrings(server.send("KEYS", key)) == (lives ? [key] : []))
            case 8:
                let found = bulkStrings(server.send("SCAN", "0", "COUNT", "1000")).dropFirst()
                #expect(found.sorted() == live())
                // Whatever SCAN met past its deadline is gone now.
                #expect(server.send("DBSIZE") == ":\(live().count)\r\n")
            case 9:
                let answer = bulkStrings(server.send("RANDOMKEY"))
                #expect(live().isEmpty ? answer.isEmpty : live().contains(answer.first ?? ""))
            case 10: #expect(server.send("TYPE", key) == (lives ? "+string\r\n" : "+none\r\n"))
            default: server.advance(milliseconds: Int64(random.next(below: 200)))
            }
        }
    }
}
