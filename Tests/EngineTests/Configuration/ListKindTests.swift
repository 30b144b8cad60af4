import Testing

@testable import Engine

/// Directives whose value is several words, as CONFIG SET gets them: in one argument.
@Suite struct ListKindTests {
    private func set(_ name: String, _ values: String...) throws(ConfigurationError) -> String {
        var configuration = Configuration()
        for value in values { _ = try configuration.set([(name, value)], localClient: true, loading: false) }
        return configuration.get([name])[0].value
    }

    private func refusal(_ name: String, _ value: String) -> String? {
        do {
            _ = try set(name, value)
            return nil
        } catch {
            guard case .refused(_, let refusal) = error else { return "\(error)" }
            return refusal.text
        }
    }

    @Test func savePoints() throws {
        #expect(try set("save", "900 1") == "900 1")
        #expect(try set("save", "900 1 60 0") == "900 1 60 0")
        #expect(try set("save", "900 1", "60 5") == "60 5")
        #expect(try set("save", "") == "")
    }

    /// Redis accepts the last three, taking a word it cannot read for 0 and one that is too large for the
    /// largest.
    @Test(arguments: [
        "900", "0 1", "1 -1", "900  1", "a b", "\"\"", "1.5 1", "900 ", "+900 1", "99999999999999999999 1",
    ])
    func notSavePoints(_ value: String) { #expect(refusal("save", value) == "Invalid save parameters") }

    @Test func outputLimits() throws {
        let name = "client-output-buffer-limit"
        #expect(try set(name, "") == "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60")
        #expect(
            try set(name, "REPLICA 1mb 2kb 3 normal 5 5 5")
                == "normal 5 5 5 slave 1048576 2048 3 pubsub 33554432 8388608 60")
        #expect(try set(name, "slave 1 2 3", "pubsub 4 5 6") == "normal 0 0 0 slave 1 2 3 pubsub 4 5 6")
    }

    @Test func notOutputLimits() {
        let name = "client-output-buffer-limit"
        #expect(refusal(name, "normal 1 2") == "Wrong number of arguments in buffer limit configuration.")
        #expect(refusal(name, "foo 1 2 3") == "Invalid client class specified in buffer limit configuration.")
        #expect(
            refusal(name, "master 1 2 3") == "Invalid client class specified in buffer limit configuration.")
        for value in [
            "normal 1mb 2 -3", "normal -1 2 3", "normal 1 x 3", "normal 1 2 3s", "normal 99999999999gb 2 3",
        ] {
            #expect(
                refusal(name, value)
                    == "Error in hard, soft or soft_seconds setting in buffer limit configuration.")
        }
    }

    @Test func oomScores() throws {
        let name = "oom-score-adj-values"
        #expect(try set(name, "-2000 0 2000") == "-2000 0 2000")
        #expect(refusal(name, "0 0") == "wrong number of arguments")
        #expect(refusal(name, "") == "wrong number of arguments")
        for value in ["0 0 x", "0 0 2001", "-2001 0 0", "0  0"] {
            #expect(
                refusal(name, value)
                    == "Invalid oom-score-adj-values, elements must be between -2000 and 2000.")
        }
    }

    @Test func percentiles() throws {
        let name = "latency-tracking-info-percentiles"
        #expect(try set(name, "99.9 50.123456789 1e1") == "99.9 50.123457 10")
        #expect(try set(name, "0 100") == "0 100")
        #expect(try set(name, "0.0000001") == "0")
        #expect(try set(name, "") == "")
        for value in ["50 x", "nan", "50  99"] {
            #expect(refusal(name, value) == "Invalid latency-tracking-info-percentiles parameters")
        }
        for value in ["100.1", "-0.1", "inf"] {
            #expect(
                refusal(name, value)
                    == "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]")
        }
    }

    @Test func addresses() throws {
        #expect(try set("bind", "127.0.0.1 -::1") == "127.0.0.1 -::1")
        #expect(try set("bind", "") == "")
        for value in ["127.0.0.1  ::1", "a\nrequirepass", "\"a\"", "'a'", "é"] {
            #expect(refusal("bind", value) == "Failed to bind to specified addresses.")
        }
        #expect(refusal("bind", Array(repeating: "a", count: 16).joined(separator: " ")) == nil)
        #expect(
            refusal("bind", Array(repeating: "a", count: 17).joined(separator: " "))
                == "Too many bind addresses specified.")
    }

    @Test func shutdownWords() throws {
        let name = "shutdown-on-sigterm"
        #expect(try set(name, "force NOW") == "now force")
        #expect(try set(name, "save", "default") == "default")
        #expect(try set(name, "default now") == "now")
        #expect(
            refusal(name, "save nosave") == "shutdown options SAVE and NOSAVE can't be used simultaneously")
        for value in ["", "force  now", "later"] {
            #expect(
                refusal(name, value)
                    == "argument(s) must be one of the following: default, save, nosave, now, force")
        }
    }

    /// Redis forgets the `n` of `An`, which it could not get back from a rewritten file either.
    @Test(arguments: [
        ("", ""), ("gKEA", "AKE"), ("nmg$", "g$nm"), ("An", "An"), ("g$lshzxetd", "A"), ("Kg", "gK"),
        ("m", "m"),
    ])
    func eventLetters(_ value: String, _ shown: String) throws {
        #expect(try set("notify-keyspace-events", value) == shown)
    }

    @Test func unknownEventLetter() {
        #expect(
            refusal("notify-keyspace-events", "q") == "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.")
    }
}
