import TestSupport
import Testing

@testable import Engine

/// Client-side caching, as its clients see it: RESP3 clients are sent push messages.
@Suite struct ClientTrackingTests {
    let server = MemoryServer()
    let reader: MemoryClient
    let writer: MemoryClient

    init() {
        reader = server.connect()
        writer = server.connect()
        reader.send("HELLO", "3")
    }

    /// What a client was sent without having asked, line ends as spaces.
    func pushed(_ client: MemoryClient) -> String {
        server.settle()
        return plain(String(decoding: client.takeOutput(), as: UTF8.self))
    }

    func plain(_ reply: String) -> String { reply.replacing("\r\n", with: " ").trimmingSuffix(" ") }

    static func invalidation(_ keys: String...) -> String {
        ">2 $10 invalidate *\(keys.count) " + keys.map { "$\($0.utf8.count) \($0)" }.joined(separator: " ")
    }

    // MARK: Default mode

    @Test func aReaderIsToldOnceOfAChange() {
        reader.send("CLIENT", "TRACKING", "ON")
        writer.send("MSET", "a", "1", "b", "1")
        reader.send("GET", "a")
        writer.send("INCR", "b")
        #expect(pushed(reader) == "")
        writer.send("INCR", "a")
        #expect(pushed(reader) == Self.invalidation("a"))
        writer.send("INCR", "a")
        #expect(pushed(reader) == "")
    }

    @Test func keysThatAreNotThereAreTrackedToo() {
        reader.send("CLIENT", "TRACKING", "ON")
        reader.send("MGET", "x", "y")
        writer.send("SET", "y", "1")
        #expect(pushed(reader) == Self.invalidation("y"))
    }

    @Test func writingCommandsReadNothing() {
        reader.send("CLIENT", "TRACKING", "ON")
        reader.send("SET", "a", "1")
        reader.send("GETEX", "a")
        writer.send("SET", "a", "2")
        #expect(pushed(reader) == "")
        #expect(server.engine.core.context.tracking.keyCount == 0)
    }

    @Test func ownChangesFollowTheReply() {
        reader.send("CLIENT", "TRACKING", "ON")
        reader.send("GET", "a")
        #expect(plain(reader.send("SET", "a", "1")) == "+OK " + Self.invalidation("a"))
        #expect(plain(reader.send("SET", "a", "2")) == "+OK")
    }

    @Test func aReadAfterTheLazyRemovalOfAKeyCounts() {
        server.engine.core.keyspace.expiresActively = false
        reader.send("CLIENT", "TRACKING", "ON")
        writer.send("SET", "a", "1", "PX", "10")
        reader.send("GET", "a")
        server.advance(milliseconds: 20)
        #expect(plain(reader.send("GET", "a")) == "_ " + Self.invalidation("a"))
        writer.send("SET", "a", "2")
        #expect(pushed(reader) == Self.invalidation("a"))
    }

    @Test func expiryInvalidatesOnTime() {
        reader.send("CLIENT", "TRACKING", "ON")
        writer.send("SET", "a", "1", "PX", "10")
        reader.send("GET", "a")
        server.advance(milliseconds: 20)
        #expect(pushed(reader) == Self.invalidation("a"))
    }

    @Test func renamingInvalidatesBothNames() {
        reader.send("CLIENT", "TRACKING", "ON")
        writer.send("SET", "a", "1")
        reader.send("MGET", "a", "b")
        writer.send("RENAME", "a", "b")
        #expect(pushed(reader) == Self.invalidation("a") + " " + Self.invalidation("b"))
    }

    @Test func noloopSparesOwnChanges() {
        reader.send("CLIENT", "TRACKING", "ON", "NOLOOP")
        reader.send("MGET", "a", "b")
        #expect(plain(reader.send("SET", "a", "1")) == "+OK")
        writer.send("SET", "b", "1")
        #expect(pushed(reader) == Self.invalidation("b"))
    }

    @Test func noloopDoesNotSpareWhatTimeDid() {
        server.engine.core.keyspace.expiresActively = false
        reader.send("CLIENT", "TRACKING", "ON", "NOLOOP")
        reader.send("SET", "a", "1", "PX", "10")
        reader.send("GET", "a")
        server.advance(milliseconds: 20)
        #expect(plain(reader.send("GET", "a")) == "_ " + Self.invalidation("a"))
    }

