/// A place on the earth in degrees.
struct GeoPoint: Equatable {
    var longitude: Double
    var latitude: Double

    /// The map ends where the Mercator projection of the web does (EPSG:3857): near the poles it has no places.
    static let longitudes = -180.0 ... 180.0
    static let latitudes = -85.05112878 ... 85.05112878

    var isOnMap: Bool { GeoPoint.longitudes.contains(longitude) && GeoPoint.latitudes.contains(latitude) }
}

/// A cell of the grid that halves the map in both directions with each step, numbered so that the bits of both directions
/// alternate (the geohash of G. Niemeyer, a Z-order curve of Morton's): places that are near each other have, mostly, numbers that
/// begin alike, so that a cell is a range of numbers.
///
///      bits    x y x y x y …          x: longitude, y: latitude; 2 bits for each step
///
/// A member's score is the cell of 26 steps, 52 bits, that it lies in: some 60 centimetres, and a double holds it exactly.
struct GeoCell: Equatable {
    var bits: UInt64
    var steps: Int

    /// The finest grid.
    static let finest = 26

    /// The cell that a place lies in. A place at the upper end of the map is given a number beyond its last cell, as in Redis.
    init(
        _ point: GeoPoint, steps: Int, longitudes: ClosedRange<Double> = GeoPoint.longitudes,
        latitudes: ClosedRange<Double> = GeoPoint.latitudes
    ) {
        let size = Double(UInt64(1) << UInt64(steps))
        let x = (point.longitude - longitudes.lowerBound) / (longitudes.upperBound - longitudes.lowerBound) * size
        let y = (point.latitude - latitudes.lowerBound) / (latitudes.upperBound - latitudes.lowerBound) * size
        bits = GeoCell.spread(UInt32(truncatingIfNeeded: Int64(y))) | GeoCell.spread(UInt32(truncatingIfNeeded: Int64(x))) << 1
        self.steps = steps
    }

    /// The cell of a score; any number will do, since any sorted set can be asked for places.
    init(score: Double) {
        bits = UInt64(asInC: score)
        steps = GeoCell.finest
    }

    /// The number of the first cell of the finest grid that lies in this one, which is its lowest score.
    var lowestScore: Double { Double(bits << UInt64(2 * (GeoCell.finest - steps))) }
    /// The lowest score beyond the cell.
    var endScore: Double { Double((bits &+ 1) << UInt64(2 * (GeoCell.finest - steps))) }

    // MARK: On the map

    /// The borders of the cell.
    var area: GeoArea {
        let x = UInt32(truncatingIfNeeded: GeoCell.gather(bits >> 1))
        let y = UInt32(truncatingIfNeeded: GeoCell.gather(bits))
        return GeoArea(
            west: border(x, GeoPoint.longitudes), east: border(x &+ 1, GeoPoint.longitudes),
            south: border(y, GeoPoint.latitudes), north: border(y &+ 1, GeoPoint.latitudes))
    }

    private func border(_ number: UInt32, _ range: ClosedRange<Double>) -> Double {
        range.lowerBound + Double(number) / Double(UInt64(1) << UInt64(steps)) * (range.upperBound - range.lowerBound)
    }

    /// The place that a score stands for: the middle of its cell, moved onto the map.
    var center: GeoPoint {
        let area = area
        return GeoPoint(
            longitude: min(max((area.west + area.east) / 2, GeoPoint.longitudes.lowerBound), GeoPoint.longitudes.upperBound),
            latitude: min(max((area.south + area.north) / 2, GeoPoint.latitudes.lowerBound), GeoPoint.latitudes.upperBound))
    }

    /// The cell next to this one; at the edge of the map the one at the opposite edge.
    func neighbour(east: Int, north: Int) -> GeoCell {
        var cell = self
        if east != 0 { cell.bits = moved(GeoCell.odd, forward: east > 0) }
        if north != 0 { cell.bits = cell.moved(GeoCell.even, forward: north > 0) }
        return cell
    }

    private static let odd: UInt64 = 0xAAAA_AAAA_AAAA_AAAA
    private static let even: UInt64 = 0x5555_5555_5555_5555

    /// Counts one of the two interleaved numbers up or down: the bits of the other are filled, so that carries pass over them.
    private func moved(_ own: UInt64, forward: Bool) -> UInt64 {
        let unused = UInt64(64 - 2 * steps)
        let filler = ~own >> unused
        let kept = bits & ~own
        var number = bits & own
        number = forward ? number &+ (filler &+ 1) : (number | filler) &- (filler &+ 1)
        return number & (own >> unused) | kept
    }

    // MARK: Bits

    /// The bits of a number at the even places.
    private static func spread(_ number: UInt32) -> UInt64 {
        var word = UInt64(number)
        word = (word | word << 16) & 0x0000_FFFF_0000_FFFF
        word = (word | word << 8) & 0x00FF_00FF_00FF_00FF
        word = (word | word << 4) & 0x0F0F_0F0F_0F0F_0F0F
        word = (word | word << 2) & 0x3333_3333_3333_3333
        return (word | word << 1) & even
    }

    /// The number whose bits are at the even places.
    private static func gather(_ bits: UInt64) -> UInt64 {
        var word = bits & even
        word = (word | word >> 1) & 0x3333_3333_3333_3333
        word = (word | word >> 2) & 0x0F0F_0F0F_0F0F_0F0F
        word = (word | word >> 4) & 0x00FF_00FF_00FF_00FF
        word = (word | word >> 8) & 0x0000_FFFF_0000_FFFF
        return (word | word >> 16) & 0x0000_0000_FFFF_FFFF
    }
}

/// The borders of a cell, in degrees.
struct GeoArea {
    let west: Double
    let east: Double
    let south: Double
    let north: Double
}

extension Int64 {
    /// As the processor converts a double: what does not fit is the lowest number.
    init(asInC number: Double) { self = Int64(exactly: number.rounded(.towardZero)) ?? .min }
}

extension UInt64 {
    /// As compiled C converts a double to an unsigned number: negative ones wrap around.
    init(asInC number: Double) {
        if number < 0x1p63 {
            self = UInt64(bitPattern: Int64(asInC: number))
        } else {
            self = UInt64(bitPattern: Int64(asInC: number - 0x1p63)) ^ 1 << 63
        }
    }
}
