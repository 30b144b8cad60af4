extension Configuration {
    /// Why a directive's value, or a line, is not accepted. The one list of such reasons; `text` is what
    /// people read.
    ///
    /// Where Redis 7.0 refuses the same thing the text is Redis's, word for word: clients and tests match on
    /// it.
    package enum Refusal: Error, Equatable, Sendable {
        // One value
        case notYesOrNo
        case notOneOf([String])
        case notAnInteger
        case notOctal
        case notMemory
        case notMemoryOrPercent
        case outOfRange(ClosedRange<Int>)
        case outOfOctalRange(ClosedRange<Int>)
        case percentTooLarge
        case totalMemoryUnknown
        case notUTF8
        case containsNUL
        case empty(directive: String)
        case isPath(directive: String, kind: String)
        case invalidTitleTemplate
        case invalidEventClass
        case saveAndNosave
        case invalidUpstart

        // Several values
        case wrongNumberOfArguments
        case invalidSavePoints
        case invalidLifetimeRule
        case wrongNumberOfOutputLimits
        case invalidClientClass
        case invalidOutputLimit
        case tooManyAddresses
        case invalidAddress
        case invalidOOMScores
        case invalidPercentile
        case percentileOutOfRange

        // Run time
        case immutable
        case protected
        case duplicate

        // Files
        case unbalancedQuotes
        case unknownDirective(nearest: String?)
        case unknownCommand
        case commandExists
        case cannotInclude(path: String, reason: String)
        case includedTooDeeply
        case twoPasswordSources
        case twoUserSources
        case unsupported(String)

        package var text: String {
            switch self {
            case .notYesOrNo: "argument must be 'yes' or 'no'"
            case .notOneOf(let words):
                "argument(s) must be one of the following: " + words.joined(separator: ", ")
            case .notAnInteger: "argument couldn't be parsed into an integer"
            case .notOctal: "argument couldn't be parsed as an octal number"
            case .notMemory: "argument must be a memory value"
            case .notMemoryOrPercent: "argument must be a memory or percent value"
            case .outOfRange(let range):
                "argument must be between \(range.lowerBound) and \(range.upperBound) inclusive"
            case .outOfOctalRange(let range):
                "argument must be between \(String(range.lowerBound, radix: 8)) and "
                    + "\(String(range.upperBound, radix: 8)) inclusive"
            case .percentTooLarge: "percentage argument must be less or equal to 100"
            case .totalMemoryUnknown:
                "a percentage cannot be used: how much memory the machine has is not known"
            case .notUTF8: "argument is not valid UTF-8 text"
            case .containsNUL: "argument contains a NUL byte"
            case .empty(let directive): "\(directive) can't be empty"
            case .isPath(let directive, let kind): "\(directive) can't be a path, just a \(kind)"
            case .invalidTitleTemplate: "template format is invalid or contains unknown variables"
            case .invalidEventClass: "Invalid event class character. Use 'Ag$lshzxeKEtmdn'."
            case .saveAndNosave: "shutdown options SAVE and NOSAVE can't be used simultaneously"
            case .invalidUpstart:
                "Upstart is no longer developed and stopping the process is all it could do; use "
                    + "systemd, auto or no"
            case .wrongNumberOfArguments: "wrong number of arguments"
            case .invalidSavePoints: "Invalid save parameters"
            case .invalidLifetimeRule: "Invalid rule for the lifetime of keys"
            case .wrongNumberOfOutputLimits: "Wrong number of arguments in buffer limit configuration."
            case .invalidClientClass: "Invalid client class specified in buffer limit configuration."
            case .invalidOutputLimit:
                "Error in hard, soft or soft_seconds setting in buffer limit configuration."
            case .tooManyAddresses: "Too many bind addresses specified."
            case .invalidAddress: "Failed to bind to specified addresses."
            case .invalidOOMScores: "Invalid oom-score-adj-values, elements must be between -2000 and 2000."
            case .invalidPercentile: "Invalid latency-tracking-info-percentiles parameters"
            case .percentileOutOfRange:
                "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]"
            case .immutable: "can't set immutable config"
            case .protected: "can't set protected config"
            case .duplicate: "duplicate parameter"
            case .unbalancedQuotes: "Unbalanced quotes in configuration line"
            case .unknownDirective(let nearest):
                "Bad directive or wrong number of arguments"
                    + (nearest.map { "; did you mean '\($0)'?" } ?? "")
            case .unknownCommand: "No such command in rename-command"
            case .commandExists: "Target command name already exists"
            case .cannotInclude(let path, let reason): "can't open config file '\(path)': \(reason)"
            case .includedTooDeeply: "files include each other too deeply"
            case .twoPasswordSources: "requirepass and requirepass-file can't be used together"
            case .twoUserSources:
                "users can't be declared here while an aclfile is used: move them into that file"
            case .unsupported(let sentence): sentence
            }
        }
    }
}

/// Why CONFIG SET changed nothing.
package enum ConfigurationError: Error, Equatable, Sendable {
    case unknownOption(String)
    case refused(argument: String, Configuration.Refusal)
    /// The host could not apply a value that is valid in itself.
    case notApplied(argument: String, reason: String)
    /// The directive cannot change while data is being loaded; clients expect the same error as for any other
    /// command then.
    case loading

    /// The message behind the error code, which is `LOADING` for `.loading` and `ERR` otherwise.
    package var text: String {
        switch self {
        case .unknownOption(let name):
            "Unknown option or number of arguments for CONFIG SET - '\(name)'"
        case .refused(let argument, let refusal):
            "CONFIG SET failed (possibly related to argument '\(argument)') - \(refusal.text)"
        case .notApplied(let argument, let reason):
            "CONFIG SET failed (possibly related to argument '\(argument)') - \(reason)"
        case .loading:
            "Redis is loading the dataset in memory"
        }
    }
}

/// Why the server cannot start with the configuration it was given.
package struct ConfigurationFileError: Error, Equatable, Sendable {
    /// The line at fault; nil when the fault is in the whole, such as two settings that exclude each other.
    package struct Place: Equatable, Sendable {
        package var origin: ConfigurationSource.Origin
        package var line: Int
        /// The line as it was written, without the value when that is a secret.
        package var text: String
    }

    package var place: Place?
    package var reason: Configuration.Refusal

    package func message(version: String) -> String {
        var message = "\n*** FATAL CONFIG FILE ERROR (Martlet \(version)) ***\n"
        if let place { message += "Reading \(place.origin.phrase) \(place.line)\n>>> '\(place.text)'\n" }
        return message + reason.text + "\n"
    }
}
