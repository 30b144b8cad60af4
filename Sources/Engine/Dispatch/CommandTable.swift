import Bytes

/// Finds rows by name. Built and validated once; looking up costs one hash of the name and one comparison.
final class CommandTable: Sendable {
    /// All rows, subcommands behind their containers; a row's position is its number in the statistics.
    let rows: [Command]
    /// Top-level rows in order of registration.
    let commands: [Command]
    private let names: [[UInt8]]
    private let slots: [Int32]
    private let mask: Int
    private let subcommandNumbers: [[Int]]

    /// `families` are the rows of each room of Commands. Traps when a row contradicts itself or another. `renames` are
    /// the `rename-command` lines, in order: a command answers to its new name only, or to none when that is empty.
    init(_ families: [[Command]], renames: [Configuration.RenamedCommand] = []) {
        commands = families.flatMap { $0 }
        var rows: [Command] = []
        var subcommandNumbers: [[Int]] = []
        for command in commands {
            rows.append(command)
            subcommandNumbers.append([])
            let parent = rows.count - 1
            for sub in command.subcommands {
                subcommandNumbers[parent].append(rows.count)
                rows.append(sub)
                subcommandNumbers.append([])
            }
        }
        self.rows = rows
        var names = rows.map { Array($0.name.utf8) }
        for rename in renames {
            let old = Array(rename.name.lowercasedASCII.utf8)
            if let number = names.firstIndex(of: old) { names[number] = Array(rename.replacement.lowercasedASCII.utf8) }
        }
        self.names = names
        self.subcommandNumbers = subcommandNumbers
        var size = 16
        while size < commands.count * 4 { size *= 2 }
        mask = size - 1
        var slots = [Int32](repeating: -1, count: size)
        for (number, row) in rows.enumerated() where !row.name.utf8.contains(UInt8(ascii: "|")) {
            let name = names[number]
            if name.isEmpty { continue }
            var i = Int(truncatingIfNeeded: foldedHash(name.bytes)) & mask
            while slots[i] >= 0 {
                precondition(names[Int(slots[i])] != name, "two commands are named \(row.name)")
                i = (i + 1) & mask
            }
            slots[i] = Int32(number)
        }
        self.slots = slots
        for row in rows { CommandTable.validate(row) }
    }

    private static func validate(_ row: Command) {
        precondition(row.name == row.name.lowercasedASCII && !row.name.isEmpty)
        precondition(row.arity != 0, "\(row.name): arity 0")
        precondition(!row.flags.contains([.write, .readonly]), "\(row.name): writes and is read-only")
        precondition(!row.summary.isEmpty && !row.complexity.isEmpty && !row.since.isEmpty, "\(row.name): undocumented")
        for sub in row.subcommands { precondition(sub.name.hasPrefix(row.name + "|"), "\(sub.name) is misplaced") }
    }

    /// The number of the row with this name, letters compared without case.
    @inline(__always)
    func find(_ name: RawSpan) -> Int? {
        var i = Int(truncatingIfNeeded: foldedHash(name)) & mask
        while true {
            let number = Int(slots[i])
            if number < 0 { return nil }
            if sameName(number, name) { return number }
            i = (i &+ 1) & mask
        }
    }

    /// The number of a container's subcommand.
    func findSubcommand(of container: Int, _ name: RawSpan) -> Int? {
        // Subcommands keep their container's own name in front, whatever the container is called.
        let prefix = rows[container].name.utf8.count + 1
        for number in subcommandNumbers[container] {
            if sameName(number, name, droppingFirst: prefix) { return number }
        }
        return nil
    }

    /// The row with this full name, `client|kill` for a subcommand.
    func find(fullName name: RawSpan) -> Command? {
        for i in 0 ..< name.byteCount where name.byte(i) == UInt8(ascii: "|") {
            guard let container = find(name.extracting(0 ..< i)) else { return nil }
            return findSubcommand(of: container, name.extracting(i &+ 1 ..< name.byteCount)).map { rows[$0] }
        }
        return find(name).map { rows[$0] }
    }

    @inline(__always)
    private func sameName(_ number: Int, _ name: RawSpan, droppingFirst skipped: Int = 0) -> Bool {
        let own = names[number]
        if own.count - skipped != name.byteCount { return false }
        for i in 0 ..< name.byteCount {
            let byte = name.byte(i)
            if own[i &+ skipped] != (byte >= 65 && byte <= 90 ? byte | 32 : byte) { return false }
        }
        return true
    }
}
