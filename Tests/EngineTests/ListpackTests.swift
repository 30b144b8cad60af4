import Bytes
import Testing

@testable import Engine

/// Listpacks in an entry: a model of arrays, and the bytes of the format.
@Suite struct ListpackTests {
    /// A keyspace with one listpack, and the door to change it.
    private struct Scene: ~Copyable {
        var keyspace = Keyspace(databaseCount: 1, seed: 1)
        var place: KeyPlace

        init() {
            let key = Array("pack".utf8)
            place = keyspace.write(key.bytes)
            keyspace.addListpack(key.bytes, &place, .list)
        }

        var bytes: [UInt8] { keyspace.arena.bytes(place.entry!).array }

        /// The elements, read forwards.
        var elements: [[UInt8]] {
            let pack = bytes
            var found: [[UInt8]] = []
            var position = Listpack.first
            while !Listpack.isEnd(pack.bytes, position) {
                found.append(ListpackTests.text(pack, position))
                position = Listpack.next(pack.bytes, position)
            }
            return found
        }

        /// The elements, read backwards.
        var reversed: [[UInt8]] {
            let pack = bytes
            var found: [[UInt8]] = []
            var position = Listpack.last(pack.bytes)
            while let at = position {
                found.append(ListpackTests.text(pack, at))
                position = Listpack.previous(pack.bytes, at)
            }
            return found
        }
    }

    private static func text(_ pack: [UInt8], _ position: Int) -> [UInt8] {
        switch Listpack.value(pack.bytes, position) {
        case .integer(let value): Array(String(value).utf8)
        case .text(let range): Array(pack[range])
        }
    }

    private static func randomText(_ random: inout SeededRandom) -> [UInt8] {
        switch random.next(below: 6) {
        case 0: return Array(String(Int64(bitPattern: random.next()) >> Int64(random.next(below: 64))).utf8)
        case 1: return []
        case 2:
            // Lengths where an encoding or the length behind it changes its size.
            let lengths = [1, 63, 64, 125, 126, 127, 4095, 4096, 16377, 16378, 16379, 16380, 16383, 16384]
            return Array(repeating: 0xFF, count: lengths[random.next(below: lengths.count)])
        case 3: return Array("-0".utf8)
        default: return (0 ..< random.next(below: 30)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        }
    }

    @Test(arguments: 1 ... 8) func behavesAsAnArray(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var scene = Scene()
        var model: [[UInt8]] = []
        for step in 0 ..< 600 {
            let text = Self.randomText(&random)
            let index = random.next(below: model.count + 1)
            let pack = scene.bytes
            let position = Listpack.position(pack.bytes, of: index) ?? Listpack.end(pack.bytes)
            switch random.next(below: 5) {
            case 0, 1:
                scene.keyspace.insert(text.bytes, at: position, &scene.place)
                model.insert(text, at: index)
            case 2:
                scene.keyspace.append(text.bytes, &scene.place)
                model.append(text)
            case 3 where index < model.count:
                scene.keyspace.replace(at: position, with: text.bytes, &scene.place)
                model[index] = text
            case 4 where index < model.count:
                let count = min(model.count - index, 1 + random.next(below: 4))
                scene.keyspace.remove(at: position, count: count, &scene.place)
                model.removeSubrange(index ..< (index + count))
            default: break
            }
            let result = scene.bytes
            #expect(scene.elements == model, "step \(step)")
            #expect(scene.reversed == model.reversed(), "step \(step)")
            #expect(Listpack.count(result.bytes) == model.count)
            #expect(Int(result.bytes.halfWord(at: 0)) == result.count)
            if let wanted = model.randomElement(using: &random) {
                let place = Listpack.find(result.bytes, wanted.bytes, from: Listpack.first)
                let found = try #require(place)
                #expect(Self.text(result, found) == wanted)
                let index = try #require(model.firstIndex(of: wanted))
                #expect(Listpack.position(result.bytes, of: index) == found)
                #expect(Listpack.position(result.bytes, of: index - model.count) == found)
            }
        }
    }

    /// The bytes that Redis 7.0 writes, as DUMP shows them.
    @Test func bytesAreThoseOfTheFormat() {
        var scene = Scene()
        #expect(scene.bytes == [7, 0, 0, 0, 0, 0, 0xFF])
        for text in ["a", "1", "127", "128", "-4096", "4096", "-32769", "8388608", "2147483648"] {
            scene.keyspace.append(Array(text.utf8).bytes, &scene.place)
        }
        #expect(
            scene.bytes == [
                49, 0, 0, 0, 9, 0,
                0x81, 0x61, 2, 0x01, 1, 0x7F, 1, 0xC0, 0x80, 2, 0xD0, 0x00, 2, 0xF1, 0x00, 0x10, 3,
                0xF2, 0xFF, 0x7F, 0xFF, 4, 0xF3, 0x00, 0x00, 0x80, 0x00, 5,
                0xF4, 0x00, 0x00, 0x00, 0x80, 0, 0, 0, 0, 9, 0xFF,
            ].withTotal())
    }

    @Test func aPackLeavesTheEntryWhenItGrows() {
        var scene = Scene()
        for i in 0 ..< 200 { scene.keyspace.append(Array("element \(i)".utf8).bytes, &scene.place) }
        #expect(scene.keyspace.arena.header(scene.place.entry!).form == .blob)
        #expect(scene.keyspace.arena.header(scene.place.entry!).type == .list)
        scene.keyspace.remove(at: Listpack.first, count: 200, &scene.place)
        #expect(scene.elements.isEmpty)
    }
}

extension [UInt8] {
    /// The same with the first byte saying how many there are.
    fileprivate func withTotal() -> [UInt8] { [UInt8(count)] + dropFirst() }
}
