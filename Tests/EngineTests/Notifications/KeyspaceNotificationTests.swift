import TestSupport
import Testing

@testable import Engine

/// Keyspace notifications, as a subscriber to all of them hears them.
@Suite struct KeyspaceNotificationTests {
    let server = MemoryServer()
    let listener: MemoryClient
    let client: MemoryClient

    init() {
        listener = server.connect()
        client = server.connect()
        listener.send("PSUBSCRIBE", "__key*__:*")
    }

    /// Channels without their common beginning, and messages, since the last call.
    func heard() -> [String] {
        server.settle()
        let words = bulkStrings(String(decoding: listener.takeOutput(), as: UTF8.self))
        return stride(from: 0, to: words.count, by: 4).map { words[$0 + 2].dropFirst("__key".count) + " " + words[$0 + 3] }
    }

    func notify(_ classes: String) { #expect(client.send("CONFIG", "SET", "notify-keyspace-events", classes) == "+OK\r\n") }

    @Test func bothChannelsInOrder() {
        notify("AKE")
        client.send("SET", "k", "1", "EX", "100")
        #expect(heard() == ["space@0__:k set", "event@0__:set k", "space@0__:k expire", "event@0__:expire k"])
        client.send("SELECT", "3")
        client.send("SET", "k", "1")
        #expect(heard() == ["space@3__:k set", "event@3__:set k"])
    }

    @Test(arguments: [
        ("KA", ["space@0__:k set", "space@0__:k del"]),
        ("EA", ["event@0__:set k", "event@0__:del k"]),
        ("E$", ["event@0__:set k"]),
        ("Eg", ["event@0__:del k"]),
        ("Elshzxetd", []),
        ("$g", []),
        ("KE", []),
        ("", []),
    ])
    func classesAreChosen(_ classes: String, _ expected: [String]) {
        notify(classes)
        client.send("SET", "k", "1")
        client.send("DEL", "k")
        #expect(heard() == expected)
    }

    @Test func expiryIsToldOnTime() {
        notify("Ex")
        client.send("SET", "k", "1", "PX", "100")
        server.advance(milliseconds: 99)
        #expect(heard() == [])
        server.advance(milliseconds: 2)
        #expect(heard() == ["event@0__:expired k"])
    }

    @Test func missesAndNewKeysAreToldWhenAskedFor() {
        notify("AE")
        client.send("GET", "k")
        client.send("SET", "k", "1")
        #expect(heard() == ["event@0__:set k"])
        notify("AEmn")
        client.send("MGET", "k", "x", "y")
        #expect(heard() == ["event@0__:keymiss x", "event@0__:keymiss y"])
        client.send("SET", "x", "1")
        client.send("SET", "x", "2")
        #expect(heard() == ["event@0__:new x", "event@0__:set x", "event@0__:set x"])
        client.send("RENAME", "x", "z")
        #expect(heard() == ["event@0__:new z", "event@0__:rename_from x", "event@0__:rename_to z"])
        client.send("COPY", "z", "c")
        client.send("MOVE", "z", "1")
        #expect(
            heard() == [
                "event@0__:new c", "event@0__:copy_to c", "event@1__:new z", "event@0__:move_from z",
                "event@1__:move_to z",
            ])
        client.send("OBJECT", "ENCODING", "nothing")
        client.send("DEL", "nothing")
        #expect(heard() == [])
    }

    @Test func aMissThatExpiresTheKeyTellsBoth() {
        notify("Exm")
        server.engine.core.keyspace.expiresActively = false
        client.send("SET", "k", "1", "PX", "10")
        server.advance(milliseconds: 20)
        client.send("GET", "k")
        #expect(heard() == ["event@0__:expired k", "event@0__:keymiss k"])
    }

    @Test func ownMessagesFollowTheReply() {
        notify("E$")
        client.send("HELLO", "3")
        client.send("SUBSCRIBE", "__keyevent@0__:set")
        #expect(client.send("SET", "k", "1").hasPrefix("+OK\r\n>3\r\n$7\r\nmessage\r\n"))
        client.send("MULTI")
        client.send("SET", "k", "2")
        client.send("GET", "k")
        #expect(client.send("EXEC").hasPrefix("*2\r\n+OK\r\n$1\r\n2\r\n>3\r\n$7\r\nmessage\r\n"))
    }

    @Test func watchedKeysDoNotSufferFromMisses() {
        notify("AKEmn")
        client.send("WATCH", "k")
        listener.send("RESET")
        listener.send("GET", "k")
        client.send("MULTI")
        client.send("PING")
        #expect(client.send("EXEC") == "*1\r\n+PONG\r\n")
    }

    @Test func nothingIsSpentWithoutThem() {
        #expect(!server.engine.core.keyspace.effects.isRecording)
        notify("KE")
        #expect(!server.engine.core.keyspace.effects.isRecording)
        notify("A")
        #expect(!server.engine.core.keyspace.effects.isRecording)
        notify("AKEmn")
        #expect(server.engine.core.keyspace.effects.isRecording)
        notify("")
        #expect(!server.engine.core.keyspace.effects.isRecording)
    }

    @Test func theConfigurationFileCountsFromTheStart() throws {
        var configuration = Configuration()
        configuration.notifyKeyspaceEvents = [.keyevent, .string]
        let server = MemoryServer(configuration: configuration)
        let listener = server.connect()
        listener.send("SUBSCRIBE", "__keyevent@0__:set")
        server.send("SET", "k", "1")
        #expect(String(decoding: listener.takeOutput(), as: UTF8.self).hasSuffix("$1\r\nk\r\n"))
    }
}
