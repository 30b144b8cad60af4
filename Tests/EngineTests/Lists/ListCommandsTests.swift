import Bytes
import TestSupport
import Testing

@testable import Engine

@Suite struct ListCommandsTests {
    let server: MemoryServer

    init() {
        var configuration = Configuration()
        configuration.enableDebugCommand = .yes
        server = MemoryServer(configuration: configuration)
    }

    private func elements(_ key: String) -> [String] { bulkStrings(server.send("LRANGE", key, "0", "-1")) }

    private func fill(_ key: String, _ elements: [String]) {
        server.send("DEL", key)
        for element in elements { server.send("RPUSH", key, element) }
    }

    /// A list of one listpack, one of several blocks, and one whose elements are blocks of their own.
    private static let shapes = [1, 300, 9000]

    private func shaped(_ shape: Int) -> [String] {
        (0 ..< 12).map { "\($0)" + String(repeating: "x", count: shape - 1) }
    }

    @Test(arguments: shapes) func pushingAndPoppingAtBothEnds(shape: Int) {
        let all = shaped(shape)
        #expect(server.send("RPUSH", "l", all[1], all[2], all[3]) == ":3\r\n")
        #expect(server.send("LPUSH", "l", all[5], all[4]) == ":5\r\n")
        #expect(elements("l") == [all[4], all[5], all[1], all[2], all[3]])
        #expect(bulkStrings(server.send("LPOP", "l")) == [all[4]])
        #expect(bulkStrings(server.send("RPOP", "l")) == [all[3]])
        #expect(bulkStrings(server.send("RPOP", "l", "2")) == [all[2], all[1]])
        #expect(bulkStrings(server.send("LPOP", "l", "5")) == [all[5]])
        #expect(server.send("EXISTS", "l") == ":0\r\n")
    }

