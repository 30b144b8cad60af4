import Bytes
import TestSupport
import Testing

@testable import Engine

/// Places: the values of Redis's documentation, and the corners of the map.
@Suite struct GeoCommandsTests {
    private static func sicily() -> MemoryServer {
        let server = MemoryServer()
        server.send("GEOADD", "Sicily", "13.361389", "38.115556", "Palermo", "15.087269", "37.502669", "Catania")
        return server
    }

    private static func bulks(_ words: String...) -> String {
        "*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
    }

    @Test func placesComeBackAsCellsCenters() {
        let server = Self.sicily()
        #expect(server.send("ZSCORE", "Sicily", "Palermo") == "$16\r\n3479099956230698\r\n")
        #expect(
            server.send("GEOPOS", "Sicily", "Palermo", "none")
                == "*2\r\n*2\r\n$20\r\n13.36138933897018433\r\n$20\r\n38.11555639549629859\r\n*-1\r\n")
        #expect(server.send("GEOHASH", "Sicily", "Palermo", "Catania", "x") == "*3\r\n$11\r\nsqc8b49rny0\r\n$11\r\nsqdtr74hyu0\r\n$-1\r\n")
        #expect(server.send("GEODIST", "Sicily", "Palermo", "Catania") == "$11\r\n166274.1516\r\n")
        #expect(server.send("GEODIST", "Sicily", "Palermo", "Catania", "km") == "$8\r\n166.2742\r\n")
        #expect(server.send("GEODIST", "Sicily", "Palermo", "Catania", "mi") == "$8\r\n103.3182\r\n")
        #expect(server.send("GEODIST", "Sicily", "Palermo", "x") == "$-1\r\n")
        #expect(server.send("GEOPOS", "Sicily") == "*0\r\n")
    }

    @Test func searching() {
        let server = Self.sicily()
        #expect(server.send("GEOSEARCH", "Sicily", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km", "ASC") == Self.bulks("Catania", "Palermo"))
        #expect(server.send("GEOSEARCH", "Sicily", "FROMLONLAT", "15", "37", "BYBOX", "400", "100", "km") == Self.bulks())
        #expect(server.send("GEOSEARCH", "Sicily", "FROMMEMBER", "Palermo", "BYRADIUS", "0", "m") == Self.bulks("Palermo"))
        #expect(server.send("GEORADIUS", "Sicily", "15", "37", "200", "km", "COUNT", "1") == Self.bulks("Catania"))
        #expect(server.send("GEORADIUSBYMEMBER_RO", "Sicily", "Palermo", "100", "km") == Self.bulks("Palermo"))
        #expect(
            server.send("GEORADIUS_RO", "Sicily", "15", "37", "100", "km", "WITHCOORD", "WITHDIST", "WITHHASH")
                == "*1\r\n*4\r\n$7\r\nCatania\r\n$7\r\n56.4413\r\n:3479447370796909\r\n"
                + "*2\r\n$20\r\n15.08726745843887329\r\n$20\r\n37.50266842333162032\r\n")
        let client = server.connect()
        client.send("HELLO", "3")
        #expect(client.send("GEOPOS", "Sicily", "Palermo") == "*1\r\n*2\r\n,13.36138933897018433\r\n,38.11555639549629859\r\n")
        #expect(client.send("GEODIST", "Sicily", "Palermo", "Catania") == "$11\r\n166274.1516\r\n", "distances are text")
    }

    @Test func storing() {
        let server = Self.sicily()
        #expect(server.send("GEOSEARCHSTORE", "d", "Sicily", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km", "STOREDIST") == ":2\r\n")
        #expect(
            server.send("ZRANGE", "d", "0", "-1", "WITHSCORES")
                == Self.bulks("Catania", "56.441257870158204", "Palermo", "190.44242984775784"))
        #expect(server.send("GEORADIUS", "Sicily", "15", "37", "100", "km", "STORE", "d") == ":1\r\n")
        #expect(server.send("ZRANGE", "d", "0", "-1", "WITHSCORES") == Self.bulks("Catania", "3479447370796909"))
        #expect(server.send("GEOSEARCHSTORE", "d", "none", "FROMMEMBER", "x", "BYRADIUS", "1", "m") == ":0\r\n")
        #expect(server.send("EXISTS", "d") == ":0\r\n")
    }

    @Test func refusesInRedissWords() {
        let server = Self.sicily()
        #expect(server.send("GEOADD", "g", "181", "0", "x") == "-ERR invalid longitude,latitude pair 181.000000,0.000000\r\n")
        #expect(server.send("GEOADD", "g", "inf", "-86", "x") == "-ERR invalid longitude,latitude pair inf,-86.000000\r\n")
        #expect(server.send("GEOADD", "g", "x", "0", "x") == "-ERR value is not a valid float\r\n")
        #expect(server.send("GEOADD", "g", "NX", "XX", "1", "1", "x") == "-ERR syntax error\r\n")
        #expect(server.send("GEOADD", "g", "1", "1", "x", "1") == "-ERR syntax error\r\n")
        #expect(server.send("GEODIST", "Sicily", "a", "b", "cm") == "-ERR unsupported unit provided. please use M, KM, FT, MI\r\n")
        let search = ["GEOSEARCH", "Sicily", "FROMLONLAT", "15", "37"]
        let client = server.connect()
        #expect(
            client.send(words: search + ["ASC", "WITHDIST"])
                == "-ERR exactly one of BYRADIUS and BYBOX can be specified for GEOSEARCH\r\n")
        #expect(client.send(words: search + ["BYRADIUS", "-1", "m"]) == "-ERR radius cannot be negative\r\n")
        #expect(client.send(words: search + ["BYRADIUS", "x", "m"]) == "-ERR need numeric radius\r\n")
        #expect(client.send(words: search + ["BYBOX", "1", "x", "m"]) == "-ERR need numeric height\r\n")
        #expect(client.send(words: search + ["BYRADIUS", "1", "m", "ANY"]) == "-ERR the ANY argument requires COUNT argument\r\n")
        #expect(client.send(words: search + ["BYRADIUS", "1", "m", "COUNT", "0"]) == "-ERR COUNT must be > 0\r\n")
        #expect(client.send(words: search + ["BYRADIUS", "1", "m", "BYBOX", "1", "1", "m"]) == "-ERR syntax error\r\n")
        #expect(
            server.send("geosearch", "Sicily", "byradius", "1", "m", "asc", "withdist")
                == "-ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for geosearch\r\n")
        #expect(
            server.send("GEOSEARCH", "Sicily", "FROMMEMBER", "x", "BYRADIUS", "1", "m")
                == "-ERR could not decode requested zset member\r\n")
        #expect(
            server.send("GEORADIUS", "Sicily", "15", "37", "1", "m", "WITHDIST", "STORE", "d")
                == "-ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options\r\n")
        #expect(server.send("GEORADIUS_RO", "Sicily", "15", "37", "1", "m", "STORE", "d") == "-ERR syntax error\r\n")
    }

    /// The grid search finds what looking at every place finds, all over the map, whatever the shape.
    @Test(arguments: 1 ... 4) func searchesAreComplete(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let server = MemoryServer(seed: seed)
        let client = server.connect()
        var points: [GeoPoint] = []
        for number in 0 ..< 1500 {
            // Some lie close together.
            let spread = [1.0, 0.05, 0.001][number % 3]
            let longitude = (random.nextUnit() - 0.5) * 359 * spread
            let latitude = (random.nextUnit() - 0.5) * 169 * spread
            _ = client.send(words: ["GEOADD", "g", "\(longitude)", "\(latitude)", "p\(number)"])
            let cell = GeoCell(GeoPoint(longitude: longitude, latitude: latitude), steps: GeoCell.finest)
            points.append(GeoCell(score: Double(cell.bits)).center)
        }
        for _ in 0 ..< 150 {
            let spread = [1.0, 0.05, 0.001][random.next(below: 3)]
            var shape = GeoShape()
            // Not up to the poles and the date line, where Redis's cells leave places out.
            shape.center = GeoPoint(longitude: (random.nextUnit() - 0.5) * 300 * spread, latitude: (random.nextUnit() - 0.5) * 120 * spread)
            let size = random.nextUnit() * 2_000_000 * spread
            let isBox = random.next(below: 2) == 0
            shape.kind = isBox ? .box(width: size, height: size / 2) : .circle(radius: size)
            let expected = points.indices.filter { shape.distance(points[$0]) != nil }.map { "p\($0)" }
            let by = isBox ? ["BYBOX", "\(size)", "\(size / 2)", "m"] : ["BYRADIUS", "\(size)", "m"]
            let center = ["FROMLONLAT", "\(shape.center.longitude)", "\(shape.center.latitude)"]
            let found = bulkStrings(client.send(words: ["GEOSEARCH", "g"] + center + by))
            #expect(found.sorted() == expected.sorted(), "\(shape)")
        }
    }
}
