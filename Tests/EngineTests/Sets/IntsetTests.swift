import Bytes
import Testing

@testable import Engine

/// Intsets in an entry: a model of numbers, and the bytes of the format.
@Suite struct IntsetTests {
    /// A keyspace with one set that is never anything else than an intset.
    private struct Scene: ~Copyable {
        var keyspace = Keyspace(databaseCount: 1, seed: 1)
        var place: KeyPlace
        let limits: SetLimits

        init() {
            let key = Array("numbers".utf8)
            place = keyspace.write(key.bytes)
            var limits = SetLimits(Configuration())
            limits.intsetEntries = .max
            self.limits = limits
        }

        mutating func add(_ value: Int64) -> Bool {
            let key = Array("numbers".utf8)
            let member = Array(String(value).utf8)
            return keyspace.addMember(member.bytes, to: key.bytes, &place, limits)
        }

        mutating func remove(_ value: Int64) -> Bool {
            let member = Array(String(value).utf8)
            return keyspace.removeMember(member.bytes, &place)
        }

        var bytes: [UInt8] { place.entry.map { keyspace.arena.bytes($0).array } ?? [] }

        var values: [Int64] {
            let bytes = bytes
            if bytes.isEmpty { return [] }
            return (0 ..< Intset.count(bytes.bytes)).map { Intset.value(bytes.bytes, $0) }
        }
    }

    private static let borders: [Int64] = [
        0, -1, 1, 127, 32767, 32768, -32768, -32769, 2_147_483_647, 2_147_483_648, -2_147_483_648, -2_147_483_649, .max, .min,
    ]

    @Test(arguments: 1 ... 12) func behavesAsASetOfNumbers(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var scene = Scene()
        var model: Set<Int64> = []
        // Some sets never grow wider than their first members.
        let widest = [16, 32, 64][Int(seed) % 3]
        for step in 0 ..< 500 {
            var value = Int64(bitPattern: random.next()) >> Int64(64 - widest + random.next(below: 12))
            if random.next(below: 10) == 0, widest == 64 { value = Self.borders[random.next(below: Self.borders.count)] }
            if random.next(below: 2) == 0, let member = model.randomElement(using: &random) { value = member }
            if random.next(below: 3) > 0 {
                #expect(scene.add(value) == model.insert(value).inserted, "step \(step)")
            } else if scene.place.exists {
                #expect(scene.remove(value) == (model.remove(value) != nil), "step \(step)")
            }
            guard scene.place.exists else { continue }
            let bytes = scene.bytes
            Intset.checkInvariants(bytes.bytes)
            #expect(scene.values == model.sorted(), "step \(step)")
            #expect(Intset.find(bytes.bytes, value) == model.sorted().firstIndex(of: value))
        }
        #expect(model.count > 30)
    }

    /// The bytes that Redis 7.0 writes, as DUMP shows them.
    @Test func bytesAreThoseOfTheFormat() {
        var scene = Scene()
        var isNew = [3, -2, 500, 3].map { scene.add($0) }
        #expect(isNew == [true, true, true, false])
        #expect(scene.bytes == [2, 0, 0, 0, 3, 0, 0, 0, 0xFE, 0xFF, 3, 0, 0xF4, 1])
        isNew = [scene.add(-40000)]
        #expect(isNew == [true])
        #expect(
            scene.bytes == [
                4, 0, 0, 0, 4, 0, 0, 0, 0xC0, 0x63, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 3, 0, 0, 0, 0xF4, 1, 0, 0,
            ])
        let wasThere = [-40000, 3, 4].map { scene.remove($0) }
        #expect(wasThere == [true, true, false])
        #expect(scene.bytes == [4, 0, 0, 0, 2, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0xF4, 1, 0, 0])
    }

    @Test func foreignBytesAreChecked() {
        func isValid(_ bytes: [UInt8]) -> Bool { Intset.isValid(bytes.bytes) }
        #expect(isValid([2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 2, 0]))
        #expect(!isValid([]))
        #expect(!isValid([2, 0, 0, 0, 0, 0, 0, 0]), "empty")
        #expect(!isValid([3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0]), "no such width")
        #expect(!isValid([2, 0, 0, 0, 3, 0, 0, 0, 1, 0, 2, 0]), "too short")
        #expect(!isValid([2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 2, 0]), "too long")
        #expect(!isValid([2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 1, 0]), "out of order")
        #expect(!isValid([2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 1, 0]), "twice")
    }
}