    @Test(arguments: shapes) func insertingSettingAndRemoving(shape: Int) {
        let all = shaped(shape)
        fill("l", Array(all[0 ..< 3]))
        #expect(server.send("LINSERT", "l", "before", all[1], all[3]) == ":4\r\n")
        #expect(server.send("LINSERT", "l", "AFTER", all[2], all[4]) == ":5\r\n")
        #expect(server.send("LINSERT", "l", "AFTER", "none", all[4]) == ":-1\r\n")
        #expect(elements("l") == [all[0], all[3], all[1], all[2], all[4]])
        #expect(server.send("LSET", "l", "-1", "short") == "+OK\r\n")
        #expect(server.send("LSET", "l", "0", all[1]) == "+OK\r\n")
        #expect(elements("l") == [all[1], all[3], all[1], all[2], "short"])
        #expect(server.send("LREM", "l", "-1", all[1]) == ":1\r\n")
        #expect(elements("l") == [all[1], all[3], all[2], "short"])
        #expect(server.send("LREM", "l", "0", "none") == ":0\r\n")
        #expect(server.send("LTRIM", "l", "1", "-2") == "+OK\r\n")
        #expect(elements("l") == [all[3], all[2]])
        for element in [all[3], all[2]] { #expect(server.send("LREM", "l", "0", element) == ":1\r\n") }
        #expect(server.send("EXISTS", "l") == ":0\r\n")
    }

    @Test(arguments: shapes) func positionsAreFoundFromBothEnds(shape: Int) {
        let (a, b, c) = ("a" + shaped(shape)[0], "b" + shaped(shape)[0], "c" + shaped(shape)[0])
        fill("l", [a, b, c, a, b, c, c])
        #expect(server.send("LPOS", "l", c) == ":2\r\n")
        #expect(server.send("LPOS", "l", c, "RANK", "2") == ":5\r\n")
        #expect(server.send("LPOS", "l", c, "RANK", "-1") == ":6\r\n")
        #expect(server.send("LPOS", "l", c, "RANK", "-2", "COUNT", "0") == "*2\r\n:5\r\n:2\r\n")
        #expect(server.send("LPOS", "l", c, "COUNT", "2") == "*2\r\n:2\r\n:5\r\n")
        #expect(server.send("LPOS", "l", b, "COUNT", "0", "MAXLEN", "3") == "*1\r\n:1\r\n")
        #expect(server.send("LPOS", "l", b, "RANK", "-1", "MAXLEN", "2") == "$-1\r\n")
        #expect(server.send("LPOS", "l", b, "RANK", "-1", "MAXLEN", "3") == ":4\r\n")
        #expect(server.send("LPOS", "l", "none") == "$-1\r\n")
        #expect(server.send("LPOS", "l", "none", "COUNT", "1") == "*0\r\n")
        #expect(server.send("LPOS", "none", "x", "COUNT", "1") == "*0\r\n")
        #expect(server.send("LPOS", "l", a, "RANK", "-9223372036854775808") == ":3\r\n")
        #expect(server.send("LPOS", "l", c, "RANK", "-9223372036854775808", "COUNT", "1") == "*3\r\n:6\r\n:5\r\n:2\r\n")
        #expect(server.send("LPOS", "l", a, "RANK", "0").hasPrefix("-ERR RANK can't be zero: use 1"))
        #expect(server.send("LPOS", "l", a, "COUNT", "-1") == "-ERR COUNT can't be negative\r\n")
        #expect(server.send("LPOS", "l", a, "MAXLEN", "x") == "-ERR MAXLEN can't be negative\r\n")
        #expect(server.send("LPOS", "l", a, "COUNT") == "-ERR syntax error\r\n")
    }

    @Test(arguments: shapes) func elementsMoveBetweenAndWithinLists(shape: Int) {
        let all = shaped(shape)
        fill("l", Array(all[0 ..< 3]))
        #expect(bulkStrings(server.send("LMOVE", "l", "m", "LEFT", "RIGHT")) == [all[0]])
        #expect(bulkStrings(server.send("RPOPLPUSH", "l", "m")) == [all[2]])
        #expect(elements("l") == [all[1]] && elements("m") == [all[2], all[0]])
        #expect(bulkStrings(server.send("LMOVE", "m", "m", "left", "right")) == [all[2]])
        #expect(elements("m") == [all[0], all[2]])
        #expect(bulkStrings(server.send("LMOVE", "l", "l", "right", "right")) == [all[1]])
        #expect(elements("l") == [all[1]])
        let events = server.events { server.send("RPOPLPUSH", "l", "m") }
        #expect(events == ["lpush 0 m", "rpop 0 l", "del 0 l"])
        #expect(server.send("LMOVE", "l", "m", "LEFT", "LEFT") == "$-1\r\n")
        #expect(server.send("LMOVE", "m", "l", "up", "LEFT") == "-ERR syntax error\r\n")
    }

    /// The orders are those of Redis 8.10's documentation.
    @Test(arguments: shapes) func blocksMoveOneByOneOrInBulk(shape: Int) {
        let all = shaped(shape)
        for (from, to, order, expected) in [
            ("LEFT", "LEFT", "OBO", [1, 0, 8, 9]), ("LEFT", "LEFT", "BULK", [0, 1, 8, 9]),
            ("LEFT", "RIGHT", "OBO", [8, 9, 0, 1]), ("LEFT", "RIGHT", "BULK", [8, 9, 0, 1]),
            ("RIGHT", "LEFT", "OBO", [2, 3, 8, 9]), ("RIGHT", "LEFT", "BULK", [2, 3, 8, 9]),
            ("RIGHT", "RIGHT", "OBO", [8, 9, 3, 2]), ("RIGHT", "RIGHT", "BULK", [8, 9, 2, 3]),
        ] {
            fill("l", Array(all[0 ..< 4]))
            fill("m", Array(all[8 ..< 10]))
            let moved = bulkStrings(server.send("LMOVEM", "l", "m", from, to, "COUNT", "2", order))
            #expect(moved == (to == "LEFT" ? expected.prefix(2) : expected.suffix(2)).map { all[$0] })
            #expect(elements("m") == expected.map { all[$0] })
            #expect(server.send("LLEN", "l") == ":2\r\n")
        }
        fill("l", Array(all[0 ..< 4]))
        server.send("EXPIRE", "l", "1000")
        server.send("LMOVEM", "l", "l", "LEFT", "LEFT", "EXACTLY", "4", "OBO")
        #expect(elements("l") == all[0 ..< 4].reversed())
        server.send("LMOVEM", "l", "l", "LEFT", "RIGHT", "COUNT", "3", "BULK")
        #expect(elements("l") == [0, 3, 2, 1].map { all[$0] })
        #expect(server.send("TTL", "l") == ":1000\r\n")
        #expect(server.send("LMOVEM", "l", "m", "LEFT", "LEFT", "EXACTLY", "5", "OBO") == "*-1\r\n")
        #expect(server.send("LMOVEM", "none", "m", "LEFT", "LEFT") == "*-1\r\n")
        #expect(bulkStrings(server.send("LMOVEM", "l", "m", "LEFT", "LEFT")) == [all[0]])
        #expect(server.send("LMOVEM", "l", "m", "LEFT", "LEFT", "COUNT", "9") == "-ERR syntax error\r\n")
        #expect(server.send("LMOVEM", "l", "m", "LEFT", "LEFT", "COUNT", "0", "OBO") == "-ERR count should be greater than 0\r\n")
        #expect(bulkStrings(server.send("LMOVEM", "l", "m", "LEFT", "LEFT", "COUNT", "9", "BULK")).count == 3)
        #expect(server.send("EXISTS", "l") == ":0\r\n")
    }

    @Test func rangesAndIndexes() {
        fill("l", (0 ..< 10).map(String.init))
        #expect(bulkStrings(server.send("LRANGE", "l", "-3", "100")) == ["7", "8", "9"])
        #expect(bulkStrings(server.send("LRANGE", "l", "-100", "1")) == ["0", "1"])
        #expect(server.send("LRANGE", "l", "5", "4") == "*0\r\n")
        #expect(server.send("LRANGE", "l", "10", "12") == "*0\r\n")
        #expect(server.send("LRANGE", "l", "0", "-11") == "*0\r\n")
        #expect(server.send("LRANGE", "l", "-9223372036854775808", "9223372036854775807").hasPrefix("*10\r\n"))
        #expect(server.send("LINDEX", "l", "-10") == "$1\r\n0\r\n")
        #expect(server.send("LINDEX", "l", "-11") == "$-1\r\n")
        #expect(server.send("LINDEX", "l", "9223372036854775807") == "$-1\r\n")
        #expect(server.send("LINDEX", "l", "-9223372036854775808") == "$-1\r\n")
        #expect(server.send("LSET", "l", "10", "x") == "-ERR index out of range\r\n")
        #expect(server.send("LSET", "none", "x", "x") == "-ERR no such key\r\n")
        #expect(server.send("LTRIM", "l", "20", "30") == "+OK\r\n")
        #expect(server.send("EXISTS", "l") == ":0\r\n")
    }

    @Test func takingFromTheFirstListThatIsThere() {
        fill("b", ["1", "2", "3"])
        #expect(server.send("LMPOP", "2", "a", "b", "RIGHT", "COUNT", "2") == "*2\r\n$1\r\nb\r\n*2\r\n$1\r\n3\r\n$1\r\n2\r\n")
        #expect(server.send("LMPOP", "1", "b", "left") == "*2\r\n$1\r\nb\r\n*1\r\n$1\r\n1\r\n")
        #expect(server.send("LMPOP", "2", "a", "b", "LEFT") == "*-1\r\n")
        #expect(server.send("LMPOP", "0", "a", "LEFT") == "-ERR numkeys should be greater than 0\r\n")
        #expect(server.send("LMPOP", "2", "a", "LEFT") == "-ERR syntax error\r\n")
        #expect(server.send("LMPOP", "1", "a", "LEFT", "COUNT", "0") == "-ERR count should be greater than 0\r\n")
        #expect(server.send("LMPOP", "1", "a", "LEFT", "COUNT", "1", "COUNT", "1") == "-ERR syntax error\r\n")
        #expect(server.send("LMPOP", "9223372036854775807", "a", "LEFT") == "-ERR syntax error\r\n")
    }

    @Test func countsOfPoppingAreChecked() {
        fill("l", ["a"])
        #expect(server.send("LPOP", "l", "0") == "*0\r\n")
        #expect(server.send("LPOP", "none", "0") == "*-1\r\n")
        #expect(server.send("LPOP", "none") == "$-1\r\n")
        #expect(server.send("RPOP", "l", "-1") == "-ERR value is out of range, must be positive\r\n")
        #expect(server.send("RPOP", "l", "1", "2") == "-ERR wrong number of arguments for 'rpop' command\r\n")
        #expect(server.send("LPUSHX", "none", "a") == ":0\r\n")
        #expect(server.send("RPUSHX", "l", "b", "c") == ":3\r\n")
    }

    @Test func otherTypesAreRefused() {
        server.put("s")
        let commands = [
            ["LPUSH", "s", "a"], ["RPUSHX", "s", "a"], ["LPOP", "s"], ["RPOP", "s", "1"], ["LLEN", "s"],
            ["LRANGE", "s", "0", "1"], ["LINDEX", "s", "x"], ["LSET", "s", "x", "y"], ["LREM", "s", "0", "a"],
            ["LTRIM", "s", "0", "1"], ["LPOS", "s", "a"], ["LINSERT", "s", "before", "a", "b"],
            ["RPOPLPUSH", "s", "l"], ["LMPOP", "1", "s", "LEFT"], ["BLPOP", "s", "0"], ["BLMOVE", "s", "l", "LEFT", "LEFT", "0"],
        ]
        for command in commands {
            #expect(server.connect().send(words: command).hasPrefix("-WRONGTYPE "), "\(command)")
        }
        fill("l", ["a"])
        #expect(server.send("RPOPLPUSH", "l", "s").hasPrefix("-WRONGTYPE "))
        #expect(elements("l") == ["a"])
    }

    @Test func eventsTellWhatHappened() {
        let events = server.events {
            server.send("RPUSH", "l", "a", "b", "c", "a")
            server.send("LSET", "l", "0", "x")
            server.send("LREM", "l", "0", "a")
            server.send("LREM", "l", "0", "none")
            server.send("LINSERT", "l", "before", "b", "y")
            server.send("LTRIM", "l", "0", "1")
            server.send("LPOP", "l", "2")
        }
        #expect(
            events == [
                "rpush 0 l", "lset 0 l", "lrem 0 l", "linsert 0 l", "ltrim 0 l", "lpop 0 l", "del 0 l",
            ])
    }

