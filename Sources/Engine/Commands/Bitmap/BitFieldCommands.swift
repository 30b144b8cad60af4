import Bytes
import Wire

/// BITFIELD and BITFIELD_RO: a string as an array of integers of any width at any bit.
extension BitmapCommands {
    /// BITFIELD only reads where all it is asked for is GET.
    @Sendable private static func keyFlags(_ arguments: Arguments, _ offset: Int) -> String {
        var index = offset + 2
        while index < arguments.count {
            let left = arguments.count - index - 1
            if arguments.isWord(index, "get"), left >= 2 {
                index += 3
            } else if arguments.isWord(index, "overflow"), left >= 1 {
                index += 2
            } else {
                return "RW access update"
            }
        }
        return "RO access"
    }

    static let bitField = Command(
        "bitfield", arity: -2, .bitmap, [.write, .denyOOM],
        keys: [
            .range(
                "RW access update variable_flags", 1,
                notes: "This command allows both access and modification of the key", varying: keyFlags)
        ],
        since: "3.2.0", complexity: "O(1) for each subcommand specified",
        summary: "Reads, sets and increments integers of any width at any bit of a string.",
        arguments:
            "key:key#0 operation(get-block{encoding:string offset:integer}=GET|write{"
            + "overflow-block(wrap=WRAP|sat=SAT|fail=FAIL)=OVERFLOW? "
            + "write-operation(set-block{encoding:string offset:integer value:integer}=SET|"
            + "incrby-block{encoding:string offset:integer increment:integer}=INCRBY)})?*"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try BitFieldRequest(arguments, context).run(arguments, &keyspace, &reply)
    }

    static let bitFieldReadOnly = Command(
        "bitfield_ro", arity: -2, .bitmap, [.readonly, .fast],
        keys: [.range("RO access", 1)],
        since: "6.0.0", complexity: "O(1) for each subcommand specified",
        summary: "Reads integers of any width at any bit of a string.",
        arguments: "key:key#0 get-block{encoding:string offset:integer}=GET?*!"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let request = try BitFieldRequest(arguments, context)
        if request.lastWrittenBit != nil { throw .text("ERR BITFIELD_RO only supports the GET subcommand") }
        try request.run(arguments, &keyspace, &reply)
    }
}

/// A BITFIELD whose arguments have been checked.
private struct BitFieldRequest {
    private let reader: BitFieldReader
    private var stepCount = 0
    /// The last bit that any step writes; nil when all only read.
    private(set) var lastWrittenBit: Int?

    init(_ arguments: Arguments, _ context: borrowing Context) throws(CommandError) {
        reader = BitFieldReader(byteLimit: context.configuration.protoMaxBulkLength)
        var checking = reader
        while let step = try checking.next(arguments) {
            stepCount += 1
            if let bit = step.lastWrittenBit { lastWrittenBit = max(bit, lastWrittenBit ?? 0) }
        }
    }

    func run(_ arguments: Arguments, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter)
        throws(CommandError)
    {
        guard let lastWrittenBit else { return try read(arguments, &keyspace, &reply) }
        let key = arguments[1]
        var place = keyspace.write(key)
        let (entry, isGrown) = try keyspace.prepareBits(key, &place, through: lastWrittenBit)
        var isChanged = false
        reply.array(stepCount)
        var steps = reader
        while let step = try steps.next(arguments) {
            let old = step.kind.value(
                keyspace.arena.bytes(entry).bitField(at: step.offset, width: step.kind.width))
            if case .get = step.action {
                reply.integer(old)
                continue
            }
            guard let new = step.replacement(for: old) else {
                reply.null()
                continue
            }
            if new != old {
                var bytes = keyspace.arena.mutableBytes(entry)
                bytes.setBitField(at: step.offset, width: step.kind.width, UInt64(bitPattern: new))
            }
            if new != old || isGrown { isChanged = true }
            if case .set = step.action { reply.integer(old) } else { reply.integer(new) }
        }
        // Where every step overflowed and failed the string may have grown all the same, of which nobody is notified.
        if isChanged || isGrown { keyspace.changed(isChanged ? .setbit : .reencoded, entry) }
    }

    private func read(
        _ arguments: Arguments, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter
    ) throws(CommandError) {
        let entry = try keyspace.readString(arguments[1])
        reply.array(stepCount)
        var steps = reader
        while let step = try steps.next(arguments) {
            var bits: UInt64 = 0
            if let entry { bits = keyspace.text(entry).bitField(at: step.offset, width: step.kind.width) }
            reply.integer(step.kind.value(bits))
        }
    }
}
