import Bytes
import Testing

@testable import Engine

/// Hashes at the door: the same hash whatever it is kept in, and kept in what its limits say.
@Suite struct HashFormTests {
    private struct Content: Equatable {
        var value: [UInt8]
        var deadline: Int64?
    }

    private static func name(_ random: inout SeededRandom) -> [UInt8] {
        if random.next(below: 3) == 0 { return Array(String(random.next(below: 40) - 20).utf8) }
        if random.next(below: 12) == 0 { return Array(repeating: 65, count: 20 + random.next(below: 6)) }
        return Array("f\(random.next(below: 40))".utf8)
    }

    private static func value(_ random: inout SeededRandom) -> [UInt8] {
        if random.next(below: 3) == 0 { return Array(String(random.next(below: 100_000) - 50_000).utf8) }
        return Array(repeating: 66, count: random.next(below: random.next(below: 9) == 0 ? 26 : 20))
    }

    private static func contents(_ entry: Entry, _ keyspace: borrowing Keyspace) -> [[UInt8]: Content] {
        var found: [[UInt8]: Content] = [:]
        keyspace.forEachField(entry) { position in
            let name = keyspace.withName(position, of: entry) { $0.array }
            found[name] = Content(
                value: keyspace.withValue(position, of: entry) { $0.array },
                deadline: keyspace.deadline(of: position, in: entry))
            return true
        }
        return found
    }

    /// Fields in one block are in the order of their deadlines, those without at the end.
    private func checkOrder(_ entry: Entry, _ keyspace: borrowing Keyspace) {
        guard keyspace.hashForm(entry) == .listpackEx else { return }
        let pack = keyspace.arena.bytes(entry)
        var last: Int64 = 0
        var offset = Listpack.first
        while !Listpack.isEnd(pack, offset) {
            let third = Listpack.next(pack, Listpack.next(pack, offset))
            let deadline = Listpack.number(pack, third)
            #expect(deadline == 0 || deadline >= last)
            last = deadline == 0 ? .max : deadline
            offset = Listpack.next(pack, third)
        }
    }

