import Bytes

extension Configuration {
    /// How long the keys of a prefix or database live; see `LifetimePolicy`. Seconds, 0 for none; the jitter in percent.
    package struct LifetimeRule: Sendable, Equatable {
        package enum Scope: Sendable, Equatable {
            case everywhere
            case database(Int)
            case prefix(String)
        }

        package var scope: Scope
        package var standard: Int64
        package var maximum: Int64
        package var jitter: Int

        package init(_ scope: Scope, standard: Int64, maximum: Int64, jitter: Int) {
            self.scope = scope
            self.standard = standard
            self.maximum = maximum
            self.jitter = jitter
        }

        /// As the directive is written.
        var text: String {
            let name =
                switch scope {
                case .everywhere: "*"
                case .database(let number): "db:\(number)"
                case .prefix(let text): "prefix:\(text)"
                }
            return "\(name) \(standard) \(maximum) \(jitter)"
        }
    }

    /// Groups of four words: a scope, the default and the maximum in seconds, and the jitter in percent.
    struct LifetimeRules: ValueKind {
        let target: Field<[LifetimeRule]>
        init(_ target: Field<[LifetimeRule]>) { self.target = target }

        /// A century.
        private static let longest: Int64 = 3_155_760_000

        var field: PartialKeyPath<Configuration> { target }
        var syntax: String { "groups of `*`, `db:NUMBER` or `prefix:TEXT`, default, maximum and jitter, or `\"\"`" }
        var takesList: Bool { true }

        func parse(_ arguments: [String], appending: Bool, into configuration: inout Configuration)
            throws(Refusal)
        {
            if arguments.isEmpty || arguments == [""] {
                configuration[keyPath: target] = []
                return
            }
            guard arguments.count.isMultiple(of: 4) else { throw .invalidLifetimeRule }
            var rules = appending ? configuration[keyPath: target] : []
            for i in stride(from: 0, to: arguments.count, by: 4) {
                guard let scope = LifetimeRules.scope(arguments[i]),
                    let standard = Int(decimal: arguments[i + 1]), let maximum = Int(decimal: arguments[i + 2]),
                    let jitter = Int(decimal: arguments[i + 3]), (0 ... 100).contains(jitter),
                    (0 ... Int(LifetimeRules.longest)).contains(standard), (0 ... Int(LifetimeRules.longest)).contains(maximum),
                    maximum == 0 || standard <= maximum
                else { throw .invalidLifetimeRule }
                let rule = LifetimeRule(scope, standard: Int64(standard), maximum: Int64(maximum), jitter: jitter)
                rules.removeAll { $0.scope == scope }
                rules.append(rule)
            }
            configuration[keyPath: target] = rules
        }

        private static func scope(_ word: String) -> LifetimeRule.Scope? {
            if word == "*" { return .everywhere }
            if word.hasPrefix("db:"), let number = Int(decimal: String(word.dropFirst(3))), number >= 0 { return .database(number) }
            // No blanks, quotes or control characters, so that a file has them without quotes.
            let isPlain = word.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x27 }
            return word.hasPrefix("prefix:") && word.utf8.count > 7 && isPlain ? .prefix(String(word.dropFirst(7))) : nil
        }

        func text(_ configuration: Configuration) -> String {
            configuration[keyPath: target].map(\.text).joined(separator: " ")
        }

        func lines(_ configuration: Configuration) -> [String] {
            let rules = configuration[keyPath: target]
            return rules.isEmpty ? ["\"\""] : rules.map(\.text)
        }
    }
}