    @Test func everySizeIsAQuicklist() {
        fill("l", ["a"])
        #expect(server.send("OBJECT", "ENCODING", "l") == "$9\r\nquicklist\r\n")
        #expect(server.send("DEBUG", "OBJECT", "l").contains(" ql_nodes:1 ql_avg_node:1.00 ql_listpack_max:-2 ql_compressed:0"))
        for i in 0 ..< 2000 { server.send("RPUSH", "l", "element \(i)") }
        #expect(server.send("OBJECT", "ENCODING", "l") == "$9\r\nquicklist\r\n")
        #expect(server.send("DEBUG", "OBJECT", "l").contains(" ql_nodes:4 ql_avg_node:500.25"))
        #expect(server.send("LINDEX", "l", "1000") == "$11\r\nelement 999\r\n")
    }

    /// The digest is Redis's, whatever the list is kept in.
    @Test func digestsDependOnElementsOnly() {
        fill("a", ["x", "12", ""])
        server.send("CONFIG", "SET", "list-max-listpack-size", "1")
        fill("b", ["x", "12", ""])
        let digests = server.send("DEBUG", "DIGEST-VALUE", "a", "b").split(separator: "\r\n")
        #expect(digests[1] == digests[2])
    }

    @Test func copiesAreListsOfTheirOwn() {
        for count in [3, 3000] {
            fill("l", (0 ..< count).map { "element \($0)" })
            #expect(server.send("COPY", "l", "m", "REPLACE") == ":1\r\n")
            server.send("LPUSH", "l", "new")
            #expect(server.send("LLEN", "m") == ":\(count)\r\n")
            #expect(elements("m").last == "element \(count - 1)")
            server.send("RENAME", "m", "n")
            #expect(server.send("LLEN", "n") == ":\(count)\r\n")
        }
    }

