import Testing

@testable import Engine

@Suite struct DirectiveTableTests {
    @Test func everyNameIsUsedOnce() {
        let rows = Configuration.directives.flatMap { [$0.name, $0.alias].compactMap(\.self) }
        let unsupported = Configuration.unsupportedDirectives.flatMap {
            [$0.name, $0.alias].compactMap(\.self)
        }
        let names = rows + unsupported + ["include", "rename-command", "user"]
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0 == $0.lowercased() })
    }

    @Test func everyFieldHasOneRow() {
        #expect(Set(Configuration.directives.map(\.field)).count == Configuration.directives.count)
        let stored = Mirror(reflecting: Configuration()).children.compactMap(\.label)
        let withoutRow = ["totalMemory", "maxmemoryShare", "renamedCommands", "users", "secretPassword"]
        #expect(stored.count == Configuration.directives.count + withoutRow.count)
        #expect(Set(withoutRow).isSubset(of: stored))
    }

    @Test func everyRowHasASummaryAndASyntax() {
        for directive in Configuration.directives {
            #expect(directive.summary.hasSuffix(".") && !directive.summary.contains("|"), "\(directive.name)")
            #expect(!directive.syntax.isEmpty && !directive.syntax.contains("|"), "\(directive.name)")
        }
        for subject in Configuration.UnsupportedDirective.Subject.allCases {
            #expect(Configuration.unsupportedDirectives.contains { $0.subject == subject })
        }
    }

    @Test func everyDefaultReadsBack() throws {
        let defaults = Configuration()
        for directive in Configuration.directives {
            var configuration = defaults
            let text = directive.text(in: defaults)
            let words = directive.kind.takesList ? text.split(separator: " ").map(String.init) : [text]
            try directive.kind.parse(words, appending: false, into: &configuration)
            #expect(configuration == defaults, "\(directive.name)")
            #expect(directive.kind.lines(configuration) == directive.kind.lines(defaults))
        }
    }

    @Test func everyDirectiveOfRedisIsKnownWithItsDefault() {
        let answers = Dictionary(uniqueKeysWithValues: Configuration().get(["*"]).map { ($0.name, $0.value) })
        // These tell the truth about a server without jemalloc and without crash reports.
        let differing = [
            "jemalloc-bg-thread": "no", "crash-log-enabled": "no", "crash-memcheck-enabled": "no",
        ]
        for (name, value) in RedisDefaults.all {
            #expect(answers[name] == differing[name] ?? value, "\(name)")
        }
    }

    @Test func whatRedisDoesNotHaveIsMarked() {
        // Redis has these since 7.2; the defaults that are compared here are 7.0's.
        let later: Set = ["set-max-listpack-entries", "set-max-listpack-value"]
        for directive in Configuration.directives where !directive.traits.contains(.hidden) {
            let isRedis = RedisDefaults.all[directive.name] != nil || later.contains(directive.name)
            #expect(directive.traits.contains(.own) != isRedis, "\(directive.name)")
            if let alias = directive.alias { #expect(RedisDefaults.all[alias] != nil, "\(alias)") }
        }
    }

    @Test func namesAreFoundInAnyCaseAndByAlias() {
        #expect(Configuration.directive(named: "MaxMemory")?.name == "maxmemory")
        #expect(Configuration.directive(named: "slave-read-only")?.name == "replica-read-only")
        #expect(Configuration.directive(named: "lua-time-limit")?.field == \Configuration.busyReplyThreshold)
        #expect(Configuration.directive(named: "tls-port") == nil)
    }

    @Test func secretsAreMarked() {
        #expect(Configuration.isSensitive("RequirePass"))
        #expect(Configuration.isSensitive("masterauth"))
        #expect(Configuration.isSensitive("masteruser"))
        #expect(!Configuration.isSensitive("maxmemory"))
        #expect(!Configuration.isSensitive("no-such-thing"))
    }

    @Test(arguments: [
        ("maxmemroy", "maxmemory"), ("max-memory", "maxmemory"), ("apendonly", "appendonly"),
        ("tls-prot", "tls-port"),
        ("TIMEOUTS", "timeout"), ("includes", "include"), ("slave-read-onyl", "slave-read-only"),
    ])
    func theNearestNameIsSuggested(_ written: String, _ meant: String) {
        #expect(Configuration.nearestName(to: written) == meant)
    }

    @Test(arguments: ["", "x", "frobnicate", "vm-enabled-somehow"])
    func nothingFarAwayIsSuggested(_ written: String) {
        #expect(Configuration.nearestName(to: written) == nil)
    }

    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "axc", 1), ("ab", "ba", 1),
    ])
    func slipsAreCounted(_ one: String, _ other: String, _ count: Int) {
        #expect(Configuration.slips(from: one, to: other) == count)
        #expect(Configuration.slips(from: other, to: one) == count)
    }
}
