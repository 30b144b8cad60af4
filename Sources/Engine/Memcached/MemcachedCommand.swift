import Bytes
import Wire

/// A command's work: reads the request's tokens and block, uses the keyspace, writes its reply.
typealias MemcachedFunction =
    @Sendable (inout MemcachedRequest, inout Keyspace, inout ReplyWriter, inout Context) -> MemcachedOutcome

/// One row of memcached's commands: the function, and what has to be known before it may run.
final class MemcachedCommand: Sendable {
    let name: StaticString
    /// How many tokens a line has, the name included.
    let tokens: ClosedRange<Int>
    /// What the gate must know of it.
    let kind: Command
    let run: MemcachedFunction

    init(_ name: StaticString, tokens: ClosedRange<Int>, _ kind: Command, run: @escaping MemcachedFunction) {
        self.name = name
        self.tokens = tokens
        self.kind = kind
        self.run = run
    }

    /// Reads values.
    static let reads = kind([.readonly, .fast])
    /// Changes or removes what is there.
    static let changes = kind([.write, .fast])
    /// Needs memory.
    static let stores = kind([.write, .denyOOM, .fast])
    /// Is about the server or the connection.
    static let informs = kind([.loading, .stale, .fast])

    /// The gate is driven by rows, so each kind of command has one; nobody calls it.
    private static func kind(_ flags: CommandFlags) -> Command {
        Command(
            "memcached", arity: -1, .string, flags, since: "7.0.0", complexity: "O(1)", summary: "A memcached command."
        ) { _, _, _, _ throws(CommandError) in }
    }
}

/// Finds a command by its name: a small open-addressed table over the first eight bytes of names.
struct MemcachedCommandTable {
    private static let rows: [MemcachedCommand] =
        RetrievalCommands.rows + StorageCommands.rows + ItemCommands.rows + MetaCommands.rows + StatsCommand.rows
        + CrawlerCommands.rows + MemcachedAdminCommands.rows

    private var slots: [MemcachedCommand?]
    private static let bits: UInt64 = 7

    init() {
        slots = [MemcachedCommand?](repeating: nil, count: 1 << Int(MemcachedCommandTable.bits))
        for row in MemcachedCommandTable.rows {
            var slot = MemcachedCommandTable.slot(row.name.bytes)
            while slots[slot] != nil { slot = (slot &+ 1) & (slots.count &- 1) }
            slots[slot] = row
        }
    }

    @inline(__always)
    func find(_ name: RawSpan) -> MemcachedCommand? {
        var slot = MemcachedCommandTable.slot(name)
        while let row = slots[slot] {
            if name.equals(row.name.bytes) { return row }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
        return nil
    }

    @inline(__always)
    private static func slot(_ name: RawSpan) -> Int {
        let word = name.extracting(0 ..< min(name.byteCount, 7)).trailingWord | UInt64(name.byteCount) << 56
        return Int(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> (64 - bits))
    }
}
