import Bytes
import Wire

/// GEOSEARCH and GEOSEARCHSTORE.
enum GeoSearchCommands {
    static let rows: [Command] = [geosearch, geosearchstore]

    private static let complexity =
        "O(N+log(M)) where N is the number of places in the grid cells that cover the shape and M that of all places."

    private static let shape = """
        from(member:string=FROMMEMBER|fromlonlat{longitude:double latitude:double}=FROMLONLAT) \
        by(circle{radius:double=BYRADIUS unit(m=M|km=KM|ft=FT|mi=MI)}\
        |box{width:double=BYBOX height:double unit(m=M|km=KM|ft=FT|mi=MI)}) \
        order(asc=ASC|desc=DESC)? count-block{count:integer=COUNT any=ANY?}?
        """

    static let geosearch = Command(
        "geosearch", arity: -7, .geo, [.readonly],
        keys: [.range("RO access", 1)],
        since: "6.2.0", complexity: complexity,
        summary: "The places within a circle or a box.",
        arguments: "key:key#0 \(shape) withcoord=WITHCOORD? withdist=WITHDIST? withhash=WITHHASH?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let entry = try keyspace.read(arguments[1], as: .sortedSet)
        var search = GeoSearch(entry: entry, .shapeByOptions)
        try search.takeOptions(arguments, from: 2, keyspace)
        GeoMatches(search, keyspace).answer(&reply)
    }

    static let geosearchstore = Command(
        "geosearchstore", arity: -8, .geo, [.write, .denyOOM],
        keys: [.range("OW update", 1), .range("RO access", 2)],
        since: "6.2.0", complexity: complexity,
        summary: "Stores the places within a circle or a box, or their distances from its center.",
        arguments: "destination:key#0 source:key#1 \(shape) storedist=STOREDIST?"
    ) { arguments, keyspace, reply, context throws(CommandError) in
        let entry = try keyspace.read(arguments[2], as: .sortedSet)
        var search = GeoSearch(entry: entry, [.shapeByOptions, .stores], destination: 1)
        try search.takeOptions(arguments, from: 3, keyspace)
        let list = GeoMatches(search, keyspace).ranked()
        reply.integer(keyspace.storeSortedSet(arguments[1], list, context.sortedSetLimits, .geosearchstore))
    }
}
