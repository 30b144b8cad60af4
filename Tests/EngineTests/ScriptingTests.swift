import Testing
import TestSupport

@testable import Engine

@Suite struct ScriptingTests {
    let client = MemoryServer().connect()

    private func eval(_ script: String, _ arguments: String...) -> String {
        client.send(words: ["EVAL", script] + (arguments.isEmpty ? ["0"] : arguments))
    }

    @Test func valuesBecomeReplies() {
        #expect(eval("return 3.99") == ":3\r\n")
        #expect(eval("return 'x'") == "$1\r\nx\r\n")
        #expect(eval("return {1, 'a', {2}, nil, 5}") == "*3\r\n:1\r\n$1\r\na\r\n*1\r\n:2\r\n")
        #expect(eval("return true") == ":1\r\n")
        #expect(eval("return false") == "$-1\r\n")
        #expect(eval("return {ok = 'fine'}") == "+fine\r\n")
        #expect(eval("return {err = 'MY error'}") == "-MY error\r\n")
        #expect(eval("local a = {} a[1] = a return a").hasSuffix("-ERR reached lua stack limit\r\n"))
    }

    @Test func scriptsCallCommands() {
        #expect(eval("return redis.call('set', KEYS[1], ARGV[1])", "1", "k", "v") == "+OK\r\n")
        #expect(eval("return redis.call('get', KEYS[1])", "1", "k") == "$1\r\nv\r\n")
        #expect(eval("return redis.call('get', 'none')") == "$-1\r\n")
        let error = eval("return redis.call('incr', 'k')")
        #expect(error.hasPrefix("-ERR value is not an integer or out of range script: "))
        #expect(error.hasSuffix(", on @user_script:1.\r\n"))
        #expect(eval("return redis.pcall('nosuch')") == "-ERR Unknown Redis command called from script\r\n")
        #expect(eval("local ok, e = pcall(redis.call, 'incr', 'k') return e")
            == "$43\r\nERR value is not an integer or out of range\r\n")
    }

    @Test func aScriptsDatabaseIsItsOwn() {
        #expect(eval("redis.call('select', 5) redis.call('set', 'in5', '1')") == "$-1\r\n")
        #expect(client.send("EXISTS", "in5") == ":0\r\n")
    }

    @Test func readersMayNotWrite() {
        #expect(client.send("EVAL_RO", "return redis.call('set', 'a', 'b')", "0")
            .hasPrefix("-ERR Write commands are not allowed from read-only scripts."))
        #expect(eval("#!lua flags=no-writes\nreturn redis.call('set', 'a', 'b')")
            .hasPrefix("-ERR Write commands are not allowed from read-only scripts."))
        #expect(eval("#!lua flags=bad\nreturn 1") == "-ERR Unexpected flag in script shebang: bad\r\n")
    }

    @Test func scriptsAreKnownByTheirSHA() {
        #expect(client.send("SCRIPT", "LOAD", "return 1") == "$40\r\ne0e1f9fabfc9d4800c877a703b823ac0578ff8db\r\n")
        #expect(client.send("EVALSHA", "E0E1F9FABFC9D4800C877A703B823AC0578FF8DB", "0") == ":1\r\n")
        #expect(client.send("SCRIPT", "FLUSH") == "+OK\r\n")
        #expect(client.send("EVALSHA", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "0")
            == "-NOSCRIPT No matching script. Please use EVAL.\r\n")
    }

    @Test func globalsAreProtected() {
        #expect(eval("return foo").hasPrefix("-ERR user_script:1: Script attempted to access nonexistent global variable 'foo'"))
        #expect(eval("foo = 1").hasPrefix("-ERR user_script:1: Attempt to modify a readonly table"))
    }

    @Test func aScriptIsOneUnitOfEffects() {
        #expect(client.send("MULTI") == "+OK\r\n")
        #expect(eval("return redis.call('incr', 'c')") == "+QUEUED\r\n")
        #expect(client.send("EXEC") == "*1\r\n:1\r\n")
    }
}
