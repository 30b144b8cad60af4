import Bytes

/// The text of INFO, put together section by section.
struct InfoReport {
    private(set) var text = ""

    /// Sections that INFO shows when none is named.
    static let defaultSections: Set<String> = [
        "server", "clients", "memory", "persistence", "stats", "replication", "cpu", "modules", "module_list",
        "errorstats", "cluster", "keyspace",
    ]

    /// All sections, in their order.
    static let order: [(name: String, write: @Sendable (inout InfoReport, borrowing Keyspace, borrowing Context) -> Void)] = [
        ("server", { $0.writeServer($1, $2) }),
        ("clients", { $0.writeClients($1, $2) }),
        ("memory", { $0.writeMemory($1, $2) }),
        ("persistence", { $0.writePersistence($1, $2) }),
        ("stats", { $0.writeStatistics($1, $2) }),
        ("replication", { $0.writeReplication($1, $2) }),
        ("cpu", { $0.writeProcessor($1, $2) }),
        ("modules", { report, _, _ in report.section("Modules") }),
        ("commandstats", { $0.writeCommands($1, $2) }),
        ("errorstats", { $0.writeErrors($1, $2) }),
        ("latencystats", { report, _, _ in report.section("Latencystats") }),
        ("cluster", { report, _, _ in
            report.section("Cluster")
            report.field("cluster_enabled", 0)
        }),
        ("keyspace", { $0.writeKeyspace($1, $2) }),
    ]

    /// The sections named (lower case), in the report's own order.
    init(_ names: Set<String>, _ keyspace: borrowing Keyspace, _ context: borrowing Context) {
        for (name, write) in InfoReport.order where names.contains(name) { write(&self, keyspace, context) }
    }

    mutating func section(_ title: String) {
        if !text.isEmpty { text += "\r\n" }
        text += "# \(title)\r\n"
    }

    mutating func field(_ name: String, _ value: String) { text += "\(name):\(value)\r\n" }
    mutating func field<Value: BinaryInteger>(_ name: String, _ value: Value) { text += "\(name):\(value)\r\n" }

    /// A figure with two decimals.
    mutating func field(_ name: String, decimal value: Double) { field(name, InfoReport.decimal(value, 2)) }

    /// A size in bytes, and the same for people to read.
    mutating func size(_ name: String, _ bytes: Int) {
        field(name, bytes)
        field(name + "_human", NumberText(humanSize: UInt64(max(0, bytes))).bytes.text)
    }

    /// Seconds with six decimals, from microseconds.
    mutating func seconds(_ name: String, _ micros: UInt64) {
        field(name, "\(micros / 1_000_000).\(String(micros % 1_000_000 + 1_000_000).dropFirst())")
    }

    static func decimal(_ value: Double, _ places: Int) -> String {
        NumberText(scaled: value, fraction: places).bytes.text
    }
}
