extension Configuration {
    /// Words that add up: how a signal ends the server.
    struct ShutdownWords: ValueKind {
        let target: Field<ShutdownFlags>
        init(_ target: Field<ShutdownFlags>) { self.target = target }

        var field: PartialKeyPath<Configuration> { target }
        var syntax: String { "`default`, or some of `save`, `nosave`, `now`, `force`" }
        var takesList: Bool { true }

        func parse(_ arguments: [String], appending: Bool, into configuration: inout Configuration)
            throws(Refusal)
        {
            var flags: ShutdownFlags = []
            for argument in arguments.isEmpty ? [""] : arguments {
                let word = argument.lowercased()
                guard let known = ShutdownFlags.words.first(where: { $0.word == word }) else {
                    throw .notOneOf(ShutdownFlags.words.map(\.word))
                }
                flags.formUnion(known.flag)
            }
            if flags.isSuperset(of: [.save, .nosave]) { throw .saveAndNosave }
            configuration[keyPath: target] = flags
        }

        func text(_ configuration: Configuration) -> String {
            let flags = configuration[keyPath: target]
            if flags.isEmpty { return "default" }
            let words = ShutdownFlags.words.filter { !$0.flag.isEmpty && flags.contains($0.flag) }
            return words.map(\.word).joined(separator: " ")
        }
    }

    /// Letters that add up: which events are published.
    struct EventLetters: ValueKind {
        let target: Field<KeyspaceEvents>
        init(_ target: Field<KeyspaceEvents>) { self.target = target }

        var field: PartialKeyPath<Configuration> { target }
        var syntax: String { "letters of `Ag$lshzxeKEtmdn`, or `\"\"`" }

        func parse(_ arguments: [String], appending: Bool, into configuration: inout Configuration)
            throws(Refusal)
        {
            guard let events = KeyspaceEvents(letters: arguments[0]) else { throw .invalidEventClass }
            configuration[keyPath: target] = events
        }

        func text(_ configuration: Configuration) -> String { configuration[keyPath: target].letters }

        func lines(_ configuration: Configuration) -> [String] { ["\"\(text(configuration))\""] }
    }
}
