/// The command line: `[FILE] [-] [--NAME VALUE...]...`, by the rules of Redis 7.
///
/// Options are turned into lines of a configuration file, which are read after the file and the standard
/// input and so have the last word. The rules that are not obvious:
///
///     --save 60 1 --port 7000       the values of an option end at the next `--`
///     --requirepass --secret        but the first one may itself begin with `--`
///     "--maxmemory 1gb"             an argument may hold name and values, quoted as in a file
///     --save --port 7000            `save` alone may be empty
///     -                             first or last: read the standard input
package struct ServerArguments: Sendable, Equatable {
    package enum Request: Sendable {
        case run, version, help
    }

    package var request = Request.run
    package var configurationFile: String?
    package var readsStandardInput = false
    /// The options as lines of a configuration file.
    package var options = ""

    /// `arguments` are those behind the program's name.
    package init(_ arguments: [String]) {
        switch arguments.first {
        case "-v", "--version": request = .version
        case "-h", "--help": request = .help
        default: break
        }
        var rest = arguments[...]
        if let first = rest.first, !first.hasPrefix("-") {
            configurationFile = first
            rest = rest.dropFirst()
        }
        var mayStartOption = true
        while let argument = rest.popFirst() {
            if argument == "-", rest.isEmpty || rest.startIndex == 1 {
                readsStandardInput = true
            } else if mayStartOption, argument.hasPrefix("--") {
                if !options.isEmpty { options += "\n" }
                options += argument.dropFirst(2) + " "
                let isNameOnly = ConfigurationLine.words(Array(argument.utf8))?.count == 1
                mayStartOption = !isNameOnly
                if argument.lowercased() == "--save", rest.first?.hasPrefix("--") ?? true {
                    options += "\"\""
                    mayStartOption = true
                }
            } else {
                options += ConfigurationLine.quoted(argument) + " "
                mayStartOption = true
            }
        }
    }

    /// What to read, in order; `file` and `standardInput` are the contents the host found there.
    package func sources(file: [UInt8]?, standardInput: [UInt8]?) -> [ConfigurationSource] {
        var sources: [ConfigurationSource] = []
        if let configurationFile, let file {
            sources.append(ConfigurationSource(.file(configurationFile), file))
        }
        if let standardInput { sources.append(ConfigurationSource(.standardInput, standardInput)) }
        if !options.isEmpty { sources.append(ConfigurationSource(.commandLine, options)) }
        return sources
    }
}
