import Testing

@testable import Engine

/// Every row of the command table, against itself: what contradicts itself in a row is wrong wherever it is used.
@Suite struct CommandTableTests {
    static let commands = Families.all.flatMap { $0 }
    static let rows = commands + commands.flatMap(\.subcommands)

    @Test func namesAreUnique() {
        #expect(Set(Self.rows.map(\.name)).count == Self.rows.count)
        for row in Self.rows {
            #expect(row.name.allSatisfy { $0.isLowercase || $0.isNumber || "|-_".contains($0) }, "\(row.name)")
        }
    }

    @Test func summariesAreSentences() {
        for row in Self.rows {
            #expect(row.summary.hasSuffix("."), "\(row.name)")
            #expect(row.summary.first?.isUppercase == true, "\(row.name)")
            #expect(!row.summary.hasSuffix("..") && !row.summary.contains("  "), "\(row.name)")
            #expect(!row.complexity.isEmpty, "\(row.name)")
        }
    }

    @Test func versionsAreVersions() {
        for row in Self.rows {
            for text in [row.since] + [row.deprecatedSince].compactMap(\.self) {
                let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
                #expect(numbers.count == 3 && !numbers.contains(nil), "\(row.name): \(text)")
            }
            #expect((row.deprecatedSince == nil) || row.replacedBy != nil, "\(row.name): deprecated for what?")
        }
    }

