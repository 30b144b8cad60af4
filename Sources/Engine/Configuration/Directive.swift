extension Configuration {
    /// The field a directive is bound to.
    typealias Field<Value> = WritableKeyPath<Configuration, Value> & Sendable

    /// One row of the table: a setting's names, its kind, which is bound to a field, and what may be done to
    /// it at run time.
    ///
    /// A row is all there is to add for a new setting, besides its field: files, the command line, CONFIG
    /// GET, SET and REWRITE and the documentation are derived from it.
    package struct Directive: Sendable {
        package struct Traits: OptionSet, Sendable {
            package let rawValue: UInt8
            package init(rawValue: UInt8) { self.rawValue = rawValue }

            /// Set at start only.
            package static let immutable = Traits(rawValue: 1)
            /// CONFIG SET needs `enable-protected-configs`.
            package static let protected = Traits(rawValue: 2)
            /// The value must not reach a log, the slow log or MONITOR.
            package static let sensitive = Traits(rawValue: 4)
            /// CONFIG GET shows it only when asked by its full name.
            package static let hidden = Traits(rawValue: 8)
            /// CONFIG SET is refused while data is being loaded.
            package static let deniedWhileLoading = Traits(rawValue: 16)
            /// Redis does not have it.
            package static let own = Traits(rawValue: 32)
        }

        package let name: String
        /// The name it had earlier, which is accepted and shown as well.
        package let alias: String?
        let kind: any ValueKind
        package let traits: Traits
        /// What it does, in a sentence or two, for the documentation.
        package let summary: String

        init(
            _ name: String, alias: String? = nil, _ kind: any ValueKind, _ traits: Traits, _ summary: String
        ) {
            self.name = name
            self.alias = alias
            self.kind = kind
            self.traits = traits
            self.summary = summary
        }

        init(_ name: String, alias: String? = nil, _ kind: any ValueKind, _ summary: String) {
            self.init(name, alias: alias, kind, [], summary)
        }

        /// The field the value is stored in.
        package var field: PartialKeyPath<Configuration> { kind.field }
        /// What may be written behind the name, for the documentation.
        package var syntax: String { kind.syntax }

        /// The value as CONFIG GET shows it.
        package func text(in configuration: Configuration) -> String { kind.text(configuration) }
    }

    /// The rows of one subject.
    package struct DirectiveGroup: Sendable {
        package let title: String
        package let directives: [Directive]
    }

    package static let directiveGroups: [DirectiveGroup] = [
        networkDirectives, clientDirectives, memcachedDirectives, securityDirectives, processDirectives, logDirectives,
        memoryDirectives, snapshotDirectives, appendOnlyLogDirectives, encodingDirectives,
        observationDirectives, replicationDirectives, testingDirectives,
    ]

    /// Every row, in the order of the documentation, which is also the order CONFIG REWRITE appends in.
    package static let directives = directiveGroups.flatMap(\.directives)

    /// Rows by name and by alias, in lower case.
    private static let directivesByName: [String: Directive] = {
        var rows: [String: Directive] = [:]
        for directive in directives {
            for name in [directive.name, directive.alias].compactMap(\.self) {
                precondition(rows.updateValue(directive, forKey: name) == nil, "two directives named \(name)")
            }
        }
        return rows
    }()

    /// The row `name` means, in any case, be it the name or the alias.
    package static func directive(named name: String) -> Directive? { directivesByName[name.lowercased()] }

    /// Whether the value given to `name` in CONFIG SET must be kept out of logs.
    package static func isSensitive(_ name: String) -> Bool {
        directive(named: name)?.traits.contains(.sensitive) ?? false
    }
}
