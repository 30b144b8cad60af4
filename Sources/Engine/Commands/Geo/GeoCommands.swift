import Bytes
import Wire

/// The commands of the geo group. Places are members of a sorted set whose scores are cells of a grid (`GeoCell`).
enum GeoCommands {
    static let rows: [Command] = [geoadd, geopos, geohash, geodist] + GeoSearchCommands.rows + GeoRadiusCommands.rows

    static let geoadd = Command(
        "geoadd", arity: -5, .geo, [.write, .denyOOM],
        keys: [.range("RW update", 1)],
        since: "3.2.0", complexity: "O(log(N)) for each member, where N is the number of members of the sorted set.",
        summary: "Adds places to a sorted set.",
        arguments: """
            key:key#0 condition(nx=NX|xx=XX)@6.2.0? change=CH@6.2.0? \
            data{longitude:double latitude:double member:string}*
            """
    ) { arguments, keyspace, reply, context throws(CommandError) in
        var rule = ScoreRule()
        var first = 2
        rule.take(arguments, &first, among: [.absent, .present, .countsChanges])
        let count = arguments.count - first
        if count % 3 != 0 || rule.isSuperset(of: [.absent, .present]) { throw .syntax }
        let places = stride(from: first, to: arguments.count, by: 3)
        for index in places { _ = try arguments.point(index) }
        if count == 0 { throw .syntax }
        var place = try keyspace.write(arguments[1], as: .sortedSet)
        var changes = ScoreChanges(rule)
        if place.exists || !rule.contains(.present) {
            for index in places {
                let cell = GeoCell(try arguments.point(index), steps: GeoCell.finest)
                try changes.set(
                    arguments[index + 2], Double(cell.bits), in: arguments[1], &place, &keyspace, context.sortedSetLimits)
            }
        }
        changes.finish(place, &keyspace, &reply)
    }

    static let geopos = Command(
        "geopos", arity: -2, .geo, [.readonly],
        keys: [.range("RO access", 1)],
        since: "3.2.0", complexity: "O(1) for each member.",
        summary: "Longitude and latitude of members.",
        arguments: "key:key#0 member:string?*"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let entry = try keyspace.read(arguments[1], as: .sortedSet)
        reply.array(arguments.count - 2)
        for index in 2 ..< arguments.count {
            if let entry, let point = keyspace.point(of: arguments[index], entry) {
                reply.point(point)
            } else {
                reply.nullArray()
            }
        }
    }

    static let geohash = Command(
        "geohash", arity: -2, .geo, [.readonly],
        keys: [.range("RO access", 1)],
        since: "3.2.0", complexity: "O(1) for each member.",
        summary: "The places of members as geohash texts.",
        arguments: "key:key#0 member:string?*"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        let entry = try keyspace.read(arguments[1], as: .sortedSet)
        reply.array(arguments.count - 2)
        for index in 2 ..< arguments.count {
            if let entry, let point = keyspace.point(of: arguments[index], entry) {
                reply.bulk(geohashText(point).bytes)
            } else {
                reply.null()
            }
        }
    }

    /// Eleven letters of five bits each, of which 52 are known. The usual geohash goes up to the poles, so the cell is another one than
    /// the score.
    private static func geohashText(_ point: GeoPoint) -> InlineArray<11, UInt8> {
        let alphabet: StaticString = "0123456789bcdefghjkmnpqrstuvwxyz"
        let cell = GeoCell(point, steps: GeoCell.finest, longitudes: -180 ... 180, latitudes: -90 ... 90)
        return InlineArray<11, UInt8> { letter in
            let index = letter == 10 ? 0 : cell.bits >> UInt64(52 - 5 * (letter + 1)) & 31
            return alphabet.bytes.byte(Int(index))
        }
    }

    static let geodist = Command(
        "geodist", arity: -4, .geo, [.readonly],
        keys: [.range("RO access", 1)],
        since: "3.2.0", complexity: "O(1)",
        summary: "The distance between two members.",
        arguments: "key:key#0 member1:string member2:string unit(m=M|km=KM|ft=FT|mi=MI)?"
    ) { arguments, keyspace, reply, _ throws(CommandError) in
        if arguments.count > 5 { throw .syntax }
        let unit = arguments.count == 5 ? try arguments.lengthUnit(4) : 1
        guard let entry = try keyspace.read(arguments[1], as: .sortedSet),
            let first = keyspace.point(of: arguments[2], entry), let second = keyspace.point(of: arguments[3], entry)
        else { return reply.null() }
        reply.distance(GeoDistance.between(first, second) / unit)
    }
}

extension Keyspace {
    /// Where a member is.
    func point(of member: RawSpan, _ entry: Entry) -> GeoPoint? {
        score(of: member, entry).map { GeoCell(score: $0).center }
    }
}

extension Arguments {
    /// Longitude and latitude, the arguments at `index` and behind.
    func point(_ index: Int) throws(CommandError) -> GeoPoint {
        guard let longitude = Double(text: self[index]), let latitude = Double(text: self[index + 1]) else {
            throw .notFloat
        }
        let point = GeoPoint(longitude: longitude, latitude: latitude)
        if point.isOnMap { return point }
        var text = ByteBuffer("ERR invalid longitude,latitude pair ")
        text.append(fixed: longitude, fraction: 6)
        text.append(UInt8(ascii: ","))
        text.append(fixed: latitude, fraction: 6)
        throw .text(text.bytes.text)
    }

    /// A unit of length, in metres.
    func lengthUnit(_ index: Int) throws(CommandError) -> Double {
        if isWord(index, "m") { return 1 }
        if isWord(index, "km") { return 1000 }
        if isWord(index, "ft") { return 0.3048 }
        if isWord(index, "mi") { return 1609.34 }
        throw .text("ERR unsupported unit provided. please use M, KM, FT, MI")
    }
}

extension ReplyWriter {
    /// Longitude and latitude.
    mutating func point(_ point: GeoPoint) {
        array(2)
        humanDouble(point.longitude)
        humanDouble(point.latitude)
    }

    /// A distance, with four digits behind the point.
    mutating func distance(_ distance: Double) { bulk(NumberText(scaled: distance, fraction: 4).bytes) }
}
