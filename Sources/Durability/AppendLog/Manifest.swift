import Engine

/// The list of a log's files, in the format of Redis 7: a line each, words in pairs.
///
///     file appendonly.aof.2.base.rdb seq 2 type b
///     file appendonly.aof.1.incr.aof seq 1 type h
///     file appendonly.aof.4.incr.aof seq 4 type i
///
/// The base holds the data as they were when the log was last rewritten, the increments what changed since, in the order of their
/// numbers. Files of history were replaced by the base and only wait to be removed.
///
/// Invariants: at most one base; increments have rising numbers; a name is not a path.
package struct Manifest: Equatable, Sendable {
    package struct File: Equatable, Sendable {
        package var name: String
        package var sequence: Int64
    }

    package var base: File?
    package var increments: [File] = []
    package var history: [File] = []

    package init() {}

    /// What the name of the log's manifest file ends with.
    package static let suffix = ".manifest"

    // MARK: The next files

    private var lastBase: Int64 { base?.sequence ?? 0 }
    private var lastIncrement: Int64 {
        let past = history.filter { $0.name.hasSuffix(".incr.aof") }.map(\.sequence)
        return max(increments.last?.sequence ?? 0, past.max() ?? 0)
    }

    /// The increment that follows those there are.
    package func nextIncrement(_ log: String) -> File {
        let number = lastIncrement + 1
        return File(name: "\(log).\(number).incr.aof", sequence: number)
    }

    /// The base that follows the one there is; `isSnapshot` tells an RDB file from one of commands.
    package func nextBase(_ log: String, isSnapshot: Bool) -> File {
        let number = lastBase + 1
        return File(name: "\(log).\(number).base.\(isSnapshot ? "rdb" : "aof")", sequence: number)
    }

    /// The manifest once `newBase` stands for everything up to the increments from `first` on.
    package func rewritten(base newBase: File, keepingFrom first: Int64) -> Manifest {
        var result = self
        if let base { result.history.insert(base, at: 0) }
        result.base = newBase
        result.history += increments.filter { $0.sequence < first }
        result.increments = increments.filter { $0.sequence >= first }
        return result
    }

    // MARK: Text

    package var text: String {
        let lines = [(base.map { [$0] } ?? [], "b"), (history, "h"), (increments, "i")]
        return lines.flatMap { files, type in
            files.map { "file \(Manifest.quoted($0.name)) seq \($0.sequence) type \(type)\n" }
        }.joined()
    }

    private static func quoted(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 34 && $0 != 39 && $0 != 92 }
        return isPlain ? name : ConfigurationLine.quoted(name)
    }
}