    /// `ArgumentGrammar` traps on what it does not understand; here it only has to be asked.
    @Test func argumentsParse() {
        let types: Set = [
            "key", "string", "integer", "double", "pattern", "unix-time", "pure-token", "oneof", "block",
        ]
        func check(_ argument: ArgumentDescription, _ row: Command) {
            #expect(types.contains(argument.type), "\(row.name): \(argument.name) is of type \(argument.type)")
            #expect(!argument.name.isEmpty, "\(row.name)")
            if argument.type == "oneof" { #expect(argument.parts.count > 1, "\(row.name): \(argument.name)") }
            if argument.type == "key", let spec = argument.keySpec {
                #expect(row.keys.indices.contains(spec), "\(row.name): \(argument.name) is of no key specification")
            }
            if argument.flags.contains("multiple_token") {
                #expect(argument.token != nil, "\(row.name): \(argument.name) repeats a token it does not have")
            }
            for part in argument.parts { check(part, row) }
        }
        for row in Self.rows {
            for argument in ArgumentGrammar.parse(row.arguments) { check(argument, row) }
        }
    }

    /// Whoever has keys says so in both places, and whoever takes arguments describes them.
    @Test func argumentsAgreeWithKeysAndArity() {
        func hasKey(_ arguments: [ArgumentDescription]) -> Bool {
            arguments.contains { $0.type == "key" || hasKey($0.parts) }
        }
        for row in Self.rows where row.subcommands.isEmpty {
            let arguments = ArgumentGrammar.parse(row.arguments)
            // Shard channels are found like keys, but are none.
            let hasKeys = row.keys.contains { !$0.flags.contains("not_key") }
            #expect(hasKey(arguments) == hasKeys, "\(row.name): keys and arguments disagree")
            let words = row.name.contains("|") ? 2 : 1
            if row.arity == words { #expect(arguments.isEmpty, "\(row.name): takes none") }
            let mandatory = arguments.filter { !$0.flags.contains("optional") }.reduce(0) { $0 + Self.words($1) }
            let all = arguments.reduce(0) { $0 + Self.words($1) }
            #expect(row.arity < 0 || mandatory + words == row.arity, "\(row.name): arity \(row.arity)")
            // COMMAND GETKEYS demands one of its optional arguments.
            #expect(row.arity > 0 || all + words >= -row.arity, "\(row.name): arity \(row.arity)")
        }
    }

    /// The fewest words that an argument takes.
    private static func words(_ argument: ArgumentDescription) -> Int {
        let own: Int
        switch argument.type {
        case "pure-token": return 1
        case "oneof": own = argument.parts.map(words).min() ?? 0
        case "block": own = argument.parts.filter { !$0.flags.contains("optional") }.reduce(0) { $0 + words($1) }
        default: own = 1
        }
        return own + (argument.token == nil ? 0 : 1)
    }

    @Test func keySpecificationsAreSensible() {
        let access: Set = ["RO", "RW", "OW", "RM"]
        let marks: Set = ["access", "update", "insert", "delete", "not_key", "incomplete", "variable_flags"]
        for row in Self.rows {
            for (number, spec) in row.keys.enumerated() {
                let words = spec.flags.split(separator: " ").map(String.init)
                let kinds = access.intersection(words)
                #expect(kinds.count == 1 || words == ["not_key"], "\(row.name): \(spec.flags)")
                let unknown = Set(words).subtracting(access).subtracting(marks)
                #expect(unknown.isEmpty, "\(row.name): \(spec.flags)")
                // What a script does is the script's own affair.
                if !row.flags.contains(.write), !row.flags.contains(.runsScript) {
                    let changes = !kinds.isDisjoint(with: ["RW", "OW", "RM"]) && !words.contains("not_key")
                    // PFCOUNT keeps what it counted in the key, which nobody but it sees; its note says so.
                    #expect(!changes || spec.notes != nil, "\(row.name): changes keys, but is no write command")
                }
                if words.contains("delete") { #expect(!kinds.contains("RO"), "\(row.name): \(spec.flags)") }
                check(spec, row, isFirst: number == 0)
            }
        }
    }

    /// A request of the fewest arguments has room for its keys.
    private func check(_ spec: KeySpec, _ row: Command, isFirst: Bool) {
        guard case .index(let first) = spec.search else { return }
        #expect(first >= 1, "\(row.name): its name is no key")
        // Keys of further specifications may be optional, like the sources of PFMERGE.
        let isOptional = row.flags.contains(.noMandatoryKeys) || spec.flags.contains("not_key")
        let hasRoom = first < abs(row.arity) || isOptional || !isFirst
        #expect(hasRoom, "\(row.name): no room for its key")
        switch spec.find {
        case .range(let last, let step, let limit):
            #expect(step >= 1, "\(row.name)")
            #expect(limit >= 0, "\(row.name)")
            if last >= 0 { #expect(first + last < abs(row.arity), "\(row.name): no room for its last key") }
            if row.arity > 0, last < 0 { #expect(row.arity + last >= first, "\(row.name): no room for its last key") }
        case .count(let at, let firstKey, let step):
            #expect(at >= 0 && firstKey > at && step >= 1, "\(row.name)")
            #expect(first + at < abs(row.arity), "\(row.name): no room for the number of keys")
        case .unknown: break
        }
    }

    @Test func flagsDoNotContradictEachOther() {
        for row in Self.rows {
            let flags = row.flags
            #expect(!flags.isSuperset(of: [.write, .readonly]), "\(row.name): writes and is read-only")
            #expect(!flags.isSuperset(of: [.denyOOM, .readonly]), "\(row.name): reads and is denied for want of memory")
            #expect(!flags.isSuperset(of: [.blocking, .fast]) || row.flags.contains(.write), "\(row.name)")
            if flags.contains(.denyOOM), !row.keys.isEmpty {
                #expect(flags.contains(.write), "\(row.name): takes memory, but is no write command")
            }
            if flags.contains(.noAuth) { #expect(row.keys.isEmpty, "\(row.name): data without a password") }
            if !row.keys.isEmpty, row.subcommands.isEmpty {
                let touches = flags.contains(.write) || flags.contains(.readonly)
                // WATCH wants to know of a key's changes, whatever its value is.
                let names = row.keys.allSatisfy { $0.flags.contains("not_key") } || row.group == .transactions
                    || flags.contains(.runsScript)
                #expect(touches || names, "\(row.name): takes keys, but neither reads nor writes")
            }
            #expect(!row.categories.isEmpty, "\(row.name)")
            #expect(Set(row.categories).count == row.categories.count, "\(row.name)")
            #expect(row.categories.allSatisfy(Command.categoryOrder.contains), "\(row.name): \(row.categories)")
        }
    }

    @Test func subcommandsBelongToTheirContainers() {
        for command in Self.commands {
            for sub in command.subcommands {
                #expect(sub.name.hasPrefix(command.name + "|"), "\(sub.name)")
                #expect(sub.subcommands.isEmpty, "\(sub.name): only one level")
                #expect(abs(sub.arity) >= 2, "\(sub.name): two words at least")
                #expect(sub.group == command.group, "\(sub.name)")
            }
            if !command.subcommands.isEmpty { #expect(command.arity < 0, "\(command.name)") }
        }
    }

    /// Names in any mixture of cases lead to their rows.
    @Test func tableFindsItsRows() {
        let table = CommandTable(Families.all)
        #expect(table.rows.count == Self.rows.count)
        for row in Self.rows {
            let mixed = String(row.name.enumerated().map { $0.offset % 2 == 0 ? Character($0.element.uppercased()) : $0.element })
            let name = Array(mixed.utf8)
            #expect(table.find(fullName: name.bytes) === row, "\(row.name)")
        }
        let unknown = Array("nosuch".utf8)
        #expect(table.find(unknown.bytes) == nil)
    }
}