    @Test func nothingIsLeftOfALargeListThatWasDeleted() {
        let empty = server.engine.heldBytes
        fill("l", (0 ..< 20_000).map { "element \($0)" })
        fill("m", [String(repeating: "x", count: 200_000)])
        #expect(server.engine.heldBytes > empty + 400_000)
        server.send("LTRIM", "l", "5000", "6000")
        server.send("DEL", "l", "m")
        server.settle()
        #expect(server.engine.core.keyspace.lists.count == 0)
        #expect(server.engine.heldBytes - empty < 1000)
    }

    @Test func thresholdsAndCompressionAreHonoured() {
        server.send("CONFIG", "SET", "list-max-listpack-size", "2")
        server.send("CONFIG", "SET", "list-compress-depth", "1")
        #expect(server.send("DEBUG", "QUICKLIST-PACKED-THRESHOLD", "100b") == "+OK\r\n")
        let text = String(repeating: "abc", count: 20)
        fill("l", (0 ..< 20).map { text + "\($0)" } + [String(repeating: "z", count: 100)])
        #expect(server.send("DEBUG", "OBJECT", "l").contains(" ql_nodes:11 ql_avg_node:1.91 ql_listpack_max:2 ql_compressed:1"))
        #expect(elements("l")[10] == text + "10" && elements("l")[20].count == 100)
        #expect(server.send("LINDEX", "l", "9") == "$61\r\n\(text)9\r\n")
        #expect(server.send("LSET", "l", "9", "nine") == "+OK\r\n")
        #expect(server.send("LPOS", "l", "nine") == ":9\r\n")
        #expect(server.send("DEBUG", "QUICKLIST", "l", "1") == "+Quicklist structure written to the log\r\n")
        #expect(server.host.logged.contains { $0.contains("block 5: compressed, count 2") })
        #expect(server.send("DEBUG", "QUICKLIST-PACKED-THRESHOLD", "5gb").hasPrefix("-ERR argument must be a memory value"))
        #expect(server.send("DEBUG", "LISTPACK", "l") == "-ERR Not a listpack encoded object.\r\n")
    }
}
