import TestSupport
import Testing

@testable import Engine

/// SORT and SORT_RO: order, patterns, windows, and what is stored.
@Suite struct SortCommandsTests {
    private static func sort(_ server: MemoryServer, _ words: String...) -> [String] {
        bulkStrings(server.connect().send(words: ["SORT"] + words))
    }

    @Test func numbersAreSortedByValueAndThenByBytes() {
        let server = MemoryServer()
        server.send("SADD", "s", "10", "9", "-3", "1.5", "1e1", "0x10", " 2", "inf", "-inf")
        #expect(Self.sort(server, "s") == ["-inf", "-3", "1.5", " 2", "9", "10", "1e1", "0x10", "inf"])
        #expect(Self.sort(server, "s", "DESC") == ["inf", "0x10", "1e1", "10", "9", " 2", "1.5", "-3", "-inf"])
        #expect(Self.sort(server, "s", "LIMIT", "2", "3") == ["1.5", " 2", "9"])
        #expect(Self.sort(server, "s", "LIMIT", "-5", "2") == ["-inf", "-3"])
        #expect(Self.sort(server, "s", "LIMIT", "7", "-1") == ["0x10", "inf"])
        #expect(Self.sort(server, "s", "LIMIT", "20", "5") == [])
        #expect(Self.sort(server, "s", "ALPHA", "LIMIT", "0", "2") == [" 2", "-3"])
    }

    @Test func whatIsNoNumberIsRefused() {
        let server = MemoryServer()
        for text in ["a", "1a", "nan", "1e400"] {
            server.send("DEL", "s")
            server.send("SADD", "s", "1", text)
            #expect(server.send("SORT", "s") == "-ERR One or more scores can't be converted into double\r\n")
            #expect(server.send("SORT", "s", "LIMIT", "0", "0") == "-ERR One or more scores can't be converted into double\r\n")
            #expect(Self.sort(server, "s", "ALPHA").count == 2)
        }
        server.send("DEL", "s")
        server.send("SADD", "s", "", "1", "-1")
        #expect(Self.sort(server, "s") == ["-1", "", "1"])
    }