    @Test(arguments: 1 ... 18) func behavesAsAHashInEveryForm(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var keyspace = Keyspace(databaseCount: 1, seed: seed)
        keyspace.now = 1000
        let key = Array("hash".utf8)
        var limits = HashLimits(Configuration())
        limits.entries = [0, 12, 100][Int(seed) % 3]
        limits.longest = seed % 6 == 2 ? 100 : 22
        // A third of all hashes never have a deadline.
        let hasDeadlines = (Int(seed) / 3) % 3 != 0
        var model: [[UInt8]: Content] = [:]
        var seen: Set<Keyspace.HashForm> = []
        for step in 0 ..< 1500 {
            keyspace.now += Int64(random.next(below: 3))
            let now = keyspace.now
            for (name, content) in model where content.deadline.map({ $0 < now }) ?? false { model[name] = nil }
            // While expiry is held, fields past their deadlines are hidden and not removed.
            keyspace.holdsExpiry = step / 100 % 3 == 1
            var place = try keyspace.writeHash(key.bytes)
            let name = Self.name(&random)
            let deadline = now + Int64(random.next(below: 100))
            if random.next(below: 10) < (step / 250 % 2 == 0 ? 6 : 3) {
                let value = Self.value(&random)
                let before = model[name]
                let change: LargeHash.Deadline =
                    switch hasDeadlines ? random.next(below: 4) : 3 {
                    case 0: .keep
                    case 1: .at(deadline)
                    default: .clear
                    }
                let wasThere = keyspace.setField(name.bytes, value.bytes, in: key.bytes, &place, limits, change)
                #expect(wasThere == (before != nil), "step \(step)")
                switch change {
                case .clear: model[name] = Content(value: value)
                case .keep: model[name] = Content(value: value, deadline: before?.deadline)
                case .at(let time): model[name] = Content(value: value, deadline: time)
                }
            } else if let entry = place.entry, hasDeadlines, random.next(below: 3) == 0 {
                guard let position = keyspace.randomField(entry) else {
                    #expect(model.isEmpty)
                    continue
                }
                let chosen = keyspace.withName(position, of: entry) { $0.array }
                #expect(model[chosen] != nil, "step \(step)")
                let time: Int64? = random.next(below: 4) == 0 ? nil : deadline
                keyspace.setDeadline(of: position, time, &place)
                model[chosen]?.deadline = time
            } else if let entry = place.entry {
                let position = keyspace.findField(name.bytes, entry)
                #expect((position != nil) == (model.removeValue(forKey: name) != nil), "step \(step)")
                if let position {
                    keyspace.removeField(at: position, &place)
                    if keyspace.finishFieldRemoval(.hdel, place) { place.entry = nil }
                }
            }
            guard let entry = place.entry else {
                #expect(model.isEmpty)
                continue
            }
            keyspace.scheduleFields(entry, place.hash, in: 0)
            #expect(keyspace.fieldCount(entry) == model.count, "step \(step)")
            #expect(Self.contents(entry, keyspace) == model, "step \(step)")
            checkOrder(entry, keyspace)
            seen.insert(keyspace.hashForm(entry))
            if step % 50 == 0 { keyspace.checkInvariants() }
        }
        if seed % 3 == 0 { #expect(seen == [.table]) }
        if seed % 6 == 2 { #expect(seen == (hasDeadlines ? [.listpack, .listpackEx] : [.listpack])) }
        if seed % 3 == 1 { #expect(seen.contains(.table) && seen.count > 1) }
        keyspace.tearDown()
        #expect(keyspace.arena.externalBytes == 0 && keyspace.arena.allocatedBytes == 0)
    }

    /// A block is what Redis would have written, byte for byte.
    @Test func packedHashesAreListpacks() throws {
        var keyspace = Keyspace(databaseCount: 1, seed: 1)
        let key = Array("h".utf8)
        let limits = HashLimits(Configuration())
        var place = try keyspace.writeHash(key.bytes)
        keyspace.setField(Array("a".utf8).bytes, Array("1".utf8).bytes, in: key.bytes, &place, limits)
        keyspace.setField(Array("b".utf8).bytes, Array("xy".utf8).bytes, in: key.bytes, &place, limits)
        var entry = try #require(place.entry)
        #expect(
            keyspace.arena.bytes(entry).array
                == [19, 0, 0, 0, 4, 0, 0x81, 0x61, 2, 1, 1, 0x81, 0x62, 2, 0x82, 0x78, 0x79, 3, 0xFF])
        let found = keyspace.findField(Array("b".utf8).bytes, entry)
        let position = try #require(found)
        keyspace.setDeadline(of: position, 100, &place)
        entry = try #require(place.entry)
        #expect(
            keyspace.arena.bytes(entry).array
                == [
                    23, 0, 0, 0, 6, 0, 0x81, 0x62, 2, 0x82, 0x78, 0x79, 3, 100, 1, 0x81, 0x61, 2, 1, 1, 0, 1, 0xFF,
                ])
        keyspace.tearDown()
    }

    /// Choice is uniform in each form.
    @Test(arguments: [(0, false), (200, false), (200, true), (0, true)])
    func choiceIsUniform(entries: Int, hasDeadlines: Bool) throws {
        var keyspace = Keyspace(databaseCount: 1, seed: 9)
        keyspace.now = 1000
        let key = Array("h".utf8)
        var limits = HashLimits(Configuration())
        limits.entries = entries
        var place = try keyspace.writeHash(key.bytes)
        let count = 60
        for i in 0 ..< count + 20 {
            // Some have gone already and wait to be removed: nobody must see them.
            let change: LargeHash.Deadline = i < count || !hasDeadlines ? .clear : .at(999)
            if i >= count, !hasDeadlines { continue }
            keyspace.setField(Array("f\(i)".utf8).bytes, Array("v".utf8).bytes, in: key.bytes, &place, limits, change)
        }
        let entry = try #require(place.entry)
        var hits: [[UInt8]: Int] = [:]
        for _ in 0 ..< 200 * count {
            let drawn = keyspace.randomField(entry)
            let position = try #require(drawn)
            hits[keyspace.withName(position, of: entry) { $0.array }, default: 0] += 1
        }
        #expect(hits.count == count)
        let chi = hits.values.reduce(0.0) { $0 + (Double($1) - 200) * (Double($1) - 200) / 200 }
        #expect(chi < Double(count) + 4 * (2 * Double(count)).squareRoot())
        keyspace.tearDown()
    }
}
