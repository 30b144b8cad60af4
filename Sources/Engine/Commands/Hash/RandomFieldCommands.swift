import Bytes
import Wire

/// HRANDFIELD: fields chosen at random, each with the same chance whatever the hash is kept in.
///
/// A part of the fields is drawn from a table one by one. From a block, and from a table that most of is wanted of, it is chosen in
/// one pass over all fields (`SelectionSampling`): nothing has to be remembered, and nothing is drawn twice.
enum RandomFieldCommands {
    static let rows: [Command] = [hrandfield]

    static let hrandfield = Command(
        "hrandfield", arity: -2, .hash, [.readonly],
        keys: [.range("RO access", 1)],
        since: "6.2.0", complexity: "O(N) where N is the number of fields returned.",
        summary: "One or several fields of a hash, chosen at random.",
        arguments: "key:key#0 options{count:integer withvalues=WITHVALUES?}?", tips: ["nondeterministic_output"]
    ) { arguments, keyspace, reply, context throws(CommandError) in
        if arguments.count == 2 {
            guard let entry = try keyspace.readHash(arguments[1]), let position = keyspace.randomField(entry) else {
                return reply.null()
            }
            return reply.name(of: position, in: entry, keyspace)
        }
        let count = try arguments.integer(2)
        if count == .min { throw .outsideRange(-.max ... .max) }
        if arguments.count > 4 || arguments.count == 4 && !arguments.isWord(3, "withvalues") { throw .syntax }
        let showsValues = arguments.count == 4
        if showsValues, count.magnitude > Int64.max / 2 { throw .text("ERR value is out of range") }
        guard let entry = try keyspace.readHash(arguments[1]), count != 0 else { return reply.array(0) }
        let size = keyspace.fieldCount(entry)
        if size == 0 { return reply.array(0) }
        if count > 1 {
            chooseDifferent(Int(count), of: size, entry, showsValues, &keyspace, &reply)
        } else {
            draw(Int(count.magnitude), entry, showsValues, &keyspace, &reply, &context)
        }
    }

    /// Each one chosen among all, so that some may come more than once.
    private static func draw(
        _ count: Int, _ entry: Entry, _ showsValues: Bool, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter,
        _ context: inout Context
    ) {
        head(count, showsValues, &reply)
        // Positions in a block are found by counting, so that it is cheaper to know them all.
        var block: [Keyspace.FieldPosition] = []
        if count > 1, keyspace.hashForm(entry) != .table {
            keyspace.forEachField(entry) {
                block.append($0)
                return true
            }
        }
        for number in 0 ..< count {
            if !block.isEmpty {
                field(block[keyspace.random.next(below: block.count)], entry, showsValues, keyspace, &reply)
            } else if let position = keyspace.randomField(entry) {
                field(position, entry, showsValues, keyspace, &reply)
            }
            if number & 1023 == 1023 {
                // There is no bound on what may be asked for, but there may be one on what may wait to be sent.
                context.enforceLimits(context.session, input: 0, output: reply.output.allocated)
                if context.session.ending != nil { return }
            }
        }
    }

    /// So many different ones, or all.
    private static func chooseDifferent(
        _ count: Int, of size: Int, _ entry: Entry, _ showsValues: Bool, _ keyspace: inout Keyspace,
        _ reply: inout ReplyWriter
    ) {
        head(min(count, size), showsValues, &reply)
        // A third of the fields: from there on, drawing some twice costs more than passing by the others.
        if keyspace.hashForm(entry) != .table || count >= size / 3 {
            var sampling = SelectionSampling(min(count, size), of: size, random: keyspace.random)
            keyspace.forEachField(entry) {
                if sampling.takesNext() { field($0, entry, showsValues, keyspace, &reply) }
                return true
            }
            keyspace.random = sampling.random
            return
        }
        var drawn: Set<Arena.Handle> = []
        drawn.reserveCapacity(count)
        while drawn.count < count {
            guard case .field(let one)? = keyspace.randomField(entry) else { return }
            if drawn.insert(one.handle).inserted { field(.field(one), entry, showsValues, keyspace, &reply) }
        }
    }

    /// RESP2 has names and values take turns, RESP3 has pairs.
    private static func head(_ count: Int, _ showsValues: Bool, _ reply: inout ReplyWriter) {
        reply.array(showsValues && reply.version == .resp2 ? count * 2 : count)
    }

    private static func field(
        _ position: Keyspace.FieldPosition, _ entry: Entry, _ showsValues: Bool, _ keyspace: borrowing Keyspace,
        _ reply: inout ReplyWriter
    ) {
        if showsValues, reply.version == .resp3 { reply.array(2) }
        reply.name(of: position, in: entry, keyspace)
        if showsValues { reply.value(of: position, in: entry, keyspace) }
    }
}
