import Testing

@testable import Engine

/// CONFIG GET and CONFIG SET. The texts are those of redis-server 7.0.15, to which each case was put as well.
@Suite struct ConfigurationRuntimeTests {
    private var configuration = Configuration()

    @discardableResult
    private mutating func set(
        _ pairs: (name: String, value: String)..., localClient: Bool = false, loading: Bool = false
    ) throws(ConfigurationError) -> [String] {
        try configuration.set(pairs, localClient: localClient, loading: loading).directives.map(\.name)
    }

    private mutating func refusal(
        _ pairs: (name: String, value: String)..., localClient: Bool = false, loading: Bool = false
    ) -> String? {
        let before = configuration
        do {
            _ = try configuration.set(pairs, localClient: localClient, loading: loading)
            return nil
        } catch {
            #expect(configuration == before)
            return error.text
        }
    }

    private func get(_ patterns: String...) -> [String] {
        configuration.get(patterns).map { "\($0.name)=\($0.value)" }
    }

    // MARK: CONFIG GET

    @Test func aNameComesBackAsItWasAskedFor() {
        #expect(get("MAXMEMORY") == ["MAXMEMORY=0"])
        #expect(get("maxmemory", "MAXMEMORY") == ["maxmemory=0"])
        #expect(
            get("slave-read-only", "replica-read-only") == ["replica-read-only=yes", "slave-read-only=yes"])
        #expect(get("no-such-thing") == [])
        #expect(get("") == [])
    }

    @Test func patternsMatchInAnyCaseAndEachNameOnce() {
        let all = [
            "maxmemory=0", "maxmemory-clients=0", "maxmemory-eviction-tenacity=10",
            "maxmemory-policy=noeviction",
            "maxmemory-samples=5",
        ]
        #expect(get("MAXMEM*") == all)
        #expect(
            get("maxmemory", "maxmemory*", "bind", "*of") == ["bind=* -::*"] + all + [
                "replicaof=", "slaveof=",
            ])
        #expect(get("p[no]rt") == ["port=6379"])
        #expect(get("h?") == ["hz=10"])
    }

    /// As in Redis a backslash alone does not make a pattern.
    @Test func aBackslashIsPartOfAName() { #expect(get("maxmemory\\*") == [] && get("max\\memory") == []) }

    @Test(arguments: [
        "use-exit-on-panic", "rdb-key-save-delay", "key-load-delay", "loading-process-events-interval-bytes",
        "watchdog-period",
    ])
    func hiddenNamesNeedToBeAskedFor(_ name: String) {
        #expect(configuration.get([name]).count == 1)
        #expect(configuration.get(["*", name + "*"]).isEmpty == false)
        #expect(!configuration.get(["*", name + "*"]).contains { $0.name == name })
    }

    @Test func unsupportedDirectivesAnswerTheTruth() {
        #expect(
            get("io-threads", "tls-port", "cluster-enabled", "slaveof", "jemalloc-bg-thread") == [
                "cluster-enabled=no", "io-threads=1", "jemalloc-bg-thread=no", "slaveof=", "tls-port=0",
            ])
        #expect(
            get("loadmodule", "sentinel", "lua-replicate-commands", "include", "user", "rename-command") == []
        )
    }

    // MARK: CONFIG SET

    @Test mutating func changesAreReported() throws {
        #expect(try set(("timeout", "5"), ("maxmemory", "1mb")) == ["timeout", "maxmemory"])
        #expect(configuration.timeout == 5 && configuration.maxmemory == 1 << 20)
        #expect(try set(("timeout", "5"), ("maxmemory", "1024kb"), ("port", "6379"), ("hz", "11")) == ["hz"])
        #expect(try set(("slave-read-only", "no")) == ["replica-read-only"])
        #expect(try configuration.set([("port", "1")], localClient: false, loading: false).contains(\.port))
        let nothing = try configuration.set([], localClient: false, loading: false)
        #expect(nothing.isEmpty && !nothing.contains(\.port))
    }

    @Test mutating func aShareAndTheSameBytesAreAChange() throws {
        configuration.totalMemory = 1000
        #expect(try set(("maxmemory", "50%")) == ["maxmemory"])
        #expect(try set(("maxmemory", "500")) == ["maxmemory"])
        #expect(configuration.maxmemoryShare == nil)
    }

    @Test mutating func allOrNothing() {
        #expect(
            refusal(
                ("maxmemory", "10000001"), ("maxmemory-clients", "200%"),
                ("client-query-buffer-limit", "invalid"))
                == "CONFIG SET failed (possibly related to argument 'maxmemory-clients') - "
                + "percentage argument must be less or equal to 100")
    }

    @Test mutating func namesInErrorsAreThoseOfTheTable() {
        #expect(
            refusal(("MAXCLIENTS", "foo"))
                == "CONFIG SET failed (possibly related to argument 'maxclients') - "
                + "argument couldn't be parsed into an integer")
        #expect(
            refusal(("hash-max-ziplist-entries", "foo"))
                == "CONFIG SET failed (possibly related to argument 'hash-max-ziplist-entries') - "
                + "argument couldn't be parsed into an integer")
    }

    @Test mutating func unknownNamesAreShownAsWritten() {
        #expect(refusal(("Foo", "1")) == "Unknown option or number of arguments for CONFIG SET - 'Foo'")
        #expect(
            refusal(("include", "1")) == "Unknown option or number of arguments for CONFIG SET - 'include'")
        #expect(
            refusal(("loadmodule", "1"))
                == "Unknown option or number of arguments for CONFIG SET - 'loadmodule'")
    }

    @Test mutating func theFirstProblemIsReported() {
        let unknown = "Unknown option or number of arguments for CONFIG SET - 'foo'"
        let immutable =
            "CONFIG SET failed (possibly related to argument 'daemonize') - can't set immutable config"
        #expect(refusal(("maxmemory", "x"), ("foo", "1"), ("daemonize", "1")) == unknown)
        #expect(refusal(("daemonize", "1"), ("foo", "1")) == immutable)
    }

    @Test mutating func immutableNames() {
        for name in [
            "databases", "aclfile", "Supervised", "replicaof", "slaveof", "io-threads", "requirepass-file",
        ] {
            #expect(
                refusal((name, "x")) == "CONFIG SET failed (possibly related to argument '\(name)') - "
                    + "can't set immutable config")
        }
    }

    @Test mutating func duplicateNames() throws {
        #expect(
            refusal(("maxmemory", "1"), ("MAXMEMORY", "2"))
                == "CONFIG SET failed (possibly related to argument 'MAXMEMORY') - duplicate parameter")
        // A name and its alias are two names, also for Redis.
        let names = try set(("hash-max-ziplist-entries", "1"), ("hash-max-listpack-entries", "2"))
        #expect(names == ["hash-max-listpack-entries"])
        #expect(configuration.hashMaxListpackEntries == 2)
    }

    @Test mutating func protectedNames() throws {
        let text =
            "CONFIG SET failed (possibly related to argument 'dbfilename') - can't set protected config"
        #expect(refusal(("dbfilename", "x"), localClient: true) == text)
        configuration.enableProtectedConfigs = .local
        #expect(refusal(("dbfilename", "x")) == text)
        #expect(try set(("dbfilename", "x"), localClient: true) == ["dbfilename"])
        configuration.enableProtectedConfigs = .yes
        #expect(try set(("dir", "/tmp")) == ["dir"])
    }

    @Test mutating func whileLoading() throws {
        configuration.enableProtectedConfigs = .yes
        for name in ["dir", "appendonly", "repl-diskless-load"] {
            #expect(throws: ConfigurationError.loading) {
                try configuration.set([(name, "x")], localClient: true, loading: true)
            }
        }
        #expect(try set(("loglevel", "debug"), loading: true) == ["loglevel"])
        #expect(refusal(("foo", "1"), ("dir", "x"), loading: true)?.contains("'foo'") == true)
    }

    @Test mutating func unsupportedNames() throws {
        #expect(try set(("activedefrag", "NO"), ("tls-port", "0"), ("jemalloc-bg-thread", "no")) == [])
        #expect(
            refusal(("activedefrag", "yes"))
                == "CONFIG SET failed (possibly related to argument 'activedefrag') - "
                + "Martlet does not move values in memory to defragment it; activedefrag can only be 'no'")
        // Files may have it, as Redis ships them so; but somebody who asks for it now has to be told.
        #expect(refusal(("jemalloc-bg-thread", "yes"))?.contains("does not use jemalloc") == true)
    }

    @Test mutating func twoSourcesOfThePasswordExcludeEachOther() throws {
        configuration.requirepassFile = "/run/secrets/password"
        let text = "CONFIG SET failed (possibly related to argument 'requirepass') - "
        #expect(
            refusal(("hz", "1"), ("requirepass", "x")) == text + Configuration.Refusal.twoPasswordSources.text
        )
        #expect(try set(("requirepass", "")) == [])
    }

    @Test func theHostReportsWhatItCouldNotApply() {
        let error = ConfigurationError.notApplied(
            argument: "port", reason: "Unable to listen on this port. Check server logs.")
        #expect(
            error.text == "CONFIG SET failed (possibly related to argument 'port') - "
                + "Unable to listen on this port. Check server logs.")
    }

    /// What redis-server's own suite does: every value CONFIG GET shows can be set again and changes nothing.
    @Test mutating func everyValueCanBeSetToWhatItIs() throws {
        configuration.enableProtectedConfigs = .yes
        for (name, value) in configuration.get(["*"]) {
            do {
                #expect(try set((name, value)) == [], "\(name)")
            } catch {
                #expect(error == .refused(argument: name, .immutable))
            }
        }
    }
}
