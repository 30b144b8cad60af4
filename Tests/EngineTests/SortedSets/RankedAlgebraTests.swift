import Bytes
import TestSupport
import Testing

@testable import Engine

/// Combinations of sorted sets and sets, against those of Swift's dictionaries.
@Suite struct RankedAlgebraTests {
    /// Random sorted sets of each form, and sets among them; some are missing.
    private static func scene(_ seed: UInt64) -> (MemoryServer, [String], [[String: Int]]) {
        var random = SeededRandom(seed: seed)
        let server = MemoryServer(seed: seed)
        var keys: [String] = []
        var models: [[String: Int]] = []
        for number in 0 ..< 7 {
            let count = [0, 3, 40, 300, 900][random.next(below: 5)]
            let range = [20, 200, 1200][random.next(below: 3)]
            let isSet = random.next(below: 4) == 0
            var model: [String: Int] = [:]
            for _ in 0 ..< count { model["m\(random.next(below: range))"] = isSet ? 1 : random.next(below: 20) - 10 }
            keys.append("z\(number)")
            models.append(model)
            if model.isEmpty { continue }
            var words = [isSet ? "SADD" : "ZADD", keys[number]]
            for member in model.keys.sorted() {
                if !isSet { words.append("\(model[member] ?? 0)") }
                words.append(member)
            }
            _ = server.connect().send(words: words)
        }
        return (server, keys, models)
    }

    private static func shown(_ result: [String: Int]) -> [String] {
        let order = result.sorted { one, other in
            if one.value != other.value { return one.value < other.value }
            return one.key.utf8.lexicographicallyPrecedes(other.key.utf8)
        }
        return order.flatMap { [$0.key, "\($0.value)"] }
    }

    /// A reply's words. The model's integers have no negative zero, which a weight makes of a zero.
    private func shown(_ reply: String) -> [String] { bulkStrings(reply).map { $0 == "-0" ? "0" : $0 } }

    @Test(arguments: 1 ... 12) func combinationsAreThoseOfTheModel(seed: UInt64) {
        var random = SeededRandom(seed: seed &+ 100)
        let (server, keys, models) = Self.scene(seed)
        let client = server.connect()
        for _ in 0 ..< 20 {
            let chosen = (0 ..< 1 + random.next(below: 6)).map { _ in random.next(below: keys.count) }
            let weights = chosen.map { _ in random.next(below: 5) - 2 }
            let (name, combine): (String, (Int, Int) -> Int) =
                [("SUM", { $0 + $1 }), ("MIN", { min($0, $1) }), ("MAX", { max($0, $1) })][random.next(below: 3)]
            var union: [String: Int] = [:]
            var present: [String: Int] = [:]
            var counts: [String: Int] = [:]
            for (source, weight) in zip(chosen, weights) {
                for (member, score) in models[source] {
                    union[member] = union[member].map { combine($0, score * weight) } ?? score * weight
                    present[member, default: 0] += 1
                    counts[member, default: 0] += weight
                }
            }
            let common = union.filter { present[$0.key] == chosen.count }
            let others = Set(chosen.dropFirst().flatMap { models[$0].keys })
            let difference = models[chosen[0]].filter { !others.contains($0.key) }
            let sources = ["\(chosen.count)"] + chosen.map { keys[$0] }
            let options = ["WEIGHTS"] + weights.map(String.init) + ["AGGREGATE", name]
            for (command, result, options) in [
                ("ZUNION", union, options), ("ZINTER", common, options), ("ZDIFF", difference, []),
                ("ZUNION", counts, Array(options.dropLast()) + ["COUNT"]),
            ] {
                let expected = Self.shown(result)
                #expect(shown(client.send(words: [command] + sources + options + ["WITHSCORES"])) == expected)
                #expect(client.send(words: [command + "STORE", "result"] + sources + options) == ":\(result.count)\r\n")
                #expect(shown(client.send("ZRANGE", "result", "0", "-1", "WITHSCORES")) == expected)
            }
            let limit = random.next(below: 60)
            let counted = client.send(words: ["ZINTERCARD"] + sources + ["LIMIT", "\(limit)"])
            #expect(counted == ":\(limit == 0 ? common.count : min(limit, common.count))\r\n")
        }
    }

