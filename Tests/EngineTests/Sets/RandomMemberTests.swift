import TestSupport
import Testing

@testable import Engine

/// SPOP and SRANDMEMBER: as many as asked for, fairly, from sets of each form.
@Suite struct RandomMemberTests {
    /// Sets of `count` members, of a form that is named: integers, texts in one block, or a table.
    private static let makers: [(String, Int)] = [("intset", 40), ("listpack", 40), ("table", 200)]

    private static func server(_ form: String, _ count: Int) -> (MemoryServer, [String]) {
        let server = MemoryServer()
        let members = (0 ..< count).map { form == "intset" ? String($0) : "m\($0)" }
        _ = server.connect().send(words: ["SADD", "s"] + members)
        return (server, members)
    }

    private static func members(_ server: MemoryServer) -> Set<String> { Set(bulkStrings(server.send("SMEMBERS", "s"))) }

    @Test(arguments: makers) func poppingTakesMembersAway(form: String, count: Int) {
        // From one to all but one, and counts around those where what is left is put together anew.
        for wanted in [1, 2, count / 2, count * 5 / 6, count * 5 / 6 + 1, count - 1] {
            let (server, members) = Self.server(form, count)
            let events = server.events {
                let popped = bulkStrings(server.send("SPOP", "s", "\(wanted)"))
                #expect(popped.count == wanted && Set(popped).count == wanted)
                #expect(Self.members(server) == Set(members).subtracting(popped))
            }
            #expect(events == ["spop 0 s"])
        }
        let (server, members) = Self.server(form, count)
        let events = server.events {
            #expect(Set(bulkStrings(server.send("SPOP", "s", "9223372036854775807"))) == Set(members))
        }
        #expect(events == ["spop 0 s", "del 0 s"])
        #expect(server.send("EXISTS", "s") == ":0\r\n")
    }

    @Test(arguments: makers) func poppingOneByOneEmptiesASet(form: String, count: Int) {
        let (server, members) = Self.server(form, count)
        var popped: Set<String> = []
        for _ in 0 ..< count { popped.formUnion(bulkStrings(server.send("SPOP", "s"))) }
        #expect(popped == Set(members))
        #expect(server.send("SPOP", "s") == "$-1\r\n")
        #expect(server.send("SPOP", "s", "3") == "*0\r\n")
        #expect(server.keyCount(0) == 0)
    }

    @Test(arguments: makers) func choosingLeavesTheSetAlone(form: String, count: Int) {
        let (server, members) = Self.server(form, count)
        for wanted in [1, 2, count / 4, count / 2, count - 1] {
            let chosen = bulkStrings(server.send("SRANDMEMBER", "s", "\(wanted)"))
            #expect(chosen.count == wanted && Set(chosen).count == wanted && Set(chosen).isSubset(of: members))
            let drawn = bulkStrings(server.send("SRANDMEMBER", "s", "-\(2 * wanted)"))
            #expect(drawn.count == 2 * wanted && Set(drawn).isSubset(of: members))
        }
        #expect(Set(bulkStrings(server.send("SRANDMEMBER", "s", "1000"))) == Set(members))
        #expect(server.send("SRANDMEMBER", "s", "0") == "*0\r\n")
        #expect(Self.members(server) == Set(members))
    }

    /// Whatever way members are chosen, each comes as often as any other.
    @Test(arguments: makers) func choiceIsFair(form: String, count: Int) {
        let (server, members) = Self.server(form, count)
        for wanted in [-1, -10, 1, count / 5, count / 2, count - 3] {
            var hits: [String: Int] = [:]
            let rounds = max(1, 20 * count / abs(wanted))
            for _ in 0 ..< rounds {
                for member in bulkStrings(server.send("SRANDMEMBER", "s", "\(wanted)")) { hits[member, default: 0] += 1 }
            }
            let expected = Double(rounds * abs(wanted)) / Double(count)
            let chi = members.reduce(0.0) {
                let off = Double(hits[$1] ?? 0) - expected
                return $0 + off * off / expected
            }
            // As many degrees of freedom as members less one, and four deviations; the seed is fixed.
            #expect(chi < Double(count) + 4 * (2 * Double(count)).squareRoot(), "\(wanted) of \(count)")
        }
    }

    @Test func countsAreCheckedAsRedisDoes() {
        let server = MemoryServer()
        server.send("SADD", "s", "a")
        #expect(server.send("SPOP", "s", "-1") == "-ERR value is out of range, must be positive\r\n")
        #expect(server.send("SPOP", "none", "x") == "-ERR value is out of range, must be positive\r\n")
        #expect(server.send("SPOP", "s", "1", "2") == "-ERR syntax error\r\n")
        #expect(server.send("SPOP", "s", "0") == "*0\r\n")
        #expect(server.send("SRANDMEMBER", "s", "x") == "-ERR value is not an integer or out of range\r\n")
        #expect(
            server.send("SRANDMEMBER", "s", "-9223372036854775808")
                == "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807\r\n")
        #expect(server.send("SRANDMEMBER", "none") == "$-1\r\n")
        #expect(server.send("SRANDMEMBER", "none", "-5") == "*0\r\n")
    }

    /// What is left of a nearly emptied set is an intset again where it can be one, as in Redis.
    @Test func theRestOfASetIsPutTogetherAnew() {
        let server = MemoryServer()
        for (key, text) in [("few", ["x"]), ("many", (0 ..< 200).map { "x\($0)" })] {
            _ = server.connect().send(words: ["SADD", key] + text + (0 ..< 60).map(String.init))
            _ = server.connect().send(words: ["SREM", key] + text)
            #expect(server.send("OBJECT", "ENCODING", key) == "$9\r\nhashtable\r\n")
            server.send("SPOP", key, "10")
            #expect(server.send("OBJECT", "ENCODING", key) == "$9\r\nhashtable\r\n")
            server.send("SPOP", key, "43")
            #expect(server.send("SCARD", key) == ":7\r\n")
            #expect(server.send("OBJECT", "ENCODING", key) == "$6\r\nintset\r\n")
        }
    }

    @Test func resp3HasSetsForWhatIsTakenAndArraysForWhatIsShown() {
        let server = MemoryServer()
        server.send("HELLO", "3")
        server.send("SADD", "s", "a")
        #expect(server.send("SRANDMEMBER", "s", "5") == "*1\r\n$1\r\na\r\n")
        #expect(server.send("SRANDMEMBER", "none") == "_\r\n")
        #expect(server.send("SMEMBERS", "s") == "~1\r\n$1\r\na\r\n")
        #expect(server.send("SPOP", "s", "5") == "~1\r\n$1\r\na\r\n")
        #expect(server.send("SPOP", "s", "5") == "~0\r\n")
        #expect(server.send("SPOP", "s") == "_\r\n")
    }
}
