extension Configuration {
    /// The known name nearest to `name`, if it is near enough to be what was meant: one slip in three
    /// letters.
    static func nearestName(to name: String) -> String? {
        let name = name.lowercased()
        let candidates =
            directives.flatMap { [$0.name, $0.alias].compactMap(\.self) }
            + unsupportedByName.keys + ["include", "rename-command", "user"]
        let nearest = candidates.map { (distance: slips(from: name, to: $0), name: $0) }.min { $0 < $1 }
        guard let nearest, nearest.distance <= max(1, name.utf8.count / 3) else { return nil }
        return nearest.name
    }

    /// How many letters must be added, dropped, changed, or swapped with their neighbour to turn one text
    /// into the other.
    static func slips(from source: String, to target: String) -> Int {
        let source = Array(source.utf8)
        let target = Array(target.utf8)
        // Three rows of the table of distances between prefixes: the one being filled, and the two above it.
        var above2: [Int] = []
        var above = Array(0...target.count)
        for i in source.indices {
            var row = [i + 1]
            for j in target.indices {
                var best = min(above[j + 1] + 1, row[j] + 1, above[j] + (source[i] == target[j] ? 0 : 1))
                if i > 0, j > 0, source[i] == target[j - 1], source[i - 1] == target[j] {
                    best = min(best, above2[j - 1] + 1)
                }
                row.append(best)
            }
            above2 = above
            above = row
        }
        return above[target.count]
    }
}
