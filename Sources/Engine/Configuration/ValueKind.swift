import Bytes

extension Configuration {
    /// How the values of some directives are written, checked, stored and shown. One conforming type for each
    /// way of writing a value, bound to the field it is stored in.
    protocol ValueKind: Sendable {
        var field: PartialKeyPath<Configuration> { get }

        /// What may be written behind the name, for the documentation.
        var syntax: String { get }

        /// Whether the value is several words, which CONFIG SET gets in one argument.
        var takesList: Bool { get }

        /// Checks `arguments` and stores what they mean; changes nothing when it throws.
        ///
        /// There is exactly one argument unless `takesList`. `appending` is true for the second and later
        /// lines of one start, which add to a `save` instead of replacing it.
        func parse(_ arguments: [String], appending: Bool, into configuration: inout Configuration)
            throws(Refusal)

        /// The value as CONFIG GET shows it. Parsing it gives the same value.
        func text(_ configuration: Configuration) -> String

        /// The value as a configuration file has it: what stands behind the name in each of the lines it
        /// takes. Equal values have equal lines, and only they.
        func lines(_ configuration: Configuration) -> [String]

        /// Whether each of several lines counts by itself, so that those that say the default need not be
        /// written.
        var linesAreIndependent: Bool { get }
    }
}

extension Configuration.ValueKind {
    var takesList: Bool { false }
    var linesAreIndependent: Bool { false }

    func lines(_ configuration: Configuration) -> [String] { [text(configuration)] }
}

extension Configuration {
    struct YesNo: ValueKind {
        let target: Field<Bool>
        init(_ target: Field<Bool>) { self.target = target }

        var field: PartialKeyPath<Configuration> { target }
        var syntax: String { "`yes`, `no`" }

        func parse(_ arguments: [String], appending: Bool, into configuration: inout Configuration)
            throws(Refusal)
        {
            switch arguments[0].lowercased() {
            case "yes": configuration[keyPath: target] = true
            case "no": configuration[keyPath: target] = false
            default: throw .notYesOrNo
            }
        }

        func text(_ configuration: Configuration) -> String { configuration[keyPath: target] ? "yes" : "no" }
    }

    struct WholeNumber: ValueKind {
        let target: Field<Int>
        let range: ClosedRange<Int>
        /// Where accepted values are moved to; the range itself unless a wider one is tolerated.
        let clamp: ClosedRange<Int>

        init(_ target: Field<Int>, _ range: ClosedRange<Int>, clampedTo clamp: ClosedRange<Int>? = nil) {
            self.target = target
            self.range = range
            self.clamp = clamp ?? range
        }

        var field: PartialKeyPath<Configuration> { target }

        var syntax: String {
            let lower = clamp.lowerBound == Int(Int32.min) ? "" : " from \(clamp.lowerBound)"
            let upper = clamp.upperBound >= Int(Int32.max) ? "" : " to \(clamp.upperBound)"
            return "integer" + lower + upper
        }

        func parse(_ arguments: [String], appending: Bool, into configuration: inout Configuration)
            throws(Refusal)
        {
            guard let value = Int(decimal: arguments[0]) else { throw .notAnInteger }
            guard range.contains(value) else { throw .outOfRange(range) }
            configuration[keyPath: target] = min(max(value, clamp.lowerBound), clamp.upperBound)
        }

        func text(_ configuration: Configuration) -> String { "\(configuration[keyPath: target])" }
    }

    /// File permissions, in octal digits.
    struct Permissions: ValueKind {
        let target: Field<Int>
        let range = 0...0o777
        init(_ target: Field<Int>) { self.target = target }

        var field: PartialKeyPath<Configuration> { target }
        var syntax: String { "octal number from 0 to 777" }

        func parse(_ arguments: [String], appending: Bool, into configuration: inout Configuration)
            throws(Refusal)
        {
            guard let value = Int(arguments[0], radix: 8) else { throw .notOctal }
            guard range.contains(value) else { throw .outOfOctalRange(range) }
            configuration[keyPath: target] = value
        }

        func text(_ configuration: Configuration) -> String {
            String(configuration[keyPath: target], radix: 8)
        }
    }

    struct Choice<Value: ConfigurationChoice>: ValueKind {
        let target: Field<Value>
        /// Words that mean something to Redis but are refused here, and why.
        let refused: [String: Refusal]

        init(_ target: Field<Value>, refusing refused: [String: Refusal] = [:]) {
            self.target = target
            self.refused = refused
        }

        var field: PartialKeyPath<Configuration> { target }
        var syntax: String { Value.spellings.map { "`\($0.word)`" }.joined(separator: ", ") }

        func parse(_ arguments: [String], appending: Bool, into configuration: inout Configuration)
            throws(Refusal)
        {
            let word = arguments[0].lowercased()
            if let refusal = refused[word] { throw refusal }
            guard let known = Value.spellings.first(where: { $0.word == word }) else {
                throw .notOneOf(Value.spellings.map(\.word))
            }
            configuration[keyPath: target] = known.value
        }

        func text(_ configuration: Configuration) -> String { configuration[keyPath: target].word }
    }

    struct Text: ValueKind {
        typealias Check = @Sendable (String) -> Refusal?

        let target: Field<String>
        let syntax: String
        let check: Check

        init(_ target: Field<String>, _ syntax: String, _ check: @escaping Check = { _ in nil }) {
            self.target = target
            self.syntax = syntax
            self.check = check
        }

        var field: PartialKeyPath<Configuration> { target }

        func parse(_ arguments: [String], appending: Bool, into configuration: inout Configuration)
            throws(Refusal)
        {
            let value = arguments[0]
            // Most of these become C strings, which would end there.
            if value.utf8.contains(0) { throw .containsNUL }
            if let refusal = check(value) { throw refusal }
            configuration[keyPath: target] = value
        }

        func text(_ configuration: Configuration) -> String { configuration[keyPath: target] }

        /// Always in quotes, so that blanks and bytes outside ASCII survive.
        func lines(_ configuration: Configuration) -> [String] {
            [ConfigurationLine.quoted(configuration[keyPath: target])]
        }
    }

    /// The check of a file name that has to stay inside `dir`.
    static func baseName(of directive: String, kind: String, mayBeEmpty: Bool = false) -> Text.Check {
        { value in
            if value.isEmpty && !mayBeEmpty { return .empty(directive: directive) }
            // Bytes: a slash with a combining accent is another character, but still a slash for the kernel.
            let isPath = value.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
            return isPath ? .isPath(directive: directive, kind: kind) : nil
        }
    }
}
