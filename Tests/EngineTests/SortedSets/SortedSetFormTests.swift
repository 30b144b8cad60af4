import Bytes
import Testing

@testable import Engine

/// Sorted sets at the door: the same whatever they are kept in, and kept in what their limits say.
@Suite struct SortedSetFormTests {
    private static func member(_ random: inout SeededRandom) -> [UInt8] {
        if random.next(below: 3) == 0 { return Array(String(random.next(below: 60) - 20).utf8) }
        if random.next(below: 12) == 0 { return Array(repeating: 65, count: 20 + random.next(below: 6)) }
        return Array("m\(random.next(below: 60))".utf8)
    }

    private static let scores = [0, 1, -1, 0.5, -2.25, 1e300, 127, 128, -4097, 4.611686018427388e18, .infinity, -.infinity, 0.1]

    private struct Pair: Equatable {
        var member: [UInt8]
        var score: Double
    }

    private static func sorted(_ model: [[UInt8]: Double]) -> [Pair] {
        model.map { Pair(member: $0.key, score: $0.value) }.sorted {
            $0.score != $1.score ? $0.score < $1.score : $0.member.lexicographicallyPrecedes($1.member)
        }
    }

    private static func pairs(_ entry: Entry, _ ranks: Range<Int>, reversed: Bool, _ keyspace: borrowing Keyspace) -> [Pair] {
        var found: [Pair] = []
        keyspace.forEachRanked(entry, ranks, reversed: reversed) {
            found.append(Pair(member: $0.array, score: $1))
            return true
        }
        return found
    }

    @Test(arguments: 1 ... 12) func behavesAsASortedSetInEveryForm(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var keyspace = Keyspace(databaseCount: 1, seed: seed)
        let key = Array("set".utf8)
        var place = keyspace.write(key.bytes)
        var limits = SortedSetLimits(Configuration())
        limits.listpackEntries = [0, 10, 30, 1000][Int(seed) % 4]
        limits.listpackValue = 22
        var model: [[UInt8]: Double] = [:]
        for step in 0 ..< 1200 {
            let text = Self.member(&random)
            let score = Self.scores[random.next(below: Self.scores.count)]
            if random.next(below: 10) < (step / 250 % 2 == 0 ? 7 : 4) {
                var seen: Double?
                keyspace.setScore(of: text.bytes, in: key.bytes, &place, limits) {
                    seen = $0
                    return score
                }
                #expect(seen == model.updateValue(score, forKey: text), "step \(step)")
            } else if place.exists, random.next(below: 8) == 0 {
                let low = random.next(below: model.count)
                let ranks = low ..< min(model.count, low + random.next(below: 6))
                for pair in Self.sorted(model)[ranks] { model[pair.member] = nil }
                keyspace.removeRanked(ranks, &place, .zrem)
                if model.isEmpty { place = keyspace.write(key.bytes) }
            } else if place.exists {
                let removed = keyspace.removeRanked(text.bytes, &place)
                #expect(removed == (model.removeValue(forKey: text) != nil), "step \(step)")
                if model.isEmpty {
                    keyspace.remove(place)
                    place = keyspace.write(key.bytes)
                }
            }
            guard let entry = place.entry else { continue }
            check(entry, model, keyspace, limits, &random)
        }
        #expect(model.count > 10)
        if let entry = place.entry { keyspace.free(entry) }
        while keyspace.dismantleObjects(budget: 100) {}
        #expect(keyspace.arena.externalBytes == 0)
    }

