import Bytes
import TestSupport
import Testing

@testable import Engine

@Suite struct StringEditingTests {
    private let scene = StringScene()

    @Test func appends() {
        scene.expect("APPEND k 12", ":2")
        #expect(scene.encoding("k") == .int)
        scene.expect("APPEND k 3", ":3")
        #expect(scene.encoding("k") == .raw)
        scene.expect("GET k", "$3 123")
        scene.expect("SET k abc", "+OK")
        #expect(scene.encoding("k") == .embstr)
        #expect(scene.send(words: ["APPEND", "k", ""]) == ":3")
        #expect(scene.encoding("k") == .raw)
        scene.makeForeign("k")
        scene.expect("APPEND k v", Answer.wrongType)
        scene.expect("APPEND k", "-ERR wrong number of arguments for 'append' command")
    }

    @Test func writesOverRanges() {
        scene.expect("SETRANGE k 0 foo", ":3")
        scene.expect("SETRANGE k 1 X", ":3")
        scene.expect("GET k", "$3 fXo")
        scene.expect("SETRANGE k 5 bar", ":8")
        scene.expect("GET k", "$8 fXo\0\0bar")
        scene.expect("SETRANGE new 2 x", ":3")
        scene.expect("GET new", "$3 \0\0x")
        #expect(scene.encoding("new") == .raw)
        scene.send("SET n 1234")
        #expect(scene.send(words: ["SETRANGE", "n", "0", ""]) == ":4")
        #expect(scene.encoding("n") == .int)
        scene.expect("SETRANGE n 1 9", ":4")
        #expect(scene.encoding("n") == .raw)
        scene.expect("GET n", "$4 1934")
        #expect(scene.send(words: ["SETRANGE", "none", "5", ""]) == ":0")
        scene.expect("GET none", "$-1")
        #expect(scene.events("SETRANGE none 0 x") == [.setrange])
    }

    @Test func refusesWhatIsOutOfRange() {
        let tooLong = "-ERR string exceeds maximum allowed size (proto-max-bulk-len)"
        scene.expect("SETRANGE k -1 x", "-ERR offset is out of range")
        scene.expect("SETRANGE k x y", Answer.notInteger)
        scene.expect("SETRANGE k 536870908 world", tooLong)
        scene.expect("SETRANGE k 9223372036854775807 A", tooLong)
        scene.expect("GET k", "$-1")
        scene.send("SET k hello")
        scene.expect("SETRANGE k 536870908 world", tooLong)
        #expect(scene.send(words: ["SETRANGE", "k", "9223372036854775807", ""]) == ":5")
        scene.makeForeign("k")
        scene.expect("SETRANGE k 9223372036854775807 A", Answer.wrongType)
        scene.expect("SETRANGE k -1 A", "-ERR offset is out of range")
    }

    @Test func keepsToTheLimitOfTheConfiguration() {
        var configuration = Configuration()
        configuration.protoMaxBulkLength = 1 << 20
        let server = MemoryServer(configuration: configuration)
        let half = String(repeating: "x", count: 1 << 19)
        #expect(server.send("APPEND", "k", half) == ":524288\r\n")
        #expect(server.send("APPEND", "k", half) == ":1048576\r\n")
        #expect(server.send("APPEND", "k", "x") == "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n")
        #expect(server.send("SETRANGE", "k", "1048575", "x") == ":1048576\r\n")
        #expect(server.send("SETRANGE", "k", "1048576", "x").hasPrefix("-ERR string exceeds"))
        #expect(server.send("STRLEN", "k") == ":1048576\r\n")
    }

    /// Strings that grow and shrink through all their forms, against Swift arrays.
    @Test(arguments: [UInt64(1), 2, 3, 4]) func behavesAsAnArray(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var model: [String: [UInt8]] = [:]
        let client = scene.client
        for step in 0 ..< 4000 {
            let key = "k\(random.next(below: 4))"
            let size = [3, 20, 60, 700][random.next(below: 4)]
            let value = (0 ..< random.next(below: size)).map { _ in UInt8(48 + random.next(below: 10)) }
            let old = model[key] ?? []
            let words: [[UInt8]]
            var changed = old
            switch random.next(below: 5) {
            case 0:
                words = [Array("SET".utf8), Array(key.utf8), value]
                changed = value
            case 1, 2:
                words = [Array("APPEND".utf8), Array(key.utf8), value]
                changed += value
            case 3:
                let offset = random.next(below: size)
                words = [Array("SETRANGE".utf8), Array(key.utf8), Array("\(offset)".utf8), value]
                if value.isEmpty { break }
                while changed.count < offset + value.count { changed.append(0) }
                changed.replaceSubrange(offset ..< offset + value.count, with: value)
            default:
                words = [Array("GETDEL".utf8), Array(key.utf8)]
                changed = []
            }
            let reply = client.send(words: words)
            let isSetRange = words[0].count == 8
            model[key] = words.count == 2 || isSetRange && changed.isEmpty && model[key] == nil ? nil : changed
            if words[0].count > 3, words.count > 2 { #expect(reply == ":\(changed.count)\r\n") }
            if let expected = model[key] {
                let got = client.send("GET", key)
                #expect(got == "$\(expected.count)\r\n\(String(decoding: expected, as: UTF8.self))\r\n", "step \(step)")
            } else {
                #expect(client.send("GET", key) == "$-1\r\n")
            }
        }
        for key in model.keys { client.send("GETDEL", key) }
        scene.server.settle()
        let external = scene.server.engine.core.keyspace.arena.externalBytes
        #expect(external == 0)
    }
}
