import Bytes

/// What a script says about itself in its first line: `#!lua flags=no-writes,allow-oom`.
struct ScriptFlags: OptionSet, Sendable {
    let rawValue: UInt8

    static let noWrites = ScriptFlags(rawValue: 1 << 0)
    static let allowOOM = ScriptFlags(rawValue: 1 << 1)
    static let allowStale = ScriptFlags(rawValue: 1 << 2)
    static let noCluster = ScriptFlags(rawValue: 1 << 3)
    static let allowCrossSlotKeys = ScriptFlags(rawValue: 1 << 4)
    /// There is no such line: the script may do what scripts could before there was one.
    static let undeclared = ScriptFlags(rawValue: 1 << 7)

    static let names: [(String, ScriptFlags)] = [
        ("no-writes", .noWrites), ("allow-oom", .allowOOM), ("allow-stale", .allowStale), ("no-cluster", .noCluster),
        ("allow-cross-slot-keys", .allowCrossSlotKeys),
    ]

    /// Reads the first line of a script. `length` is how much of it is no Lua; the line's end stays, so that lines keep
    /// their numbers.
    static func read(_ body: [UInt8]) throws(CommandError) -> (flags: ScriptFlags, length: Int) {
        if !body.starts(with: Array("#!".utf8)) { return (.undeclared, 0) }
        guard let end = body.firstIndex(of: 10) else { throw .text("ERR Invalid script shebang") }
        let line = Array(body[..<end]).bytes.escapedText
        let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" }.map(String.init)
        guard let engine = words.first else { throw .text("ERR Invalid engine in script shebang") }
        if engine != "#!lua" { throw .text("ERR Unexpected engine in script shebang: \(engine)") }
        var flags: ScriptFlags = []
        for word in words.dropFirst() {
            if !word.hasPrefix("flags=") { throw .text("ERR Unknown lua shebang option: \(word)") }
            let list = word.dropFirst(6)
            if list.isEmpty { continue }
            for name in list.split(separator: ",", omittingEmptySubsequences: false) {
                guard let flag = names.first(where: { $0.0 == name }) else {
                    throw .text("ERR Unexpected flag in script shebang: \(name)")
                }
                flags.insert(flag.1)
            }
        }
        return (flags, end)
    }

    /// What the gate has to know of a command that runs such a script: the script's own declaration replaces what is said of
    /// scripts in general.
    func applied(to flags: CommandFlags) -> CommandFlags {
        if contains(.undeclared) { return flags }
        var result = flags.subtracting([.stale, .denyOOM, .write, .mayReplicate])
        if isDisjoint(with: [.allowOOM, .noWrites]) { result.insert(.denyOOM) }
        if !contains(.noWrites) { result.insert(.write) }
        if contains(.allowStale) { result.insert(.stale) }
        return result
    }
}
