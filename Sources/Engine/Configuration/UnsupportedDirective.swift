extension Configuration {
    /// A directive of Redis about something this server does not have.
    ///
    /// It is accepted when it asks for nothing: when it has the value that describes what this server does,
    /// or, in a file, another one that files shipped with Redis contain and that makes no difference here.
    /// Anything else is refused with the reason, because a setting that is accepted and ignored is worse than
    /// one that is missing.
    package struct UnsupportedDirective: Sendable {
        /// What the server does not have, and what to do instead.
        enum Subject: CaseIterable {
            case tls, cluster, replication, threads, defragmentation, allocator, daemon, syslog, processors,
                sockets
            case crashReports, watchdog, warnings, modules, sentinel, lists, scripts
        }

        package let name: String
        package let alias: String?
        let subject: Subject
        /// What CONFIG GET answers; nil when Redis knows the directive in files only.
        package let answer: String?
        /// Further values that are accepted in a file.
        package let tolerated: [String]
        package let isImmutable: Bool
        /// Whether CONFIG GET shows it only when asked by its full name.
        package let isHidden: Bool

        init(
            _ name: String, alias: String? = nil, _ subject: Subject, _ answer: String?,
            tolerating: [String] = [],
            immutable: Bool = false, hidden: Bool = false
        ) {
            self.name = name
            self.alias = alias
            self.subject = subject
            self.answer = answer
            self.tolerated = tolerating
            self.isImmutable = immutable
            self.isHidden = hidden
        }

        package var reason: String { subject.reason }

        /// What is said to somebody who wants another value.
        var refusal: Refusal {
            let accepted = ([answer].compactMap(\.self) + tolerated).map { "'\($0)'" }
            if accepted.isEmpty { return .unsupported(reason) }
            return .unsupported("\(reason); \(name) can only be \(accepted.joined(separator: " or "))")
        }

        func check(_ arguments: [String], inFile: Bool) throws(Refusal) {
            let value = arguments.joined(separator: " ").lowercased()
            let accepted = [answer].compactMap(\.self) + (inFile ? tolerated : [])
            guard accepted.contains(value), !arguments.isEmpty else { throw refusal }
        }
    }

    /// Rows by name and by alias.
    static let unsupportedByName: [String: UnsupportedDirective] = {
        var byName: [String: UnsupportedDirective] = [:]
        for directive in unsupportedDirectives {
            for name in [directive.name, directive.alias].compactMap(\.self) { byName[name] = directive }
        }
        return byName
    }()
}

extension Configuration.UnsupportedDirective.Subject {
    var reason: String {
        switch self {
        case .tls: "Martlet does not speak TLS yet: let a proxy such as stunnel or HAProxy do it"
        case .cluster: "Martlet is a single server and not a cluster node"
        case .replication: "Martlet does not replicate yet"
        case .threads: "Martlet runs commands and network on one thread"
        case .defragmentation: "Martlet does not move values in memory to defragment it"
        case .allocator: "Martlet does not use jemalloc"
        case .daemon:
            "Martlet stays in the foreground: let a supervisor such as systemd, runit or a container"
                + " runtime start it"
        case .syslog: "Martlet logs to standard output or a file: a supervisor can pass that on to syslog"
        case .processors:
            "Martlet does not bind its threads to processors: use taskset or the supervisor's CPUAffinity"
        case .sockets: "Martlet does not set this option on its sockets"
        case .crashReports:
            "Martlet does not write reports of its own when it crashes: use the system's core dumps"
        case .watchdog: "Martlet has no software watchdog"
        case .warnings: "Martlet does not have the startup check this would silence"
        case .modules: "Martlet cannot load modules"
        case .sentinel: "Martlet cannot be a Sentinel"
        case .lists: "this directive was replaced by list-max-listpack-size in Redis 3.2"
        case .scripts: "Martlet always records the effects of scripts"
        }
    }
}
