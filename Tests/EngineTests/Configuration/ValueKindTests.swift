import Testing

@testable import Engine

/// What each kind of value accepts, refuses, and says, at its borders.
@Suite struct ValueKindTests {
    /// CONFIG SET of one directive, then CONFIG GET.
    private func set(_ name: String, _ value: String, totalMemory: Int? = nil) throws -> String {
        var configuration = Configuration(totalMemory: totalMemory)
        _ = try configuration.set([(name, value)], localClient: true, loading: false)
        return configuration.get([name])[0].value
    }

    private func refusal(_ name: String, _ value: String, totalMemory: Int? = nil) -> String? {
        do {
            _ = try set(name, value, totalMemory: totalMemory)
            return nil
        } catch ConfigurationError.refused(let argument, let refusal) {
            #expect(argument == name)
            return refusal.text
        } catch {
            Issue.record(error)
            return nil
        }
    }

    @Test(arguments: [("yes", "yes"), ("no", "no"), ("YES", "yes"), ("No", "no")])
    func yesOrNo(_ value: String, _ shown: String) throws { #expect(try set("appendonly", value) == shown) }

    @Test(arguments: ["", "1", "true", "on", "yes "])
    func notYesOrNo(_ value: String) {
        #expect(refusal("appendonly", value) == "argument must be 'yes' or 'no'")
    }

    @Test(arguments: [
        ("timeout", "0"), ("timeout", "2147483647"), ("port", "0"), ("port", "65535"),
        ("slowlog-log-slower-than", "-1"),
        ("list-max-listpack-size", "-2147483648"), ("maxclients", "4294967295"),
        ("hash-max-listpack-entries", "9223372036854775807"), ("active-expire-effort", "10"),
    ])
    func wholeNumber(_ name: String, _ value: String) throws { #expect(try set(name, value) == value) }

    @Test(arguments: [
        ("timeout", "-1", "0 and 2147483647"), ("timeout", "2147483648", "0 and 2147483647"),
        ("port", "65536", "0 and 65535"), ("maxclients", "0", "1 and 4294967295"),
        ("maxclients", "-1", "1 and 4294967295"),
        ("slowlog-log-slower-than", "-2", "-1 and 9223372036854775807"),
        ("list-max-listpack-size", "99999999999", "-2147483648 and 2147483647"),
        ("active-expire-effort", "11", "1 and 10"),
    ])
    func wholeNumberOutOfRange(_ name: String, _ value: String, _ range: String) {
        #expect(refusal(name, value) == "argument must be between \(range) inclusive")
    }

    @Test(arguments: ["", "x", "1.5", "01", "+1", " 1", "1 ", "0x10", "-0", "9223372036854775808", "1mb"])
    func notAWholeNumber(_ value: String) {
        #expect(refusal("timeout", value) == "argument couldn't be parsed into an integer")
    }

    @Test(arguments: [("0", "1"), ("1", "1"), ("500", "500"), ("501", "500"), ("2147483647", "500")])
    func hzIsMovedIntoItsRange(_ value: String, _ shown: String) throws {
        #expect(try set("hz", value) == shown)
    }

    @Test(arguments: [
        ("0", "0"), ("1", "1"), ("1b", "1"), ("1k", "1000"), ("1KB", "1024"), ("2m", "2000000"),
        ("2Mb", "2097152"),
        ("3g", "3000000000"), ("3gb", "3221225472"), ("9223372036854775807", "9223372036854775807"),
        ("007", "7"),
    ])
    func memory(_ value: String, _ shown: String) throws {
        #expect(try set("stream-node-max-bytes", value) == shown)
    }

    /// Redis takes the last three for nothing at all, and wraps what is too large around.
    @Test(arguments: ["-1", "x", "1tb", "1 mb", "1.5gb", "50%", "", "mb", "k"])
    func notMemory(_ value: String) {
        #expect(refusal("stream-node-max-bytes", value) == "argument must be a memory value")
    }

    @Test(arguments: [
        ("proto-max-bulk-len", "1048575", "1048576 and 9223372036854775807"),
        ("proto-max-bulk-len", "9223372036854775808", "1048576 and 9223372036854775807"),
        ("maxmemory", "9999999999gb", "0 and 9223372036854775807"),
        ("maxmemory", "99999999999999999999", "0 and 9223372036854775807"),
        ("maxmemory-clients", "18446744073709551615", "0 and 9223372036854775807"),
        ("repl-backlog-size", "0", "1 and 9223372036854775807"),
    ])
    func memoryOutOfRange(_ name: String, _ value: String, _ range: String) {
        #expect(refusal(name, value) == "argument must be between \(range) inclusive")
    }

    @Test func backlogIsRaisedToItsMinimum() throws {
        #expect(try set("repl-backlog-size", "1") == "16384")
        #expect(try set("repl-backlog-size", "16385") == "16385")
    }

    @Test(arguments: [("0%", "0"), ("75%", "751"), ("100%", "1002"), ("1%", "10")])
    func maxmemoryTakesAShareOfTheMachine(_ value: String, _ shown: String) throws {
        #expect(try set("maxmemory", value, totalMemory: 1002) == shown)
    }

    @Test func sharesOfVeryMuchMemoryDoNotOverflow() throws {
        #expect(try set("maxmemory", "100%", totalMemory: .max) == "9223372036854775807")
    }

    @Test func sharesNeedAKnownMachine() {
        #expect(refusal("maxmemory", "75%") == Configuration.Refusal.totalMemoryUnknown.text)
    }

    @Test(arguments: ["maxmemory", "maxmemory-clients"])
    func sharesEndAtAHundred(_ name: String) {
        #expect(
            refusal(name, "101%", totalMemory: 100) == "percentage argument must be less or equal to 100")
        for value in ["-1", "x", "%", "-5%", "1.5%", "05%", "5 %", ""] {
            #expect(refusal(name, value, totalMemory: 100) == "argument must be a memory or percent value")
        }
    }

    @Test func shareOfMaxmemoryFollowsIt() throws {
        #expect(try set("maxmemory-clients", "5%") == "5%")
        #expect(try set("maxmemory-clients", "0%") == "0")
        #expect(try set("maxmemory-clients", "1kb") == "1024")
        var configuration = Configuration()
        _ = try configuration.set([("maxmemory-clients", "5%")], localClient: true, loading: false)
        #expect(configuration.maxmemoryClients.resolved(maxmemory: 0) == 0)
        #expect(configuration.maxmemoryClients.resolved(maxmemory: 1000) == 50)
        #expect(Configuration.ClientMemoryLimit.bytes(7).resolved(maxmemory: 1000) == 7)
    }

    @Test(arguments: [("0", 0), ("700", 0o700), ("777", 0o777), ("0755", 0o755)])
    func permissions(_ value: String, _ bits: Int) throws {
        #expect(try read("unixsocketperm \(value)").unixSocketPermissions == bits)
    }

    @Test func permissionsAreOctal() {
        #expect(problem("unixsocketperm 900") == "argument couldn't be parsed as an octal number")
        #expect(problem("unixsocketperm \"\"") == "argument couldn't be parsed as an octal number")
        #expect(problem("unixsocketperm 1000") == "argument must be between 0 and 777 inclusive")
        #expect(problem("unixsocketperm -1") == "argument must be between 0 and 777 inclusive")
    }

    @Test(arguments: [
        ("maxmemory-policy", "ALLKEYS-LFU", "allkeys-lfu"), ("loglevel", "Debug", "debug"),
        ("oom-score-adj", "yes", "yes"),
        ("oom-score-adj", "relative", "yes"), ("oom-score-adj", "absolute", "absolute"),
        ("appendfsync", "always", "always"),
    ])
    func choice(_ name: String, _ value: String, _ shown: String) throws {
        #expect(try set(name, value) == shown)
    }

    @Test func choicesAreNamedInTheOrderRedisHasThem() {
        let text = "argument(s) must be one of the following: "
        #expect(refusal("loglevel", "nothing") == text + "debug, verbose, notice, warning")
        #expect(refusal("oom-score-adj", "") == text + "no, yes, relative, absolute")
        #expect(
            refusal("maxmemory-policy", "lru") == text
                + "volatile-lru, volatile-lfu, volatile-random, volatile-ttl, allkeys-lru, allkeys-lfu, "
                + "allkeys-random, volatile-lrm, allkeys-lrm, noeviction")
        #expect(problem("supervised maybe") == text + "systemd, auto, no")
        #expect(problem("supervised UPSTART") == Configuration.Refusal.invalidUpstart.text)
    }

    @Test func fileNamesStayInTheirDirectory() {
        #expect(refusal("proc-title-template", "a\0b") == "argument contains a NUL byte")
        #expect(problem("dbfilename a/b") == "dbfilename can't be a path, just a filename")
        #expect(problem("dbfilename a/\u{338}b") == "dbfilename can't be a path, just a filename")
        #expect(problem("dbfilename \"\"") == nil)
        #expect(problem("appendfilename \"\"") == "appendfilename can't be empty")
        #expect(problem("appendfilename a\\b") == "appendfilename can't be a path, just a filename")
        #expect(problem("appenddirname \"\"") == "appenddirname can't be empty")
        #expect(problem("appenddirname ../a") == "appenddirname can't be a path, just a dirname")
    }

    private func read(_ text: String) throws -> Configuration {
        try Configuration(
            reading: [ConfigurationSource(.file("test"), text)], isCommand: { _ in false },
            include: { _ in [] })
    }

    private func problem(_ text: String) -> String? {
        do {
            _ = try read(text)
            return nil
        } catch {
            return (error as? ConfigurationFileError)?.reason.text
        }
    }
}
