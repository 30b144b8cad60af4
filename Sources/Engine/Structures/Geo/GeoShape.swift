import Glibc

/// The part of the map that is searched: a circle or a box around a place.
struct GeoShape {
    enum Kind {
        case circle(radius: Double)
        case box(width: Double, height: Double)
    }

    var center = GeoPoint(longitude: 0, latitude: 0)
    var kind = Kind.circle(radius: 0)
    /// Metres in the unit in which radius, width and height are given and distances are told.
    var unit = 1.0

    /// The distance of a place from the center; `nil` where it lies outside.
    func distance(_ point: GeoPoint) -> Double? {
        switch kind {
        case .circle(let radius):
            let distance = GeoDistance.between(center, point)
            return distance > radius * unit ? nil : distance
        case .box(let width, let height):
            if GeoDistance.between(latitude: point.latitude, center.latitude) > height * unit / 2 { return nil }
            let beside = GeoPoint(longitude: center.longitude, latitude: point.latitude)
            if GeoDistance.between(point, beside) > width * unit / 2 { return nil }
            return GeoDistance.between(center, point)
        }
    }

    /// The distance of the farthest place in it, in metres.
    private var reach: Double {
        switch kind {
        case .circle(let radius): radius * unit
        case .box(let width, let height):
            ((width / 2) * (width / 2) + (height / 2) * (height / 2)).squareRoot() * unit
        }
    }

    /// A box in degrees that the shape lies in. Towards the poles a length is more degrees of longitude, so the side that is nearer to
    /// a pole decides.
    private var bounds: GeoArea {
        let (x, y): (Double, Double) =
            switch kind {
            case .circle(let radius): (unit * radius, unit * radius)
            case .box(let width, let height): (unit * (width / 2), unit * (height / 2))
            }
        let rise = GeoDistance.degrees(y / GeoDistance.radius)
        let side = center.latitude < 0 ? center.latitude - rise : center.latitude + rise
        let run = GeoDistance.degrees(x / GeoDistance.radius / cos(GeoDistance.radians(side)))
        return GeoArea(
            west: center.longitude - run, east: center.longitude + run, south: center.latitude - rise,
            north: center.latitude + rise)
    }

    // MARK: Cells

    /// Cells that together cover the shape: the one of the center and those around it that are needed, in the order in which they
    /// are searched, which is the order of unsorted replies.
    var cells: [GeoCell] {
        let bounds = bounds
        var steps = GeoShape.steps(reach, center.latitude)
        var middle = GeoCell(center, steps: steps)
        // Near the edge of its cell the center may have a neighbour that is too small.
        let isCovered =
            !(middle.neighbour(east: 0, north: 1).area.north < bounds.north)
            && !(middle.neighbour(east: 0, north: -1).area.south > bounds.south)
            && !(middle.neighbour(east: 1, north: 0).area.east < bounds.east)
            && !(middle.neighbour(east: -1, north: 0).area.west > bounds.west)
        if steps > 1, !isCovered {
            steps -= 1
            middle = GeoCell(center, steps: steps)
        }
        let area = middle.area
        let canSkip = steps >= 2
        var cells = [middle]
        var last: GeoCell?
        for (east, north) in GeoShape.directions {
            if canSkip {
                if north < 0, area.south < bounds.south { continue }
                if north > 0, area.north > bounds.north { continue }
                if east < 0, area.west < bounds.west { continue }
                if east > 0, area.east > bounds.east { continue }
            }
            let cell = middle.neighbour(east: east, north: north)
            // In the coarsest grids one cell lies on both sides.
            if cell == last { continue }
            cells.append(cell)
            last = cell
        }
        return cells
    }

    private static let directions = [(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)]

    /// Half the circumference of the equator in the projection.
    private static let mercatorEnd = 20037726.37

    /// The grid whose cells are as large as the shape, about.
    private static func steps(_ reach: Double, _ latitude: Double) -> Int {
        if reach == 0 { return GeoCell.finest }
        var steps = 1
        var width = reach
        while width < mercatorEnd {
            width *= 2
            steps += 1
        }
        steps -= 2
        // Towards the poles the cells are narrower.
        if abs(latitude) > 66 { steps -= 1 }
        if abs(latitude) > 80 { steps -= 1 }
        return min(max(steps, 1), GeoCell.finest)
    }
}
