import Bytes
import TestSupport
import Testing

@testable import Engine

@Suite struct DebugCommandTests {
    let server: MemoryServer

    init() {
        var configuration = Configuration()
        configuration.enableDebugCommand = .yes
        server = MemoryServer(configuration: configuration)
    }

    private static let refusal =
        "-ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run it from a "
        + "local connection, otherwise you need to set this option in the configuration file, and then restart the "
        + "server.\r\n"

    @Test(arguments: [
        (Configuration.ProtectedAction.no, false, false), (.yes, true, true), (.local, true, false),
    ])
    func theConfigurationDecidesWhoMay(setting: Configuration.ProtectedAction, local: Bool, remote: Bool) {
        var configuration = Configuration()
        configuration.enableDebugCommand = setting
        let server = MemoryServer(configuration: configuration)
        #expect((server.send("DEBUG", "NOTHING") != DebugCommandTests.refusal) == local)
        let session = server.engine.open(
            peerAddress: "192.0.2.1:50000", localAddress: "192.0.2.2:6379", descriptor: 9, isLocal: false,
            isUnixSocket: false)
        let request = Array("*2\r\n$5\r\nDEBUG\r\n$4\r\nHELP\r\n".utf8)
        server.engine.receive(session, request.bytes)
        var replies: [UInt8] = []
        session.withOutput { replies = $0.copyBytes() }
        #expect((String(decoding: replies, as: UTF8.self) != DebugCommandTests.refusal) == remote)
    }

