import Bytes
import Wire

/// HTTL, HPTTL, HEXPIRETIME and HPEXPIRETIME: how long fields live. Of a field that is not there the answer is -2, of one that
/// stays -1.
enum FieldLifetimeCommands {
    static let rows: [Command] = [httl, hpttl, hexpiretime, hpexpiretime]

    private static let keys: [KeySpec] = [.range("RO access", 1)]

    static let httl = Command(
        "httl", arity: -5, .hash, [.readonly, .fast], keys: keys,
        since: "7.4.0", complexity: "O(N) where N is the number of fields named.",
        summary: "How many seconds fields of a hash have left to live.",
        arguments: "key:key#0 fields{numfields:integer field:string*}=FIELDS", tips: ["nondeterministic_output"]
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try tell(arguments, inSeconds: true, since: keyspace.now, "httl", &keyspace, &reply)
    }

    static let hpttl = Command(
        "hpttl", arity: -5, .hash, [.readonly, .fast], keys: keys,
        since: "7.4.0", complexity: "O(N) where N is the number of fields named.",
        summary: "How many milliseconds fields of a hash have left to live.",
        arguments: "key:key#0 fields{numfields:integer field:string*}=FIELDS", tips: ["nondeterministic_output"]
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try tell(arguments, inSeconds: false, since: keyspace.now, "hpttl", &keyspace, &reply)
    }

    static let hexpiretime = Command(
        "hexpiretime", arity: -5, .hash, [.readonly, .fast], keys: keys,
        since: "7.4.0", complexity: "O(N) where N is the number of fields named.",
        summary: "Until when fields of a hash live, in seconds since 1970.",
        arguments: "key:key#0 fields{numfields:integer field:string*}=FIELDS"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try tell(arguments, inSeconds: true, since: 0, "hexpiretime", &keyspace, &reply)
    }

    static let hpexpiretime = Command(
        "hpexpiretime", arity: -5, .hash, [.readonly, .fast], keys: keys,
        since: "7.4.0", complexity: "O(N) where N is the number of fields named.",
        summary: "Until when fields of a hash live, in milliseconds since 1970.",
        arguments: "key:key#0 fields{numfields:integer field:string*}=FIELDS"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        try tell(arguments, inSeconds: false, since: 0, "hpexpiretime", &keyspace, &reply)
    }

    private static func tell(
        _ arguments: Arguments, inSeconds: Bool, since origin: Int64, _ name: String, _ keyspace: inout Keyspace,
        _ reply: inout ReplyWriter
    ) throws(CommandError) {
        let entry = try keyspace.readHash(arguments[1])
        let fields = try FieldList(arguments, at: 2, in: name)
        reply.array(fields.count)
        for index in fields.indices {
            guard let entry, let position = keyspace.findField(arguments[index], entry) else {
                reply.integer(-2)
                continue
            }
            guard let deadline = keyspace.deadline(of: position, in: entry) else {
                reply.integer(-1)
                continue
            }
            let left = max(0, deadline - origin)
            // A part of a second is a second: a field that is there never has 0 left.
            reply.integer(inSeconds ? (left + 999) / 1000 : left)
        }
    }
}