    @Test func patternsLeadToStringsAndFields() {
        let server = MemoryServer()
        server.send("SADD", "s", "1", "2", "3")
        for (element, weight) in [("1", "30"), ("2", "20"), ("3", "10")] {
            server.send("SET", "w_\(element)", weight)
            server.send("SET", "name_\(element)_x", "n\(element)")
        }
        #expect(Self.sort(server, "s", "BY", "w_*") == ["3", "2", "1"])
        #expect(Self.sort(server, "s", "BY", "w_*", "DESC", "LIMIT", "0", "2") == ["1", "2"])
        #expect(Self.sort(server, "s", "BY", "w_*", "GET", "name_*_x", "GET", "#") == ["n3", "3", "n2", "2", "n1", "1"])
        server.send("DEL", "name_2_x")
        #expect(
            server.send("SORT", "s", "GET", "name_*_x", "GET", "constant")
                == "*6\r\n$2\r\nn1\r\n$-1\r\n$-1\r\n$-1\r\n$2\r\nn3\r\n$-1\r\n")
        // Without a weight it is 0, and between equal ones the elements decide.
        #expect(Self.sort(server, "s", "BY", "none_*", "DESC") == ["3", "2", "1"])
        server.send("SET", "w_2", "x")
        #expect(server.send("SORT", "s", "BY", "w_*") == "-ERR One or more scores can't be converted into double\r\n")
        #expect(Self.sort(server, "s", "BY", "w_*", "ALPHA") == ["3", "1", "2"])
        server.send("DEL", "w_1")
        #expect(Self.sort(server, "s", "BY", "w_*", "ALPHA") == ["1", "3", "2"], "a missing weight is the least")
        // A value of another type is none.
        server.send("SADD", "w_1", "1")
        #expect(Self.sort(server, "s", "BY", "w_*", "ALPHA") == ["1", "3", "2"])
        #expect(server.send("SORT", "s", "BY", "none_*", "LIMIT", "0", "1", "GET", "w_*") == "*1\r\n$-1\r\n")
    }

    @Test func anArrowAtTheEndBelongsToTheKey() {
        let server = MemoryServer()
        server.send("SADD", "s", "a")
        server.send("SET", "x:a->", "100")
        #expect(Self.sort(server, "s", "BY", "nosort", "GET", "x:*->") == ["100"])
    }

    @Test func aConstantKeepsTheOrder() {
        let server = MemoryServer()
        server.send("SADD", "s", "3", "1", "2")
        #expect(Self.sort(server, "s", "BY", "nosort") == ["1", "2", "3"])
        #expect(Self.sort(server, "s", "BY", "nosort", "LIMIT", "1", "1") == ["2"])
        server.send("SADD", "t", "b", "a")
        #expect(Set(Self.sort(server, "t", "BY", "nosort")) == ["a", "b"], "nothing is read as a number")
    }

    @Test func fieldsOfHashesAreFollowed() {
        let server = MemoryServer()
        server.send("RPUSH", "l", "1", "2", "3")
        for (element, price) in [("1", "30"), ("2", "20"), ("3", "10")] {
            server.send("HSET", "h_\(element)", "price", price, "->", "arrow")
        }
        #expect(Self.sort(server, "l", "BY", "h_*->price") == ["3", "2", "1"])
        #expect(Self.sort(server, "l", "BY", "h_*->price", "GET", "h_*->price", "GET", "#") == ["10", "3", "20", "2", "30", "1"])
        #expect(Self.sort(server, "l", "GET", "h_*->->") == ["arrow", "arrow", "arrow"])
        // A hash is no string, a string has no fields, and some fields are not there.
        server.send("SET", "s_1", "x")
        for pattern in ["h_*", "s_*->price", "h_*->none"] {
            #expect(server.send("SORT", "l", "LIMIT", "0", "1", "GET", pattern) == "*1\r\n$-1\r\n")
        }
    }

    @Test func listsKeepTheirOrderUnlessSorted() {
        let server = MemoryServer()
        server.send("RPUSH", "l", "5", "3", "4", "1", "2")
        #expect(Self.sort(server, "l", "BY", "nosort") == ["5", "3", "4", "1", "2"])
        #expect(Self.sort(server, "l", "BY", "nosort", "DESC") == ["2", "1", "4", "3", "5"])
        #expect(Self.sort(server, "l", "BY", "nosort", "LIMIT", "1", "2") == ["3", "4"])
        #expect(Self.sort(server, "l", "BY", "nosort", "DESC", "LIMIT", "1", "2") == ["1", "4"])
        #expect(Self.sort(server, "l", "BY", "nosort", "BY", "w_*") == ["5", "3", "4", "1", "2"], "a constant holds")
        _ = server.connect().send(words: ["RPUSH", "long"] + (0 ..< 5000).map { "element \($0)" })
        #expect(Self.sort(server, "long", "BY", "nosort", "LIMIT", "4000", "2") == ["element 4000", "element 4001"])
        #expect(Self.sort(server, "long", "BY", "nosort", "DESC", "LIMIT", "10", "1") == ["element 4989"])
        #expect(Self.sort(server, "long", "ALPHA", "LIMIT", "4998", "5") == ["element 998", "element 999"])
    }

    @Test func equalTextsStayAsTheyCame() {
        let server = MemoryServer()
        server.send("RPUSH", "l", "b\0x", "a", "b\0c", "b", "b\0a")
        #expect(Self.sort(server, "l", "ALPHA") == ["a", "b\0x", "b\0c", "b", "b\0a"], "a NUL ends what is compared")
        #expect(Self.sort(server, "l", "ALPHA", "DESC") == ["b\0x", "b\0c", "b", "b\0a", "a"])
        server.send("SORT", "l", "ALPHA", "STORE", "d")
        #expect(bulkStrings(server.send("LRANGE", "d", "0", "-1")) == ["a", "b", "b\0a", "b\0c", "b\0x"])
    }

    @Test func resultsAreStoredAsLists() {
        let server = MemoryServer()
        server.send("SADD", "s", "3", "1", "2")
        server.send("SET", "w_1", "x")
        server.send("SET", "d", "text", "EX", "100")
        #expect(server.events { server.send("SORT", "s", "STORE", "d") } == ["sortstore 0 d"])
        #expect(bulkStrings(server.send("LRANGE", "d", "0", "-1")) == ["1", "2", "3"])
        #expect(server.send("TTL", "d") == ":-1\r\n")
        #expect(server.send("OBJECT", "ENCODING", "d") == "$9\r\nquicklist\r\n")
        #expect(server.send("SORT", "s", "GET", "w_*", "GET", "#", "STORE", "d") == ":6\r\n")
        #expect(bulkStrings(server.send("LRANGE", "d", "0", "-1")) == ["x", "1", "", "2", "", "3"])
        // A set has no order: stored, it gets that of its members' bytes.
        server.send("SADD", "t", "b", "aa", "a", "10", "9")
        #expect(server.send("SORT", "t", "BY", "nosort", "STORE", "t") == ":5\r\n")
        #expect(bulkStrings(server.send("LRANGE", "t", "0", "-1")) == ["10", "9", "a", "aa", "b"])
        #expect(server.events { server.send("SORT", "none", "STORE", "d") } == ["del 0 d"])
        #expect(server.send("SORT", "s", "LIMIT", "5", "1", "STORE", "d") == ":0\r\n")
        #expect(server.send("EXISTS", "d") == ":0\r\n")
    }

    @Test func optionsAreCheckedAsRedisDoes() {
        let server = MemoryServer()
        server.send("SET", "k", "v")
        #expect(server.send("SORT", "k") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n")
        #expect(server.send("SORT", "k", "nonsense") == "-ERR syntax error\r\n")
        #expect(server.send("SORT", "k", "LIMIT", "1") == "-ERR syntax error\r\n")
        #expect(server.send("SORT", "k", "LIMIT", "a", "1") == "-ERR value is not an integer or out of range\r\n")
        #expect(server.send("SORT", "k", "BY") == "-ERR syntax error\r\n")
        #expect(server.send("SORT", "k", "GET") == "-ERR syntax error\r\n")
        #expect(server.send("SORT", "k", "STORE") == "-ERR syntax error\r\n")
        #expect(server.send("SORT_RO", "none", "STORE", "d") == "-ERR syntax error\r\n")
        #expect(server.send("SORT", "none") == "*0\r\n")
        #expect(server.send("SORT_RO", "none", "GET", "#", "DESC", "ALPHA") == "*0\r\n")
    }

    @Test func keysAreFoundAmongTheOptions() {
        let server = MemoryServer()
        func keys(_ words: String...) -> [String] {
            bulkStrings(server.connect().send(words: ["COMMAND", "GETKEYS"] + words))
        }
        #expect(keys("SORT", "abc", "STORE", "def") == ["abc", "def"])
        #expect(keys("SORT", "abc", "STORE", "bad", "store", "stillbad", "STORE", "def") == ["abc", "def"])
        #expect(keys("SORT", "abc", "GET", "store", "BY", "store", "LIMIT", "1", "2") == ["abc"])
        #expect(keys("SORT_RO", "abc", "GET", "x") == ["abc"])
        #expect(server.send("COMMAND", "GETKEYSANDFLAGS", "SORT", "a", "STORE", "b").contains("OW"))
    }
}
