import Bytes
import Wire

/// HIMPORT: many hashes with the same fields. A client says once what the fields are, and then only sends values.
enum HashImportCommands {
    static let rows: [Command] = [himport]

    static let himport = Command(
        "himport", arity: -2, .hash, [],
        since: "8.10.0", complexity: "Depends on subcommand.",
        summary: "Hashes made of values alone, for fields that were named before.",
        subcommands: [discard, discardAll, prepare, set]
    ) { arguments, _, _, _ throws(CommandError) in throw .unknownSubcommand(of: "himport", arguments[1].quotedText) }

    private static let prepare = Command(
        "himport|prepare", arity: -4, .hash, [.denyOOM],
        since: "8.10.0", complexity: "O(N) where N is the number of fields.",
        summary: "Names a list of fields, which this connection may then make hashes of.",
        arguments: "fieldset-name:string field:string*"
    ) { arguments, _, reply, context throws(CommandError) in
        var fields: [[UInt8]] = []
        var known: Set<[UInt8]> = []
        for index in 3 ..< arguments.count {
            let field = arguments[index].array
            if !known.insert(field).inserted { throw .text("ERR duplicate field name in fieldset") }
            fields.append(field)
        }
        context.session.fieldsets.prepare(arguments[2], fields)
        reply.ok()
    }

    private static let set = Command(
        "himport|set", arity: -5, .hash, [.write, .denyOOM],
        keys: [.range("OW update", 2)],
        since: "8.10.0", complexity: "O(N) where N is the number of fields.",
        summary: "Makes a hash of the fields of a list and values in the same order.",
        arguments: "key:key#0 fieldset-name:string value:string*"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        guard let fields = context.session.fieldsets[arguments[3]] else { throw .text("ERR no such fieldset") }
        if fields.count != arguments.count - 4 { throw .text("ERR value count does not match fieldset field count") }
        var place = keyspace.write(arguments[2])
        keyspace.discard(&place)
        let limits = context.hashLimits
        for (index, field) in fields.enumerated() {
            keyspace.setField(field.bytes, arguments[4 + index], in: arguments[2], &place, limits)
        }
        if let entry = place.entry { keyspace.changed(.hset, entry) }
        reply.ok()
    }

    private static let discard = Command(
        "himport|discard", arity: 3, .hash, [],
        since: "8.10.0", complexity: "O(N) where N is the number of fields of the list.",
        summary: "Forgets a list of fields.",
        arguments: "fieldset-name:string"
    ) { arguments, _, reply, context throws(CommandError) in
        reply.integer(context.session.fieldsets.discard(arguments[2]) ? 1 : 0)
    }

    private static let discardAll = Command(
        "himport|discardall", arity: 2, .hash, [],
        since: "8.10.0", complexity: "O(N) where N is the number of lists.",
        summary: "Forgets all lists of fields of this connection."
    ) { _, _, reply, context throws(CommandError) in
        reply.integer(context.session.fieldsets.count)
        context.session.fieldsets.discardAll()
    }
}