    private func check(
        _ entry: Entry, _ model: [[UInt8]: Double], _ keyspace: borrowing Keyspace, _ limits: SortedSetLimits,
        _ random: inout SeededRandom
    ) {
        let expected = Self.sorted(model)
        #expect(keyspace.rankedCount(entry) == model.count)
        #expect(Self.pairs(entry, 0 ..< model.count, reversed: false, keyspace) == expected)
        let low = random.next(below: model.count)
        let ranks = low ..< low + random.next(below: model.count - low + 1)
        #expect(Self.pairs(entry, ranks, reversed: true, keyspace) == expected[ranks].reversed())
        let other = Self.member(&random)
        #expect(keyspace.score(of: other.bytes, entry) == model[other])
        #expect(keyspace.rank(of: other.bytes, entry)?.rank == expected.firstIndex { $0.member == other })
        var range = ScoreRange(from: Self.scores[random.next(below: 13)], below: Self.scores[random.next(below: 13)])
        range.excludesMaximum = random.next(below: 2) == 0
        range.excludesMinimum = random.next(below: 2) == 0
        let inRange = expected.indices.filter {
            range.isAtLeastMinimum(expected[$0].score) && range.isAtMostMaximum(expected[$0].score)
        }
        #expect(Array(keyspace.ranks(entry, in: range)) == inRange)
        let encoding = keyspace.arena.header(entry).encoding
        if keyspace.isPacked(entry) {
            #expect(encoding == .listpack && model.count <= limits.listpackEntries)
            #expect(Int(keyspace.arena.bytes(entry).halfWord(at: 0)) == keyspace.arena.byteCount(entry))
        } else {
            #expect(encoding == .skiplist)
            keyspace.sortedSets[keyspace.arena.objectIndex(entry)].checkInvariants(keyspace.arena)
        }
    }

    /// The bytes that Redis 7.0 writes, as DUMP shows them.
    @Test func packedBytesAreThoseOfTheFormat() {
        var keyspace = Keyspace(databaseCount: 1, seed: 1)
        let key = Array("z".utf8)
        var place = keyspace.write(key.bytes)
        let limits = SortedSetLimits(Configuration())
        for (member, score) in [("b", 1.5), ("7", -2), ("a", 300), ("c", -0.0)] {
            keyspace.setScore(of: Array(member.utf8).bytes, in: key.bytes, &place, limits) { _ in score }
        }
        let bytes = place.entry.map { keyspace.arena.bytes($0).array } ?? []
        #expect(
            bytes == [
                31, 0, 0, 0, 8, 0,
                7, 1, 0xDF, 0xFE, 2,
                0x81, 0x63, 2, 0, 1,
                0x81, 0x62, 2, 0x83, 0x31, 0x2E, 0x35, 4,
                0x81, 0x61, 2, 0xC1, 0x2C, 2,
                0xFF,
            ])
    }

    /// Scores differ: what is found is what looking through the order from one end finds, as Redis does in a listpack.
    @Test func rangesOfMembersInAMixture() throws {
        var keyspace = Keyspace(databaseCount: 1, seed: 1)
        let key = Array("z".utf8)
        var place = keyspace.write(key.bytes)
        let limits = SortedSetLimits(Configuration())
        for (score, member) in ["b", "e", "a", "d", "c"].enumerated() {
            keyspace.setScore(of: Array(member.utf8).bytes, in: key.bytes, &place, limits) { _ in Double(score) }
        }
        let entry = try #require(place.entry)
        func ranks(_ low: String, _ high: String, reversed: Bool = false, offset: Int = 0, limit: Int = .max) throws -> Range<Int> {
            let (low, high) = (Array(low.utf8), Array(high.utf8))
            let range = try LexRange(low.bytes, high.bytes, orThrow: .memberBounds)
            return keyspace.ranks(entry, in: range, reversed: reversed, offset: offset, limit: limit)
        }
        #expect(try ranks("[a", "[d") == 0 ..< 1)
        #expect(try ranks("[a", "[d", reversed: true) == 0 ..< 5, "only the lower bound ends it")
        #expect(try ranks("[a", "[d", offset: 2) == 2 ..< 5)
        #expect(try ranks("[a", "[d", offset: 1) == 1 ..< 1)
        #expect(try ranks("[a", "[d", reversed: true, offset: 1, limit: 1) == 3 ..< 4)
        #expect(try ranks("[a", "[d", offset: 5) == 0 ..< 0)
        #expect(try ranks("[c", "[d").isEmpty, "the first not below is e, which is above")
        #expect(try ranks("-", "+") == 0 ..< 5)
        #expect(try ranks("+", "-").isEmpty)
    }
}
