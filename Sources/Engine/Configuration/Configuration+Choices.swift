/// A setting that takes one of a few words.
///
/// `spellings` lists every word in the order the error message names them; two words may mean the same, and
/// CONFIG GET then answers with the first.
package protocol ConfigurationChoice: Sendable, Equatable {
    static var spellings: [(word: String, value: Self)] { get }
}

extension ConfigurationChoice {
    /// The word CONFIG GET answers with.
    package var word: String { Self.spellings.first { $0.value == self }!.word }
}

extension ConfigurationChoice where Self: CaseIterable & RawRepresentable<String> {
    package static var spellings: [(word: String, value: Self)] { allCases.map { ($0.rawValue, $0) } }
}

extension Configuration {
    /// Who may use something dangerous: nobody, everybody, or clients on this machine.
    package enum ProtectedAction: String, CaseIterable, ConfigurationChoice {
        case no, yes, local

        package func allows(localClient: Bool) -> Bool {
            switch self {
            case .no: false
            case .yes: true
            case .local: localClient
            }
        }
    }

    /// The channels a new ACL user may use.
    package enum ACLPubSubDefault: String, CaseIterable, ConfigurationChoice {
        case allChannels = "allchannels"
        case resetChannels = "resetchannels"
    }

    /// Who is told that the server is ready.
    package enum Supervision: String, CaseIterable, ConfigurationChoice {
        case systemd, auto, no
    }

    package enum LogLevel: String, CaseIterable, ConfigurationChoice, Comparable {
        case debug, verbose, notice, warning

        package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .debug: 0
            case .verbose: 1
            case .notice: 2
            case .warning: 3
            }
        }
    }

    package enum LogFormat: String, CaseIterable, ConfigurationChoice {
        case text, json
    }

    package enum EvictionPolicy: String, CaseIterable, ConfigurationChoice {
        case volatileLRU = "volatile-lru"
        case volatileLFU = "volatile-lfu"
        case volatileRandom = "volatile-random"
        case volatileTTL = "volatile-ttl"
        case allkeysLRU = "allkeys-lru"
        case allkeysLFU = "allkeys-lfu"
        case allkeysRandom = "allkeys-random"
        case volatileLRM = "volatile-lrm"
        case allkeysLRM = "allkeys-lrm"
        case noeviction
    }

    package enum AppendFsync: String, CaseIterable, ConfigurationChoice {
        case everySecond = "everysec"
        case always, no
    }

    /// Whether RESTORE and loading check a value's inner structure before using it.
    package enum DumpSanitization: String, CaseIterable, ConfigurationChoice {
        case no, yes, clients
    }

    /// What becomes of a file that holds something which this server does not know.
    package enum UnknownValues: String, CaseIterable, ConfigurationChoice {
        case refuse, skip
    }

    /// What a command does to the server when it fails while a log or a stream of effects is replayed.
    package enum PropagationErrorBehavior: String, CaseIterable, ConfigurationChoice {
        case ignore, panic
        case panicOnReplicas = "panic-on-replicas"
    }

    package enum DisklessLoad: String, CaseIterable, ConfigurationChoice {
        case disabled
        case onEmptyDatabase = "on-empty-db"
        case swapDatabase = "swapdb"
    }

    /// Whether the host writes `oom_score_adj`, and whether its values add to the score the process started
    /// with.
    package enum OOMScoreAdjustment: ConfigurationChoice {
        case no, relative, absolute

        package static var spellings: [(word: String, value: OOMScoreAdjustment)] {
            [("no", .no), ("yes", .relative), ("relative", .relative), ("absolute", .absolute)]
        }
    }
}
