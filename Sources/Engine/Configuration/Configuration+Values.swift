extension Configuration {
    /// A snapshot is due when this many changes happened within this many seconds.
    package struct SavePoint: Sendable, Equatable {
        package var seconds: Int
        package var changes: Int

        package init(_ seconds: Int, _ changes: Int) {
            self.seconds = seconds
            self.changes = changes
        }
    }

    /// A command that answers to another name, or to none when `replacement` is empty.
    package struct RenamedCommand: Sendable, Equatable {
        package var name: String
        package var replacement: String

        package init(name: String, replacement: String) {
            self.name = name
            self.replacement = replacement
        }
    }

    /// How many bytes may wait for a client: `hard` at once, `soft` for `softSeconds`; 0 is no limit.
    package struct OutputBufferLimit: Sendable, Equatable {
        package var hard: Int
        package var soft: Int
        package var softSeconds: Int

        package init(hard: Int, soft: Int, softSeconds: Int) {
            self.hard = hard
            self.soft = soft
            self.softSeconds = softSeconds
        }
    }

    /// The output buffer limits of each class of client.
    package struct OutputBufferLimits: Sendable, Equatable {
        package enum Class: String, CaseIterable, Sendable {
            case normal, replica, pubsub
        }

        package var normal = OutputBufferLimit(hard: 0, soft: 0, softSeconds: 0)
        package var replica = OutputBufferLimit(hard: 256 << 20, soft: 64 << 20, softSeconds: 60)
        package var pubsub = OutputBufferLimit(hard: 32 << 20, soft: 8 << 20, softSeconds: 60)

        package init() {}

        package subscript(class: Class) -> OutputBufferLimit {
            get {
                switch `class` {
                case .normal: normal
                case .replica: replica
                case .pubsub: pubsub
                }
            }
            set {
                switch `class` {
                case .normal: normal = newValue
                case .replica: replica = newValue
                case .pubsub: pubsub = newValue
                }
            }
        }
    }

    /// What all clients together may hold: bytes, or a share of `maxmemory`. 0 is no limit.
    package enum ClientMemoryLimit: Sendable, Equatable {
        case bytes(Int)
        case percentOfMaxmemory(Int)

        /// Bytes; a share of an unlimited `maxmemory` is no limit.
        package func resolved(maxmemory: Int) -> Int {
            switch self {
            case .bytes(let bytes): bytes
            case .percentOfMaxmemory(let percent): Configuration.share(percent, of: maxmemory)
            }
        }
    }

    /// `percent` hundredths of `bytes`, rounded down, without overflow.
    static func share(_ percent: Int, of bytes: Int) -> Int {
        bytes / 100 * percent + bytes % 100 * percent / 100
    }

    /// What is written to `oom_score_adj` for a primary, a replica and a child process.
    package struct OOMScoreValues: Sendable, Equatable {
        package var primary = 0
        package var replica = 200
        package var child = 800

        package init() {}

        package init(primary: Int, replica: Int, child: Int) {
            self.primary = primary
            self.replica = replica
            self.child = child
        }
    }

    /// How a signal ends the server; none is what SHUTDOWN without options does.
    package struct ShutdownFlags: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let save = ShutdownFlags(rawValue: 1)
        package static let nosave = ShutdownFlags(rawValue: 2)
        package static let now = ShutdownFlags(rawValue: 4)
        package static let force = ShutdownFlags(rawValue: 8)

        static let words: [(word: String, flag: ShutdownFlags)] = [
            ("default", []), ("save", .save), ("nosave", .nosave), ("now", .now), ("force", .force),
        ]
    }

    /// The classes of events that are published, and on which of the two channels.
    package struct KeyspaceEvents: OptionSet, Sendable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }

        package static let keyspace = KeyspaceEvents(rawValue: 1 << 0)
        package static let keyevent = KeyspaceEvents(rawValue: 1 << 1)
        package static let generic = KeyspaceEvents(rawValue: 1 << 2)
        package static let string = KeyspaceEvents(rawValue: 1 << 3)
        package static let list = KeyspaceEvents(rawValue: 1 << 4)
        package static let set = KeyspaceEvents(rawValue: 1 << 5)
        package static let hash = KeyspaceEvents(rawValue: 1 << 6)
        package static let zset = KeyspaceEvents(rawValue: 1 << 7)
        package static let expired = KeyspaceEvents(rawValue: 1 << 8)
        package static let evicted = KeyspaceEvents(rawValue: 1 << 9)
        package static let stream = KeyspaceEvents(rawValue: 1 << 10)
        package static let keyMiss = KeyspaceEvents(rawValue: 1 << 11)
        package static let module = KeyspaceEvents(rawValue: 1 << 13)
        package static let new = KeyspaceEvents(rawValue: 1 << 14)

        /// What `A` stands for: every class but misses and new keys.
        package static let all: KeyspaceEvents = [
            .generic, .string, .list, .set, .hash, .zset, .expired, .evicted, .stream, .module,
        ]

        /// The letters of single classes, in the order CONFIG GET names them.
        private static let letters: [(letter: Character, flag: KeyspaceEvents)] = [
            ("g", .generic), ("$", .string), ("l", .list), ("s", .set), ("h", .hash), ("z", .zset),
            ("x", .expired),
            ("e", .evicted), ("t", .stream), ("d", .module), ("n", .new), ("K", .keyspace), ("E", .keyevent),
            ("m", .keyMiss),
        ]

        /// Nil when a letter means nothing.
        package init?(letters text: String) {
            self = []
            for character in text {
                if character == "A" {
                    formUnion(.all)
                } else if let known = KeyspaceEvents.letters.first(where: { $0.letter == character }) {
                    insert(known.flag)
                } else {
                    return nil
                }
            }
        }

        package var letters: String {
            var text = ""
            var rest = self
            if isSuperset(of: .all) {
                text = "A"
                rest.subtract(.all)
            }
            for (letter, flag) in KeyspaceEvents.letters where rest.contains(flag) { text.append(letter) }
            return text
        }
    }
}
