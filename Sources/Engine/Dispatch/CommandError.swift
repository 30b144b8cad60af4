/// Everything a command can refuse with, in Redis's words: clients compare them.
enum CommandError: Error, Equatable {
    case syntax
    case wrongType
    case notInteger
    /// An integer, but not one of 32 bits.
    case notInteger32
    /// An argument that has a name; `notInteger` and `notFloat` speak of "value".
    case argumentNotInteger(String)
    case notFloat
    case argumentNotFloat(String)
    case notPositive(String)
    /// An integer, but not one between these.
    case outsideRange(ClosedRange<Int64>)
    case overflow
    case decrementOverflow
    case appliedOverflow
    case appliedInfinity
    case nanOrInfinity
    case noSuchKey
    case sameObject
    case stringTooLong
    case digestLength
    case crossedBounds
    case invalidExpire(String)
    case databaseOutOfRange
    case bitOffset
    case bitValue
    case notHyperLogLog
    case corruptedHyperLogLog
    case wrongArity(String)
    case unknownCommand(String)
    case unknownSubcommand(of: String, String)
    /// The words of commands that look at their subcommands themselves.
    case subcommandSyntax(of: String, String)
    /// A command that a directive of the configuration keeps from this client.
    case notAllowed(String, directive: String)
    /// What a RESP2 client may not do while it is subscribed to something.
    case inSubscribedMode(String)
    case noAuth
    case outOfMemory
    /// A script takes long.
    case busyWithScript
    /// Any other text, its code word included ("ERR …").
    case text(String)

    /// The line that goes to the client, without the leading `-`.
    var message: String {
        switch self {
        case .syntax: "ERR syntax error"
        case .wrongType: "WRONGTYPE Operation against a key holding the wrong kind of value"
        case .notInteger: "ERR value is not an integer or out of range"
        case .notInteger32: "ERR value is out of range, value must between -2147483648 and 2147483647"
        case .argumentNotInteger(let name): "ERR \(name) is not an integer or out of range"
        case .notFloat: "ERR value is not a valid float"
        case .argumentNotFloat(let name): "ERR \(name) is not a valid float"
        case .notPositive(let what): "ERR \(what) is out of range, must be positive"
        case .outsideRange(let range):
            "ERR value is out of range, value must between \(range.lowerBound) and \(range.upperBound)"
        case .overflow: "ERR increment or decrement would overflow"
        case .decrementOverflow: "ERR decrement would overflow"
        case .appliedOverflow: "ERR applied increment would overflow"
        case .appliedInfinity: "ERR applied increment would be Infinity"
        case .nanOrInfinity: "ERR increment would produce NaN or Infinity"
        case .noSuchKey: "ERR no such key"
        case .sameObject: "ERR source and destination objects are the same"
        case .stringTooLong: "ERR string exceeds maximum allowed size (proto-max-bulk-len)"
        case .digestLength: "ERR must be exactly 16 hexadecimal characters"
        case .crossedBounds: "ERR LBOUND can't be greater than UBOUND"
        case .invalidExpire(let command): "ERR invalid expire time in '\(command)' command"
        case .databaseOutOfRange: "ERR DB index is out of range"
        case .bitOffset: "ERR bit offset is not an integer or out of range"
        case .bitValue: "ERR bit is not an integer or out of range"
        case .notHyperLogLog: "WRONGTYPE Key is not a valid HyperLogLog string value."
        case .corruptedHyperLogLog: "INVALIDOBJ Corrupted HLL object detected"
        case .wrongArity(let command): "ERR wrong number of arguments for '\(command)' command"
        case .unknownCommand(let rest): "ERR unknown command \(rest)"
        case .unknownSubcommand(let container, let name):
            "ERR unknown subcommand '\(name)'. Try \(container.uppercasedASCII) HELP."
        case .subcommandSyntax(let container, let name):
            "ERR unknown subcommand or wrong number of arguments for '\(name)'. "
                + "Try \(container.uppercasedASCII) HELP."
        case .notAllowed(let command, let directive):
            "ERR \(command.uppercasedASCII) command not allowed. If the \(directive) option is set to \"local\", "
                + "you can run it from a local connection, otherwise you need to set this option in the "
                + "configuration file, and then restart the server."
        case .inSubscribedMode(let command):
            "ERR Can't execute '\(command)': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in "
                + "this context"
        case .noAuth: "NOAUTH Authentication required."
        case .outOfMemory: "OOM command not allowed when used memory > 'maxmemory'."
        case .busyWithScript: "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE."
        case .text(let text): text
        }
    }
}

/// What Redis quotes of an argument in an error: it is C text there, which a NUL ends.
extension RawSpan {
    var quotedText: String { extracting(0 ..< quotedByteCount(atMost: 128)).escapedText }

    func quotedByteCount(atMost limit: Int) -> Int {
        var count = 0
        while count < min(limit, byteCount), byte(count) != 0 { count += 1 }
        return count
    }
}

extension String {
    var uppercasedASCII: String { String(decoding: utf8.map { $0 >= 97 && $0 <= 122 ? $0 - 32 : $0 }, as: UTF8.self) }
    var lowercasedASCII: String { String(decoding: utf8.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }, as: UTF8.self) }
}