    @Test func whatItDoesNotKnowIsRefused() {
        for words in [["nothing"], ["sleep"], ["sleep", "1", "2"], ["object"], ["quicklist"]] {
            #expect(
                server.connect().send(words: ["debug"] + words)
                    == "-ERR unknown subcommand or wrong number of arguments for '\(words[0])'. Try DEBUG HELP.\r\n")
        }
        #expect(server.send("DEBUG") == "-ERR wrong number of arguments for 'debug' command\r\n")
    }

    @Test func helpListsAllSubcommands() {
        let lines = server.send("DEBUG", "HELP").split(separator: "\r\n")
        #expect(lines.first == "*\(lines.count - 1)")
        #expect(lines[1] == "+DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:")
        for subcommand in DebugCommand.subcommands {
            #expect(lines.contains { $0.lowercased().hasPrefix("+" + subcommand.name) }, "\(subcommand.name)")
        }
        #expect(lines.last == "+    Prints this help.")
    }

    // MARK: Data

    /// The digests are Redis 7.0.15's for the same data.
    @Test func digestsAreRedisOwn() {
        #expect(server.send("DEBUG", "DIGEST") == "+0000000000000000000000000000000000000000\r\n")
        server.put("foo", "bar")
        server.put("number", "10")
        #expect(server.send("DEBUG", "DIGEST") == "+5bfaba742c1434a2575f87c4b7b4acd222f6f3aa\r\n")
        server.put("fading", "away", deadline: 1_900_000_000_000)
        #expect(server.send("DEBUG", "DIGEST") == "+730ba8e247a22bceb20b0c598c3c48ed81f40d9b\r\n")
        server.put("", "", database: 3)
        #expect(server.send("DEBUG", "DIGEST") == "+f4efa397b0e84647c92ad88dd0a28dc32635f80a\r\n")
        #expect(
            server.send("DEBUG", "DIGEST-VALUE", "foo", "number", "fading", "none")
                == "*4\r\n+68467c70ae30376e7ce005bcc8827f5ba7fd67dc\r\n+311acb99ec6c2ffc303176a787ecb8f8d91586ec\r\n"
                + "+858875fe3f4e5fec3593447a999e0548979b02a7\r\n+0000000000000000000000000000000000000000\r\n")
        #expect(server.send("DEBUG", "DIGEST-VALUE") == "*0\r\n")
    }

    @Test func theDigestDoesNotDependOnTheOrderOfWrites() {
        for i in 0 ..< 100 { server.put("key:\(i)", "\(i)") }
        let digest = server.send("DEBUG", "DIGEST")
        server.send("FLUSHALL")
        for i in (0 ..< 100).reversed() { server.put("key:\(i)", "\(i)") }
        #expect(server.send("DEBUG", "DIGEST") == digest)
    }

    @Test func objectDescribesAValue() {
        server.put("a", "200000")
        let text = server.send("DEBUG", "OBJECT", "a")
        #expect(text.hasPrefix("+Value at:0x"))
        #expect(text.contains(" refcount:1 encoding:int serializedlength:5 lru:"))
        #expect(text.hasSuffix(" lru_seconds_idle:0\r\n"))
        for (value, length) in [
            ("1", 2), ("-200", 3), ("40000", 5), ("99999999999", 12), ("x", 2), ("", 1),
            (String(repeating: "x", count: 64), 66),
            (String(repeating: "x", count: 20000), 20005),
        ] {
            server.put("a", value)
            #expect(server.send("DEBUG", "OBJECT", "a").contains(" serializedlength:\(length) "), "\(value.prefix(9))")
        }
        #expect(server.send("DEBUG", "OBJECT", "none") == "-ERR no such key\r\n")
    }

    @Test func populateMakesWhatIsNotThere() {
        server.put("key:1", "kept")
        #expect(server.send("DEBUG", "POPULATE", "3") == "+OK\r\n")
        #expect(bulkStrings(server.send("KEYS", "*")).sorted() == ["key:0", "key:1", "key:2"])
        #expect(server.send("GET", "key:1") == "$4\r\nkept\r\n")
        #expect(server.send("GET", "key:2") == "$7\r\nvalue:2\r\n")
        #expect(server.send("DEBUG", "POPULATE", "2", "p", "9") == "+OK\r\n")
        #expect(server.send("GET", "p:1") == "$9\r\nvalue:1\0\0\r\n")
        #expect(server.send("DEBUG", "POPULATE", "1", "q", "3") == "+OK\r\n")
        #expect(server.send("GET", "q:0") == "$3\r\nval\r\n")
        for words in [["x"], ["-1"], ["1", "p", "x"], ["1", "p", "-1"]] {
            #expect(
                server.connect().send(words: ["DEBUG", "POPULATE"] + words)
                    == "-ERR value is out of range, must be positive\r\n")
        }
    }

    @Test func tableFiguresAddUp() {
        #expect(server.send("DEBUG", "HTSTATS", "0").contains("No stats available for empty dictionaries"))
        server.send("DEBUG", "POPULATE", "1000")
        server.put("a", deadline: server.now + 1000)
        let report = server.send("DEBUG", "HTSTATS", "0")
        #expect(report.contains(" table size: \(server.engine.core.keyspace.bucketCount)\n number of elements: 1001\n"))
        #expect(report.contains(" keys with a deadline: 1\n"))
        #expect(server.send("DEBUG", "HTSTATS", "16") == "-ERR Out of range database\r\n")
        #expect(server.send("DEBUG", "HTSTATS", "x") == "-ERR value is not an integer or out of range\r\n")
    }

    // MARK: The server

    @Test func sleepTakesTimeThatTheNextCommandSees() {
        server.put("a", deadline: server.now + 1000)
        let client = server.connect()
        var pipeline: [UInt8] = []
        for words in [["DEBUG", "SLEEP", "0.5"], ["PTTL", "a"], ["DEBUG", "SLEEP", "0.501"], ["EXISTS", "a"]] {
            pipeline += "*\(words.count)\r\n".utf8
            for word in words { pipeline += "$\(word.utf8.count)\r\n\(word)\r\n".utf8 }
        }
        #expect(String(decoding: client.send(raw: pipeline), as: UTF8.self) == "+OK\r\n:500\r\n+OK\r\n:0\r\n")
        for word in ["x", "-1", "nan", "inf", "1e300"] { #expect(server.send("DEBUG", "SLEEP", word) == "+OK\r\n") }
    }

    @Test func activeExpiryCanBeTurnedOff() {
        server.put("a", deadline: server.now)
        #expect(server.send("DEBUG", "SET-ACTIVE-EXPIRE", "0") == "+OK\r\n")
        server.advance(milliseconds: 100)
        #expect(server.send("DBSIZE") == ":1\r\n")
        #expect(server.send("DEBUG", "SET-ACTIVE-EXPIRE", "1") == "+OK\r\n")
        server.settle()
        #expect(server.send("DBSIZE") == ":0\r\n")
    }

    @Test func aNewHistoryHasANewID() {
        let before = server.engine.core.context.replicationID
        #expect(server.send("DEBUG", "CHANGE-REPL-ID") == "+OK\r\n")
        #expect(server.engine.core.context.replicationID != before)
        #expect(server.engine.core.context.replicationID.utf8.count == 40)
    }

    @Test func logAndErrorRepeatWhatTheyAreGiven() {
        #expect(server.send("DEBUG", "LOG", "hello") == "+OK\r\n")
        #expect(server.host.logged == ["DEBUG LOG: hello"])
        #expect(server.send("DEBUG", "ERROR", "MYERR a\nb") == "-MYERR a b\r\n")
    }

    @Test(arguments: ["SEGFAULT", "PANIC", "ASSERT", "OOM"]) func crashesAreTheHosts(name: String) {
        server.send("DEBUG", name)
        #expect(server.host.crashes == 1)
    }

    @Test func stringMatchTestPasses() {
        #expect(server.send("DEBUG", "STRINGMATCH-TEST") == "+Apparently Redis did not crash: test passed\r\n")
    }

    @Test func everyTypeHasAReplyInBothDialects() {
        let push = "$16\r\nserver-cpu-usage\r\n:42\r\n$40\r\nSome real reply following the push reply\r\n"
        let attribute = "$39\r\nSome real reply following the attribute\r\n"
        for (type, second, third) in [
            ("string", "$11\r\nHello World\r\n", "$11\r\nHello World\r\n"), ("integer", ":12345\r\n", ":12345\r\n"),
            ("double", "$5\r\n3.141\r\n", ",3.141\r\n"),
            (
                "bignum", "$37\r\n1234567999999999999999999999999999999\r\n",
                "(1234567999999999999999999999999999999\r\n"
            ),
            ("null", "$-1\r\n", "_\r\n"), ("array", "*3\r\n:0\r\n:1\r\n:2\r\n", "*3\r\n:0\r\n:1\r\n:2\r\n"),
            ("set", "*3\r\n:0\r\n:1\r\n:2\r\n", "~3\r\n:0\r\n:1\r\n:2\r\n"),
            ("map", "*6\r\n:0\r\n:0\r\n:1\r\n:1\r\n:2\r\n:0\r\n", "%3\r\n:0\r\n#f\r\n:1\r\n#t\r\n:2\r\n#f\r\n"),
            ("attrib", attribute, "|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n" + attribute),
            ("push", "-ERR RESP2 is not supported by this command\r\n", ">2\r\n" + push),
            ("verbatim", "$25\r\nThis is a verbatim\nstring\r\n", "=29\r\ntxt:This is a verbatim\nstring\r\n"),
            ("true", ":1\r\n", "#t\r\n"), ("FALSE", ":0\r\n", "#f\r\n"),
        ] {
            let client = server.connect()
            #expect(client.send("DEBUG", "PROTOCOL", type) == second)
            client.send("HELLO", "3")
            #expect(client.send("DEBUG", "PROTOCOL", type) == third)
        }
        #expect(server.send("DEBUG", "PROTOCOL", "x").hasPrefix("-ERR Wrong protocol type name. Please use one of"))
    }
}
