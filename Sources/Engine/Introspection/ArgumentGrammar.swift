/// One argument of a command, as COMMAND DOCS describes it.
struct ArgumentDescription: Equatable {
    var name: String
    var type: String
    var token: String?
    var keySpec: Int?
    var since: String?
    var deprecatedSince: String?
    var flags: [String] = []
    var parts: [ArgumentDescription] = []
}

/// The notation in which rows give their arguments, and its reader.
///
///     arguments := argument (" " argument)*
///     argument  := name kind ["=" token] ["#" key spec] ["@" since] ["~" deprecated] ["?"] ["*"] ["!"]
///     kind      := ":" type | "(" argument ("|" argument)* ")" | "{" arguments "}" | nothing
///
/// Round brackets hold alternatives (`oneof`), braces a sequence (`block`); with neither a type nor brackets the argument is a bare
/// token. `?` is optional, `*` repeated, `!` repeated with its token. An empty token is written `""`.
struct ArgumentGrammar {
    private var rest: Substring

    /// Traps on text that the notation does not allow: rows are checked by the tests.
    static func parse(_ text: String) -> [ArgumentDescription] {
        if text.isEmpty { return [] }
        var reader = ArgumentGrammar(rest: text[...])
        let result = reader.sequence(separator: " ", end: nil)
        precondition(reader.rest.isEmpty, "left over: \(reader.rest)")
        return result
    }

    private mutating func sequence(separator: Character, end: Character?) -> [ArgumentDescription] {
        var result = [argument()]
        while rest.first == separator {
            rest.removeFirst()
            result.append(argument())
        }
        if let end {
            precondition(rest.first == end, "expected \(end) before \(rest)")
            rest.removeFirst()
        }
        return result
    }

    private mutating func argument() -> ArgumentDescription {
        var result = ArgumentDescription(name: word(), type: "pure-token")
        switch rest.first {
        case ":":
            rest.removeFirst()
            result.type = word()
        case "(":
            rest.removeFirst()
            result.type = "oneof"
            result.parts = sequence(separator: "|", end: ")")
        case "{":
            rest.removeFirst()
            result.type = "block"
            result.parts = sequence(separator: " ", end: "}")
        default: break
        }
        while let mark = rest.first, "=#@~?*!".contains(mark) {
            rest.removeFirst()
            switch mark {
            case "=":
                let token = word()
                result.token = token == "\"\"" ? "" : token
            case "#": result.keySpec = Int(word())
            case "@": result.since = word()
            case "~": result.deprecatedSince = word()
            case "?": result.flags.append("optional")
            case "*": result.flags.append("multiple")
            default: result.flags.append("multiple_token")
            }
        }
        return result
    }

    private mutating func word() -> String {
        let end = rest.firstIndex { " |(){}:=#@~?*!".contains($0) } ?? rest.endIndex
        defer { rest = rest[end...] }
        return String(rest[..<end])
    }
}
