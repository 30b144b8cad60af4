import Testing

@testable import Engine

/// Reading files, the standard input and options into a configuration.
@Suite struct ConfigurationReadingTests {
    private static let commands: Set<String> = ["get", "set", "flushall"]

    private func read(
        _ sources: ConfigurationSource..., files: [String: [ConfigurationSource]] = [:]
    ) throws(ConfigurationFileError) -> Configuration {
        try Configuration(
            reading: sources, isCommand: { ConfigurationReadingTests.commands.contains($0) },
            include: { path throws(ConfigurationSource.IncludeError) in
                guard let found = files[path] else {
                    throw ConfigurationSource.IncludeError(path: path, reason: "No such file or directory")
                }
                return found
            })
    }

    private func read(_ text: String) throws(ConfigurationFileError) -> Configuration {
        try read(ConfigurationSource(.file("redis.conf"), text))
    }

    private func message(_ text: String) -> String? {
        do {
            _ = try read(text)
            return nil
        } catch {
            return error.message(version: "1.0")
        }
    }

    @Test func commentsBlanksAndCaseDoNotMatter() throws {
        let text = "# timeout 1\n\n \t\r\n  TimeOut \t 7  \r\n#timeout 2\ntcp-keepalive 5"
        let configuration = try read(text)
        #expect(configuration.timeout == 7)
        #expect(configuration.tcpKeepalive == 5)
        #expect(try read("") == Configuration())
        #expect(try read("\u{B}\n\u{C} \u{B}\n") == Configuration())
    }

    @Test func commentsMayBeInAnyEncoding() throws {
        let latin1 = ConfigurationSource(
            .file("f"), Array("# caf".utf8) + [0xE9] + Array("\ntimeout 3\n".utf8))
        #expect(try read(latin1).timeout == 3)
        let value = ConfigurationSource(.file("f"), Array("requirepass caf".utf8) + [0xE9])
        #expect(throws: ConfigurationFileError.self) { try read(value) }
        #expect(message("masteruser \"\\xff\"")?.contains("not valid UTF-8") == true)
    }

