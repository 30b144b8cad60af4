import Bytes
import Wire

/// GEORADIUS and GEORADIUSBYMEMBER, and their forms that only read: what there was before GEOSEARCH.
enum GeoRadiusCommands {
    static let rows: [Command] = [georadius, georadiusRO, georadiusbymember, georadiusbymemberRO]

    private static let complexity =
        "O(N+log(M)) where N is the number of places in the grid cells that cover the circle and M that of all places."

    private static let options = """
        radius:double unit(m=M|km=KM|ft=FT|mi=MI) withcoord=WITHCOORD? withdist=WITHDIST? withhash=WITHHASH?
        """

    private static let store = "store(storekey:key=STORE#1|storedistkey:key=STOREDIST#2)?"

    /// The key to read and, where STORE or STOREDIST stands from `options` on, the one to write.
    private static func keys(options: Int) -> [KeySpec] {
        let find = KeySpec.Find.range(last: 0, step: 1, limit: 0)
        return [
            .range("RO access", 1),
            KeySpec(flags: "OW update", search: .keyword("STORE", from: options), find: find),
            KeySpec(flags: "OW update", search: .keyword("STOREDIST", from: options), find: find),
        ]
    }

    static let georadius = Command(
        "georadius", arity: -6, .geo, [.write, .denyOOM, .movableKeys], keys: keys(options: 6),
        since: "3.2.0", complexity: complexity,
        summary: "The places within a circle around a place; they can be stored.",
        arguments: """
            key:key#0 longitude:double latitude:double \(options) count-block{count:integer=COUNT any=ANY@6.2.0?}? \
            order(asc=ASC|desc=DESC)? \(store)
            """,
        deprecatedSince: "6.2.0", replacedBy: "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try searchAroundPoint(arguments, .mayStore, &keyspace, &reply, &context)
    }

    static let georadiusRO = Command(
        "georadius_ro", arity: -6, .geo, [.readonly], keys: [.range("RO access", 1)],
        since: "3.2.10", complexity: complexity,
        summary: "The places within a circle around a place.",
        arguments: """
            key:key#0 longitude:double latitude:double \(options) count-block{count:integer=COUNT any=ANY@6.2.0?}? \
            order(asc=ASC|desc=DESC)?
            """,
        deprecatedSince: "6.2.0", replacedBy: "`GEOSEARCH` with the `BYRADIUS` argument"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try searchAroundPoint(arguments, [], &keyspace, &reply, &context)
    }

    static let georadiusbymember = Command(
        "georadiusbymember", arity: -5, .geo, [.write, .denyOOM, .movableKeys], keys: keys(options: 5),
        since: "3.2.0", complexity: complexity,
        summary: "The places within a circle around a member; they can be stored.",
        arguments: """
            key:key#0 member:string \(options) count-block{count:integer=COUNT any=ANY?}? order(asc=ASC|desc=DESC)? \(store)
            """,
        deprecatedSince: "6.2.0",
        replacedBy: "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try searchAroundMember(arguments, .mayStore, &keyspace, &reply, &context)
    }

    static let georadiusbymemberRO = Command(
        "georadiusbymember_ro", arity: -5, .geo, [.readonly], keys: [.range("RO access", 1)],
        since: "3.2.10", complexity: complexity,
        summary: "The places within a circle around a member.",
        arguments: """
            key:key#0 member:string \(options) count-block{count:integer=COUNT any=ANY?}? order(asc=ASC|desc=DESC)?
            """,
        deprecatedSince: "6.2.0", replacedBy: "`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        try searchAroundMember(arguments, [], &keyspace, &reply, &context)
    }

    private static func searchAroundPoint(
        _ arguments: Arguments, _ grammar: GeoSearch.Grammar, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter,
        _ context: inout Context
    ) throws(CommandError) {
        var search = GeoSearch(entry: try keyspace.read(arguments[1], as: .sortedSet), grammar)
        try search.takeCenter(arguments, 2)
        try search.takeRadius(arguments, 4)
        try search.takeOptions(arguments, from: 6, keyspace)
        answer(search, arguments, &keyspace, &reply, &context)
    }

    private static func searchAroundMember(
        _ arguments: Arguments, _ grammar: GeoSearch.Grammar, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter,
        _ context: inout Context
    ) throws(CommandError) {
        var search = GeoSearch(entry: try keyspace.read(arguments[1], as: .sortedSet), grammar)
        if search.entry != nil {
            // Without a key nobody looks at the radius.
            try search.takeMember(arguments, 2, keyspace)
            try search.takeRadius(arguments, 3)
        }
        try search.takeOptions(arguments, from: 5, keyspace)
        answer(search, arguments, &keyspace, &reply, &context)
    }

    private static func answer(
        _ search: GeoSearch, _ arguments: Arguments, _ keyspace: inout Keyspace, _ reply: inout ReplyWriter,
        _ context: inout Context
    ) {
        let matches = GeoMatches(search, keyspace)
        guard let destination = search.destination else { return matches.answer(&reply) }
        let limits = context.sortedSetLimits
        reply.integer(keyspace.storeSortedSet(arguments[destination], matches.ranked(), limits, .georadiusstore))
    }
}