    @Test func oddSums() {
        let server = MemoryServer()
        server.send("ZADD", "a", "inf", "m", "0", "n")
        server.send("ZADD", "b", "-inf", "m")
        #expect(server.send("ZUNION", "2", "a", "b", "WITHSCORES") == "*4\r\n$1\r\nm\r\n$1\r\n0\r\n$1\r\nn\r\n$1\r\n0\r\n")
        #expect(server.send("ZUNION", "1", "a", "WEIGHTS", "0", "WITHSCORES") == "*4\r\n$1\r\nm\r\n$1\r\n0\r\n$1\r\nn\r\n$1\r\n0\r\n")
        #expect(
            server.send("ZINTER", "2", "a", "b", "WEIGHTS", "inf", "-inf", "AGGREGATE", "COUNT", "WITHSCORES")
                == "*2\r\n$1\r\nm\r\n$1\r\n0\r\n")
    }

    @Test func refusesInRedissWords() {
        let server = MemoryServer()
        server.send("SET", "text", "v")
        server.send("ZADD", "a", "1", "m")
        #expect(server.send("ZUNION", "0", "a") == "-ERR at least 1 input key is needed for 'zunion' command\r\n")
        #expect(server.send("ZINTERSTORE", "d", "-1", "a") == "-ERR at least 1 input key is needed for 'zinterstore' command\r\n")
        #expect(server.send("ZUNION", "2", "a") == "-ERR syntax error\r\n")
        #expect(server.send("ZUNION", "1", "text", "FOO").hasPrefix("-WRONGTYPE"))
        #expect(server.send("ZUNION", "1", "a", "WEIGHTS", "x") == "-ERR weight value is not a float\r\n")
        #expect(server.send("ZUNION", "1", "a", "WEIGHTS") == "-ERR syntax error\r\n")
        #expect(server.send("ZUNION", "1", "a", "AGGREGATE", "AVG") == "-ERR syntax error\r\n")
        #expect(server.send("ZUNIONSTORE", "d", "1", "a", "WITHSCORES") == "-ERR syntax error\r\n")
        #expect(server.send("ZDIFF", "1", "a", "WEIGHTS", "1") == "-ERR syntax error\r\n")
        #expect(server.send("ZINTERCARD", "1", "a", "LIMIT", "-1") == "-ERR LIMIT can't be negative\r\n")
        #expect(server.send("ZINTERCARD", "1", "a", "WITHSCORES") == "-ERR syntax error\r\n")
    }

    @Test func anEmptyResultTakesTheKeyAway() {
        let server = MemoryServer()
        server.send("SET", "d", "v")
        #expect(server.send("ZUNIONSTORE", "d", "1", "none") == ":0\r\n")
        #expect(server.send("EXISTS", "d") == ":0\r\n")
    }

    /// What each command reports of its change.
    @Test func events() {
        let server = MemoryServer()
        server.engine.core.keyspace.effects.listeners.insert(.inspection)
        func events(_ words: String...) -> [KeyEvent] {
            _ = server.connect().send(words: words)
            return server.engine.core.keyspace.effects.takeTranscript().compactMap(\.event)
        }
        #expect(events("ZADD", "z", "1", "a", "2", "b", "3", "c") == [.zadd])
        #expect(events("ZADD", "z", "1", "a") == [])
        #expect(events("ZINCRBY", "z", "1", "a") == [.zincr])
        #expect(events("ZADD", "z", "GT", "0", "a") == [])
        #expect(events("ZREM", "z", "x") == [])
        #expect(events("ZREM", "z", "a") == [.zrem])
        #expect(events("ZPOPMIN", "z") == [.zpopmin])
        #expect(events("ZPOPMAX", "z") == [.zpopmax, .del])
        #expect(events("ZADD", "z", "1", "a", "2", "b", "3", "c", "4", "d") == [.zadd])
        #expect(events("ZREMRANGEBYRANK", "z", "0", "0") == [.zremrangebyrank])
        #expect(events("ZREMRANGEBYRANK", "z", "9", "10") == [])
        #expect(events("ZREMRANGEBYSCORE", "z", "2", "2") == [.zremrangebyscore])
        #expect(events("ZRANGESTORE", "d", "z", "0", "-1") == [.zrangestore])
        #expect(events("ZUNIONSTORE", "d", "1", "z") == [.zunionstore])
        #expect(events("ZINTERSTORE", "d", "1", "z") == [.zinterstore])
        #expect(events("ZDIFFSTORE", "d", "1", "z") == [.zdiffstore])
        #expect(events("ZDIFFSTORE", "d", "2", "z", "z") == [.del])
        #expect(events("ZREMRANGEBYLEX", "z", "-", "+") == [.zremrangebylex, .del])
        #expect(events("GEOADD", "g", "13", "38", "p") == [.zadd])
        #expect(events("GEOSEARCHSTORE", "d", "g", "FROMMEMBER", "p", "BYRADIUS", "1", "km") == [.geosearchstore])
        #expect(events("GEORADIUS", "g", "13", "38", "1", "km", "STORE", "d") == [.georadiusstore])
    }
}
