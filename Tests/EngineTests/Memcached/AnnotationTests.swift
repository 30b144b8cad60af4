import Bytes
import TestSupport
import Testing

@testable import Engine

/// Annotations in entries, whatever else happens to the entry.
@Suite struct AnnotationTests {
    /// What an entry should hold.
    private struct Model {
        var key: [UInt8]
        var value: [UInt8]
        var deadline: Int64?
        var annotation: Annotation?
    }

    private func check(_ arena: borrowing Arena, _ entry: Entry, _ model: Model, _ step: Int) {
        let same =
            arena.key(entry).array == model.key && arena.bytes(entry).array == model.value
            && arena.deadline(entry) == model.deadline && arena.annotation(entry) == model.annotation
        #expect(same, "step \(step)")
    }

    @Test(arguments: 1 ... 6 as ClosedRange<UInt64>) func entriesKeepThem(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        func bytes(_ most: Int) -> [UInt8] { (0 ..< Int(random.next() % UInt64(most + 1))).map { _ in UInt8.random(in: 0 ... 255, using: &random) } }
        var arena = Arena(reservation: 1 << 28)
        var model = Model(key: bytes(300), value: bytes(700), deadline: nil, annotation: nil)
        var entry = arena.makeString(
            key: model.key.bytes, deadline: nil, encoding: .raw, value: model.value.bytes)
        for step in 0 ..< 3000 {
            switch random.next() % 6 {
            case 0:
                let annotation = Annotation(
                    flags: UInt32(truncatingIfNeeded: random.next()), state: [.stale], unique: random.next())
                model.annotation = random.next() % 3 == 0 ? nil : annotation
                entry = arena.withAnnotation(entry, model.annotation)
            case 1:
                model.deadline = random.next() % 2 == 0 ? nil : Int64(random.next() >> 2)
                entry = arena.withDeadline(entry, model.deadline)
            case 2:
                let value = bytes(700)
                if arena.overwriteString(entry, encoding: .raw, value: value.bytes) { model.value = value }
            case 3:
                let length = Int(random.next() % 700)
                let kept = model.value.prefix(length)
                model.value = Array(kept) + [UInt8](repeating: 0, count: length - kept.count)
                entry = arena.resizeString(entry, to: length)
            case 4:
                model.key = bytes(300)
                entry = arena.withKey(entry, model.key.bytes)
            default:
                let copy = arena.copy(entry, key: model.key.bytes)
                arena.free(entry)?.free()
                entry = copy
            }
            check(arena, entry, model, step)
        }
        arena.free(entry)?.free()
        #expect(arena.allocatedBytes == 0 && arena.externalBytes == 0)
    }

    @Test func leasesEndOnTime() {
        var state: LeaseState = [.stale, .binaryKey]
        #expect(!state.isLeased(now: 1000))
        state.lease(until: 1030)
        #expect(state.isLeased(now: 1000) && state.isLeased(now: 1029) && !state.isLeased(now: 1030))
        #expect(!state.isLeased(now: 5_000_000))
        state.lease(until: 1 << 27 + 3)
        #expect(state.isLeased(now: 1 << 27 - 5) && !state.isLeased(now: 1 << 27 + 4))
        state.lease(until: nil)
        #expect(state.isLeased(now: 1 << 40))
        state.endLease()
        #expect(state == [.stale, .binaryKey])
    }

    /// Flags go to the file and come back, and so do the keys without any.
    @Test func flagsOutliveTheServer() {
        var configuration = MemoryServer.withoutSavePoints
        configuration.enableDebugCommand = .yes
        let server = MemoryServer(configuration: configuration)
        let items = server.connect(speaking: .memcached)
        _ = items.send(raw: Array("set k 77 0 1\r\nv\r\nset long 5 1000 3\r\nabc\r\nset plain 0 0 1\r\np\r\n".utf8))
        let before = String(decoding: items.send(raw: Array("gets k long\r\n".utf8)), as: UTF8.self)
        #expect(server.send("DEBUG", "RELOAD") == "+OK\r\n")
        let after = String(decoding: items.send(raw: Array("gets k long\r\n".utf8)), as: UTF8.self)
        #expect(before == after && after.hasPrefix("VALUE k 77 1 "))
        #expect(String(decoding: items.send(raw: Array("get plain\r\n".utf8)), as: UTF8.self) == "VALUE plain 0 1\r\np\r\nEND\r\n")
        server.engine.checkInvariants()
    }
}