    @Test func theLastLineCounts() throws {
        #expect(try read("timeout 1\ntimeout 2").timeout == 2)
        let later = try read(
            ConfigurationSource(.file("f"), "timeout 1\nhz 20"),
            ConfigurationSource(.standardInput, "timeout 2"),
            ConfigurationSource(.commandLine, "timeout 3"))
        #expect(later.timeout == 3 && later.hz == 20)
        #expect(
            try read("hash-max-ziplist-entries 20\nhash-max-listpack-entries 21").hashMaxListpackEntries == 21
        )
        #expect(
            try read("hash-max-listpack-entries 20\nhash-max-ziplist-entries 21").hashMaxListpackEntries == 21
        )
    }

    @Test func savePointsAddUpAcrossSources() throws {
        let file = ConfigurationSource(.file("f"), "save 900 1")
        #expect(try read("port 1").save == Configuration().save)
        #expect(
            try read(file, ConfigurationSource(.commandLine, "save 100 100")).save == [
                .init(900, 1), .init(100, 100),
            ])
        #expect(try read(file, ConfigurationSource(.commandLine, "save \"\"")).save == [])
        #expect(try read("save \"\"\nsave 4 5 6 7").save == [.init(4, 5), .init(6, 7)])
        #expect(try read("save \"4 5 6 7\"").save == [.init(4, 5), .init(6, 7)])
        #expect(message("save")?.hasSuffix("wrong number of arguments\n") == true)
    }

    @Test func listsMayBeOneArgument() throws {
        #expect(try read("bind 127.0.0.1 ::1").bind == ["127.0.0.1", "::1"])
        #expect(try read("bind '127.0.0.1 ::1'").bind == ["127.0.0.1", "::1"])
        #expect(try read("bind \"\"").bind == [])
        #expect(try read("shutdown-on-sigint \"nosave force\"").shutdownOnSigint == [.nosave, .force])
        let limits = try read(
            "client-output-buffer-limit replica 1mb 2mb 3\nclient-output-buffer-limit pubsub 4 5 6")
        #expect(
            limits.clientOutputBufferLimits.replica == .init(hard: 1 << 20, soft: 2 << 20, softSeconds: 3))
        #expect(limits.clientOutputBufferLimits.pubsub == .init(hard: 4, soft: 5, softSeconds: 6))
        #expect(limits.clientOutputBufferLimits.normal == .init(hard: 0, soft: 0, softSeconds: 0))
        #expect(message("bind \"'a\"")?.hasSuffix("Unbalanced quotes in configuration line\n") == true)
    }

    @Test func machineMemoryIsGivenToTheReader() throws {
        let source = ConfigurationSource(.file("f"), "maxmemory 75%")
        let configuration = try Configuration(
            reading: [source], totalMemory: 4000, isCommand: { _ in false }, include: { _ in [] })
        #expect(configuration.maxmemory == 3000 && configuration.maxmemoryShare == 75)
        #expect(message("maxmemory 75%")?.contains("how much memory the machine has is not known") == true)
    }

    // MARK: Errors

    @Test func errorsNamePlaceLineAndReason() {
        #expect(
            message("\ntimeout 5\nbogus 1\n") == """

                *** FATAL CONFIG FILE ERROR (Martlet 1.0) ***
                Reading the configuration file, at line 3
                >>> 'bogus 1'
                Bad directive or wrong number of arguments

                """)
    }

    @Test(arguments: [
        ("maxmemroy 1", "Bad directive or wrong number of arguments; did you mean 'maxmemory'?"),
        ("port 1 2", "wrong number of arguments"), ("timeout", "wrong number of arguments"),
        ("port \"1", "Unbalanced quotes in configuration line"),
        ("port \"1\"2", "Unbalanced quotes in configuration line"),
        ("appendonly maybe", "argument must be 'yes' or 'no'"), ("save 1", "Invalid save parameters"),
        ("include", "Bad directive or wrong number of arguments"),
        ("include a b", "Bad directive or wrong number of arguments"),
        ("user", "Bad directive or wrong number of arguments"),
        ("rename-command get", "Bad directive or wrong number of arguments"),
        ("\"\" 1", "Bad directive or wrong number of arguments"),
    ])
    func reasons(_ line: String, _ reason: String) {
        #expect(message(line)?.hasSuffix(">>> '\(line)'\n\(reason)\n") == true)
    }

    @Test(arguments: [
        "requirepass one two", "REQUIREPASS \"open", "masterauth secret secret", "user alice \"on",
        "masteruser a secret", "\"requirepass\" secret two",
    ])
    func secretsAreNotShown(_ line: String) {
        let message = message(line) ?? ""
        #expect(message.contains("(hidden)'"))
        #expect(!message.contains("secret") && !message.contains("two") && !message.contains("open"))
    }

    @Test func thePlaceSaysWhichSource() {
        let bad: [(ConfigurationSource.Origin, String)] = [
            (.file("f"), "the configuration file, at line 2"),
            (.included("/c.d/x"), "the included file '/c.d/x', at line 2"),
            (.standardInput, "the standard input, at line 2"),
            (.commandLine, "the command line, at option 2"),
        ]
        for (origin, phrase) in bad {
            do {
                _ = try read(ConfigurationSource(origin, "hz 1\nfoo 1"))
                Issue.record("accepted")
            } catch {
                #expect(error.message(version: "1").contains("Reading \(phrase)\n>>> 'foo 1'"))
            }
        }
    }

    // MARK: Include

    @Test func includedFilesAreReadInPlace() throws {
        let files: [String: [ConfigurationSource]] = [
            "a": [ConfigurationSource(.included("a"), "timeout 2\nhz 20\nsave 1 1\ninclude c*")],
            "c*": [
                ConfigurationSource(.included("c1"), "maxclients 1"),
                ConfigurationSource(.included("c2"), "maxclients 2"),
            ],
            "none*": [],
        ]
        let main = ConfigurationSource(.file("f"), "timeout 1\nINCLUDE a\ninclude none*\nhz 30\nsave 2 2")
        let configuration = try read(main, files: files)
        #expect(configuration.timeout == 2 && configuration.hz == 30 && configuration.maxclients == 2)
        #expect(configuration.save == [.init(1, 1), .init(2, 2)])
    }

    @Test func includeErrorsAreThoseOfTheLineThatIncludes() {
        #expect(
            message("hz 1\ninclude /nonexistent")?.hasSuffix(
                "at line 2\n>>> 'include /nonexistent'\ncan't open config file '/nonexistent': No "
                    + "such file or directory\n")
                == true)
    }

    @Test func filesThatIncludeEachOtherEnd() {
        let files = ["a": [ConfigurationSource(.included("a"), "hz 1\ninclude a")]]
        #expect(
            throws: ConfigurationFileError(
                place: .init(origin: .included("a"), line: 2, text: "include a"), reason: .includedTooDeeply)
        ) { try read(ConfigurationSource(.file("f"), "include a"), files: files) }
    }

    // MARK: What is not a setting

    @Test func usersAreCollected() throws {
        let configuration = try read("user alice on >pw ~* +@all\nUser bob off")
        #expect(configuration.users == [["alice", "on", ">pw", "~*", "+@all"], ["bob", "off"]])
        #expect(throws: ConfigurationFileError(place: nil, reason: .twoUserSources)) {
            try read("user bob on\naclfile /etc/users.acl")
        }
    }

    @Test func passwordSourcesExcludeEachOther() throws {
        #expect(try read("requirepass-file /run/secret").requirepassFile == "/run/secret")
        #expect(throws: ConfigurationFileError(place: nil, reason: .twoPasswordSources)) {
            try read("requirepass-file /run/secret\nrequirepass x")
        }
        let error = ConfigurationFileError(place: nil, reason: .twoPasswordSources)
        #expect(
            error.message(version: "1") == "\n*** FATAL CONFIG FILE ERROR (Martlet 1) ***\n"
                + "requirepass and requirepass-file can't be used together\n")
    }

    @Test func commandsAreRenamedInOrder() throws {
        let text =
            "rename-command FLUSHALL \"\"\nrename-command get Abc\nrename-command set GET\nrename-command abc abc"
        #expect(
            try read(text).renamedCommands == [
                .init(name: "flushall", replacement: ""), .init(name: "get", replacement: "abc"),
                .init(name: "set", replacement: "get"), .init(name: "abc", replacement: "abc"),
            ])
    }

    @Test(arguments: [
        ("rename-command foo x", "No such command in rename-command"),
        ("rename-command get \"\"\nrename-command get x", "No such command in rename-command"),
        ("rename-command get x\nrename-command x y\nrename-command x z", "No such command in rename-command"),
        ("rename-command get SET", "Target command name already exists"),
        ("rename-command get x\nrename-command set x", "Target command name already exists"),
        ("rename-command \"\" x", "No such command in rename-command"),
    ])
    func renamingThatCannotBe(_ text: String, _ reason: String) {
        #expect(message(text)?.hasSuffix(reason + "\n") == true)
    }

    // MARK: What this server does not have

    @Test(arguments: [
        "daemonize no", "io-threads 1", "IO-Threads-Do-Reads NO", "tls-port 0",
        "tls-cert-file "
            + "\"\"", "cluster-enabled no",
        "replicaof no one", "slaveof NO ONE", "activedefrag no", "active-defrag-ignore-bytes 100mb",
        "jemalloc-bg-thread yes", "crash-log-enabled no", "lua-replicate-commands yes", "syslog-ident redis",
    ])
    func askingForNothingIsAccepted(_ line: String) throws { #expect(try read(line) == Configuration()) }

    @Test(arguments: [
        ("daemonize yes", "let a supervisor such as systemd, runit or a container runtime start it"),
        ("daemonize yes", "daemonize can only be 'no'"),
        ("io-threads 4", "on one thread; io-threads can only be '1'"),
        ("tls-port 6380", "does not speak TLS yet"), ("tls-cert-file /x", "tls-cert-file can only be ''"),
        ("cluster-enabled yes", "not a cluster node"), ("replicaof 127.0.0.1 6379", "does not replicate yet"),
        ("slaveof 127.0.0.1 6379", "replicaof can only be '' or 'no one'"),
        ("activedefrag yes", "defragment"),
        ("loadmodule /x.so", "cannot load modules"), ("sentinel monitor a b", "cannot be a Sentinel"),
        ("sentinel", "Sentinel"),
        ("list-max-ziplist-entries 512", "list-max-listpack-size"),
        ("lua-replicate-commands no", "effects of scripts"),
        ("syslog-enabled yes", "syslog"), ("crash-log-enabled yes", "core dumps"), ("tls-port", "TLS"),
        ("server_cpulist 0-1", "taskset"), ("watchdog-period 5", "watchdog"),
        ("bind-source-addr 1.2.3.4", "sockets"),
    ])
    func askingForWhatIsNotThereIsRefused(_ line: String, _ part: String) {
        #expect(message(line)?.contains(part) == true, "\(message(line) ?? "accepted")")
    }
}
