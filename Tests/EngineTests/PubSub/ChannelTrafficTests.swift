import Bytes
import TestSupport
import Testing

@testable import Engine

/// PUBSUB STATS and the table behind it.
@Suite struct ChannelTrafficTests {
    private func note(_ traffic: inout ChannelTraffic, _ name: String) {
        let name = Array(name.utf8)
        traffic.note(name.bytes, siphash13(name.bytes, SipKey(1, 2)), isShard: false, delivered: 1, dropped: 0)
    }

    @Test func keepsTheChannelsInUseHoweverManyAreUsedOnce() {
        var traffic = ChannelTraffic()
        for round in 0 ..< 5000 {
            note(&traffic, "steady")
            note(&traffic, "once:\(round)")
            if round % 500 == 0 { traffic.checkInvariants() }
        }
        traffic.checkInvariants()
        let all = traffic.all
        #expect(all.count == ChannelTraffic.capacity)
        #expect(all[0].name == Array("steady".utf8) && all[0].published == 5000)
        #expect(all.contains { $0.name == Array("once:4999".utf8) })
        #expect(!all.contains { $0.name == Array("once:1".utf8) })
    }

    @Test func longNamesAreNotNoted() {
        var traffic = ChannelTraffic()
        note(&traffic, String(repeating: "x", count: ChannelTraffic.longestName + 1))
        #expect(traffic.all.isEmpty)
        note(&traffic, String(repeating: "x", count: ChannelTraffic.longestName))
        #expect(traffic.all.count == 1)
    }

    private func fields(_ reply: Reply) -> [String: Reply] {
        var result: [String: Reply] = [:]
        for pair in stride(from: 0, to: reply.elements!.count, by: 2) { result[reply[pair].text!] = reply[pair + 1] }
        return result
    }

    private func stats(_ client: MemoryClient, _ words: String...) throws -> [[String: Reply]] {
        let text = client.send(words: ["PUBSUB", "STATS"] + words)
        return try ReplyReader.read(Array(text.utf8))!.0.elements!.map(fields)
    }

    @Test(arguments: ["2", "3"]) func tellsWhatWentWhere(_ version: String) throws {
        let server = MemoryServer()
        let observer = server.connect()
        observer.send("HELLO", version)
        let (quick, slow) = (server.connect(), server.connect())
        quick.send("SUBSCRIBE", "news")
        slow.send("SUBSCRIBE", "news")
        _ = slow.takeOutput()
        server.send("PUBLISH", "news", "one")
        server.send("PUBLISH", "void", "unheard")
        server.advance(milliseconds: 250)
        _ = quick.takeOutput()
        server.send("PUBLISH", "news", "two")
        _ = quick.takeOutput()
        let news = try stats(observer, "n*")
        #expect(news.count == 1)
        #expect(news[0]["channel"] == .bulk("news") && news[0]["type"] == .bulk("channel"))
        #expect(news[0]["published"] == .integer(2) && news[0]["delivered"] == .integer(4))
        #expect(news[0]["dropped"] == .integer(0) && news[0]["subscribers"] == .integer(2))
        #expect(news[0]["slowest-client"] == .integer(Int64(slow.session.id)))
        #expect(news[0]["lag-bytes"] == .integer(Int64(slow.session.pendingOutput)))
        #expect(news[0]["lag-milliseconds"] == .integer(250))
        let all = try stats(observer)
        #expect(all.map { $0["channel"] } == [.bulk("news"), .bulk("void")])
        #expect(all[1]["delivered"] == .integer(0) && all[1]["slowest-client"] == .integer(0))
    }

    @Test func shardChannelsAreApart() throws {
        let server = MemoryServer()
        let observer = server.connect()
        server.send("PUBLISH", "same", "x")
        server.send("SPUBLISH", "same", "x")
        server.send("SPUBLISH", "same", "x")
        let all = try stats(observer)
        #expect(all.map { $0["type"] } == [.bulk("shard"), .bulk("channel")])
        #expect(all.map { $0["published"] } == [.integer(2), .integer(1)])
    }

    @Test func aCopyForWhoIsCutOffIsDropped() throws {
        let server = MemoryServer()
        let subscriber = server.connect()
        subscriber.send("SUBSCRIBE", "news")
        _ = subscriber.takeOutput()
        server.send("CONFIG", "SET", "client-output-buffer-limit", "pubsub 25000 0 0")
        let message = String(repeating: "x", count: 9000)
        for _ in 0 ..< 4 { #expect(server.send("PUBLISH", "news", message) == ":1\r\n") }
        let news = try stats(server.connect(), "news")[0]
        #expect(news["delivered"] == .integer(2) && news["dropped"] == .integer(2))
        #expect(subscriber.session.ending == .now)
    }

    @Test func takesOnePatternAtMost() {
        let server = MemoryServer()
        #expect(
            server.send("PUBSUB", "STATS", "a", "b")
                == "-ERR unknown subcommand or wrong number of arguments for 'STATS'. Try PUBSUB HELP.\r\n")
    }
}