    @Test func allReadersAreTold() {
        let others = (0 ..< 40).map { _ in server.connect() }
        for client in others {
            client.send("HELLO", "3")
            client.send("CLIENT", "TRACKING", "ON")
            client.send("GET", "a")
            client.send("GET", "a")
        }
        #expect(server.engine.core.context.tracking.itemCount == 40)
        writer.send("SET", "a", "1")
        for client in others { #expect(pushed(client) == Self.invalidation("a")) }
        #expect(server.engine.core.context.tracking.itemCount == 0)
    }

    @Test func flushingInvalidatesEverythingOnce() {
        reader.send("CLIENT", "TRACKING", "ON")
        reader.send("GET", "a")
        writer.send("FLUSHALL")
        #expect(pushed(reader) == ">2 $10 invalidate _")
        #expect(server.engine.core.context.tracking.keyCount == 0)
        writer.send("SET", "a", "1")
        #expect(pushed(reader) == "")
        #expect(plain(reader.send("FLUSHDB")) == "+OK >2 $10 invalidate _")
        writer.send("SWAPDB", "0", "1")
        #expect(pushed(reader) == ">2 $10 invalidate _")
    }

    // MARK: OPTIN and OPTOUT

    @Test func optinRemembersOnlyAfterCachingYes() {
        reader.send("CLIENT", "TRACKING", "ON", "OPTIN")
        reader.send("GET", "a")
        reader.send("CLIENT", "CACHING", "YES")
        reader.send("CLIENT", "ID")
        reader.send("GET", "b")
        reader.send("GET", "c")
        writer.send("MSET", "a", "1", "b", "1", "c", "1")
        #expect(pushed(reader) == Self.invalidation("b"))
    }

    @Test func optoutForgetsOnlyAfterCachingNo() {
        reader.send("CLIENT", "TRACKING", "ON", "OPTOUT")
        reader.send("CLIENT", "CACHING", "NO")
        reader.send("GET", "a")
        reader.send("GET", "b")
        writer.send("MSET", "a", "1", "b", "1")
        #expect(pushed(reader) == Self.invalidation("b"))
    }

    // MARK: BCAST

    @Test func broadcastTellsOfPrefixesOnceATurn() {
        reader.send("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "user:", "PREFIX", "object:")
        writer.send("MSET", "user:2", "1", "other", "1", "user:1", "1", "object:1", "1")
        writer.send("INCR", "user:1")
        #expect(pushed(reader) == Self.invalidation("object:1") + " " + Self.invalidation("user:1", "user:2"))
        #expect(pushed(reader) == "")
    }

    @Test func broadcastWithoutPrefixTellsOfEverything() {
        reader.send("CLIENT", "TRACKING", "ON", "BCAST")
        writer.send("SET", "", "1")
        writer.send("SET", "a", "1")
        #expect(pushed(reader) == Self.invalidation("", "a"))
    }

    @Test func broadcastNoloopSparesWhatTheClientChangedLast() {
        reader.send("CLIENT", "TRACKING", "ON", "BCAST", "NOLOOP")
        reader.send("SET", "mine", "1")
        #expect(pushed(reader) == "")
        writer.send("SET", "mine", "1")
        reader.send("SET", "mine", "1")
        reader.send("SET", "ours", "1")
        writer.send("SET", "ours", "1")
        #expect(pushed(reader) == Self.invalidation("ours"))
    }

    @Test func broadcastTellsOfExpiryToWhoeverSetTheKey() {
        reader.send("CLIENT", "TRACKING", "ON", "BCAST", "NOLOOP")
        reader.send("SET", "mine", "1", "PX", "10")
        server.advance(milliseconds: 20)
        #expect(pushed(reader) == Self.invalidation("mine"))
    }

    @Test func broadcastReadersAreNotInTheTable() {
        reader.send("CLIENT", "TRACKING", "ON")
        reader.send("GET", "a")
        reader.send("CLIENT", "TRACKING", "OFF")
        reader.send("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "x")
        reader.send("GET", "b")
        writer.send("MSET", "a", "1", "b", "1")
        #expect(pushed(reader) == "")
    }

    // MARK: Redirection

    @Test func resp2ClientsAreToldByAnother() {
        let target = server.connect()
        let id = target.session.id
        target.send("HELLO", "3")
        writer.send("CLIENT", "TRACKING", "ON", "REDIRECT", String(id))
        writer.send("GET", "a")
        reader.send("SET", "a", "1")
        #expect(pushed(target) == Self.invalidation("a"))
        #expect(pushed(writer) == "")
        #expect(writer.send("CLIENT", "GETREDIR") == ":\(id)\r\n")
        #expect(writer.send("CLIENT", "LIST").contains("flags=t db=0"))
        #expect(writer.send("CLIENT", "LIST").contains("redir=\(id) "))
    }

    @Test func resp2ClientsWithoutRedirectionAreToldNothing() {
        writer.send("CLIENT", "TRACKING", "ON")
        writer.send("GET", "a")
        reader.send("SET", "a", "1")
        #expect(pushed(writer) == "")
    }

    @Test func aBrokenRedirectionIsReported() {
        let target = server.connect()
        let id = String(target.session.id)
        reader.send("CLIENT", "TRACKING", "ON", "REDIRECT", id)
        reader.send("GET", "a")
        target.disconnect()
        writer.send("SET", "a", "1")
        #expect(pushed(reader) == ">2 $21 tracking-redir-broken :\(id)")
        #expect(
            plain(reader.send("CLIENT", "TRACKINGINFO"))
                == "%3 $5 flags ~2 $2 on $15 broken_redirect $8 redirect :\(id) $8 prefixes *0")
        #expect(reader.send("CLIENT", "LIST").contains("flags=tR "))
        reader.send("CLIENT", "TRACKING", "ON")
        #expect(reader.send("CLIENT", "LIST").contains("flags=t "))
    }

    // MARK: Beginning and end

    @Test func nothingIsSpentWhileNobodyTracks() {
        reader.send("CLIENT", "TRACKING", "ON")
        reader.send("GET", "a")
        #expect(server.engine.core.keyspace.effects.isRecording)
        reader.send("CLIENT", "TRACKING", "OFF")
        #expect(!server.engine.core.keyspace.effects.isRecording)
        #expect(server.engine.core.context.tracking.keyCount == 0)
        reader.send("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "p")
        #expect(server.engine.core.context.tracking.prefixCount == 1)
        reader.send("RESET")
        #expect(!server.engine.core.keyspace.effects.isRecording)
        reader.send("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "p")
        reader.disconnect()
        #expect(!server.engine.core.keyspace.effects.isRecording)
        #expect(server.engine.core.context.tracking.prefixCount == 0)
    }

    @Test func repliesKeptBackDoNotKeepMessagesBack() {
        reader.send("CLIENT", "TRACKING", "ON")
        reader.send("GET", "a")
        reader.send("CLIENT", "REPLY", "OFF")
        writer.send("SET", "a", "1")
        #expect(pushed(reader) == Self.invalidation("a"))
        reader.send("GET", "a")
        #expect(plain(reader.send("SET", "a", "1")) == Self.invalidation("a"))
    }

    @Test func figuresOfTracking() {
        reader.send("CLIENT", "TRACKING", "ON")
        reader.send("MGET", "a", "b")
        writer.send("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "x")
        let info = server.send("INFO")
        for line in [
            "tracking_clients:2", "tracking_total_keys:2", "tracking_total_items:2", "tracking_total_prefixes:1",
        ] { #expect(info.contains(line + "\r\n")) }
        #expect(reader.send("CLIENT", "LIST").contains("flags=tB "))
    }

    // MARK: A full table

    @Test func aFullTableGivesUpKeysAndTellsWhoseTheyWere() {
        server.send("CONFIG", "SET", "tracking-table-max-keys", "3")
        reader.send("CLIENT", "TRACKING", "ON", "NOLOOP")
        var told = 0
        for i in 0 ..< 10 {
            let reply = plain(reader.send("GET", "k\(i)"))
            if reply != "_" {
                #expect(reply.hasPrefix("_ >2 $10 invalidate *1 $2 k"))
                told += 1
            }
        }
        #expect(told == 7)
        #expect(server.engine.core.context.tracking.keyCount == 3)
    }

    @Test func aLoweredLimitIsMetInSlices() {
        reader.send("CLIENT", "TRACKING", "ON")
        for i in 0 ..< 1000 { reader.send("GET", "k\(i)") }
        server.send("CONFIG", "SET", "tracking-table-max-keys", "1")
        let told = pushed(reader)
        #expect(told.components(of: "invalidate") == 999)
        #expect(server.engine.core.context.tracking.keyCount == 1)
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: Character) -> String { last == suffix ? String(dropLast()) : self }

    /// How often a word occurs.
    fileprivate func components(of word: String) -> Int { ranges(of: word).count }
}
