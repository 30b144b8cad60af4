import Bytes

extension Configuration {
    /// What a CONFIG SET changed, for the host to put into force.
    package struct ChangeSet: Sendable {
        /// In the order they were named, without those that were given the value they had.
        package let directives: [Directive]

        package var isEmpty: Bool { directives.isEmpty }

        package func contains<Value>(_ field: KeyPath<Configuration, Value>) -> Bool {
            directives.contains { $0.field == field }
        }
    }

    /// CONFIG GET: the directives whose names match any of `patterns`, each once, in alphabetical order.
    ///
    /// A name without wildcards comes back as it was asked for, and finds hidden directives too.
    package func get(_ patterns: [String]) -> [(name: String, value: String)] {
        var found: [String: (name: String, value: String)] = [:]
        for pattern in patterns {
            if pattern.contains(where: { "[*?".contains($0) }) {
                for (name, value) in Configuration.listedNames
                where globMatch(pattern: pattern.bytes, text: name.bytes, ignoringCase: true) {
                    if found[name] == nil { found[name] = (name, value(self)) }
                }
            } else {
                let name = pattern.lowercased()
                if found[name] == nil, let value = value(of: name) { found[name] = (pattern, value) }
            }
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    private func value(of name: String) -> String? {
        Configuration.directive(named: name)?.text(in: self) ?? Configuration.unsupportedByName[name]?.answer
    }

    /// Every name and alias a pattern can find, with what to answer.
    private static let listedNames: [(name: String, value: @Sendable (Configuration) -> String)] = {
        var names: [(name: String, value: @Sendable (Configuration) -> String)] = []
        for directive in directives where !directive.traits.contains(.hidden) {
            for name in [directive.name, directive.alias].compactMap(\.self) {
                names.append((name, { directive.text(in: $0) }))
            }
        }
        for (name, directive) in unsupportedByName where !directive.isHidden {
            if let answer = directive.answer { names.append((name, { _ in answer })) }
        }
        return names
    }()

    /// CONFIG SET: all of `pairs`, or none when one of them is not acceptable.
    ///
    /// The host then applies the changes; if it cannot, it keeps the configuration it had before the call and
    /// reports `ConfigurationError.notApplied`.
    package mutating func set(
        _ pairs: [(name: String, value: String)], localClient: Bool, loading: Bool
    ) throws(ConfigurationError) -> ChangeSet {
        // What Redis does not have may be set to what it is: programs do that with all that CONFIG GET shows them.
        let pairs = pairs.filter { pair in
            guard let directive = Configuration.directive(named: pair.name) else { return true }
            return !directive.traits.isSuperset(of: [.own, .immutable]) || directive.text(in: self) != pair.value
        }
        for (index, pair) in pairs.enumerated() {
            try checkAccess(pair.name, localClient: localClient, loading: loading)
            if pairs[..<index].contains(where: { $0.name.lowercased() == pair.name.lowercased() }) {
                throw .refused(argument: pair.name, .duplicate)
            }
        }
        var changed = self
        for pair in pairs { try changed.assign(pair.value, to: pair.name) }
        if conflict == nil, let new = changed.conflict {
            throw .refused(argument: new.directive, new.refusal)
        }
        let touched = pairs.compactMap { Configuration.directive(named: $0.name) }
        let effective = touched.enumerated().filter { index, directive in
            !touched[..<index].contains { $0.name == directive.name }
                && !directive.hasSameValue(in: self, and: changed)
        }
        self = changed
        return ChangeSet(directives: effective.map(\.element))
    }

    private func checkAccess(
        _ name: String, localClient: Bool, loading: Bool
    ) throws(ConfigurationError) {
        if let directive = Configuration.directive(named: name) {
            if directive.traits.contains(.immutable) { throw .refused(argument: name, .immutable) }
            if directive.traits.contains(.protected), !enableProtectedConfigs.allows(localClient: localClient)
            {
                throw .refused(argument: name, .protected)
            }
            if loading, directive.traits.contains(.deniedWhileLoading) { throw .loading }
        } else {
            guard let unsupported = Configuration.unsupportedByName[name.lowercased()],
                unsupported.answer != nil
            else {
                throw .unknownOption(name)
            }
            if unsupported.isImmutable { throw .refused(argument: name, .immutable) }
        }
    }

    private mutating func assign(_ value: String, to name: String) throws(ConfigurationError) {
        do {
            if let directive = Configuration.directive(named: name) {
                try directive.kind.parse(directive.kind.words(value), appending: false, into: &self)
            } else {
                try Configuration.unsupportedByName[name.lowercased()]?.check([value], inFile: false)
            }
        } catch {
            throw .refused(argument: name.lowercased(), error)
        }
    }
}

extension Configuration.Directive {
    /// Compared as a file would have it, which is exact where CONFIG GET is not: a percentage differs from
    /// the same bytes.
    fileprivate func hasSameValue(in one: Configuration, and other: Configuration) -> Bool {
        kind.lines(one) == kind.lines(other)
    }
}

extension Configuration.ValueKind {
    /// CONFIG SET gets a list as one argument; every single space separates, so that a doubled one is an
    /// empty word and refused.
    fileprivate func words(_ value: String) -> [String] {
        guard takesList else { return [value] }
        return value.isEmpty
            ? [] : value.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    }
}
