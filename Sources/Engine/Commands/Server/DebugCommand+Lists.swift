import Bytes
import Wire

/// The subcommands about lists and listpacks.
extension DebugCommand {
    static let ofLists: [DebugSubcommand] = [packedThreshold, listpack, quicklist]

    private static let packedThreshold = DebugSubcommand(
        "quicklist-packed-threshold", 3 ... 3, "QUICKLIST-PACKED-THRESHOLD <size>",
        "Elements of lists made from now on that have at least so many bytes get blocks of their own.",
        "0 restores the default of 1gb."
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        guard let size = UInt64(memorySize: arguments[2]), size <= 1 << 32 - 1 << 20 else {
            throw .text("ERR argument must be a memory value bigger than 1 and smaller than 4gb")
        }
        keyspace.listLimits.plainThreshold = size == 0 ? ListLimits.standardPlainThreshold : Int(size)
        reply.ok()
    }

    private static let listpack = DebugSubcommand(
        "listpack", 3 ... 3, "LISTPACK <key>", "Write the elements of a listpack, and where they are, to the log."
    ) { arguments, keyspace, reply, context throws(CommandError) in
        guard let entry = keyspace.peek(arguments[2]) else { throw .noSuchKey }
        let header = keyspace.arena.header(entry)
        if header.encoding != .listpack, header.encoding != .listpackEx { throw .text("ERR Not a listpack encoded object.") }
        context.host.log(.notice, describe(keyspace.arena.bytes(entry)))
        reply.simple("Listpack structure written to the log")
    }

    private static let quicklist = DebugSubcommand(
        "quicklist", 3 ... 4, "QUICKLIST <key> [<0|1>]",
        "Write the blocks of a list to the log, with their elements if 1 is given."
    ) { arguments, keyspace, reply, context throws(CommandError) in
        guard let entry = keyspace.peek(arguments[2]) else { throw .noSuchKey }
        if keyspace.arena.header(entry).type != .list { throw .text("ERR Not a quicklist encoded object.") }
        let isFull = arguments.count == 4 && scanUnsigned(arguments[3]).value != 0
        var number = 0
        keyspace.forEachBlock(entry) { block, bytes in
            context.host.log(
                .notice,
                "block \(number): \(block.form), count \(block.count), bytes \(block.length), kept in \(block.capacity)")
            if isFull, !block.isPlain { context.host.log(.notice, describe(bytes)) }
            number += 1
        }
        reply.simple("Quicklist structure written to the log")
    }

    /// The elements of a listpack with their positions, a line each.
    private static func describe(_ pack: RawSpan) -> String {
        var text = "listpack of \(pack.byteCount) bytes, \(Listpack.count(pack)) elements"
        var position = Listpack.first
        while !Listpack.isEnd(pack, position) {
            switch Listpack.value(pack, position) {
            case .integer(let number): text += "\n  \(position): integer \(number)"
            case .text(let range):
                let shown = pack.extracting(range.prefix(40))
                text += "\n  \(position): text of \(range.count) bytes, \(shown.escapedText)\(range.count > 40 ? "…" : "")"
            }
            position = Listpack.next(pack, position)
        }
        return text
    }
}

extension Keyspace {
    /// Hands every block of a list to `body`, with what it holds when unpacked.
    func forEachBlock(_ entry: Entry, _ body: (ListNode, RawSpan) -> Void) {
        if arena.header(entry).form != .object {
            let pack = arena.bytes(entry)
            let node = ListNode(
                address: 0, capacity: pack.byteCount, length: pack.byteCount, count: UInt16(Listpack.count(pack)),
                form: .packed)
            return body(node, pack)
        }
        let list = arena.objectIndex(entry)
        var path: QuickList.Path? = .first
        while let current = path {
            let node = lists[list].node(current)
            withBytes(of: node) { body(node, $0) }
            path = lists[list].next(current)
        }
    }

    /// What DEBUG OBJECT says of a list's blocks.
    func describeBlocks(_ entry: Entry) -> String {
        var blocks = 0
        var bytes = 0
        forEachBlock(entry) { block, _ in
            blocks += 1
            bytes += block.length
        }
        let hundredths = (elementCount(entry) * 200 + blocks) / (2 * blocks)
        let isLarge = arena.header(entry).form == .object
        let limits = isLarge ? lists[arena.objectIndex(entry)].limits : listLimits
        return " ql_nodes:\(blocks) ql_avg_node:\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)"
            + " ql_listpack_max:\(limits.fill) ql_compressed:\(limits.depth > 0 ? 1 : 0) ql_uncompressed_size:\(bytes)"
    }

    /// Bytes that a list takes in an RDB file: the number of its blocks, and each with its kind; compressed where they are.
    func serializedListLength(_ entry: Entry) -> Int {
        var blocks = 0
        var total = 0
        forEachBlock(entry) { block, _ in
            blocks += 1
            total += 1 + Keyspace.lengthPrefix(block.length)
            total += block.isCompressed ? 1 + Keyspace.lengthPrefix(block.capacity) + block.capacity : block.length
        }
        return Keyspace.lengthPrefix(blocks) + total
    }
}
