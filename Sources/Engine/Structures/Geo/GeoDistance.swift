import Glibc

/// Distances over the earth taken as a ball, by the haversine formula (R. W. Sinnott, "Virtues of the haversine", 1984), in metres.
///
/// The steps are Redis's, one by one, since every rounding shows in the reply.
enum GeoDistance {
    /// The quadratic mean radius of the earth after WGS 84.
    static let radius = 6372797.560856

    static func radians(_ degrees: Double) -> Double { degrees * (Double.pi / 180) }
    static func degrees(_ radians: Double) -> Double { radians / (Double.pi / 180) }

    /// Along a meridian.
    static func between(latitude a: Double, _ b: Double) -> Double { radius * abs(radians(b) - radians(a)) }

    static func between(_ a: GeoPoint, _ b: GeoPoint) -> Double {
        let v = sin((radians(b.longitude) - radians(a.longitude)) / 2)
        if v == 0 { return between(latitude: a.latitude, b.latitude) }
        let first = radians(a.latitude)
        let second = radians(b.latitude)
        let u = sin((second - first) / 2)
        return 2 * radius * asin((u * u + cos(first) * cos(second) * v * v).squareRoot())
    }
}
