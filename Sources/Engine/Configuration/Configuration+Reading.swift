extension Configuration {
    /// Reads `sources` in order on top of the defaults; where a directive is repeated, the last line counts.
    ///
    /// `isCommand` tells whether a name is one of a command, for `rename-command`; `include` finds included
    /// files. The first line that cannot be accepted ends it: nobody should have to guess which half of a
    /// file is in force.
    package init(
        reading sources: [ConfigurationSource], totalMemory: Int? = nil, isCommand: (_ name: String) -> Bool,
        include: ConfigurationSource.Includer
    ) throws(ConfigurationFileError) {
        var reader = ConfigurationReader(configuration: Configuration(totalMemory: totalMemory))
        for source in sources { try reader.read(source, depth: 0, isCommand: isCommand, include: include) }
        if let conflict = reader.configuration.conflict {
            throw ConfigurationFileError(place: nil, reason: conflict.refusal)
        }
        self = reader.configuration
    }

    /// What is wrong between settings that are right by themselves, and the directive to blame.
    var conflict: (directive: String, refusal: Refusal)? {
        if !requirepass.isEmpty && !requirepassFile.isEmpty { return ("requirepass", .twoPasswordSources) }
        if !users.isEmpty && !aclFile.isEmpty { return ("aclfile", .twoUserSources) }
        return nil
    }
}

/// One start's reading: the configuration so far, and which directives were met.
private struct ConfigurationReader {
    /// Deeper than any sensible layout; only files that include each other get there.
    private static let depthLimit = 16

    var configuration: Configuration
    private var met: Set<String> = []

    init(configuration: Configuration) { self.configuration = configuration }

    mutating func read(
        _ source: ConfigurationSource, depth: Int, isCommand: (String) -> Bool,
        include: ConfigurationSource.Includer
    ) throws(ConfigurationFileError) {
        for (index, line) in ConfigurationLine.trimmedLines(source.contents).enumerated() {
            if line.isEmpty || ConfigurationLine.isComment(line) { continue }
            let included: [ConfigurationSource]
            do {
                included = try accept(line, depth, isCommand, include)
            } catch {
                let text = ConfigurationReader.presentable(line)
                let place = ConfigurationFileError.Place(origin: source.origin, line: index + 1, text: text)
                throw ConfigurationFileError(place: place, reason: error)
            }
            for source in included {
                try read(source, depth: depth + 1, isCommand: isCommand, include: include)
            }
        }
    }

    /// The line for an error message, which may end up in a log: without what may be a password.
    private static func presentable(_ line: ArraySlice<UInt8>) -> String {
        let text = String(decoding: line, as: UTF8.self)
        let word = text.prefix { !$0.isWhitespace }
        let name = word.filter { $0 != "\"" && $0 != "'" }
        let isSecret = Configuration.isSensitive(name) || name.lowercased() == "user"
        return isSecret && word != text ? "\(name) (hidden)" : text
    }

    /// Takes one line; when it includes files, they are returned.
    private mutating func accept(
        _ line: ArraySlice<UInt8>, _ depth: Int, _ isCommand: (String) -> Bool,
        _ include: ConfigurationSource.Includer
    ) throws(Configuration.Refusal) -> [ConfigurationSource] {
        let words = try ConfigurationReader.words(line)
        guard let name = words.first?.lowercased() else { return [] }
        if name == "include", words.count == 2 { return try files(words[1], depth, include) }
        try accept(name, Array(words.dropFirst()), isCommand)
        return []
    }

    private static func words(_ line: ArraySlice<UInt8>) throws(Configuration.Refusal) -> [String] {
        guard let words = ConfigurationLine.words(line) else { throw .unbalancedQuotes }
        let texts = words.compactMap { String(validating: $0, as: UTF8.self) }
        guard texts.count == words.count else { throw .notUTF8 }
        return texts
    }

    private func files(
        _ path: String, _ depth: Int, _ include: ConfigurationSource.Includer
    ) throws(Configuration.Refusal) -> [ConfigurationSource] {
        if depth == ConfigurationReader.depthLimit { throw .includedTooDeeply }
        do {
            return try include(path)
        } catch {
            throw .cannotInclude(path: error.path, reason: error.reason)
        }
    }

    private mutating func accept(
        _ name: String, _ arguments: [String], _ isCommand: (String) -> Bool
    ) throws(Configuration.Refusal) {
        if let directive = Configuration.directive(named: name) {
            let appending = met.contains(directive.name)
            let values = try ConfigurationReader.values(arguments, for: directive)
            try directive.kind.parse(values, appending: appending, into: &configuration)
            met.insert(directive.name)
        } else if let unsupported = Configuration.unsupportedByName[name] {
            try unsupported.check(arguments, inFile: true)
        } else if name == "rename-command", arguments.count == 2 {
            try rename(arguments[0], to: arguments[1], isCommand)
        } else if name == "user", !arguments.isEmpty {
            configuration.users.append(arguments)
        } else {
            let isKnown = name == "include" || name == "rename-command" || name == "user"
            throw .unknownDirective(nearest: isKnown ? nil : Configuration.nearestName(to: name))
        }
    }

    /// Lists may also come as one quoted argument, as they do from a shell: `--save "900 1 60 1000"`.
    private static func values(
        _ arguments: [String], for directive: Configuration.Directive
    ) throws(Configuration.Refusal) -> [String] {
        guard arguments.count == 1 || directive.kind.takesList && !arguments.isEmpty else {
            throw .wrongNumberOfArguments
        }
        guard directive.kind.takesList, arguments.count == 1, !arguments[0].isEmpty else { return arguments }
        return try words(Array(arguments[0].utf8)[...])
    }

    private mutating func rename(
        _ name: String, to replacement: String, _ isCommand: (String) -> Bool
    ) throws(Configuration.Refusal) {
        let renamed = Configuration.RenamedCommand(
            name: name.lowercased(), replacement: replacement.lowercased())
        guard exists(renamed.name, isCommand) else { throw .unknownCommand }
        if renamed.replacement != renamed.name, exists(renamed.replacement, isCommand) {
            throw .commandExists
        }
        configuration.renamedCommands.append(renamed)
    }

    /// Whether a command answers to `name` after the renamings so far.
    private func exists(_ name: String, _ isCommand: (String) -> Bool) -> Bool {
        if name.isEmpty { return false }
        let last = configuration.renamedCommands.last { $0.name == name || $0.replacement == name }
        return last.map { $0.replacement == name } ?? isCommand(name)
    }
}
