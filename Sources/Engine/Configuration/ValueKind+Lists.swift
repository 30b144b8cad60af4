import Bytes

extension Configuration {
    /// Addresses to listen on; none at all when the only one is empty.
    struct Addresses: ValueKind {
        let target: Field<[String]>
        init(_ target: Field<[String]>) { self.target = target }

        /// As many as Redis accepts.
        private static let limit = 16

        var field: PartialKeyPath<Configuration> { target }
        var syntax: String { "up to \(Addresses.limit) addresses" }
        var takesList: Bool { true }

        func parse(_ arguments: [String], appending: Bool, into configuration: inout Configuration)
            throws(Refusal)
        {
            if arguments.count > Addresses.limit { throw .tooManyAddresses }
            let addresses = arguments == [""] ? [] : arguments
            guard addresses.allSatisfy(Addresses.isPlain) else { throw .invalidAddress }
            configuration[keyPath: target] = addresses
        }

        /// No address has blanks, quotes or control characters; refusing them lets a file have addresses
        /// without quotes.
        private static func isPlain(_ address: String) -> Bool {
            !address.isEmpty
                && address.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x27 }
        }

        func text(_ configuration: Configuration) -> String {
            configuration[keyPath: target].joined(separator: " ")
        }

        func lines(_ configuration: Configuration) -> [String] {
            configuration[keyPath: target].isEmpty ? ["\"\""] : [text(configuration)]
        }
    }

    /// Pairs of seconds and changes. The first line of a start replaces the defaults, further ones add to it,
    /// and an empty value forgets all.
    struct SavePoints: ValueKind {
        let target: Field<[SavePoint]>
        init(_ target: Field<[SavePoint]>) { self.target = target }

        var field: PartialKeyPath<Configuration> { target }
        var syntax: String { "pairs of seconds and changes, or `\"\"`" }
        var takesList: Bool { true }

        func parse(_ arguments: [String], appending: Bool, into configuration: inout Configuration)
            throws(Refusal)
        {
            if arguments.isEmpty || arguments == [""] {
                configuration[keyPath: target] = []
                return
            }
            guard arguments.count.isMultiple(of: 2) else { throw .invalidSavePoints }
            var points = appending ? configuration[keyPath: target] : []
            for i in stride(from: 0, to: arguments.count, by: 2) {
                guard let seconds = Int(decimal: arguments[i]), seconds >= 1,
                    let changes = Int(decimal: arguments[i + 1]), changes >= 0
                else { throw .invalidSavePoints }
                points.append(SavePoint(seconds, changes))
            }
            configuration[keyPath: target] = points
        }

        func text(_ configuration: Configuration) -> String {
            configuration[keyPath: target].map { "\($0.seconds) \($0.changes)" }.joined(separator: " ")
        }

        func lines(_ configuration: Configuration) -> [String] {
            let points = configuration[keyPath: target]
            return points.isEmpty ? ["\"\""] : points.map { "\($0.seconds) \($0.changes)" }
        }
    }

    /// One or more of: a class of clients, its hard limit, its soft limit, and the seconds that one may be
    /// exceeded. Classes that are not named keep their limits.
    struct OutputLimits: ValueKind {
        let target: Field<OutputBufferLimits>
        init(_ target: Field<OutputBufferLimits>) { self.target = target }

        var field: PartialKeyPath<Configuration> { target }
        var syntax: String {
            "`normal`, `replica` or `pubsub`, two sizes and seconds; repeated for other classes"
        }
        var takesList: Bool { true }
        var linesAreIndependent: Bool { true }

        func parse(_ arguments: [String], appending: Bool, into configuration: inout Configuration)
            throws(Refusal)
        {
            guard arguments.count.isMultiple(of: 4) else { throw .wrongNumberOfOutputLimits }
            var limits = configuration[keyPath: target]
            for i in stride(from: 0, to: arguments.count, by: 4) {
                guard let clientClass = OutputLimits.clientClass(arguments[i]) else {
                    throw .invalidClientClass
                }
                guard case .bytes(let hard) = SizeText.read(arguments[i + 1]),
                    case .bytes(let soft) = SizeText.read(arguments[i + 2]),
                    let seconds = Int(decimal: arguments[i + 3]), seconds >= 0
                else { throw .invalidOutputLimit }
                limits[clientClass] = OutputBufferLimit(hard: hard, soft: soft, softSeconds: seconds)
            }
            configuration[keyPath: target] = limits
        }

        private static func clientClass(_ name: String) -> OutputBufferLimits.Class? {
            switch name.lowercased() {
            case "normal": .normal
            case "slave", "replica": .replica
            case "pubsub": .pubsub
            default: nil
            }
        }

        func text(_ configuration: Configuration) -> String {
            OutputBufferLimits.Class.allCases.map { clientClass in
                let limit = configuration[keyPath: target][clientClass]
                // Clients that parse this look for the old word.
                let name = clientClass == .replica ? "slave" : clientClass.rawValue
                return "\(name) \(limit.hard) \(limit.soft) \(limit.softSeconds)"
            }.joined(separator: " ")
        }

        func lines(_ configuration: Configuration) -> [String] {
            OutputBufferLimits.Class.allCases.map { clientClass in
                let limit = configuration[keyPath: target][clientClass]
                let sizes = "\(SizeText.write(limit.hard)) \(SizeText.write(limit.soft))"
                return "\(clientClass.rawValue) \(sizes) \(limit.softSeconds)"
            }
        }
    }

    /// The three values of `oom_score_adj`.
    struct OOMScores: ValueKind {
        let target: Field<OOMScoreValues>
        init(_ target: Field<OOMScoreValues>) { self.target = target }

        var field: PartialKeyPath<Configuration> { target }
        var syntax: String { "three integers from -2000 to 2000: primary, replica, child process" }
        var takesList: Bool { true }

        func parse(_ arguments: [String], appending: Bool, into configuration: inout Configuration)
            throws(Refusal)
        {
            guard arguments.count == 3 else { throw .wrongNumberOfArguments }
            let values = arguments.compactMap { Int(decimal: $0) }.filter {
                (-2000...2000).contains($0)
            }
            guard values.count == 3 else { throw .invalidOOMScores }
            configuration[keyPath: target] = OOMScoreValues(
                primary: values[0], replica: values[1], child: values[2])
        }

        func text(_ configuration: Configuration) -> String {
            let values = configuration[keyPath: target]
            return "\(values.primary) \(values.replica) \(values.child)"
        }
    }

    /// Percentages with up to six decimals; none when the only one is empty.
    struct Percentiles: ValueKind {
        let target: Field<[Double]>
        init(_ target: Field<[Double]>) { self.target = target }

        var field: PartialKeyPath<Configuration> { target }
        var syntax: String { "numbers from 0 to 100, or `\"\"`" }
        var takesList: Bool { true }

        func parse(_ arguments: [String], appending: Bool, into configuration: inout Configuration)
            throws(Refusal)
        {
            var values: [Double] = []
            for argument in arguments == [""] ? [] : arguments {
                guard let value = Double(argument), !value.isNaN else { throw .invalidPercentile }
                guard (0...100).contains(value) else { throw .percentileOutOfRange }
                values.append(value)
            }
            configuration[keyPath: target] = values
        }

        func text(_ configuration: Configuration) -> String {
            configuration[keyPath: target].map(Percentiles.text).joined(separator: " ")
        }

        private static func text(_ value: Double) -> String {
            let millionths = Int((value * 1_000_000).rounded())
            var fraction = String(String(millionths % 1_000_000 + 1_000_000).dropFirst())
            while fraction.last == "0" { fraction.removeLast() }
            return "\(millionths / 1_000_000)" + (fraction.isEmpty ? "" : "." + fraction)
        }

        func lines(_ configuration: Configuration) -> [String] {
            configuration[keyPath: target].isEmpty ? ["\"\""] : [text(configuration)]
        }
    }
}
