import Bytes
import Testing

@testable import Engine

/// Sets at the door: the same set whatever it is kept in, and kept in what its limits say.
@Suite struct SetFormTests {
    private static func member(_ random: inout SeededRandom, numbers: Int) -> [UInt8] {
        if random.next(below: 100) < numbers { return Array(String(random.next(below: 60) - 20).utf8) }
        if random.next(below: 12) == 0 { return Array(repeating: 65, count: 20 + random.next(below: 6)) }
        return Array("m\(random.next(below: 60))".utf8)
    }

    @Test(arguments: 1 ... 16) func behavesAsASetInEveryForm(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var keyspace = Keyspace(databaseCount: 1, seed: seed)
        let key = Array("set".utf8)
        var place = keyspace.write(key.bytes)
        var limits = SetLimits(Configuration())
        limits.intsetEntries = [0, 4, 20, 100][Int(seed) % 4]
        limits.listpackEntries = [0, 10, 100][Int(seed) % 3]
        limits.listpackValue = 22
        let numbers = [100, 98, 50][Int(seed) % 3]
        var model: Set<[UInt8]> = []
        var seen: Set<Keyspace.SetForm> = []
        for step in 0 ..< 1500 {
            let text = Self.member(&random, numbers: numbers)
            if random.next(below: 10) < (step / 250 % 2 == 0 ? 6 : 4) {
                let isNew = keyspace.addMember(text.bytes, to: key.bytes, &place, limits)
                #expect(isNew == model.insert(text).inserted, "step \(step)")
            } else if let entry = place.entry, random.next(below: 3) == 0 {
                let position = keyspace.randomMember(entry)
                var chosen: [UInt8] = []
                keyspace.withMember(position, of: entry) { chosen = $0.array }
                #expect(model.remove(chosen) != nil, "step \(step)")
                keyspace.removeMember(at: position, &place)
            } else {
                #expect(keyspace.removeMember(text.bytes, &place) == (model.remove(text) != nil), "step \(step)")
            }
            guard let entry = place.entry else { continue }
            #expect(keyspace.memberCount(entry) == model.count)
            if model.isEmpty {
                keyspace.remove(place)
                place.entry = nil
                continue
            }
            check(entry, keyspace, limits)
            seen.insert(keyspace.setForm(entry))
            let list = keyspace.members(entry)
            #expect(Set((0 ..< list.count).map { list[$0].array }) == model, "step \(step)")
            let other = Self.member(&random, numbers: numbers)
            #expect(keyspace.isMember(other.bytes, entry) == model.contains(other), "step \(step)")
        }
        if seed == 5 { #expect(seen == [.listpack, .table]) }
        if seed == 10 { #expect(seen.isSuperset(of: [.intset, .table])) }
        if let entry = place.entry { keyspace.free(entry) }
        while keyspace.dismantleObjects(budget: 100) {}
        #expect(keyspace.arena.externalBytes == 0)
    }

    private func check(_ entry: Entry, _ keyspace: borrowing Keyspace, _ limits: SetLimits) {
        let encoding = keyspace.arena.header(entry).encoding
        switch keyspace.setForm(entry) {
        case .intset:
            Intset.checkInvariants(keyspace.arena.bytes(entry))
            #expect(keyspace.memberCount(entry) <= limits.intsetEntries)
            #expect(encoding == .intset)
        case .listpack:
            #expect(keyspace.memberCount(entry) <= limits.listpackEntries)
            #expect(Int(keyspace.arena.bytes(entry).halfWord(at: 0)) == keyspace.arena.byteCount(entry))
            #expect(encoding == .hashtable)
        case .table:
            keyspace.sets[keyspace.arena.objectIndex(entry)].checkInvariants(keyspace.arena)
            #expect(encoding == .hashtable)
        }
    }

    /// Every combination of that many elements is as likely as any other.
    @Test func samplingIsUniform() {
        var random = SeededRandom(seed: 3)
        var hits: [Int: Int] = [:]
        let draws = 20000
        for _ in 0 ..< draws {
            var sampling = SelectionSampling(2, of: 5, random: random)
            var chosen = 0
            for i in 0 ..< 5 where sampling.takesNext() { chosen |= 1 << i }
            random = sampling.random
            hits[chosen, default: 0] += 1
        }
        #expect(hits.count == 10)
        let expected = Double(draws) / 10
        let chi = hits.values.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        // Nine degrees of freedom: above 28 in one of a thousand runs; the seed is fixed.
        #expect(chi < 28)
    }
}
